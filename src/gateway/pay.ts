import { type CardHolder, type Expiry, isExpired } from '../core/card.ts'
import { type Order, purposeOf, refusePaying } from '../core/order.ts'
import { type Pan, Sad } from '../core/pan.ts'
import type { CardSummary, Payment, VaultToken } from '../core/payment.ts'
import { Refusal } from '../core/refusal.ts'
import { eciOf } from '../core/threeds.ts'
import { startAuthentication } from './authenticate.ts'
import { authorizationOf, authorize, refuseLoser } from './authorize.ts'
import { attemptId } from './idempotency.ts'
import { notificationOf } from './notify.ts'
import { authenticationPlace } from './open-order.ts'
import type { Parts } from './parts.ts'
import type { BrowserFacts } from './authentication-ports.ts'
import type { Authentication, AuthorizationInstrument, CardInstrument } from './acquirer-ports.ts'
import type { PaymentResult } from './ports.ts'

/** What an order is paid with. */
export type Instrument =
  | AuthorizationInstrument
  | {
      readonly kind: 'vaultToken'
      readonly vaultToken: VaultToken
      readonly securityCode?: Sad | undefined
      /** A newer expiry than the stored one; kept when the issuer approves it. */
      readonly expiry?: Expiry
    }

export interface Pay {
  readonly order: Order
  readonly instrument: Instrument
  /** The payer agreed to have the card stored. */
  readonly storeCard: boolean
  /** Kept with the card where that is stored. */
  readonly holder?: CardHolder
  readonly initiator: 'customer' | 'merchant'
  /** Authentication that the merchant brought along. */
  readonly authentication?: Authentication
  /** Where the browser goes in the end, when the payment's own client says so. */
  readonly returnUrl: string | undefined
  /** What is known of the payer's browser. */
  readonly browser: BrowserFacts
  /** The dialect's own parameters of this attempt, kept with the payment. */
  readonly details?: Readonly<Record<string, unknown>>
  /** The order may be paid again if this attempt ends without success. */
  readonly reopens: boolean
  /** Names this attempt, where its client may send it twice: the second changes nothing. */
  readonly attemptKey?: string | undefined
}

/**
 * Pays an order with one instrument: intent first, then the acquirer, then the outcome. Where its
 * issuer wants to see the cardholder, the result says what the browser does next.
 *
 * @returns the result; its payment is still `authorizing` when the acquirer's answer is not known.
 * For an attempt that was begun before: what became of it.
 * @throws Refusal `order_in_progress`, `order_finished`, `order_cancelled`, `order_expired`,
 * `card_expired`, `vault_token_unknown`.
 */
export async function pay(parts: Parts, request: Pay): Promise<PaymentResult> {
  return (await earlierAttempt(parts, request)) ?? attempt(parts, request)
}

async function attempt(parts: Parts, request: Pay): Promise<PaymentResult> {
  const { order, initiator } = request
  const at = parts.clock.now()
  refusePaying(order, at)
  const opened = await openInstrument(parts, request)
  const { instrument, vaultToken } = opened
  refuseExpired(opened, at)

  const authentication = await authenticationFor(parts, request, instrument)
  const keep = storableCard(request, instrument, vaultToken) !== undefined
  const payment = newPayment(parts, request, { at, opened, authentication, keep })
  if (instrument.kind === 'card' && wantsAuthentication(request)) {
    const enrollment = await parts.authenticator?.lookup(instrument.pan)
    if (enrollment?.kind === 'enrolled') {
      const { pan, expiry, securityCode } = instrument
      const card = { pan, expiry, securityCode, keep }
      const { returnUrl, browser } = request
      const waiting = { order, payment, card, vaultToken, returnUrl, browser }
      return startAuthentication(parts, waiting, enrollment)
    }
  }
  if (isRequired(order) && !isAuthenticated(instrument, authentication)) {
    return refuseUnauthenticated(parts, order, payment)
  }

  const operation = authorizationOf(parts, payment)
  if (!(await parts.payments.begin(payment, operation))) await refuseLoser(parts, order)
  const intent = { order, payment, instrument, vaultToken, initiator, authentication, keep }
  return authorize(parts, operation, intent)
}

