import type { Parts } from './parts.ts'
import type { DeliveryAttempt, Notification, Outgoing } from './notification-ports.ts'
import type { PaymentResult, Told, Voice } from './ports.ts'

type Answer = Awaited<ReturnType<Outgoing['send']>>
type DeliveryParts = Omit<Parts, 'deliverSoon'>

const CLAIMED_AT_ONCE = 100
const WAITING_MAX = 1_000

export interface Deliverer {
  /** Starts a delivery in the background, or leaves it to the loop when there are too many. */
  soon(notification: Notification | undefined, result?: PaymentResult): void
  /** Delivers what is due. @returns how many notifications it claimed. */
  due(): Promise<number>
  /** Resolves when nothing is under way any more. */
  idle(): Promise<void>
}

/** Tells merchants their results, at least once each, until they acknowledge. */
export function createDeliverer(parts: DeliveryParts): Deliverer {
  const waiting: (() => Promise<void>)[] = []
  const running = new Set<Promise<void>>()

  const next = () => {
    while (running.size < parts.limits.deliveriesAtOnce) {
      const start = waiting.shift()
      if (start === undefined) return
      const work: Promise<void> = start()
        // The lease runs out and the loop takes over.
        .catch(() => parts.reporter.event('loop_failed', { kind: 'delivery' }))
        .finally(() => {
          running.delete(work)
          next()
        })
      running.add(work)
    }
  }

  const idle = async () => {
    while (running.size > 0) await Promise.all(running)
  }

  return {
    soon(notification, result) {
      if (notification === undefined || waiting.length >= WAITING_MAX) return
      waiting.push(() => deliver(parts, notification, result))
      next()
    },

    async due() {
      const at = parts.clock.now()
      const lease = parts.clock.in(parts.limits.deliveryLeaseMs)
      const claimed = await parts.notifications.claimDue(at, lease, CLAIMED_AT_ONCE)
      for (const notification of claimed) {
        waiting.push(() => deliver(parts, notification))
      }
      next()
      await idle()
      return claimed.length
    },

    idle,
  }
}

/** Reads again what a notification is about. @param known its result, where it is just written. */
async function toldOf(
  parts: DeliveryParts,
  notification: Notification,
  known: PaymentResult | undefined,
): Promise<Told> {
  const { merchantId, dialect, operationId, vaultTokenId, consentName } = notification
  const result = known ?? (await resultOf(parts, notification))
  const operation =
    operationId === undefined ? undefined : await parts.payments.operation(merchantId, operationId)
  const vaultToken =
    vaultTokenId === undefined
      ? result?.vaultToken
      : await parts.vaultTokens.find(merchantId, dialect, vaultTokenId)
  const consent =
    consentName === undefined ? undefined : await parts.wallets.find(merchantId, consentName)
  return { notification, result, operation, vaultToken, consent }
}

async function resultOf(
  parts: DeliveryParts,
  { merchantId, orderId }: Notification,
): Promise<PaymentResult | undefined> {
  if (orderId === undefined) return undefined
  const order = await parts.orders.find(merchantId, orderId)
  if (order === undefined) throw new Error('a notification has no order')
  const found = await parts.payments.findByOrder(order)
  return { order, payment: found?.payment, vaultToken: found?.vaultToken }
}

async function deliver(
  parts: DeliveryParts,
  notification: Notification,
  result?: PaymentResult,
): Promise<void> {
  const { merchantId, notificationId, dialect } = notification
  const voice = parts.voices.get(dialect)
  const access = await parts.merchantAccess(merchantId, dialect)
  if (voice === undefined || access === undefined) throw new Error('nobody speaks this dialect')

  const told = await toldOf(parts, notification, result)
  const request = await voice.notification(told, access)
  const at = parts.clock.now()
  const answer = await parts.outgoing.send(request)
  // Nothing was sent: it stays due, and no attempt is counted.
  if (answer.kind === 'failed' && answer.reason === 'busy') return
  const attempts = notification.attempts + 1
  const delivered = answer.kind === 'answered' && voice.isAcknowledged(answer)
  const outcome = delivered
    ? { state: 'delivered' as const }
    : afterFailure(parts, voice, { attempts, answer })
  await parts.notifications.record(notification, attemptOf(parts, at, answer), outcome)
  const event = outcome.state === 'due' ? 'failed' : outcome.state
  parts.reporter.event(`notification_${event}`, { merchantId, notificationId, attempts })
}

function attemptOf({ clock }: DeliveryParts, at: Date, answer: Answer): DeliveryAttempt {
  const milliseconds = clock.now().getTime() - at.getTime()
  return answer.kind === 'answered'
    ? { at, milliseconds, status: answer.status, error: undefined }
    : { at, milliseconds, status: undefined, error: answer.reason }
}

/** Due again by the schedule, parked when that is used up. */
function afterFailure(
  { clock, ids }: DeliveryParts,
  voice: Voice,
  { attempts, answer }: { readonly attempts: number; readonly answer: Answer },
) {
  const delaySeconds = voice.retryDelaySeconds(attempts, ids.chance())
  if (delaySeconds === undefined) return { state: 'parked' as const }
  // A receiver may ask for more time than the schedule gives, up to a day.
  const asked = answer.kind === 'answered' ? (answer.retryAfterSeconds ?? 0) : 0
  const seconds = Math.max(delaySeconds, Math.min(asked, 86_400))
  return { state: 'due' as const, dueAt: clock.in(seconds * 1_000) }
}
