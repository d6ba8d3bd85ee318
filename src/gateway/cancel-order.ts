import { refusePaying } from '../core/order.ts'
import { Refusal } from '../core/refusal.ts'
import { findOrder } from './inquire.ts'
import type { Parts } from './parts.ts'
import type { OrderRef } from './session-token.ts'

/**
 * Cancels an order that nobody is paying. Cancelling it twice is fine.
 *
 * @throws Refusal `order_not_found`, `order_in_progress`, `order_finished`, `order_expired`.
 */
export async function cancelOrder(parts: Parts, { merchantId, orderId }: OrderRef): Promise<void> {
  if (await parts.orders.cancel(merchantId, orderId, parts.clock.now())) return
  const order = await findOrder(parts, { merchantId, orderId })
  if (order.status === 'cancelled') return
  refusePaying(order, parts.clock.now())
  throw new Refusal('order_in_progress')
}
