import { type Order, refusePaying } from '../core/order.ts'
import { Refusal } from '../core/refusal.ts'
import { endAuthentication } from './authenticate.ts'
import { findOrder } from './inquire.ts'
import { announcement } from './notify.ts'
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
  const order = await findOrder(parts, { merchantId, orderId })
  if (await cancel(parts, order)) return
  const now = await findOrder(parts, { merchantId, orderId })
  if (now.status === 'cancelled') return
  if (options.interrupts === true && (await endAuthentication(parts, now))) {
    // An order that is not open again by that has ended, as was wanted.
    await cancel(parts, now)
    return
  }
  refusePaying(now, parts.clock.now())
  throw new Refusal('order_in_progress')
}

/** A dialect that tells of an order's end tells of this one as it does of its expiry. */
async function cancel(parts: Parts, order: Order): Promise<boolean> {
  const isTold = parts.voices.get(order.dialect)?.tellsOfTheEndOnly === true
  const isEnd = isTold && order.announcesExpiry
  const notification = isEnd ? await announcement(parts, 'expiry', { ...order, order }) : undefined
  const isDone = await parts.orders.cancel(order, parts.clock.now(), notification)
  if (isDone) parts.deliverSoon(notification)
  return isDone
}
