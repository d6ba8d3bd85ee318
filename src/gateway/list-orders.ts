import { inquire } from './inquire.ts'
import type { Parts } from './parts.ts'
import type { OrderQuery, PaymentResult } from './ports.ts'

/** A page of orders. */
export interface OrderPage {
  /** Orders in all, on whatever page. */
  readonly total: number
  readonly results: readonly PaymentResult[]
}

/** One page of a merchant's orders of a span of time, newest first, and what became of each. */
export async function listOrders(parts: Parts, query: OrderQuery): Promise<OrderPage> {
  const { merchantId } = query
  const { total, orderIds } = await parts.orders.list(query, parts.clock.now())
  const found = orderIds.map((orderId) => inquire(parts, { merchantId, orderId }))
  return { total, results: await Promise.all(found) }
}
