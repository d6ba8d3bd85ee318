import Type, { type Static } from 'typebox'
import { currencyByNumber } from '../../core/currency.ts'
import type { Money } from '../../core/money.ts'
import { type Order, ORDER_LIFE_DAYS_MAX, type StoredFor } from '../../core/order.ts'
import type { VaultToken } from '../../core/payment.ts'
import type { OpenOrder } from '../../gateway/open-order.ts'
import { known } from './answer.ts'
import { WireError } from './codes.ts'
import { dateAhead, dateFields, holdEndOf } from './dates.ts'
import { featuresOf, type Feature, threedsOf } from './features.ts'
import {
  amount,
  currency,
  digits,
  formed,
  ipAddress,
  object,
  opaque,
  optional,
  repeated,
  text,
} from './fields.ts'
import { type Caller, type Context, DIALECT } from './operation.ts'
import { checkOrderBundle } from './order-bundle.ts'
import type { OrderDetails } from './order-details.ts'
import { readReturnUrl } from './return-url.ts'
import { settingsOf } from './settings.ts'

/** What describes an order wherever one is made. */
export const orderFields = {
  orderNumber: optional(formed('^[ -~]{1,36}$', { wrong: '1', description: 'Unique.' })),
  amount: amount({ missing: '4' }),
  currency: optional(currency()),
  returnUrl: text(512, { aliases: ['backUrl'], missing: '4', opaque: true }),
  failUrl: optional(text(512, { opaque: true })),
  dynamicCallbackUrl: optional(text(512, { opaque: true })),
  description: optional(text(598)),
  ip: optional(ipAddress()),
  clientId: optional(opaque(255)),
  merchantLogin: optional(opaque(255)),
  cardholderName: optional(text(150, { aliases: ['cardHolderName', 'cardholder'] })),
  jsonParams: optional(object({ description: 'Kept with the order; values up to 1024.' })),
  sessionTimeoutSecs: optional(digits(9)),
  features: optional(repeated(64, { wrong: '14' })),
  email: optional(text(254)),
  phone: optional(formed('^\\+?[0-9]{7,15}$')),
  postAddress: optional(text(598)),
  orderBundle: optional(object({ wrong: '8' })),
  billingPayerData: optional(object()),
  shippingPayerData: optional(object()),
  preOrderPayerData: optional(object()),
  orderPayerData: optional(object()),
  tii: optional(text(8)),
  ...dateFields,
}

/** The fields of an order, as one of the methods that make one has read them. */
export type OrderRequest = Static<ReturnType<typeof asObject>>

const asObject = () => Type.Object(orderFields)

/** What the method itself, not its request, says about the order. */
export interface OrderKind {
  readonly isTwoPhase: boolean
  /** The stored card that alone may pay it. */
  readonly vaultToken?: VaultToken | undefined
  /** The payer does not want the card kept. */
  readonly bindingNotNeeded?: boolean
}

const DAY_MS = 86_400_000

/**
 * Opens the order that a request describes.
 *
 * @throws WireError with the documented codes; Refusal `reference_in_use`.
 */
export async function openOrder(
  context: Context,
  request: OrderRequest,
  kind: OrderKind & { readonly caller: Caller },
): Promise<Order> {
  const order = orderOf(context, request, kind)
  const holdEnd = holdEndOf(context, request, order.captureMode)
  return context.gateway.openOrder({ order, idempotencyKey: undefined, canonical: '', holdEnd })
}

/**
 * The order that a request describes, before there is one.
 *
 * @throws WireError with the documented codes.
 */
export function orderOf(
  context: Context,
  request: OrderRequest,
  { caller, ...kind }: OrderKind & { readonly caller: Caller },
): OpenOrder['order'] {
  const features = featuresOf(request.features)
  const sum = amountOf(request, caller)
  checkAmount(sum, features, caller)
  checkOrderBundle(request.orderBundle, sum.minor)
  const customerId = customerOf(request, features, kind)
  return {
    merchantId: caller.access.merchant.merchantId,
    dialect: DIALECT,
    merchantReference: numberOf(context, request, { caller, features }),
    amount: sum,
    description: request.description ?? '',
    captureMode: captureModeOf(features, kind),
    tokenize: customerId === undefined || !caller.access.merchant.mayTokenize ? 'no' : 'offered',
    threeds: threedsOf(features),
    storedFor: storedForOf(request.tii),
    customerId,
    vaultTokenIds: kind.vaultToken === undefined ? [] : [kind.vaultToken.vaultTokenId],
    notifyUrl: callbackUrlOf(context, request),
    announcesExpiry: true,
    details: orderDetails(context, request, { caller, features, ...kind }),
    expiresAt: expiryOf(context, request, caller),
  }
}

function amountOf(request: OrderRequest, { access }: Caller): Money {
  const code =
    request.currency === undefined
      ? access.merchant.currency
      : currencyByNumber(request.currency)?.code
  if (code === undefined) throw new WireError('3', 'unknownCurrency')
  return { minor: BigInt(request.amount), currency: code }
}

