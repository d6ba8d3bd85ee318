import Type from 'typebox'
import { formatDecimal, type Money, parseDecimal } from '../../core/money.ts'
import { type Order, ORDER_LIFE_DAYS_MAX } from '../../core/order.ts'
import type { Merchant, MerchantAccess } from '../../gateway/ports.ts'
import { invalid } from './bind.ts'
import { checkChannels } from './channels.ts'
import { SUCCESS, WireError } from './codes.ts'
import { answer } from './fields.ts'
import { parseLocal } from './local-time.ts'
import { type Context, DIALECT, signedOperation } from './operation.ts'
import { paymentTokenOf, webPaymentUrl } from './order-ref.ts'
import { PaymentTokenRequest } from './payment-token-request.ts'
import { checkReturnUrl } from './return-url.ts'

// The response page says a token lives 30 minutes, the parameter page 20; the longer serves both.
const EXPIRY_MS = 30 * 60_000
const EXPIRY_MS_MAX = ORDER_LIFE_DAYS_MAX * 86_400_000

// 2C2P's currency list gives rupiah no decimals, where ISO 4217 gives two.
const WITHOUT_DECIMALS: ReadonlySet<string> = new Set(['IDR'])

/** Payment Token: opens an order and names it by an opaque token. */
export const paymentToken = signedOperation(
  {
    path: 'paymentToken',
    summary: 'Open an order and get its payment token',
    request: PaymentTokenRequest,
    response: answer({ webPaymentUrl: Type.String(), paymentToken: Type.String() }),
  },
  async (context, request, access) => {
    const { gateway, publicUrl } = context
    refuseUnserved(context, request, access.merchant)
    // The cavv is sensitive: it waits sealed, and neither digest nor details hold it.
    const { cavv, ...details } = request
    const opened = await orderFrom(context, details, access)
    // A retry may write the amount otherwise, and has a nonce of its own.
    const { nonceStr: _nonce, ...asked } = { ...details, amount: formatDecimal(opened.amount) }
    const order = await gateway.openOrder({
      order: opened,
      idempotencyKey: request.idempotencyID,
      canonical: JSON.stringify(asked),
      ...(cavv !== undefined && { authentication: cavv }),
    })
    const token = paymentTokenOf(gateway, order)
    return { webPaymentUrl: webPaymentUrl(publicUrl, token), paymentToken: token, ...SUCCESS }
  },
)

type Details = Omit<PaymentTokenRequest, 'cavv'>

async function orderFrom(
  { gateway }: Context,
  details: Details,
  { merchant }: MerchantAccess,
): Promise<Omit<Order, 'orderId' | 'status' | 'createdAt'>> {
  const { merchantId } = merchant
  const names = details.customerToken ?? []
  const vaultTokens = await gateway.vaultTokens(merchantId, DIALECT, names)
  if (vaultTokens.length < new Set(names).size) throw new WireError('9202', 'Invalid CustomerToken')
  return {
    merchantId,
    dialect: DIALECT,
    merchantReference: details.invoiceNo,
    amount: amountOf(details, merchant),
    description: details.description,
    captureMode: details.transactionMode?.toUpperCase() === 'PREAUTH' ? 'manual' : 'automatic',
    tokenize: tokenizeOf(details, merchant),
    threeds: ({ Y: 'try', F: 'force', N: 'none' } as const)[threedsOf(details)],
    vaultTokenIds: vaultTokens.map(({ vaultTokenId }) => vaultTokenId),
    notifyUrl: details.backendReturnUrl ?? merchant.notifyUrl,
    customerId: undefined,
    announcesExpiry: false,
    storedFor: undefined,
    details,
    expiresAt: expiryOf(details, merchant, gateway.clock),
  }
}

function amountOf(details: Details, merchant: Merchant): Money {
  const currency = details.currencyCode ?? merchant.currency
  const amount = parseDecimal(details.amount, currency)
  if (amount === undefined) {
    if (parseDecimal('0', currency) === undefined) {
      throw new WireError('9010', 'Invalid Currency Code')
    }
    throw invalid('amount', `it has more decimals than ${currency} has`, '9009')
  }
  if (WITHOUT_DECIMALS.has(currency) && amount.minor % 100n !== 0n) {
    throw invalid('amount', `${currency} has no decimals here`, '9009')
  }
  if (amount.minor === 0n && details.tokenizeOnly !== true) {
    throw invalid('amount', 'it must be above zero', '9009')
  }
  return amount
}

function tokenizeOf({ tokenize, tokenizeOnly }: Details, merchant: Merchant): Order['tokenize'] {
  if (tokenize !== true && tokenizeOnly !== true) return 'no'
  if (!merchant.mayTokenize) throw new WireError('9080', 'Tokenization not allowed')
  return tokenizeOnly === true ? 'only' : 'offered'
}

function threedsOf({ request3DS }: Details): 'Y' | 'F' | 'N' {
  return request3DS === 'F' || request3DS === 'N' ? request3DS : 'Y'
}

function expiryOf(details: Details, merchant: Merchant, clock: Context['gateway']['clock']): Date {
  if (details.paymentExpiry === undefined) return clock.in(EXPIRY_MS)
  const at = parseLocal(details.paymentExpiry, merchant.timeZone)
  if (at === undefined) throw invalid('paymentExpiry', 'there is no such time', '9008')
  if (at <= clock.now()) throw invalid('paymentExpiry', 'it is in the past', '9008')
  if (at > clock.in(EXPIRY_MS_MAX)) throw invalid('paymentExpiry', 'it is too far ahead', '9008')
  return at
}

/** Refuses what would change the amount a cardholder pays if it were silently ignored. */
function refuseUnserved(
  { gateway }: Context,
  request: PaymentTokenRequest,
  merchant: Merchant,
): void {
  checkChannels(request.paymentChannel)
  checkNotifyUrl(gateway, request.backendReturnUrl)
  checkReturnUrl('frontendReturnUrl', request.frontendReturnUrl, merchant)
  if (request.recurring === true) throw invalid('recurring', 'recurring plans are not available')
  if (request.promotionCode !== undefined) {
    throw new WireError('9078', 'Promotion code does not exist')
  }
  if (request.fxRateId !== undefined || request.originalAmount !== undefined) {
    throw new WireError('9101', 'Not allow to make a payment with Fx')
  }
  if ((request.loyaltyPoints ?? []).length > 0) {
    throw new WireError('9107', 'Invalid Loyalty Provider')
  }
  if (request.transactionInitiator === 'M' && request.previousPaymentID === undefined) {
    throw new WireError('9005', 'Some mandatory fields are missing: previousPaymentID')
  }
  checkSubMerchants(request, merchant)
}

function checkSubMerchants(request: PaymentTokenRequest, merchant: Merchant): void {
  const { subMerchants } = request
  if (subMerchants === undefined || subMerchants.length === 0) return
  const currency = request.currencyCode ?? merchant.currency
  const amounts = subMerchants.map(({ amount }) => parseDecimal(amount, currency)?.minor)
  const sum = amounts.reduce((total = 0n, minor = 0n) => total + minor, 0n)
  if (amounts.includes(undefined)) throw new WireError('9094', 'Invalid Sub Merchant Amount')
  if (sum !== parseDecimal(request.amount, currency)?.minor) {
    throw new WireError('9095', 'Sub Merchant Amount mismatch')
  }
}

function checkNotifyUrl(gateway: Context['gateway'], url: string | undefined): void {
  if (url === undefined || gateway.mayNotify(url)) return
  throw invalid('backendReturnUrl', 'results cannot be sent to this URL')
}
