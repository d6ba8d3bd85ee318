import type { Order } from '../../core/order.ts'
import type { DebitPlan } from './debit-plan.ts'

/** What is kept of a request for as long as its order. */
export interface OrderDetails {
  /** As its merchant wrote it; the order's own reference is in lower case. */
  readonly outTradeNo: string
  readonly country?: string
  readonly reference?: string
  readonly paymentMethodType?: string
  readonly targetOrg?: string
  readonly authorizationType?: string
  readonly debitPlan?: DebitPlan
  readonly frontCallbackUrl?: string
  /** The hosted page's language. */
  readonly locale?: string
  /** Only to bind a payment token: the request's id. */
  readonly requestId?: string
}

/** AAA and aaa are the same order. */
export function referenceOf(outTradeNo: string): string {
  return outTradeNo.toLowerCase()
}

/** Bindings without a payment have references that no order number can be. */
export function bindingReference(requestId: string): string {
  return `binding:${requestId}`
}

/** So have drop-in sessions. */
export function sessionReference(name: string): string {
  return `session:${name}`
}

/** What is kept of the request that opened an order. */
export function detailsOf({ details, merchantReference }: Order): OrderDetails {
  return { outTradeNo: merchantReference, ...(details as Partial<OrderDetails>) }
}
