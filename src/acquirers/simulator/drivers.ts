import type { Authorization, FollowUp } from '../../gateway/acquirer-ports.ts'
import { formatShortest } from '../../core/money.ts'
import type { Entry, EntryKind } from './ledger.ts'
import { madeAtMs } from './operation-time.ts'
import type { Behavior } from './test-cards.ts'

export const APPROVED = '00'
/** Request in progress: it stays so (ISO 8583 DE 39). */
export const PENDING = '09'
/** No action taken, which is said a minute after the refund. */
const REFUND_FAILED = '21'
const REFUND_FAILS_AFTER_MS = 60_000

/** PayerMax's own test cards: they are approved, unless the order's subject says otherwise. */
const APPROVED_CARDS: ReadonlySet<string> = new Set([
  '4444333322221111',
  '5555555555554444',
  '2131432429743027',
  '6011000000000012',
  '30569309025904',
  '5297412542005689',
  '4507785555554449',
  '4215375500883243',
  '5326774027281753',
  '4919713330643198',
])

/**
 * What an order asks for in the words that its dialect documents for testing: PayerMax's subject
 * (Initiate testing, mock rules). Undefined where it asks for nothing.
 */
export function drivenBy(
  { dialect, description }: Authorization,
  pan: string,
): Behavior | undefined {
  if (dialect !== 'payermax') return undefined
  if (description === 'FAILED') return { kind: 'decline', responseCode: '05' }
  if (description === 'PENDING') return { kind: 'pending' }
  return APPROVED_CARDS.has(pan) ? { kind: 'approve' } : undefined
}

/** The response code that a refund's amount asks for: 10000 or 102 fails, 20000 or 202 waits. */
export function refundDriven(kind: EntryKind, { dialect, amount }: FollowUp): string | undefined {
  if (dialect !== 'payermax' || kind !== 'refund') return undefined
  const units = formatShortest(amount)
  if (units === '10000' || units === '102') return REFUND_FAILED
  return units === '20000' || units === '202' ? PENDING : undefined
}

/** Whether the acquirer cannot say yet what became of a message. */
export function isUndecided({ kind, responseCode, operationId }: Entry, at: Date): boolean {
  if (responseCode === PENDING) return true
  if (kind !== 'refund' || responseCode !== REFUND_FAILED) return false
  return at.getTime() < madeAtMs(operationId) + REFUND_FAILS_AFTER_MS
}
