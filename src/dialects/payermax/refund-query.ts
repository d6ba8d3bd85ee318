import Type from 'typebox'
import type { OperationRecord } from '../../gateway/ports.ts'
import { missing } from './bind.ts'
import { code, WireError } from './codes.ts'
import { id, oneOf, optional } from './fields.ts'
import { refundFields } from './follow-up-result.ts'
import { operationIdOf } from './ids.ts'
import { type Context, DIALECT, operation } from './operation.ts'

const RefundQueryRequest = Type.Object({
  outRefundNo: optional(id(64, 'One of outRefundNo and refundTradeNo.')),
  refundTradeNo: optional(id(64)),
})
type RefundQueryRequest = Type.Static<typeof RefundQueryRequest>

/** Refund query: what became of a refund. */
export const refundQuery = operation(
  {
    name: 'refundQuery',
    summary: 'Ask what became of a refund',
    request: RefundQueryRequest,
    response: Type.Object({
      outRefundNo: id(64),
      refundTradeNo: id(64),
      outTradeNo: id(64),
      refundAmount: Type.Number(),
      totalAmount: Type.Number({ description: 'The same; published samples have this name.' }),
      refundCurrency: Type.String(),
      status: oneOf(['REFUND_SUCCESS', 'REFUND_PENDING', 'REFUND_FAILED']),
      resultMsg: Type.String(),
      refundFinishTime: optional(Type.String()),
    }),
  },
  async (context, request) => {
    const { gateway, access } = context
    const { merchantId } = access.merchant
    const record = await find(context, request)
    const payment = await gateway.findPayment(merchantId, record.paymentId)
    if (payment === undefined) throw notFound()
    const order = await gateway.findOrder(payment)
    if (order.dialect !== DIALECT) throw notFound()
    const fields = refundFields({ order, operation: record })
    const failed = fields.status === 'REFUND_FAILED' ? code('PAYMENT_FAILED').msg : ''
    return { ...fields, totalAmount: fields.refundAmount, resultMsg: failed }
  },
)

async function find(context: Context, named: RefundQueryRequest): Promise<OperationRecord> {
  const { outRefundNo, refundTradeNo } = named
  if (outRefundNo === undefined && refundTradeNo === undefined) throw missing('outRefundNo')
  const found =
    outRefundNo === undefined
      ? await byTradeNo(context, refundTradeNo ?? '')
      : await byRefundNo(context, outRefundNo)
  if (found?.kind !== 'refund') throw notFound()
  const isSame = refundTradeNo === undefined || operationIdOf(refundTradeNo) === found.operationId
  if (!isSame) throw notFound()
  return found
}

async function byTradeNo({ gateway, access }: Context, refundTradeNo: string) {
  const operationId = operationIdOf(refundTradeNo)
  if (operationId === undefined) return undefined
  return gateway.operation(access.merchant.merchantId, operationId)
}

function byRefundNo({ gateway, access }: Context, outRefundNo: string) {
  return gateway.operationByReference(access.merchant.merchantId, 'refund', outRefundNo)
}

function notFound(): WireError {
  return new WireError('ORDER_NOT_EXIST')
}
