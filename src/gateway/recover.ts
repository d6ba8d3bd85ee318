import type { Order } from '../core/order.ts'
import { recoveryDelaySeconds } from '../core/retry.ts'
import { send, settleFollowUp } from './follow-up.ts'
import { findOrder } from './inquire.ts'
import { notificationOf } from './notify.ts'
import type { Parts } from './parts.ts'
import type { InDoubt } from './ports.ts'
import { settleAttempt } from './settle-attempt.ts'

const CLAIMED_AT_ONCE = 20

/**
 * Finds out what became of operations that have no outcome: after a lost answer, a crash, a broken
 * line. Each ends in one truth on both sides, and then the merchant is told.
 *
 * @returns how many operations it looked into.
 */
export async function recover(parts: Parts): Promise<number> {
  const at = parts.clock.now()
  const lease = parts.clock.in(parts.limits.inDoubtAfterMs)
  const claimed = await parts.payments.claimInDoubt(at, lease, CLAIMED_AT_ONCE)
  await Promise.all(claimed.map((entry) => recoverOne(parts, entry)))
  return claimed.length
}

async function recoverOne(parts: Parts, entry: InDoubt): Promise<void> {
  const { operation } = entry
  const isFirst = operation.kind === 'authorize' || operation.kind === 'credit'
  const isDone = isFirst ? await recoverAttempt(parts, entry) : await recoverFollowUp(parts, entry)
  const { merchantId, operationId, paymentId, kind } = operation
  const outcome = isDone ? 'settled' : 'still unknown'
  const { attempts } = entry
  const fields = { merchantId, operationId, paymentId, kind, outcome, attempts }
  parts.reporter.event('operation_recovered', fields)
  if (isDone) return
  const delayMs = recoveryDelaySeconds(attempts) * 1_000
  const restMs = await restOf(parts, entry)
  const soonerMs = restMs > 0 ? Math.min(delayMs, restMs) : delayMs
  await parts.payments.postpone(operation, parts.clock.in(soonerMs))
}

/** What a wallet's owner has left, in milliseconds: after it the merchant is told at once. */
async function restOf(parts: Parts, { payment }: InDoubt): Promise<number> {
  return payment.instrument === 'wallet' ? restMs(parts, await findOrder(parts, payment)) : 0
}

async function recoverAttempt(parts: Parts, entry: InDoubt): Promise<boolean> {
  const { operation, payment } = entry
  const { merchantId, operationId } = operation
  const outcome = await parts.acquirer.query(merchantId, operationId)
  const order = await findOrder(parts, payment)
  if (outcome.kind === 'unknown') {
    const isLeft = outcome.payerUrl !== undefined && restMs(parts, order) <= 0
    return isLeft && undo(parts, { operation, payment, order }, 'absent')
  }
  const adopts = outcome.kind === 'approved' && isAdopted(parts, entry, order)
  if (!adopts && outcome.kind !== 'declined') {
    return undo(parts, { operation, payment, order }, outcome.kind)
  }

  // The card is not at hand any more, so a token that was asked for is not made here.
  const card = undefined
  const found = await parts.payments.findByOrder(order)
  const vaultToken = found?.vaultToken
  await settleAttempt(parts, { order, payment, operation, outcome, card, vaultToken })
  return true
}

// Whoever brings the owner back from a wallet's page asks until the order expires, and has an
// answer within this time; only then it is safe to undo what was not answered.
function restMs({ clock, limits }: Parts, { expiresAt }: Order): number {
  return expiresAt.getTime() + limits.inDoubtAfterMs - clock.now().getTime()
}

/**
 * The payer of an old authorization has gone, but a wallet's owner has as long as the order; money
 * that reached a card is not taken back.
 */
function isAdopted({ clock, limits }: Parts, { operation, payment }: InDoubt, order: Order) {
  const from = payment.instrument === 'wallet' ? order.expiresAt : operation.sentAt
  const ageMs = clock.now().getTime() - from.getTime()
  return operation.kind === 'credit' || ageMs <= limits.adoptWithinMs
}

interface Undone extends Pick<InDoubt, 'operation' | 'payment'> {
  readonly order: Order
}

// Too late to adopt, never seen, or never answered by a wallet's owner: reversed at the acquirer
// either way, so that a message still under way cannot be approved behind our back. A credit comes
// here only when it was never seen.
async function undo(
  parts: Parts,
  { operation, payment, order }: Undone,
  kind: 'approved' | 'absent',
): Promise<boolean> {
  const { merchantId, operationId, amount } = operation
  const { dialect } = order
  const originalId = operationId
  const message = { merchantId, dialect, operationId, originalId, amount, isFinal: true }
  const reversal = await parts.acquirer.reverse(message)
  if (reversal.kind !== 'approved') return false
  const notification = await notificationOf(parts, order, { ...payment, isSuccess: false })
  const settled = await parts.payments.settle({
    operation,
    state: kind === 'approved' ? 'reversed' : 'failed',
    status: kind === 'approved' ? 'reversed' : 'failed',
    failure: 'unreachable',
    answer: {},
    at: parts.clock.now(),
    ...(notification && { notification }),
  })
  if (settled !== undefined) {
    parts.deliverSoon(notification, { order, payment: settled, vaultToken: undefined })
  }
  return true
}

async function recoverFollowUp(parts: Parts, { operation }: InDoubt): Promise<boolean> {
  const { merchantId, operationId } = operation
  const known = await parts.acquirer.query(merchantId, operationId)
  const outcome = known.kind === 'absent' ? await send(parts, operation) : known
  if (outcome.kind === 'unknown') return false
  await settleFollowUp(parts, operation, outcome)
  return true
}
