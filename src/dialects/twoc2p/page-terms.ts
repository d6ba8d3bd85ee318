import type { Order } from '../../core/order.ts'
import type { Authentication } from '../../gateway/acquirer-ports.ts'
import type { PageTerms } from '../../gateway/ports.ts'
import { allows } from './channels.ts'
import type { PaymentTokenRequest } from './payment-token-request.ts'

type Details = Partial<PaymentTokenRequest>

/** What a payment token's own parameters allow on the hosted page, as they do in Do Payment. */
export function pageTerms(order: Order): PageTerms {
  const details = order.details as Details
  return {
    locale: details.locale,
    takesCards: allows('CC', details.paymentChannel),
    takesNewCards: details.customerTokenOnly !== true,
    initiator: initiatorOf(details),
    authentication: broughtAuthentication(details),
  }
}

export function initiatorOf({ transactionInitiator }: Details): 'customer' | 'merchant' {
  return transactionInitiator === 'M' ? 'merchant' : 'customer'
}

/** The merchant's own 3-D Secure values for a card; the cavv waits sealed with the order. */
export function broughtAuthentication({
  eci,
  dsTransactionId,
}: Details): Authentication | undefined {
  if (eci === undefined) return undefined
  return { eci, ...(dsTransactionId !== undefined && { dsTransactionId }) }
}
