import type { Order } from '../core/order.ts'
import type { Sad } from '../core/pan.ts'
import type { Payment, VaultToken } from '../core/payment.ts'
import { judge, type TransStatus } from '../core/threeds.ts'
import { authorizationOf, authorize, refuseLoser } from './authorize.ts'
import { findOrder } from './inquire.ts'
import { notificationOf } from './notify.ts'
import { taggedId } from './order-id.ts'
import type { Parts } from './parts.ts'
import type {
  AuthenticationRecord,
  AuthenticationRequest,
  BrowserFacts,
  Enrollment,
} from './authentication-ports.ts'
import type { PaymentResult } from './ports.ts'
import type { WaitingCard } from './vault-ports.ts'
import type { OrderRef } from './session-token.ts'

/** A payment that waits for its cardholder. */
export interface Waiting {
  readonly order: Order
  readonly payment: Payment
  readonly card: WaitingCard
  readonly vaultToken: VaultToken | undefined
  readonly returnUrl: string | undefined
}

/** The browser's part of it: what it carries for us, and what it tells of itself. */
export interface BrowserPart {
  readonly sessionData: string
  /** Whether the issuer's method page was seen: yes, no, or there is none. */
  readonly methodCompletion: 'Y' | 'N' | 'U'
  readonly browser?: BrowserFacts
}

type Enrolled = Extract<Enrollment, { kind: 'enrolled' }>

const RESULTS_POLL_MS = 100
const EXPIRED_AT_ONCE = 100

/**
 * Starts 3-D Secure for a payment. The card waits split: its ciphertext goes with the browser, the
 * one-time key waits on the authentication's row.
 *
 * @throws Refusal `order_in_progress`, `order_finished`, `order_cancelled`, `order_expired`.
 */
export async function startAuthentication(
  parts: Parts,
  waiting: Waiting & { readonly browser: BrowserFacts },
  { version, methodUrl }: Enrolled,
): Promise<PaymentResult> {
  const { order, vaultToken, card } = waiting
  const authenticationId = taggedId(parts, order.merchantId)
  const { key, text } = parts.vault.splitSeal(authenticationId, card)
  const payment: Payment = { ...waiting.payment, status: 'authenticating', eci: undefined }
  const record: AuthenticationRecord = {
    merchantId: payment.merchantId,
    paymentId: payment.paymentId,
    authenticationId,
    state: methodUrl === undefined ? 'requested' : 'method',
    version,
    sessionKey: key,
    returnUrl: waiting.returnUrl,
    methodUrl,
    acsUrl: undefined,
    dsTransactionId: undefined,
    acsTransactionId: undefined,
    transStatus: undefined,
    eci: undefined,
    sealedValue: undefined,
    sealedStep: undefined,
    expiresAt: parts.clock.in(parts.limits.authenticationMs),
    createdAt: parts.clock.now(),
  }
  if (!(await parts.authentications.begin(payment, record))) await refuseLoser(parts, order)
  if (methodUrl !== undefined) {
    const next = { kind: 'method' as const, methodUrl, authenticationId, sessionData: text }
    return { order, payment, vaultToken, next }
  }
  const { browser } = waiting
  const part = { sessionData: text, methodCompletion: 'U' as const, browser }
  return ask(parts, { ...waiting, payment, record }, part)
}

/** Goes on after the issuer's method page. A second call for the same payment changes nothing. */
export async function continueAuthentication(
  parts: Parts,
  ref: OrderRef,
  part: BrowserPart,
): Promise<PaymentResult> {
  const found = await findWaiting(parts, ref, part.sessionData)
  if (found.kind === 'result') return found.result
  if (!(await parts.authentications.request(found.record))) return current(parts, found.order)
  return ask(parts, found, part)
}

/** Keeps what the directory server says of a challenge. @returns the message to answer it with. */
export async function receiveResults(
  parts: Parts,
  ref: OrderRef,
  body: Uint8Array,
): Promise<object | undefined> {
  const { record } = await findAuthentication(parts, ref)
  const expected = record && idsOf(record)
  if (record === undefined || expected === undefined) return undefined
  const results = parts.authenticator?.readResults(body, expected)
  if (results?.kind !== 'results') return results?.answer
  const { transStatus, eci, cavv } = results
  const sealedValue = cavv && (await parts.vault.sealSad(ref.merchantId, valuePlace(record), cavv))
  await parts.authentications.conclude(record, { transStatus, eci, sealedValue })
  return results.answer
}

/**
 * Ends a challenge when the browser is back. The browser's word only wakes us: the outcome is the
 * one that the directory server told, or none.
 */
