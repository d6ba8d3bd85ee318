import { isPastExpiry } from '../core/order.ts'
import { heldMinor, type Payment } from '../core/payment.ts'
import { Refusal } from '../core/refusal.ts'
import { recoveryDelaySeconds } from '../core/retry.ts'
import { capture } from './capture.ts'
import type { FollowUpResult } from './follow-up.ts'
import type { DueHold } from './hold-ports.ts'
import { inquire } from './inquire.ts'
import type { Parts } from './parts.ts'
import type { PaymentResult } from './ports.ts'
import { voidPayment } from './void.ts'

const CLAIMED_AT_ONCE = 20

/** Messages that one hold may cost; when the acquirer has declined them all, it is left as it is. */
const TRIES_MAX = 5
const RETRY_MS = 3_600_000

/** The references of our own messages, numbered, so that no two nodes send the same try twice. */
const REFERENCE = 'on-date/'

/**
 * Takes or releases what orders still hold at the date that their merchants named. Where the
 * merchant was faster, nothing happens; what is under way is waited for.
 *
 * @returns how many it looked into.
 */
export async function endHolds(parts: Parts): Promise<number> {
  const { clock, limits } = parts
  const leaseUntil = clock.in(limits.inDoubtAfterMs)
  const claimed = await parts.holds.claimDue(clock.now(), leaseUntil, CLAIMED_AT_ONCE)
  await Promise.all(claimed.map((hold) => endHold(parts, hold)))
  return claimed.length
}

async function endHold(parts: Parts, hold: DueHold): Promise<void> {
  const found = await inquire(parts, hold)
  const { payment } = found
  const next = nextOf(found, parts.clock.now())
  if (next === 'over') return parts.holds.remove(hold)
  if (next === 'wait' || payment === undefined) return lookAgain(parts, hold)
  const { merchantId, paymentId } = payment
  const { kind } = hold
  const tries = await triesOf(parts, payment)
  if (tries === TRIES_MAX) {
    parts.reporter.event('hold_left', { merchantId, paymentId, kind, attempts: tries })
    return parts.holds.remove(hold)
  }
  const state = await move(parts, { payment, kind, reference: `${REFERENCE}${tries + 1}` })
  if (state === 'refused') return lookAgain(parts, hold)
  parts.reporter.event('hold_ended', { merchantId, paymentId, kind, outcome: state })
  if (state === 'declined') return parts.holds.postpone(hold, parts.clock.in(RETRY_MS))
  // Also once it is approved, the next look says that it is over.
  return lookAgain(parts, hold)
}

function lookAgain(parts: Parts, hold: DueHold): Promise<void> {
  const delayMs = recoveryDelaySeconds(hold.attempts) * 1_000
  return parts.holds.postpone(hold, parts.clock.in(delayMs))
}

/** `wait`: it is not paid yet, or a message about it is under way. */
function nextOf({ order, payment }: PaymentResult, at: Date): 'move' | 'over' | 'wait' {
  if (order.status === 'open') return isPastExpiry(order, at) ? 'over' : 'wait'
  if (order.status === 'paying' || payment?.status === 'voiding') return 'wait'
  if (payment?.status !== 'authorized') return 'over'
  return heldMinor(payment) > 0n && payment.capturingMinor === 0n ? 'move' : 'wait'
}

async function triesOf(parts: Parts, { merchantId, paymentId }: Payment): Promise<number> {
  const operations = await parts.payments.operations(merchantId, paymentId)
  return operations.filter(({ reference }) => reference?.startsWith(REFERENCE)).length
}

interface Move {
  readonly payment: Payment
  readonly kind: DueHold['kind']
  readonly reference: string
}

/** `refused`: the merchant, or another node, has moved the money since we looked. */
async function move(
  parts: Parts,
  { payment, kind, reference }: Move,
): Promise<FollowUpResult['state'] | 'refused'> {
  const { merchantId, paymentId } = payment
  const request = { merchantId, paymentId, minor: heldMinor(payment), reference, isFinal: true }
  const verb = kind === 'capture' ? capture : voidPayment
  try {
    return (await verb(parts, { ...request, onlyHeld: true })).state
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return 'refused'
  }
}
