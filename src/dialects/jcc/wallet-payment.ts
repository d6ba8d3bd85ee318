import type { Static } from 'typebox'
import { currencyOf } from '../../core/currency.ts'
import type { Order } from '../../core/order.ts'
import type { Wallet, WalletPayment } from '../../core/wallet-payment.ts'
import type { MerchantAccess, PaymentResult } from '../../gateway/ports.ts'
import { walletInstrument } from '../../gateway/wallet-instrument.ts'
import { merchantByLogin } from './acting.ts'
import { WireError } from './codes.ts'
import { currency, ipAddress, object, opaque, optional, orderId, request } from './fields.ts'
import { findPayersOrder } from './find-order.ts'
import { isRefused, outcomeFields } from './form-answer.ts'
import { type Caller, type Context, DIALECT, type Operation, payerOperation } from './operation.ts'
import { detailsOf } from './order-details.ts'
import { orderFields } from './order-request.ts'
import { stateOf } from './order-state.ts'
import { ATTEMPTS_MAX } from './page-payment.ts'
import { browserOf } from './pay-order.ts'
import { wrapped } from './recurrent-payment.ts'
import { unfolded } from './se-token.ts'
import { drivesThreeds } from './threeds.ts'
import { described, openPaidOrder, paidOrderFields, withSum } from './token-payment.ts'

const walletFields = {
  merchant: opaque(255, { description: 'Its login, without -api.', missing: '4' }),
  paymentToken: opaque(16_384, {
    description: 'Base64 of what the wallet encrypted.',
    missing: '4',
  }),
  clientBrowserInfo: optional(object()),
  threeDSVer2FinishUrl: optional(opaque(512)),
}

const AppleRequest = request({
  ...paidOrderFields,
  ...walletFields,
  amount: optional(orderFields.amount),
})

const GoogleRequest = request({
  ...paidOrderFields,
  ...walletFields,
  currency: optional(currency({ aliases: ['currencyCode'] })),
  ip: ipAddress({ missing: '4' }),
  returnUrl: orderFields.returnUrl,
})

/**
 * `applepay/payment.do`: pays what Apple Pay encrypted for the merchant. The caller says no
 * password: the payment data was made for this merchant's key, and for its amount.
 */
const applePayment = payerOperation(
  {
    ...described,
    paths: ['applepay/payment.do', 'rest/applepay/payment.do'],
    summary: 'Pay with Apple Pay',
    request: AppleRequest,
    missing: '4',
  },
  (context, fields) => payNewOrder(context, 'applePay', fields),
)

/** `google/payment.do`: the same with Google Pay, whose data names the merchant, but no amount. */
const googlePayment = payerOperation(
  {
    ...described,
    paths: ['google/payment.do', 'rest/google/payment.do'],
    summary: 'Pay with Google Pay',
    request: GoogleRequest,
    missing: '4',
  },
  (context, fields) => payNewOrder(context, 'googlePay', fields),
)

/** `google/paymentOrder.do`: the payer's page pays a registered order with Google Pay. */
const googlePaymentOrder = payerOperation(
  {
    ...described,
    paths: ['google/paymentOrder.do', 'rest/google/paymentOrder.do'],
    summary: 'Pay a registered order with Google Pay, from its payer’s page',
    request: request({
      mdOrder: orderId({ missing: '4' }),
      paymentToken: walletFields.paymentToken,
      clientBrowserInfo: walletFields.clientBrowserInfo,
    }),
    missing: '4',
  },
  async (context, fields) => {
    const { order } = await findPayersOrder(context, fields.mdOrder)
    const { gateway } = context
    const access = await gateway.merchantAccess(order.merchantId, DIALECT)
    if (access === undefined) throw new WireError('10', 'walletRefused')
    const payment = await openSealed(context, access, { wallet: 'googlePay', ...fields })
    const reopens = (await gateway.attempts(order)) + 1 < ATTEMPTS_MAX
    const result = await payFromWallet(context, order, { payment, reopens, ...fields })
    const data = { orderId: order.orderId, ...outcomeFields(context, result) }
    const { orderStatus } = stateOf(result, gateway.clock.now())
    return { success: result.next !== undefined || !isRefused(result, orderStatus), data }
  },
)

