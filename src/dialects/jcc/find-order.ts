import { Refusal } from '../../core/refusal.ts'
import type { Payment } from '../../core/payment.ts'
import type { Inquiry } from '../../gateway/inquire.ts'
import type { PaymentResult } from '../../gateway/ports.ts'
import { type Caller, type Context, DIALECT } from './operation.ts'

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** An order by its id, which wins, or by its number. */
export interface OrderName {
  readonly orderId?: string | undefined
  readonly orderNumber?: string | undefined
}

/**
 * The caller's own order with its newest payment.
 *
 * @throws Refusal `order_not_found`, also for orders of others and of other dialects.
 */
export async function findOrder(
  { gateway }: Context,
  { access }: Caller,
  name: OrderName,
): Promise<PaymentResult> {
  const result = await gateway.inquire(inquiryOf(access.merchant.merchantId, name))
  if (result.order.dialect !== DIALECT) throw new Refusal('order_not_found')
  return result
}

/**
 * The order that a payer's browser names by its id alone.
 *
 * @throws Refusal `order_not_found`.
 */
export async function findPayersOrder(
  { gateway }: Pick<Context, 'gateway'>,
  orderId: string | undefined,
): Promise<PaymentResult> {
  const ref =
    orderId !== undefined && UUID.test(orderId)
      ? await gateway.locateOrder(orderId.toLowerCase())
      : undefined
  if (ref === undefined) throw new Refusal('order_not_found')
  const result = await gateway.inquire(ref)
  if (result.order.dialect !== DIALECT) throw new Refusal('order_not_found')
  return result
}

/** @throws Refusal `payment_not_found` for an order that nobody has tried to pay. */
export function paymentOf({ payment }: PaymentResult): Payment {
  if (payment === undefined) throw new Refusal('payment_not_found')
  return payment
}

function inquiryOf(merchantId: string, { orderId, orderNumber }: OrderName): Inquiry {
  if (orderId !== undefined) {
    if (!UUID.test(orderId)) throw new Refusal('order_not_found')
    return { merchantId, orderId: orderId.toLowerCase() }
  }
  if (orderNumber === undefined) throw new Refusal('order_not_found')
  return { merchantId, dialect: DIALECT, merchantReference: orderNumber }
}
