import type { Order } from '../core/order.ts'
import type { Payment } from '../core/payment.ts'
import type { Parts } from './parts.ts'
import type { Notification } from './ports.ts'

/** The notification of an order's outcome; undefined when its merchant asked for none. */
export function notificationOf(
  { clock, ids, limits }: Parts,
  order: Order,
  payment: Pick<Payment, 'paymentId'>,
): Notification | undefined {
  if (order.notifyUrl === undefined) return undefined
  return {
    merchantId: order.merchantId,
    notificationId: ids.uuid(),
    orderId: order.orderId,
    paymentId: payment.paymentId,
    dialect: order.dialect,
    url: order.notifyUrl,
    attempts: 0,
    // Leased from birth: who commits it delivers it, and only if that fails does the loop.
    dueAt: clock.in(limits.deliveryLeaseMs),
  }
}
