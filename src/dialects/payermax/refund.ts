import Type from 'typebox'
import { readAmount } from './amounts.ts'
import { invalid } from './bind.ts'
import { WireError } from './codes.ts'
import { amount, currency, id, oneOf, optional, outTradeNo, text } from './fields.ts'
import { refundFields } from './follow-up-result.ts'
import { numberOf } from './ids.ts'
import { type Context, operation } from './operation.ts'
import { referenceOf } from './order-details.ts'
import { paidOrder, recordOf } from './paid-order.ts'

// The current pages say 180 days, an older guide 365: the longer serves both.
const REFUND_MS = 365 * 86_400_000

/** Refund: gives back part or all of a payment; its outcome comes by notification or query. */
export const refund = operation(
  {
    name: 'refund',
    summary: 'Give back part or all of a payment',
    request: Type.Object({
      outRefundNo: id(64, 'A repeat answers the first.'),
      refundAmount: amount('Major units of the order’s currency.'),
      refundCurrency: currency,
      outTradeNo: optional(outTradeNo),
      tradeToken: optional(id(64)),
      comments: optional(text(512)),
      refundNotifyUrl: optional(text(1024)),
    }),
    response: Type.Object({
      outRefundNo: id(64),
      refundTradeNo: id(64),
      tradeOrderNo: id(64),
      status: oneOf(['REFUND_PENDING', 'REFUND_FAILED']),
    }),
  },
  async (context, request) => {
    const { gateway } = context
    const { order, payment } = await paidOrder(context, request)
    const { outRefundNo: reference, refundNotifyUrl: notifyUrl } = request
    if (referenceOf(reference) === order.merchantReference) throw new WireError('REFUND_NO_INVALID')
    if (notifyUrl !== undefined && !gateway.mayNotify(notifyUrl)) {
      throw invalid('refundNotifyUrl', 'results cannot be sent to it')
    }
    const money = readAmount(request.refundAmount, request.refundCurrency)
    if (money.currency !== order.amount.currency) throw new WireError('CURRENCY_INVALID')
    if (money.minor === 0n) {
      throw new WireError('REFUND_FAILED', 'The refund amount is too small to refund.')
    }
    if (gateway.clock.now().getTime() - payment.createdAt.getTime() > REFUND_MS) {
      throw new WireError('REFUND_FAILED')
    }
    const { merchantId, paymentId } = payment
    await refuseReuse(context, reference, paymentId)
    const { operationId } = await gateway.refund({
      merchantId,
      paymentId,
      minor: money.minor,
      reference,
      ...(notifyUrl !== undefined && { notifyUrl }),
    })
    const record = await recordOf(gateway, merchantId, operationId)
    const { status, outRefundNo, refundTradeNo } = refundFields({ order, operation: record })
    return {
      outRefundNo,
      refundTradeNo,
      tradeOrderNo: numberOf(paymentId, payment.createdAt, 'TI'),
      // That it succeeded is never said at once.
      status: status === 'REFUND_FAILED' ? status : 'REFUND_PENDING',
    }
  },
)

// A refund number is unique per merchant, not only per payment.
async function refuseReuse({ gateway, access }: Context, reference: string, paymentId: string) {
  const { merchantId } = access.merchant
  const earlier = await gateway.operationByReference(merchantId, 'refund', reference)
  if (earlier !== undefined && earlier.paymentId !== paymentId) throw new WireError('ORDER_REPEAT')
}