export async function finishAuthentication(
  parts: Parts,
  ref: OrderRef,
  sessionData: string,
): Promise<PaymentResult> {
  const found = await findWaiting(parts, ref, sessionData)
  if (found.kind === 'result') return found.result
  const record = await awaitResults(parts, found.record)
  const { transStatus = 'U', eci, sealedValue } = record
  const cavv =
    sealedValue && (await parts.vault.openSad(record.merchantId, valuePlace(record), sealedValue))
  const { dsTransactionId } = record
  // No result at all is no authentication, whatever the order's policy says of an honest U.
  const isMissing = record.transStatus === undefined
  return conclude(parts, found, { transStatus, eci, cavv, dsTransactionId, isMissing })
}

/** What is known of a payment's 3-D Secure authentication, also after it ended. */
export type AuthenticationFacts = Pick<
  AuthenticationRecord,
  'authenticationId' | 'version' | 'state' | 'transStatus' | 'dsTransactionId'
>

/** @returns undefined where nobody was asked. */
export async function authenticationFacts(
  parts: Parts,
  { merchantId, paymentId }: Payment,
): Promise<AuthenticationFacts | undefined> {
  const record = await parts.authentications.find(merchantId, paymentId)
  if (record === undefined) return undefined
  const { authenticationId, version, state, transStatus, dsTransactionId } = record
  return { authenticationId, version, state, transStatus, dsTransactionId }
}

/** Where the browser may be sent about an order's payment, and where it goes in the end. */
export async function browserWays(
  parts: Parts,
  ref: OrderRef,
): Promise<{ readonly origins: readonly string[]; readonly returnUrl: string | undefined }> {
  const { record } = await findAuthentication(parts, ref)
  const urls = [record?.methodUrl, record?.acsUrl].filter((url) => url !== undefined)
  return { origins: urls.map((url) => new URL(url).origin), returnUrl: record?.returnUrl }
}

/** Fails payments whose cardholder did not come back in time. @returns how many. */
export async function expireAuthentications(parts: Parts): Promise<number> {
  const expired = await parts.authentications.expired(parts.clock.now(), EXPIRED_AT_ONCE)
  for (const payment of expired) {
    const { merchantId, orderId } = payment
    await fail(parts, await findOrder(parts, { merchantId, orderId }), payment)
  }
  return expired.length
}

interface Found extends Waiting {
  readonly kind: 'waiting'
  readonly record: AuthenticationRecord
}

interface Authenticated extends PaymentResult {
  readonly record: AuthenticationRecord | undefined
}

async function findAuthentication(parts: Parts, ref: OrderRef): Promise<Authenticated> {
  const order = await findOrder(parts, ref)
  const found = await parts.payments.findByOrder(order)
  if (found === undefined) {
    return { order, payment: undefined, vaultToken: undefined, record: undefined }
  }
  const { payment, vaultToken } = found
  const record = await parts.authentications.find(ref.merchantId, payment.paymentId)
  return { order, payment, vaultToken, record }
}

/** The payment that the browser is about; its result when that is settled already. */
async function findWaiting(
  parts: Parts,
  ref: OrderRef,
  sessionData: string,
): Promise<Found | { readonly kind: 'result'; readonly result: PaymentResult }> {
  const { record, ...result } = await findAuthentication(parts, ref)
  const { order, payment, vaultToken } = result
  const key = record?.sessionKey
  if (payment?.status !== 'authenticating' || record === undefined || key === undefined) {
    return { kind: 'result', result }
  }
  const card = parts.vault.splitOpen(record.authenticationId, key, sessionData)
  if (card === undefined || record.expiresAt <= parts.clock.now()) {
    return { kind: 'result', result: await fail(parts, order, payment) }
  }
  const { returnUrl } = record
  return { kind: 'waiting', order, payment, record, card, vaultToken, returnUrl }
}

interface Asked extends Waiting {
  readonly record: AuthenticationRecord
}

/** Asks the directory server, and goes on as it says. */
async function ask(parts: Parts, asked: Asked, part: BrowserPart): Promise<PaymentResult> {
  const { order, payment, record, vaultToken } = asked
  const answer = await parts.authenticator?.authenticate(await requestOf(parts, asked, part))
  if (answer?.kind === 'challenge') {
    const { acsUrl, creq, dsTransactionId, acsTransactionId } = answer
    const ids = { dsTransactionId, acsTransactionId, acsUrl }
    await parts.authentications.challenge(record, ids)
    const next = { kind: 'challenge' as const, acsUrl, creq, sessionData: part.sessionData }
    return { order, payment, vaultToken, next }
  }
  if (answer?.kind === 'done') return conclude(parts, asked, { ...answer, isMissing: false })
  // Nobody could say: whether that is good enough is the order's policy.
  const isMissing = order.threeds !== 'try'
  return conclude(parts, asked, { transStatus: 'U', isMissing })
}

