import type { CardHolder, Expiry } from './card.ts'
import type { Money } from './money.ts'
import type { Brand } from './pan.ts'
import { Refusal } from './refusal.ts'
import type { PayingWallet } from './wallet.ts'

/**
 * Where a payment stands. The status says what may happen next, the sums say how much did.
 *
 * - `authenticating`: its cardholder is being authenticated; no money was asked for yet.
 * - `authorizing`: a message went out and its outcome is not known yet.
 * - `failed`: it ended before an acquirer decided; no money was held.
 * - `reversed`: its outcome stayed unknown and was undone at the acquirer.
 * - `verified`: the issuer confirmed the card; nothing was held.
 * - `crediting`, `credited`: money goes to the card, and has gone; none was ever taken from it.
 */
export type PaymentStatus =
  | 'authenticating'
  | 'authorizing'
  | 'authorized'
  | 'captured'
  | 'refunded'
  | 'voiding'
  | 'voided'
  | 'verified'
  | 'crediting'
  | 'credited'
  | 'declined'
  | 'reversed'
  | 'failed'

/** Every change of status that may happen; the database holds the same table. */
export const PAYMENT_TRANSITIONS: Readonly<Record<PaymentStatus, readonly PaymentStatus[]>> = {
  authenticating: ['authorizing', 'failed'],
  authorizing: ['authorized', 'captured', 'verified', 'declined', 'reversed', 'failed'],
  authorized: ['captured', 'voiding'],
  voiding: ['voided', 'authorized', 'captured'],
  captured: ['refunded', 'voiding'],
  refunded: [],
  voided: [],
  verified: [],
  crediting: ['credited', 'declined', 'failed'],
  credited: [],
  declined: [],
  reversed: [],
  failed: [],
}

export type OperationKind = 'authorize' | 'capture' | 'void' | 'refund' | 'credit'

/** Why a payment failed on our side. */
export type FailureReason = 'authentication' | 'unreachable'

/** What may be kept and shown of a card. */
export interface CardSummary {
  /** First six and last four digits. */
  readonly panMasked: string
  readonly brand: Brand | undefined
}

/** What the acquirer told about the card's issuer, where it told. */
export interface Issuer {
  readonly country?: string | undefined
  readonly bank?: string | undefined
  readonly funding?: 'credit' | 'debit' | 'prepaid' | undefined
}

/** One attempt to pay an order with one instrument. Sums are minor units of `amount.currency`. */
export interface Payment {
  readonly merchantId: string
  readonly paymentId: string
  readonly orderId: string
  readonly status: PaymentStatus
  readonly instrument: 'card' | 'networkToken' | 'vaultToken' | 'wallet'
  /** Empty where a wallet pays. */
  readonly card: CardSummary
  readonly wallet?: PayingWallet | undefined
  readonly cardExpiry: Expiry | undefined
  readonly amount: Money
  readonly authorizedMinor: bigint
  readonly capturedMinor: bigint
  /** Sent to the acquirer for capture, not yet answered. */
  readonly capturingMinor: bigint
  readonly refundedMinor: bigint
  /** Sent to the acquirer for refund, not yet answered. */
  readonly refundingMinor: bigint
  /** Sent to the card by a credit; nothing is authorized, captured or refunded then. */
  readonly creditedMinor: bigint
  readonly eci: string | undefined
  /** Our decimal trace number, shown to merchants. */
  readonly traceNumber: string
  readonly rrn: string | undefined
  readonly approvalCode: string | undefined
  /** The issuer's two-character response code (ISO 8583 DE 39). */
  readonly responseCode: string | undefined
  readonly networkTransactionId: string | undefined
  readonly issuer: Issuer
  readonly failure: FailureReason | undefined
  readonly vaultTokenId: string | undefined
  /** Only of a card that is to be stored, until the payment has ended. */
  readonly holder?: CardHolder | undefined
  /** The dialect's own parameters of this attempt, never interpreted here. */
  readonly details: Readonly<Record<string, unknown>> | undefined
  /** The order may be paid again if this payment ends without success. */
  readonly reopens: boolean
  readonly createdAt: Date
  /** When its status last changed by an outcome; undefined before the first. */
  readonly settledAt: Date | undefined
}

