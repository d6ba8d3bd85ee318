import { recoveryDelaySeconds } from '../core/retry.ts'
import { send, settleFollowUp } from './follow-up.ts'
import { findOrder } from './inquire.ts'
import { notificationOf } from './notify.ts'
import type { Parts } from './parts.ts'
import type { InDoubt, Operation } from './ports.ts'
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
  await parts.payments.postpone(operation, parts.clock.in(delayMs))
}

async function recoverAttempt(parts: Parts, entry: InDoubt): Promise<boolean> {
  const { operation, payment } = entry
  const { merchantId, operationId } = operation
  const outcome = await parts.acquirer.query(merchantId, operationId)
  if (outcome.kind === 'unknown') return false
  const adopts = outcome.kind === 'approved' && isAdopted(parts, operation)
  if (!adopts && outcome.kind !== 'declined') return undo(parts, entry, outcome.kind)

  const order = await findOrder(parts, payment)
  // The card is not at hand any more, so a token that was asked for is not made here.
  const card = undefined
  const found = await parts.payments.findByOrder(order)
  const vaultToken = found?.vaultToken
  await settleAttempt(parts, { order, payment, operation, outcome, card, vaultToken })
  return true
}

/** The payer of an old authorization has gone; money that reached a card is not taken back. */
function isAdopted({ clock, limits }: Parts, { kind, sentAt }: Operation): boolean {
  const ageMs = clock.now().getTime() - sentAt.getTime()
  return kind === 'credit' || ageMs <= limits.adoptWithinMs
}

// Too late to adopt, or never seen: reversed at the acquirer either way, so that a message still
// under way cannot be approved behind our back. A credit comes here only when it was never seen.
async function undo(
  parts: Parts,
  { operation, payment }: InDoubt,
  kind: 'approved' | 'absent',
): Promise<boolean> {
  const { merchantId, operationId, amount } = operation
  const order = await findOrder(parts, payment)
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