/** What became of this very attempt. Of two at once neither may see the other; one cannot begin. */
async function earlierAttempt(
  parts: Parts,
  { order, attemptKey }: Pay,
): Promise<PaymentResult | undefined> {
  if (attemptKey === undefined) return undefined
  const payment = await parts.payments.find(order.merchantId, attemptId(order, attemptKey))
  return payment && { order, payment, vaultToken: undefined }
}

/** Whoever pays is present, and nobody has authenticated the payment yet. */
function wantsAuthentication({ order, initiator, authentication }: Pay): boolean {
  return order.threeds !== 'none' && initiator === 'customer' && authentication === undefined
}

interface Opened {
  readonly instrument: AuthorizationInstrument
  readonly card: CardSummary
  readonly cardExpiry: Expiry | undefined
  readonly vaultToken: VaultToken | undefined
}

const NO_CARD: CardSummary = { panMasked: '', brand: undefined }

async function openInstrument(parts: Parts, { order, instrument }: Pay): Promise<Opened> {
  if (instrument.kind === 'wallet') {
    return { instrument, card: NO_CARD, cardExpiry: undefined, vaultToken: undefined }
  }
  if (instrument.kind === 'networkToken') return openedCard(instrument)
  return openCard(parts, order, instrument)
}

/** A card, or a stored one. */
export type CardOrStored = Extract<Instrument, { kind: 'card' | 'vaultToken' }>

/** @throws Refusal `vault_token_unknown` for a stored card that is not for this order. */
export async function openCard(
  parts: Parts,
  order: Order,
  instrument: CardOrStored,
): Promise<Opened & { readonly instrument: CardInstrument }> {
  if (instrument.kind === 'card') return openedCard(instrument)

  const { vaultToken, securityCode, expiry = vaultToken.expiry } = instrument
  if (!mayPay(vaultToken, order)) throw new Refusal('vault_token_unknown')
  const pan = await parts.vault.open(order.merchantId, vaultToken.cardId)
  const card = { kind: 'card' as const, pan, expiry, ...(securityCode && { securityCode }) }
  return openedCard(card, vaultToken)
}

function refuseExpired({ cardExpiry }: Opened, at: Date): void {
  if (cardExpiry !== undefined && isExpired(cardExpiry, at)) throw new Refusal('card_expired')
}

type Numbered = Exclude<AuthorizationInstrument, { kind: 'wallet' }>

function openedCard<T extends Numbered>(
  instrument: T,
  vaultToken?: VaultToken,
): Opened & { readonly instrument: T } {
  const pan = panOf(instrument)
  const card = { panMasked: String(pan), brand: pan.brand }
  return { instrument, card, cardExpiry: instrument.expiry, vaultToken }
}

function panOf(instrument: Numbered): Pan {
  return instrument.kind === 'card' ? instrument.pan : instrument.dpan
}

/** It was named with the order, or belongs to the customer that the order is for. */
function mayPay({ vaultTokenId, customerId, ...stored }: VaultToken, order: Order): boolean {
  const isNamed = order.vaultTokenIds.includes(vaultTokenId)
  const isTheirs = customerId !== undefined && customerId === order.customerId
  return stored.isActive && !stored.isDeleted && (isNamed || isTheirs)
}

// The card of a tokenizing order, or a stored one whose expiry the payer corrected.
function storableCard(
  { order, instrument, storeCard }: Pay,
  sent: AuthorizationInstrument,
  stored: VaultToken | undefined,
) {
  if (sent.kind !== 'card') return undefined
  const asked = order.tokenize === 'only' || (order.tokenize === 'offered' && storeCard)
  const corrected = instrument.kind === 'vaultToken' && instrument.expiry !== undefined
  if (stored === undefined ? !asked : !corrected) return undefined
  return { pan: sent.pan, expiry: sent.expiry }
}