/** Nothing is charged for a verification, and everything else costs something. */
function checkAmount({ minor }: Money, features: readonly Feature[], { user }: Caller): void {
  const isVerification = features.includes('VERIFY')
  if (isVerification && !user.permissions.includes('verify')) {
    throw new WireError('13', 'verificationDenied')
  }
  if (minor === 0n && !isVerification) throw new WireError('4', 'empty', 'amount')
  const isAlone = features.includes('AUTO_PAYMENT')
  if (isAlone && !user.permissions.includes('payAlone')) throw new WireError('5', 'accessDenied')
}

function customerOf(
  { clientId }: OrderRequest,
  features: readonly Feature[],
  { bindingNotNeeded = false, vaultToken }: OrderKind,
): string | undefined {
  const mustStore = features.includes('FORCE_CREATE_BINDING')
  const dropped = bindingNotNeeded || features.includes('BINDING_NOT_NEEDED')
  if (mustStore && (clientId === undefined || dropped || vaultToken !== undefined)) {
    throw new WireError('14', 'featuresWrong')
  }
  return dropped ? undefined : clientId
}

function numberOf(
  { gateway }: Context,
  { orderNumber }: OrderRequest,
  { caller, features }: { readonly caller: Caller; readonly features: readonly Feature[] },
): string {
  const isNumbered =
    settingsOf(caller.access).numbersOrders || features.includes('FORCE_GENERATE_ORDERNUMBER')
  if (orderNumber !== undefined && !features.includes('FORCE_GENERATE_ORDERNUMBER')) {
    return orderNumber
  }
  if (!isNumbered) throw new WireError('4', 'empty', 'orderNumber')
  return gateway.ids.traceNumber()
}

function captureModeOf(features: readonly Feature[], { isTwoPhase }: OrderKind) {
  if (features.includes('VERIFY')) return 'none'
  return isTwoPhase ? 'manual' : 'automatic'
}

/** What the payer agrees to when the card is kept, by the transaction initiator indicator. */
function storedForOf(tii: string | undefined): StoredFor | undefined {
  const usage = tii === undefined ? undefined : USAGES[tii]
  return usage && { usage, merchantMayInitiate: true }
}

const USAGES: Readonly<Record<string, StoredFor['usage']>> = {
  CI: 'unscheduled',
  RI: 'recurring',
  II: 'installment',
}

function callbackUrlOf(
  { gateway }: Context,
  { dynamicCallbackUrl: url }: OrderRequest,
): string | undefined {
  if (url !== undefined && !gateway.mayNotify(url)) {
    throw new WireError('5', 'wrong', 'dynamicCallbackUrl')
  }
  return url
}

function expiryOf(context: Context, request: OrderRequest, { access }: Caller): Date {
  const { sessionTimeoutSecs } = request
  const named = dateAhead(context, request, 'expirationDate')
  if (named !== undefined) return named
  const seconds =
    sessionTimeoutSecs === undefined
      ? settingsOf(access).sessionTimeoutSecs
      : Number(sessionTimeoutSecs)
  if (seconds === 0 || seconds * 1_000 > ORDER_LIFE_DAYS_MAX * DAY_MS) {
    throw new WireError('5', 'wrong', 'sessionTimeoutSecs')
  }
  return context.gateway.clock.in(seconds * 1_000)
}

const KEPT = [
  'orderBundle',
  'email',
  'phone',
  'postAddress',
  'cardholderName',
  'tii',
  'billingPayerData',
  'shippingPayerData',
  'preOrderPayerData',
  'orderPayerData',
] as const

function orderDetails(
  context: Context,
  request: OrderRequest,
  {
    caller,
    features,
    isTwoPhase,
    vaultToken,
  }: OrderKind & {
    readonly caller: Caller
    readonly features: readonly Feature[]
  },
): Record<string, unknown> {
  const where = { merchant: caller.access.merchant, publicUrl: context.publicUrl }
  const { failUrl, jsonParams } = request
  const details: OrderDetails = {
    returnUrl: readReturnUrl(request.returnUrl, where),
    ...(failUrl !== undefined && { failUrl: readReturnUrl(failUrl, where) }),
    locale: context.locale,
    isTwoPhase,
    features,
    ip: request.ip ?? context.ip,
    ...(jsonParams !== undefined && { jsonParams: checkParams(jsonParams) }),
    ...(vaultToken !== undefined && { bindingOnly: true }),
    ...(features.includes('FORCE_CREATE_BINDING') && { storesCard: true }),
  }
  return { ...details, ...known(Object.fromEntries(KEPT.map((name) => [name, request[name]]))) }
}

const PARAM_LENGTH_MAX = 1_024

/** Authentication values serve one payment and are stored nowhere. */
const NEVER_KEPT: ReadonlySet<string> = new Set(['cavv', 'xid'])

/**
 * Parameters of the merchant's own are texts; numbers and booleans are kept as text.
 *
 * @throws WireError 5
 */
export function checkParams(
  params: Readonly<Record<string, unknown>>,
  field = 'jsonParams',
): Record<string, string> {
  const kept = Object.entries(params).filter(([name]) => !NEVER_KEPT.has(name.toLowerCase()))
  const entries = kept.map(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    if (text.length > PARAM_LENGTH_MAX) throw new WireError('5', 'wrong', field)
    return [name, text]
  })
  return Object.fromEntries(entries) as Record<string, string>
}
