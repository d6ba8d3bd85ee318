import { announcement } from './notify.ts'
import type { Parts } from './parts.ts'

const EXPIRED_AT_ONCE = 100

/** Ends orders that nobody paid in time, where the merchant wants to hear of it. @returns how many. */
export async function expireOrders(parts: Parts): Promise<number> {
  const overdue = await parts.orders.overdue(parts.clock.now(), EXPIRED_AT_ONCE)
  for (const order of overdue) {
    const notification = await announcement(parts, 'expiry', { ...order, order })
    if (await parts.orders.expire(order, notification)) parts.deliverSoon(notification)
  }
  return overdue.length
}
