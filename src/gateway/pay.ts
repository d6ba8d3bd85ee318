import { type Expiry, isExpired } from '../core/card.ts'
import { type Order, purposeOf, refusePaying } from '../core/order.ts'
import { type Pan, Sad } from '../core/pan.ts'
import type { Payment, VaultToken } from '../core/payment.ts'
import { Refusal } from '../core/refusal.ts'
import type { Parts } from './parts.ts'
import type {
  Authentication,
  Authorization,
  AuthorizationInstrument,
  Operation,
  PaymentResult,
} from './ports.ts'
import { notificationOf } from './notify.ts'
import { authenticationPlace } from './open-order.ts'
import { settleAuthorization } from './settle-authorization.ts'

/** What an order is paid with. */
export type Instrument =
  | AuthorizationInstrument
  | {
      readonly kind: 'vaultToken'
      readonly vaultToken: VaultToken
      readonly securityCode?: Sad
      /** A newer expiry than the stored one; kept when the issuer approves it. */
      readonly expiry?: Expiry
    }

export interface Pay {
  readonly order: Order
  readonly instrument: Instrument
  /** The payer agreed to have the card stored. */
  readonly storeCard: boolean
  readonly initiator: 'customer' | 'merchant'
  /** Authentication that the merchant brought along. */
  readonly authentication?: Authentication
}

/**
 * Pays an order with one instrument: intent first, then the acquirer, then the outcome.
 *
 * @returns the result; its payment is still `authorizing` when the acquirer's answer is not known.
 * @throws Refusal `order_in_progress`, `order_finished`, `order_cancelled`, `order_expired`,
 * `card_expired`, `vault_token_unknown`.
 */
export async function pay(parts: Parts, request: Pay): Promise<PaymentResult> {
  const { order } = request
  const at = parts.clock.now()
  refusePaying(order, at)
  const opened = await openInstrument(parts, request)
  const { instrument, vaultToken } = opened
  if (isExpired(instrument.expiry, at)) throw new Refusal('card_expired')

  const authentication = await authenticationFor(parts, request, instrument)
  const payment = newPayment(parts, request, { at, opened, authentication })
  if (order.threeds === 'force' && !isAuthenticated(authentication)) {
    return refuseUnauthenticated(parts, order, payment)
  }

  const operation: Operation = {
    merchantId: order.merchantId,
    // A payment has one authorization, so they share an id: follow-ups name it by the payment's.
    operationId: payment.paymentId,
    paymentId: payment.paymentId,
    kind: 'authorize',
    amount: payment.amount,
    reference: undefined,
    sentAt: at,
    dueAt: parts.clock.in(parts.limits.inDoubtAfterMs),
  }
  if (!(await parts.payments.begin(payment, operation))) await refuseLoser(parts, order)

  const message: Authorization = {
    merchantId: order.merchantId,
    operationId: operation.operationId,
    merchantReference: order.merchantReference,
    amount: payment.amount,
    purpose: purposeOf(order),
    instrument,
    initiator: request.initiator,
    storedCredential: vaultToken !== undefined,
    authentication,
  }
  const outcome = await parts.acquirer.authorize(message).finally(() => wipe(message))
  if (outcome.kind === 'unknown') {
    const { merchantId, paymentId } = payment
    parts.reporter.event('operation_in_doubt', { merchantId, paymentId, kind: 'authorize' })
    return { order, payment, vaultToken }
  }
  const card = storableCard(request, instrument, vaultToken)
  return settleAuthorization(parts, { order, payment, operation, outcome, card, vaultToken })
}

/** Sensitive authentication data ends with the attempt, whatever came of it. */
function wipe({ instrument, authentication }: Authorization): void {
  if (instrument.kind === 'card') instrument.securityCode?.wipe()
  else instrument.tokenCryptogram?.wipe()
  authentication.cavv?.wipe()
}

interface Opened {
  readonly instrument: AuthorizationInstrument
  readonly pan: Pan
  readonly vaultToken: VaultToken | undefined
}

async function openInstrument(parts: Parts, { order, instrument }: Pay): Promise<Opened> {
  if (instrument.kind === 'networkToken') {
    return { instrument, pan: instrument.dpan, vaultToken: undefined }
  }
  if (instrument.kind === 'card') return { instrument, pan: instrument.pan, vaultToken: undefined }

  const { vaultToken, securityCode, expiry = vaultToken.expiry } = instrument
  if (!order.vaultTokenIds.includes(vaultToken.vaultTokenId)) {
    throw new Refusal('vault_token_unknown')
  }
  const pan = await parts.vault.open(order.merchantId, vaultToken.cardId)
  const card = { kind: 'card' as const, pan, expiry, ...(securityCode && { securityCode }) }
  return { instrument: card, pan, vaultToken }
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
  const pan = instrument.kind === 'card' ? instrument.pan : instrument.dpan
  return { eci: pan.brand === 'mastercard' ? '00' : '07' }
}

function isAuthenticated({ eci }: Authentication): boolean {
  return eci === '05' || eci === '02'
}

function newPayment(
  parts: Parts,
  { order, instrument }: Pay,
  found: { at: Date; opened: Opened; authentication: Authentication },
): Payment {
  const { pan, vaultToken } = found.opened
  const { currency } = order.amount
  return {
    merchantId: order.merchantId,
    paymentId: parts.ids.uuid(),
    orderId: order.orderId,
    status: 'authorizing',
    instrument: instrument.kind,
    card: { panMasked: String(pan), brand: pan.brand },
    amount: { minor: order.tokenize === 'only' ? 0n : order.amount.minor, currency },
    authorizedMinor: 0n,
    capturedMinor: 0n,
    capturingMinor: 0n,
    refundedMinor: 0n,
    refundingMinor: 0n,
    eci: found.authentication.eci,
    traceNumber: parts.ids.traceNumber(),
    rrn: undefined,
    approvalCode: undefined,
    responseCode: undefined,
    networkTransactionId: undefined,
    issuer: {},
    failure: undefined,
    vaultTokenId: vaultToken?.vaultTokenId,
    createdAt: found.at,
  }
}

async function refuseUnauthenticated(parts: Parts, order: Order, payment: Payment) {
  const failed: Payment = { ...payment, status: 'failed', failure: 'authentication' }
  const notification = notificationOf(parts, order, failed)
  if (!(await parts.payments.refuse(failed, notification))) await refuseLoser(parts, order)
  const result = { order, payment: failed, vaultToken: undefined }
  parts.deliverSoon(notification, result)
  return result
}

/** Another attempt was faster: say what the order says now. */
async function refuseLoser(parts: Parts, order: Order): Promise<never> {
  const now = await parts.orders.find(order.merchantId, order.orderId)
  if (now !== undefined) refusePaying(now, parts.clock.now())
  throw new Refusal('order_in_progress')
}
