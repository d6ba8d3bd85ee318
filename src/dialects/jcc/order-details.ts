import type { Order } from '../../core/order.ts'
import type { Feature } from './features.ts'

type Fields = Readonly<Record<string, unknown>>

/** What this dialect keeps with an order. */
export interface OrderDetails {
  readonly returnUrl: string
  readonly failUrl?: string
  /** ISO 639-1, of the page and of the way back. */
  readonly locale: string
  readonly isTwoPhase: boolean
  readonly features: readonly Feature[]
  /** Only the stored card that the order names may pay it. */
  readonly bindingOnly?: boolean
  /** The card is stored, whether the payer asks for it or not. */
  readonly storesCard?: boolean
  /** Parameters of the merchant's own, also those added later. */
  readonly jsonParams?: Fields
  readonly orderBundle?: Fields
  readonly email?: string
  readonly phone?: string
  readonly postAddress?: string
  readonly ip?: string
  readonly cardholderName?: string
  readonly tii?: string
  readonly billingPayerData?: Fields
  readonly shippingPayerData?: Fields
  readonly preOrderPayerData?: Fields
  readonly orderPayerData?: Fields
}

export function detailsOf({ details }: Pick<Order, 'details'>): OrderDetails {
  return details as unknown as OrderDetails
}