async function requestOf(
  parts: Parts,
  { order, payment, card, record }: Asked,
  part: BrowserPart,
): Promise<AuthenticationRequest> {
  const access = await parts.merchantAccess(order.merchantId, order.dialect)
  return {
    threeDSServerTransactionId: record.authenticationId,
    version: record.version,
    pan: card.pan,
    expiry: card.expiry,
    amount: order.amount,
    merchantId: order.merchantId,
    merchantName: access?.merchant.name ?? order.merchantId,
    purchaseAt: payment.createdAt,
    ...parts.threedsUrls(order),
    methodCompletion: part.methodCompletion,
    challengePreference: order.threeds === 'force' ? 'mandated' : 'none',
    ...(part.browser && { browser: part.browser }),
  }
}

interface Outcome {
  readonly transStatus: TransStatus
  readonly eci?: string | undefined
  readonly cavv?: Sad | undefined
  readonly dsTransactionId?: string | undefined
  /** There is no outcome to go by. */
  readonly isMissing: boolean
}

/** Authorizes the payment with its authentication, or fails it: exactly one of them, once. */
async function conclude(parts: Parts, asked: Asked, outcome: Outcome): Promise<PaymentResult> {
  const { order, card, vaultToken } = asked
  const { transStatus, cavv, dsTransactionId } = outcome
  const policy = order.threeds === 'none' ? 'try' : order.threeds
  const brand = card.pan.brand ?? 'visa'
  const verdict = judge({
    brand,
    transStatus,
    eci: outcome.eci,
    cavv,
    policy,
  })
  if (outcome.isMissing || verdict.kind !== 'proceed') return fail(parts, order, asked.payment)

  const payment: Payment = { ...asked.payment, status: 'authorizing', eci: verdict.eci }
  const operation = authorizationOf(parts, payment)
  if (!(await parts.authentications.authorize(payment, operation))) return current(parts, order)
  const { pan, expiry, securityCode, keep } = card
  return authorize(parts, operation, {
    order,
    payment,
    instrument: { kind: 'card', pan, expiry, ...(securityCode && { securityCode }) },
    vaultToken,
    initiator: 'customer',
    authentication: {
      eci: verdict.eci,
      ...(cavv && { cavv }),
      ...(dsTransactionId !== undefined && { dsTransactionId }),
    },
    keep,
  })
}

/** Fails the payment whose cardholder is being authenticated. @returns false when there is none. */
export async function endAuthentication(parts: Parts, order: Order): Promise<boolean> {
  const { payment } = await current(parts, order)
  if (payment?.status !== 'authenticating') return false
  const { payment: ended } = await fail(parts, order, payment)
  return ended?.status === 'failed'
}

async function fail(parts: Parts, order: Order, payment: Payment): Promise<PaymentResult> {
  const notification = await notificationOf(parts, order, { ...payment, isSuccess: false })
  const failed = await parts.authentications.fail(payment, parts.clock.now(), notification)
  if (failed === undefined) return current(parts, order)
  const { merchantId, paymentId, status } = failed
  parts.reporter.event('payment_settled', { merchantId, paymentId, outcome: status })
  const result = { order, payment: failed, vaultToken: undefined }
  parts.deliverSoon(notification, result)
  return result
}

async function current(parts: Parts, order: Order): Promise<PaymentResult> {
  const found = await parts.payments.findByOrder(order)
  return { order, payment: found?.payment, vaultToken: found?.vaultToken }
}

/** The result may still be on its way when the browser says that the challenge is over. */
async function awaitResults(
  parts: Parts,
  record: AuthenticationRecord,
): Promise<AuthenticationRecord> {
  const { merchantId, paymentId } = record
  let waited = 0
  let now = record
  while (now.transStatus === undefined && waited < parts.limits.resultsGraceMs) {
    await parts.clock.sleep(RESULTS_POLL_MS)
    waited += RESULTS_POLL_MS
    now = (await parts.authentications.find(merchantId, paymentId)) ?? record
  }
  return now
}

/** Where an authentication value is sealed to until its payment is authorized. */
function valuePlace({ authenticationId }: AuthenticationRecord): string {
  return `authentication-value/${authenticationId}`
}

/** All three ids that a result must name; undefined before there was a challenge. */
function idsOf({ authenticationId, dsTransactionId, acsTransactionId }: AuthenticationRecord) {
  if (dsTransactionId === undefined || acsTransactionId === undefined) return undefined
  return { threeDSServerTransactionId: authenticationId, dsTransactionId, acsTransactionId }
}
