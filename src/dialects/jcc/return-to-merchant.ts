import type { Order } from '../../core/order.ts'
import type { BrowserReturn, PaymentResult, ReturnWay } from '../../gateway/ports.ts'
import { detailsOf } from './order-details.ts'
import { STATUS, stateOf } from './order-state.ts'
import { withOrder } from './return-url.ts'

/** The way back for the payer's browser: to returnUrl, or to failUrl when nothing was paid. */
export function returnToMerchant(result: PaymentResult, _way: ReturnWay): BrowserReturn {
  return { kind: 'redirect', url: wayBack(result) }
}

/** Where the browser goes, with the order and the language of its page. */
export function wayBack(result: PaymentResult): string {
  const { order } = result
  // Nothing here depends on the hour: an order without a payment was not paid.
  const { orderStatus } = stateOf(result, order.createdAt)
  const isPaid = orderStatus !== STATUS.declined && orderStatus !== STATUS.created
  return isPaid ? successUrl(order) : failUrl(order)
}

function successUrl(order: Order): string {
  const { returnUrl, locale } = detailsOf(order)
  return withOrder(returnUrl, order.orderId, locale)
}

function failUrl(order: Order): string {
  const { returnUrl, failUrl: url = returnUrl, locale } = detailsOf(order)
  return withOrder(url, order.orderId, locale)
}
