import Type from 'typebox'
import { formatGrouped } from '../../core/money.ts'
import type { Merchant, PaymentResult } from '../../gateway/ports.ts'
import { code, FLOW, verdict } from './codes.ts'
import { answer, b, base, kept, maybe, optional } from './fields.ts'
import { formatLocal } from './local-time.ts'
import { type Context, DIALECT, plainOperation } from './operation.ts'
import { channelOf, flowOf, frontendReturnData } from './return-to-merchant.ts'
import { orderRefOf } from './order-ref.ts'
import { accountNo } from './result.ts'
import type { PaymentTokenRequest } from './payment-token-request.ts'

const AUTO_REDIRECT_MS = 5_000

/** Transaction Status: what a payer's client may know. Not for settling orders. */
export const transactionStatus = plainOperation(
  {
    path: 'transactionStatus',
    summary: "Ask for a payment's state from the payer's side",
    request: Type.Object({ ...base, additionalInfo: optional(b()) }),
    response: answer({
      locale: maybe(),
      additionalInfo: optional(kept('merchantDetails, transactionDetails, paymentResultDetails.')),
      invoiceNo: optional(Type.String()),
      channelCode: optional(Type.String()),
    }),
  },
  async (context, request) => {
    const result = await context.gateway.inquire(orderRefOf(context.gateway, request.paymentToken))
    const at = context.gateway.clock.now()
    const locale = request.locale ?? (result.order.details as { locale?: string }).locale ?? null
    const flow = flowOf(result, at)
    const additional = request.additionalInfo === true
    return {
      locale,
      ...(additional && { additionalInfo: await additionalInfo(context, result, locale) }),
      invoiceNo: result.order.merchantReference,
      channelCode: channelOf(result),
      ...flow,
    }
  },
)

async function additionalInfo(
  { gateway }: Context,
  result: PaymentResult,
  locale: string | null,
): Promise<object> {
  const access = await gateway.merchantAccess(result.order.merchantId, DIALECT)
  if (access === undefined) throw new Error('an order has no merchant')
  const at = gateway.clock.now()
  return {
    merchantDetails: merchantDetails(access.merchant),
    transactionDetails: transactionDetails(result, access.merchant),
    paymentResultDetails: paymentResultDetails({ result, locale, at }, access.merchant),
  }
}

export function merchantDetails(merchant: Merchant) {
  return { name: merchant.name, address: '', email: '', logoUrl: '' }
}

function transactionDetails(result: PaymentResult, merchant: Merchant) {
  const { order, payment } = result
  return {
    dateTime: formatLocal((payment ?? order).createdAt, merchant.timeZone),
    agentCode: channelOf(result),
    channelCode: channelOf(result),
    data: payment === undefined ? '' : accountNo(payment.card.panMasked),
    amount: formatGrouped(order.amount),
    currencyCode: order.amount.currency,
    description: order.description,
    invoiceNo: order.merchantReference,
  }
}

interface Shown {
  readonly result: PaymentResult
  readonly locale: string | null
  readonly at: Date
}

// 00 green, 01 red, 02 grey: what the result page shows.
function paymentResultDetails({ result, locale, at }: Shown, merchant: Merchant) {
  const { order } = result
  const details = order.details as Partial<PaymentTokenRequest>
  const told = verdict(result, at)
  const pending = flowOf(result, at) === FLOW.inProgress
  const successful = ['0000', '4200'].includes(told.respCode)
  const shown = pending
    ? code('02', 'Transaction is pending.')
    : successful
      ? code('00', 'Transaction is successful.')
      : code('01', `Transaction failed (${told.respCode})`)
  return {
    code: shown.respCode,
    description: shown.respDesc,
    autoRedirect: false,
    redirectImmediately: false,
    autoRedirectionTimer: AUTO_REDIRECT_MS,
    frontendReturnUrl: details.frontendReturnUrl ?? merchant.returnUrl ?? '',
    frontendReturnData: frontendReturnData(result, locale, at),
  }
}
