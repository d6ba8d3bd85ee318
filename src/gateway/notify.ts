import type { Order } from '../core/order.ts'
import type { Payment } from '../core/payment.ts'
import type { Parts } from './parts.ts'
import type { Notification, NotificationEvent } from './notification-ports.ts'
import type { Operation } from './ports.ts'

/**
 * The notification of an attempt's outcome; undefined when its merchant asked for none, or when it
 * failed, may be made again, and the dialect tells of the end only.
 */
export async function notificationOf(
  parts: Parts,
  order: Order,
  { paymentId, reopens, isSuccess }: Outcome,
): Promise<Notification | undefined> {
  const waitsForTheEnd = parts.voices.get(order.dialect)?.tellsOfTheEndOnly === true
  if (reopens && !isSuccess && waitsForTheEnd) return undefined
  return announcement(parts, 'payment', { ...order, order, paymentId, isSuccess })
}

interface Outcome extends Pick<Payment, 'paymentId' | 'reopens'> {
  readonly isSuccess: boolean
}

/** Everything an event may be about. */
interface About {
  readonly merchantId: string
  readonly dialect: string
  readonly order?: Order
  readonly paymentId?: string
  readonly operation?: Operation
  readonly vaultTokenId?: string
  readonly consentName?: string
  /** Of a payment: whether it is good news. */
  readonly isSuccess?: boolean
}

/** The notification of an event; undefined where its dialect or its merchant has none. */
export async function announcement(
  { clock, ids, limits, ...parts }: Parts,
  event: NotificationEvent,
  { merchantId, dialect, order, paymentId, operation, isSuccess, ...about }: About,
): Promise<Notification | undefined> {
  const voice = parts.voices.get(dialect)
  const access = await parts.merchantAccess(merchantId, dialect)
  if (voice === undefined || access === undefined) return undefined
  const url = operation?.notifyUrl ?? voice.notifyUrl(event, { access, order, isSuccess })
  if (url === undefined) return undefined
  return {
    merchantId,
    notificationId: ids.uuid(),
    event,
    orderId: order?.orderId,
    paymentId: paymentId ?? operation?.paymentId,
    operationId: operation?.operationId,
    vaultTokenId: about.vaultTokenId,
    consentName: about.consentName,
    dialect,
    url,
    attempts: 0,
    // Leased from birth: who commits it delivers it, and only if that fails does the loop.
    dueAt: clock.in(limits.deliveryLeaseMs),
  }
}
