import { isExpired } from '../../core/card.ts'
import { type Money, parseDecimal } from '../../core/money.ts'
import type { Order } from '../../core/order.ts'
import { readAmount } from './amounts.ts'
import { invalid } from './bind.ts'
import { WireError } from './codes.ts'
import { debitPlanOf } from './debit-plan.ts'
import { type Context, DIALECT } from './operation.ts'
import type { OrderAndPayRequest } from './order-and-pay-request.ts'
import { type OrderDetails, referenceOf } from './order-details.ts'
import { isWalletMethod } from './payment-methods.ts'
import { storedForOf } from './stored-for.ts'
import { checkReturnUrl } from './return-to-merchant.ts'

type NewOrder = Omit<Order, 'orderId' | 'status' | 'createdAt'>

// Seconds that an order may be paid for: half an hour, unless it says otherwise, up to a day.
const LIFE_SECONDS = 1_800
const LIFE_SECONDS_MAX = 86_400

const countries = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })

/** @throws WireError for what is wrong with an order as such. */
export async function orderFrom(context: Context, request: OrderAndPayRequest): Promise<NewOrder> {
  const { gateway, access } = context
  checkPlaces(context, request)
  const binds = bindsInstrument(request)
  const { mitType, paymentMethodType } = request.paymentDetail ?? {}
  const amount = amountOf(request)
  const isFree = amount.minor === 0n
  return {
    merchantId: access.merchant.merchantId,
    dialect: DIALECT,
    merchantReference: referenceOf(request.outTradeNo),
    amount,
    description: request.subject,
    captureMode: isFree ? 'none' : captureModeOf(context, request),
    tokenize: isFree ? 'only' : binds ? 'offered' : 'no',
    threeds: isWalletMethod(paymentMethodType) ? 'none' : threedsOf(context, request),
    storedFor: binds || isFree ? storedForOf(mitType) : undefined,
    customerId: request.userId,
    vaultTokenIds: await suggestedCards(context, request),
    notifyUrl: request.notifyUrl,
    announcesExpiry: true,
    details: { ...detailsFrom(request) },
    expiresAt: gateway.clock.in(lifeSeconds(request) * 1_000),
  }
}

// More than a payer looks at.
const SUGGESTIONS_MAX = 10

/** The customer's stored cards that the hosted cashier offers, the newest first. */
async function suggestedCards(
  { gateway, access }: Context,
  { integrate, userId: customerId }: OrderAndPayRequest,
): Promise<readonly string[]> {
  if (integrate === 'Direct_Payment') return []
  const { merchantId } = access.merchant
  const cards = await gateway.listVaultTokens({ merchantId, dialect: DIALECT, customerId })
  const now = gateway.clock.now()
  return cards
    .filter(({ expiry }) => !isExpired(expiry, now))
    .slice(-SUGGESTIONS_MAX)
    .map(({ vaultTokenId }) => vaultTokenId)
}

function checkPlaces({ gateway, access }: Context, request: OrderAndPayRequest): void {
  const { country, notifyUrl, frontCallbackUrl } = request
  if (country !== undefined && countries.of(country) === undefined) {
    throw new WireError('COUNTRY_INVALID')
  }
  checkReturnUrl(frontCallbackUrl, access.merchant)
  if (notifyUrl !== undefined && !gateway.mayNotify(notifyUrl)) {
    throw invalid('notifyUrl', 'results cannot be sent to it')
  }
}

/** What is out of range is clamped, as documented. */
function lifeSeconds({ expireTime = String(LIFE_SECONDS) }: OrderAndPayRequest): number {
  if (!/^[0-9]+$/.test(expireTime)) throw invalid('expireTime', 'it must be a number of seconds')
  return Math.min(Math.max(Number(expireTime), LIFE_SECONDS), LIFE_SECONDS_MAX)
}

