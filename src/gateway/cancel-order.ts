import { refusePaying } from '../core/order.ts'
import { Refusal } from '../core/refusal.ts'
import { endAuthentication } from './authenticate.ts'
import { findOrder } from './inquire.ts'
import type { Parts } from './parts.ts'
import type { OrderRef } from './session-token.ts'

/**
 * Cancels an order that nobody is paying. Cancelling it twice is fine.
 *
 * @param options.interrupts also when its payer is being authenticated: that ends, without success.
 * @throws Refusal `order_not_found`, `order_in_progress`, `order_finished`, `order_expired`.
 */
export async function cancelOrder(
  parts: Parts,
  { merchantId, orderId }: OrderRef,
  options: { readonly interrupts?: boolean } = {},
): Promise<void> {
  if (await parts.orders.cancel(merchantId, orderId, parts.clock.now())) return
  const order = await findOrder(parts, { merchantId, orderId })
  if (order.status === 'cancelled') return
  if (options.interrupts === true && (await endAuthentication(parts, order))) {
    // An order that is not open again by that has ended, as was wanted.
    await parts.orders.cancel(merchantId, orderId, parts.clock.now())
    return
  }
  refusePaying(order, parts.clock.now())
  throw new Refusal('order_in_progress')
}
