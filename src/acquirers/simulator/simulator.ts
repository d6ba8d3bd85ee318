import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { currencyOf } from '../../core/currency.ts'
import type { Money } from '../../core/money.ts'
import type {
  Acquirer,
  AcquirerOutcome,
  Authorization,
  Credit,
  FollowUp,
} from '../../gateway/acquirer-ports.ts'
import type { Entry, EntryKind, Ledger } from './ledger.ts'
import { APPROVED, drivenBy, isUndecided, PENDING, refundDriven } from './drivers.ts'
import { consentOf, keptOf, payerUrlOf, waitsForOwner } from './wallet.ts'
import { type Behavior, behaviorOf as behaviorOfCard, refusedCode } from './test-cards.ts'

export interface SimulatorOptions {
  readonly ledger: Ledger
  readonly clock: { now(): Date }
  /** How long we wait for an answer before it counts as lost. */
  readonly timeoutMs: number
  /** How long a slow answer takes; less than the time-out. */
  readonly slowMs: number
}

const UNKNOWN: AcquirerOutcome = { kind: 'unknown' }
const INVALID_TRANSACTION = '12'
const INVALID_AMOUNT = '13'

/** An acquirer and all issuers in one, with a ledger of its own; for the sandbox and tests. */
export function createSimulator({ ledger, clock, timeoutMs, slowMs }: SimulatorOptions): Acquirer {
  const book = createBookkeeper(ledger, clock)
  const followUp = (kind: EntryKind) => (message: FollowUp) =>
    Promise.resolve(book.followUp(kind, message))
  const answer = async (behavior: Behavior, judged: () => AcquirerOutcome) => {
    if (behavior.kind === 'slow') await sleep(slowMs)
    if (behavior.kind === 'late' || behavior.kind === 'requestLost') {
      await sleep(timeoutMs)
      // What comes too late is booked all the same, a moment after nobody listens any more.
      const bookLate = () => ledger.isOpen() && judged()
      if (behavior.kind === 'late') setTimeout(bookLate, slowMs)
      return UNKNOWN
    }
    const outcome = judged()
    if (behavior.kind !== 'answerLost') return outcome
    await sleep(timeoutMs)
    return UNKNOWN
  }
  return {
    takesWallet: () => true,

    authorize(message) {
      const behavior = drivenBy(message, digitsOf(message)) ?? behaviorOf(message)
      const { purpose, networkTransactionId: link } = message
      return answer(behavior, () => book.original({ kind: purpose, message, link }, behavior))
    },

    credit(message) {
      const behavior = behaviorOf(message)
      return answer(behavior, () => book.original({ kind: 'credit', message }, behavior))
    },

    capture: followUp('capture'),
    void: followUp('void'),
    refund: followUp('refund'),

    // A reversal is always taken, also of what never came: it keeps a late original out.
    async reverse(message) {
      const operationId = `${message.originalId}/reverse`
      return book.followUp('reverse', { ...message, operationId })
    },

    async query(merchantId, operationId) {
      const entry = ledger.find(merchantId, operationId)
      return entry === undefined ? { kind: 'absent' } : outcomeAt(entry, clock.now())
    },
  }
}

/** A message that is about no earlier one. */
interface Original {
  readonly kind: EntryKind
  readonly message: Authorization | Credit
  readonly link?: string | undefined
}

/** Judges and books messages; a repeated operation id is answered as the first was. */
function createBookkeeper(ledger: Ledger, clock: SimulatorOptions['clock']) {
  const book = (entry: Omit<Entry, 'approved' | 'approvalCode' | 'rrn'>): AcquirerOutcome => {
    const known = ledger.find(entry.merchantId, entry.operationId)
    if (known !== undefined) return outcomeAt(known, clock.now())
    const approved = entry.responseCode === APPROVED
    const approvalCode = approved ? sixDigits() : ''
    const booked = { ...entry, approved, approvalCode, rrn: rrnAt(clock.now()) }
    ledger.book(booked)
    return outcomeAt(booked, clock.now())
  }

  return {
    original({ kind, message, link = '' }: Original, behavior: Behavior): AcquirerOutcome {
      const { merchantId, operationId, amount } = message
      const entries = ledger.about(merchantId, operationId)
      const undone = entries.some((entry) => entry.kind === 'reverse')
      const responseCode = waitsForOwner(message) ? PENDING : responseCodeOf(behavior)
      return book({
        merchantId,
        operationId,
        kind,
        originalId: operationId,
        minor: amount.minor,
        currency: amount.currency,
        merchantReference: message.merchantReference,
        panMasked: maskOf(message),
        wallet: keptOf(message),
        link,
        responseCode: undone ? INVALID_TRANSACTION : responseCode,
      })
    },

    followUp(kind: EntryKind, message: FollowUp): AcquirerOutcome {
      const { merchantId, operationId, originalId, amount } = message
      const entries = ledger.about(merchantId, originalId)
      const original = entries.find((entry) => entry.operationId === originalId)
      const judged = judge(kind, entries, amount.minor)
      return book({
        merchantId,
        operationId,
        kind,
        originalId,
        minor: amount.minor,
        currency: amount.currency,
        merchantReference: original?.merchantReference ?? '',
        panMasked: original?.panMasked ?? '',
        link: '',
        wallet: '',
        responseCode: judged === APPROVED ? (refundDriven(kind, message) ?? judged) : judged,
      })
    },
  }
}

