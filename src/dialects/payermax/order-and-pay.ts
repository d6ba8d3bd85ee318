import Type from 'typebox'
import { isPastExpiry, type Order } from '../../core/order.ts'
import { Refusal } from '../../core/refusal.ts'
import type { PaymentResult } from '../../gateway/ports.ts'
import { missing } from './bind.ts'
import { issuerFields } from './codes.ts'
import { id, oneOf, optional } from './fields.ts'
import { tradeTokenOf } from './ids.ts'
import { chooseInstrument, type Chosen } from './instrument.ts'
import { cashierUrl, stepUrl, walletUrl } from './links.ts'
import { orderFrom } from './new-order.ts'
import { type Context, operation } from './operation.ts'
import { OrderAndPayRequest, type PaymentDetail } from './order-and-pay-request.ts'
import { detailsOf, sessionReference } from './order-details.ts'
import { reasonOf, stateOf } from './order-result.ts'
import { askedWallet, checkMethod } from './payment-methods.ts'

/** orderAndPay: opens an order, and in direct mode pays it in the same call. */
export const orderAndPay = operation(
  {
    name: 'orderAndPay',
    summary: 'Open an order: on our hosted cashier, at a wallet, or paid by card or payment token',
    request: OrderAndPayRequest,
    response: Type.Object({
      outTradeNo: id(64),
      tradeToken: id(64),
      status: oneOf(['PENDING', 'SUCCESS', 'FAILED', 'CLOSED']),
      redirectUrl: optional(Type.String({ description: 'Where the payer’s browser goes now.' })),
      resultMsg: optional(Type.String()),
      issuerResponseCode: optional(Type.String()),
      issuerResponseMsg: optional(Type.String()),
    }),
  },
  async (context, request) => {
    const isDirect = request.integrate === 'Direct_Payment'
    const detail = isDirect ? checkDirect(request) : checkHosted(request)
    if (askedWallet(context, detail) !== undefined) return openWallet(context, request)
    if (!isDirect) return openCashier(context, request)
    // Whatever may be wrong is found before the order number is taken.
    const chosen = await chooseInstrument(context, request, detail)
    const order = await openOrRepeat(context, request)
    return answerOf(context, await payOrder(context, order, { chosen, request, detail }))
  },
)

/** The hosted cashier; asked again while nobody has paid, it is the same page. */
async function openCashier(context: Context, request: OrderAndPayRequest): Promise<object> {
  const { paymentMethodType } = request.paymentDetail ?? {}
  if (paymentMethodType !== undefined) checkMethod(paymentMethodType)
  const order = await openOrRepeat(context, request)
  return {
    ...names(order),
    status: 'PENDING',
    redirectUrl: cashierUrl(context, order),
  }
}

/** Leads to the wallet's own page; asked again while its owner has not paid, it is the same one. */
async function openWallet(context: Context, request: OrderAndPayRequest): Promise<object> {
  const order = await openOrRepeat(context, request, 'paying')
  return { ...names(order), status: 'PENDING', redirectUrl: walletUrl(context, order) }
}

/** Opens the order; one that was opened by the same request and waits for its payment is it. */
async function openOrRepeat(
  context: Context,
  request: OrderAndPayRequest,
  waits: Order['status'] = 'open',
): Promise<Order> {
  const order = await orderFrom(context, request)
  const opened = await context.gateway.openOrder({
    order,
    idempotencyKey: keyOf(request, order.merchantReference),
    canonical: JSON.stringify(request, withoutSecrets),
  })
  const isOver = isPastExpiry(opened, context.gateway.clock.now())
  const isWaiting = opened.status === 'open' || opened.status === waits
  if (!isWaiting || isOver) throw new Refusal('reference_in_use')
  return opened
}

/** A drop-in session is for one order, whatever its number. */
function keyOf({ paymentDetail }: OrderAndPayRequest, merchantReference: string): string {
  const { sessionKey } = paymentDetail ?? {}
  return sessionKey === undefined ? merchantReference : sessionReference(sessionKey)
}

// What may differ between a request and its repetition, and what no digest may be made of.
const LEFT_OUT = new Set([
  'cardInfo',
  'paymentToken',
  'info3DSecure',
  'googlePayDetails',
  'applePayPaymentData',
])

function withoutSecrets(name: string, value: unknown): unknown {
  return LEFT_OUT.has(name) ? undefined : value
}

function checkHosted({ frontCallbackUrl, paymentDetail = {} }: OrderAndPayRequest): PaymentDetail {
  if (paymentDetail.merchantInitiated === true) throw missing('paymentDetail.paymentTokenID')
  if (frontCallbackUrl === undefined) throw missing('frontCallbackUrl')
  return paymentDetail
}

function checkDirect({ country, terminalType, paymentDetail }: OrderAndPayRequest): PaymentDetail {
  if (country === undefined) throw missing('country')
  if (terminalType === undefined) throw missing('terminalType')
  if (paymentDetail === undefined) throw missing('paymentDetail')
  const { buyerInfo, merchantInitiated, mitType, paymentTokenID } = paymentDetail
  if (merchantInitiated === true) {
    if (paymentTokenID === undefined) throw missing('paymentDetail.paymentTokenID')
    if (mitType === undefined) throw missing('paymentDetail.mitType')
    return paymentDetail
  }
  if (buyerInfo === undefined) throw missing('paymentDetail.buyerInfo')
  if (buyerInfo.clientIp === undefined) throw missing('paymentDetail.buyerInfo.clientIp')
  if (buyerInfo.userAgent === undefined) throw missing('paymentDetail.buyerInfo.userAgent')
  return paymentDetail
}

interface Paying {
  readonly chosen: Chosen
  readonly request: OrderAndPayRequest
  readonly detail: PaymentDetail
}

function payOrder(
  { gateway }: Context,
  order: Order,
  { chosen, detail }: Paying,
): Promise<PaymentResult> {
  const { clientIp, userAgent } = detail.buyerInfo ?? {}
  return gateway.pay({
    order,
    instrument: chosen.instrument,
    storeCard: detail.tokenForFutureUse === true,
    initiator: detail.merchantInitiated === true ? 'merchant' : 'customer',
    ...(chosen.authentication && { authentication: chosen.authentication }),
    ...(chosen.holder && { holder: chosen.holder }),
    details: { ...chosen.details },
    returnUrl: undefined,
    browser: {
      ...(clientIp !== undefined && { ip: clientIp }),
      ...(userAgent !== undefined && { userAgent }),
    },
    reopens: false,
  })
}

function answerOf(context: Context, result: PaymentResult): object {
  const { order, payment, next } = result
  const at = context.gateway.clock.now()
  const reason = reasonOf(result, at)
  const isDeclined = payment?.status === 'declined' && context.settings.showsIssuerCodes
  return {
    ...names(order),
    status: stateOf(result, at),
    ...(next && { redirectUrl: stepUrl(context, order, next) }),
    ...(reason && { resultMsg: reason.msg }),
    ...(isDeclined && issuerFields(payment.responseCode)),
  }
}

function names(order: Order) {
  const { outTradeNo } = detailsOf(order)
  return { outTradeNo, tradeToken: tradeTokenOf(order.orderId, order.createdAt) }
}