/** A stored card as its merchant sees it: a name to pay with, and what may be shown. */
export interface VaultToken {
  readonly vaultTokenId: string
  readonly cardId: string
  /** The merchant's name for it in the dialect that asks. */
  readonly name: string
  readonly card: CardSummary
  readonly expiry: Expiry
  readonly holder?: CardHolder | undefined
  /** The merchant's name for the customer it belongs to, where one was named. */
  readonly customerId: string | undefined
  /** False while it may not pay. */
  readonly isActive: boolean
  /** True for good: it is kept for the payments that were made with it. */
  readonly isDeleted: boolean
  readonly usage: VaultTokenUsage
  /** The customer agreed that the merchant charges it on its own. */
  readonly merchantMayInitiate: boolean
  /** Of the payment it was stored at: it links later ones to that consent. */
  readonly networkTransactionId: string | undefined
  readonly createdAt: Date
}

/** What a stored card was agreed to be used for. */
export type VaultTokenUsage = 'unscheduled' | 'recurring' | 'installment'

/** What is held, and neither taken nor just being taken, in minor units. */
export function heldMinor(payment: Payment): bigint {
  return payment.status === 'authorized' ? uncapturedMinor(payment) : 0n
}

/** What was authorized, and is neither taken nor just being taken, in minor units. */
export function uncapturedMinor(payment: Payment): bigint {
  return payment.authorizedMinor - payment.capturedMinor - payment.capturingMinor
}

/** What was taken, and is neither given back nor just being given back, in minor units. */
export function unrefundedMinor(payment: Payment): bigint {
  return payment.capturedMinor - payment.refundedMinor - payment.refundingMinor
}

/**
 * @param minor zero where all that is left was asked for and nothing is.
 * @throws Refusal `payment_not_capturable`, `amount_exceeds_authorized`.
 */
export function refuseCapture(payment: Payment, minor: bigint): void {
  if (payment.status !== 'authorized') throw new Refusal('payment_not_capturable')
  if (minor === 0n || minor > uncapturedMinor(payment)) {
    throw new Refusal('amount_exceeds_authorized')
  }
}

/**
 * @param minor zero where all that is left was asked for and nothing is.
 * @throws Refusal `payment_not_refundable`, `amount_exceeds_captured`.
 */
export function refuseRefund(payment: Payment, minor: bigint): void {
  const isRefundable = payment.status === 'authorized' || payment.status === 'captured'
  if (!isRefundable || payment.capturedMinor === 0n) throw new Refusal('payment_not_refundable')
  if (minor === 0n || minor > unrefundedMinor(payment)) {
    throw new Refusal('amount_exceeds_captured')
  }
}

/**
 * @param expectedMinor what is to be left of the captures; undefined is whatever there is.
 * @throws Refusal `captured_otherwise`.
 */
export function refuseExpectation(payment: Payment, expectedMinor: bigint | undefined): void {
  if (expectedMinor !== undefined && expectedMinor !== unrefundedMinor(payment)) {
    throw new Refusal('captured_otherwise')
  }
}

/**
 * A void releases an authorization, or part of it, or takes back all of a capture of the same day.
 *
 * @param capturedAfter captures before it can only be refunded.
 * @throws Refusal `payment_not_voidable`, `amount_exceeds_authorized`.
 */
export function refuseVoid(payment: Payment, minor: bigint, capturedAfter: Date): void {
  const { status, settledAt } = payment
  const returned = payment.refundedMinor + payment.refundingMinor
  if (status === 'captured') {
    const isFresh = settledAt !== undefined && settledAt > capturedAfter
    if (!isFresh || returned > 0n) throw new Refusal('payment_not_voidable')
    if (minor !== payment.authorizedMinor) throw new Refusal('payment_not_voidable')
    return
  }
  if (status !== 'authorized') throw new Refusal('payment_not_voidable')
  if (minor > payment.authorizedMinor) throw new Refusal('amount_exceeds_authorized')
  if (minor > uncapturedMinor(payment)) throw new Refusal('payment_not_voidable')
}
