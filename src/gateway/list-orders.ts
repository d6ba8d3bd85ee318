import { inquire } from './inquire.ts'
import type { Parts } from './parts.ts'
import type { OrderQuery, PaymentResult } from './ports.ts'

/** Orders by the time they were opened, newest first, and what became of each. */
export async function listOrders(
  parts: Parts,
  query: OrderQuery,
): Promise<readonly PaymentResult[]> {
  const orders = await parts.orders.list(query)
  return Promise.all(orders.map((order) => inquire(parts, order)))
}
