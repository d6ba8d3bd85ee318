import type { Order } from '../core/order.ts'
import { Refusal } from '../core/refusal.ts'
import type { Parts } from './parts.ts'
import type { PaymentResult } from './ports.ts'

export type Inquiry =
  | { readonly merchantId: string; readonly orderId: string }
  | {
      readonly merchantId: string
      readonly dialect: string
      readonly merchantReference: string
    }

/** @throws Refusal `order_not_found`. */
export async function findOrder(parts: Parts, inquiry: Inquiry): Promise<Order> {
  const order =
    'orderId' in inquiry
      ? await parts.orders.find(inquiry.merchantId, inquiry.orderId)
      : await parts.orders.findByReference(
          inquiry.merchantId,
          inquiry.dialect,
          inquiry.merchantReference,
        )
  if (order === undefined) throw new Refusal('order_not_found')
  return order
}

/**
 * What became of an order, as committed.
 *
 * @throws Refusal `order_not_found`.
 */
export async function inquire(parts: Parts, inquiry: Inquiry): Promise<PaymentResult> {
  const order = await findOrder(parts, inquiry)
  const found = await parts.payments.findByOrder(order)
  return { order, payment: found?.payment, vaultToken: found?.vaultToken }
}