// What the merchant brought along travels with the cavv that waited sealed on the order.
async function authenticationFor(
  parts: Parts,
  { order, authentication }: Pay,
  instrument: AuthorizationInstrument,
): Promise<Authentication> {
  if (authentication === undefined) return ownAuthentication(instrument)
  if (instrument.kind === 'networkToken') return authentication
  const { merchantId, orderId } = order
  const sealed = await parts.orders.sealedAuthentication(merchantId, orderId)
  if (sealed === undefined) return authentication
  const cavv = await parts.vault.openSecret(merchantId, authenticationPlace(orderId), sealed)
  return { ...authentication, cavv: new Sad(cavv) }
}

// Visa and most others say 07 for an e-commerce payment without authentication, Mastercard 00.
function ownAuthentication(instrument: AuthorizationInstrument): Authentication {
  if (instrument.kind === 'wallet') return { eci: undefined }
  return { eci: eciOf(panOf(instrument).brand ?? 'visa', 'notAuthenticated') }
}

function isRequired({ threeds }: Order): boolean {
  return threeds === 'force' || threeds === 'require'
}

/** Full authentication has its proof with it: a CAVV, or a token's own cryptogram. */
function isAuthenticated(
  instrument: AuthorizationInstrument,
  { eci, cavv }: Authentication,
): boolean {
  const proof = instrument.kind === 'networkToken' ? instrument.tokenCryptogram : cavv
  return proof !== undefined && /^0?[25]$/.test(eci ?? '')
}

type Begun = 'order' | 'instrument' | 'holder' | 'reopens' | 'attemptKey' | 'details'

/** The payment of an attempt that is about to be made. */
export function newPayment(
  parts: Parts,
  { order, instrument, holder, reopens, attemptKey, details }: Pick<Pay, Begun>,
  found: { at: Date; opened: Opened; authentication: Authentication; keep: boolean },
): Payment {
  const { card, cardExpiry, vaultToken } = found.opened
  const { currency } = order.amount
  const purpose = purposeOf(order)
  return {
    merchantId: order.merchantId,
    paymentId: attemptKey === undefined ? parts.ids.uuid() : attemptId(order, attemptKey),
    orderId: order.orderId,
    status: purpose === 'credit' ? 'crediting' : 'authorizing',
    instrument: instrument.kind,
    card,
    cardExpiry,
    wallet: instrument.kind === 'wallet' ? instrument.wallet : undefined,
    amount: { minor: purpose === 'verify' ? 0n : order.amount.minor, currency },
    authorizedMinor: 0n,
    capturedMinor: 0n,
    capturingMinor: 0n,
    refundedMinor: 0n,
    refundingMinor: 0n,
    creditedMinor: 0n,
    eci: found.authentication.eci,
    traceNumber: parts.ids.traceNumber(),
    rrn: undefined,
    approvalCode: undefined,
    responseCode: undefined,
    networkTransactionId: undefined,
    issuer: {},
    failure: undefined,
    vaultTokenId: vaultToken?.vaultTokenId,
    holder: found.keep ? holder : undefined,
    details,
    reopens,
    createdAt: found.at,
    settledAt: undefined,
  }
}

async function refuseUnauthenticated(parts: Parts, order: Order, payment: Payment) {
  const failed: Payment = { ...payment, status: 'failed', failure: 'authentication' }
  const notification = await notificationOf(parts, order, { ...failed, isSuccess: false })
  if (!(await parts.payments.refuse(failed, notification))) await refuseLoser(parts, order)
  const result = { order, payment: failed, vaultToken: undefined }
  parts.deliverSoon(notification, result)
  return result
}