/** The response code for a message about an earlier authorization, given what is booked. */
function judge(kind: EntryKind, entries: readonly Entry[], minor: bigint): string {
  if (kind === 'reverse') return APPROVED
  const sums = sumsOf(entries)
  if (sums.isOver) return INVALID_TRANSACTION
  if (kind === 'capture') {
    const isFree = sums.sold === 0n && sums.captured + minor <= sums.held - sums.released
    return isFree ? APPROVED : INVALID_AMOUNT
  }
  if (kind === 'refund') {
    return sums.refunded + minor <= sums.captured ? APPROVED : INVALID_AMOUNT
  }
  return isVoidable(sums, minor) ? APPROVED : INVALID_TRANSACTION
}

/** Part of a hold can be released, and all of it; a capture only as a whole, before any refund. */
function isVoidable(sums: ReturnType<typeof sumsOf>, minor: bigint): boolean {
  const isWhole = minor === sums.held - sums.released && sums.refunded === 0n
  const isUnused = sums.sold === 0n && sums.captured + sums.released + minor <= sums.held
  return sums.held > 0n && minor > 0n && (isWhole || isUnused)
}

function sumsOf(entries: readonly Entry[]) {
  const approved = entries.filter((entry) => entry.approved)
  const sum = (...kinds: EntryKind[]) =>
    approved
      .filter((entry) => kinds.includes(entry.kind))
      .reduce((total, entry) => total + entry.minor, 0n)
  const held = sum('authorize', 'sale')
  const released = sum('void')
  const isReversed = approved.some((entry) => entry.kind === 'reverse')
  return {
    held,
    sold: sum('sale'),
    captured: sum('sale', 'capture'),
    released,
    refunded: sum('refund'),
    isOver: isReversed || (released > 0n && released >= held),
  }
}

function responseCodeOf(behavior: Behavior): string {
  if (behavior.kind === 'pending') return PENDING
  return behavior.kind === 'decline' ? behavior.responseCode : APPROVED
}

function outcomeAt(entry: Entry, at: Date): AcquirerOutcome {
  if (!isUndecided(entry, at)) return outcomeOf(entry)
  const payerUrl = payerUrlOf(entry)
  return payerUrl === undefined ? UNKNOWN : { kind: 'unknown', payerUrl }
}

function outcomeOf(entry: Entry): AcquirerOutcome {
  const { responseCode, approvalCode, rrn, operationId } = entry
  if (entry.wallet !== '') return walletOutcomeOf(entry)
  const issuer = { country: 'US', bank: 'TESSERA TEST BANK', funding: 'credit' as const }
  if (!entry.approved) return { kind: 'declined', responseCode, rrn, issuer }
  const networkTransactionId = networkIdOf(operationId)
  return { kind: 'approved', responseCode, approvalCode, rrn, networkTransactionId, issuer }
}

function walletOutcomeOf(entry: Entry): AcquirerOutcome {
  const { responseCode, rrn } = entry
  if (!entry.approved) return { kind: 'declined', responseCode, rrn }
  const consent = consentOf(entry)
  return { kind: 'approved', responseCode, rrn, ...(consent && { consent }) }
}

/** Fifteen digits, the same for the same message: what a scheme would call it. */
function networkIdOf(operationId: string): string {
  const digits = BigInt(`0x${Buffer.from(operationId).toString('hex')}`) % 10n ** 15n
  return digits.toString().padStart(15, '0')
}

function behaviorOf(message: Authorization | Credit): Behavior {
  const { instrument, dialect } = message
  const pan = digitsOf(message)
  const code = instrument.kind === 'card' ? instrument.securityCode?.reveal() : undefined
  return refusedCode(dialect, pan, code) ?? behaviorOfCard(pan, wholeUnits(message.amount))
}

function wholeUnits({ minor, currency }: Money): string {
  return (minor / 10n ** BigInt(currencyOf(currency)?.exponent ?? 2)).toString()
}

/** The card number; empty for a wallet. */
function digitsOf({ instrument }: Authorization | Credit): string {
  if (instrument.kind === 'wallet') return ''
  return (instrument.kind === 'card' ? instrument.pan : instrument.dpan).reveal()
}

function maskOf({ instrument }: Authorization | Credit): string {
  if (instrument.kind === 'wallet') return ''
  return String(instrument.kind === 'card' ? instrument.pan : instrument.dpan)
}

function sixDigits(): string {
  return String(randomInt(1_000_000)).padStart(6, '0')
}

/** Twelve digits: last digit of the year, day of the year, hour, six digits (ISO 8583 DE 37). */
function rrnAt(at: Date): string {
  const day = Math.floor((at.getTime() - Date.UTC(at.getUTCFullYear(), 0, 1)) / 86_400_000) + 1
  const hour = String(at.getUTCHours()).padStart(2, '0')
  return `${at.getUTCFullYear() % 10}${String(day).padStart(3, '0')}${hour}${sixDigits()}`
}