export const WALLET_OPERATIONS: readonly Operation[] = [
  applePayment,
  googlePayment,
  googlePaymentOrder,
]

type NewOrder = Static<typeof AppleRequest> | Static<typeof GoogleRequest>

async function payNewOrder(context: Context, wallet: Wallet, fields: NewOrder): Promise<object> {
  const access = await merchantByLogin(context, fields.merchant)
  if (access === undefined) throw new WireError('10', 'walletRefused')
  const payment = await openSealed(context, access, { wallet, ...fields })
  refuseUnproved(payment, fields)
  const order = await openPaidOrder(context, withSum(fields, sumOf(payment)), callerOf(access))
  const result = await payFromWallet(context, order, { payment, reopens: false, ...fields })
  if (result.next === undefined) return wrapped(context, result)
  const drives = drivesThreeds(fields)
  const { orderId: id } = order
  const data = { orderId: id, is3DSVer2: drives, ...outcomeFields(context, result, drives) }
  return { success: true, data }
}

/**
 * Nobody but the merchant may say that a card's holder need not be authenticated.
 *
 * @throws WireError 5
 */
function refuseUnproved({ tokenCryptogram }: WalletPayment, { features = [] }: NewOrder): void {
  if (tokenCryptogram === undefined && features.includes('FORCE_SSL')) {
    throw new WireError('5', 'accessDenied')
  }
}

/** @throws WireError 10, the same one whatever is wrong. */
async function openSealed(
  { gateway }: Context,
  { merchant, account }: MerchantAccess,
  { wallet, paymentToken }: { readonly wallet: Wallet; readonly paymentToken: string },
): Promise<WalletPayment> {
  const payment = await gateway.openWalletPayment({
    wallet,
    text: unfolded(paymentToken),
    merchantId: merchant.merchantId,
    names: [account, account.replace(/-api$/, '')],
  })
  if (payment === undefined) throw new WireError('10', 'walletRefused')
  return payment
}

/** Whoever has payment data for a merchant may pay it, and nothing else. */
function callerOf(access: MerchantAccess): Caller {
  const { merchantId } = access.merchant
  const permissions = ['register', 'pay'] as const
  return {
    access,
    user: { merchantId, userName: access.account, permissions, mustSign: false, passwords: [] },
  }
}

/** As requests say it: minor units, and the currency's number. */
function sumOf({ amount }: WalletPayment) {
  if (amount === undefined) return {}
  return { amount: String(amount.minor), currency: currencyOf(amount.currency)?.numeric }
}

interface Attempt {
  readonly payment: WalletPayment
  readonly clientBrowserInfo?: Readonly<Record<string, unknown>>
  readonly reopens: boolean
}

/** @throws WireError 5 for an order that only a stored card may pay; Refusal as `gateway.pay`. */
async function payFromWallet(
  context: Context,
  order: Order,
  { payment, clientBrowserInfo, reopens }: Attempt,
): Promise<PaymentResult> {
  const { gateway } = context
  if (detailsOf(order).bindingOnly === true) throw new WireError('5', 'accessDenied')
  const result = await gateway.pay({
    order,
    ...walletInstrument(payment),
    storeCard: false,
    initiator: 'customer',
    returnUrl: undefined,
    browser: browserOf(context, order, clientBrowserInfo),
    details: { paymentWay: paymentWayOf(payment) },
    reopens,
  })
  if (result.next === undefined) return gateway.inquire(order)
  await gateway.holdStep(result)
  return result
}

function paymentWayOf({ wallet, tokenCryptogram }: WalletPayment): string {
  if (wallet === 'applePay') return 'APPLE_PAY'
  return tokenCryptogram === undefined ? 'GOOGLE_PAY_CARD' : 'GOOGLE_PAY_TOKENIZED'
}