function detailsFrom(request: OrderAndPayRequest): OrderDetails {
  const { outTradeNo, country, reference, frontCallbackUrl, language, paymentDetail } = request
  const { paymentMethodType, targetOrg } = paymentDetail ?? {}
  const debitPlan = debitPlanOf(request)
  return {
    outTradeNo,
    authorizationType: request.authorizationType ?? 'FINAL_AUTH',
    ...(country !== undefined && { country }),
    ...(reference !== undefined && { reference }),
    ...(frontCallbackUrl !== undefined && { frontCallbackUrl }),
    ...(language !== undefined && { locale: language }),
    ...(paymentMethodType !== undefined && { paymentMethodType }),
    ...(targetOrg !== undefined && { targetOrg }),
    ...(debitPlan && { debitPlan }),
  }
}

/** A wallet's owner agrees to later debits in either way of asking; a card needs the one. */
function bindsInstrument({ paymentDetail = {} }: OrderAndPayRequest): boolean {
  const { tokenForFutureUse = false, mitType, paymentMethodType, paymentTokenID } = paymentDetail
  const isAsked = isWalletMethod(paymentMethodType) && paymentTokenID === undefined
  return tokenForFutureUse || (isAsked && mitType !== undefined)
}

function captureModeOf({ settings }: Context, request: OrderAndPayRequest): Order['captureMode'] {
  if (request.captureMode !== 'MANUAL') return 'automatic'
  // A wallet pays at once, or not at all.
  const isWallet = isWalletMethod(request.paymentDetail?.paymentMethodType)
  if (isWallet || !settings.allows.authorization) throw new WireError('AUTH_NOT_SUPPORT')
  if (request.authorizationType === 'PRE_AUTH' && !settings.allows.preAuthorization) {
    throw new WireError('PRE_AUTH_NOT_SUPPORT')
  }
  return 'manual'
}

const POLICIES = new Map<string, Order['threeds']>([
  ['do3ds', 'force'],
  ['no3ds', 'none'],
])

function threedsOf(context: Context, { subject, paymentDetail = {} }: OrderAndPayRequest) {
  const { dynamic3DS = '' } = paymentDetail.cardInfo ?? {}
  const wanted = dynamic3DS.toLowerCase()
  const isKnown = POLICIES.has(wanted) || wanted === 'ext3ds'
  if (isKnown && !context.settings.allows.dynamic3DS) throw new WireError('MER_CONFIG_ERROR')
  // Initiate testing: the subject 3DS asks for a challenge.
  if (context.obeysSubjects && subject === '3DS') return 'force'
  return POLICIES.get(wanted) ?? 'try'
}

// Limits of payments that a merchant may repeat on its own, in major units (subscriptions, 6.4).
const LIMITS = new Map<string, readonly [string, string]>([
  ['UYU', ['15', '40000']],
  ['PYG', ['7000', '6000000']],
  ['BRL', ['0', '50000']],
  ['CLP', ['0', '800000']],
  ['COP', ['0', '3500000']],
  ['MXN', ['0', '200000']],
  ['PEN', ['0', '3000']],
])

function amountOf({ totalAmount, currency, paymentDetail = {} }: OrderAndPayRequest): Money {
  const { mitType, merchantInitiated = false } = paymentDetail
  const amount = readAmount(totalAmount, currency)
  // Zero binds without paying, which only products that the merchant initiates can use.
  const mayBeZero = mitType !== undefined && !merchantInitiated
  if (amount.minor === 0n && !mayBeZero) throw new WireError('AMOUNT_INVALID')
  if (amount.minor > 0n && mitType !== undefined) checkLimits(amount)
  return amount
}

function checkLimits({ minor, currency }: Money): void {
  const limits = LIMITS.get(currency)
  if (limits === undefined) return
  const [least = 0n, most = minor] = limits.map((limit) => parseDecimal(limit, currency)?.minor)
  if (minor < least) throw new WireError('AMOUNT_LIMIT_MINIMUM')
  if (minor > most) throw new WireError('AMOUNT_LIMIT_MAXIMUM')
}
