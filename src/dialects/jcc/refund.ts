import type { Payment } from '../../core/payment.ts'
import type { OperationRecord } from '../../gateway/ports.ts'
import { basicAnswer, textFault } from './answer.ts'
import { WireError } from './codes.ts'
import { amount, digits, object, opaque, optional, request } from './fields.ts'
import type { Language } from './languages.ts'
import { answerOf, minorOf, moneyFields, paymentToMove } from './money.ts'
import { type Context, merchantOperation } from './operation.ts'

/** Refunds made by `processRawSumRefund.do` are known by their reference. */
const RAW = 'raw-sum:'

/** `refund.do`: gives money back; several refunds add up to the deposit at most. */
export const refund = merchantOperation(
  {
    paths: ['rest/refund.do'],
    summary: 'Give back money of an order',
    request: request({
      ...moneyFields,
      amount: amount({ description: 'Minor units; 0 is all that is left.' }),
      expectedDepositedAmount: optional(digits(12, { wrong: '5' })),
      externalRefundId: optional(opaque(36, { description: 'A repeat answers the first refund.' })),
      refundItems: optional(object()),
    }),
    response: basicAnswer,
    permission: 'refund',
    fault: textFault,
  },
  async (context, fields, caller) => {
    const { externalRefundId: reference, expectedDepositedAmount: expected } = fields
    if (reference?.startsWith(RAW) === true) throw new WireError('5', 'wrong', 'externalRefundId')
    const payment = await paymentToMove(context, fields, caller)
    const refunds = await refundsOf(context, payment)
    const earlier = refunds.find((made) => made.reference === reference && reference !== undefined)
    if (earlier !== undefined) return answerRepeat(earlier, fields.amount, context.language)
    if (refunds.some(isRaw)) throw new WireError('7', 'stateWrong')
    const { merchantId, paymentId } = payment
    const moved = await context.gateway.refund({
      merchantId,
      paymentId,
      ...minorOf(fields.amount),
      ...(reference !== undefined && { reference }),
      ...(expected !== undefined && { expectedMinor: BigInt(expected) }),
    })
    return answerOf(moved, context.language)
  },
)

/** `processRawSumRefund.do`: a refund without its cart; afterwards no other way refunds the order. */
export const processRawSumRefund = merchantOperation(
  {
    paths: ['rest/processRawSumRefund.do'],
    summary: 'Give back a sum of an order, whatever its cart says',
    request: request({
      ...moneyFields,
      amount: amount({ description: 'Minor units; 0 is all that is left.' }),
    }),
    response: basicAnswer,
    permission: 'refund',
    fault: textFault,
  },
  async (context, fields, caller) => {
    const { merchantId, paymentId } = await paymentToMove(context, fields, caller)
    const moved = await context.gateway.refund({
      merchantId,
      paymentId,
      ...minorOf(fields.amount),
      reference: `${RAW}${context.gateway.ids.uuid()}`,
    })
    return answerOf(moved, context.language)
  },
)

async function refundsOf(
  { gateway }: Context,
  payment: Payment,
): Promise<readonly OperationRecord[]> {
  const operations = await gateway.operations(payment)
  return operations.filter(({ kind }) => kind === 'refund')
}

function isRaw({ state, reference }: OperationRecord): boolean {
  return state === 'approved' && reference?.startsWith(RAW) === true
}

/** A known externalRefundId moves no money: it answers what became of its refund. */
function answerRepeat(earlier: OperationRecord, text: string, language: Language): object {
  const { minor = earlier.amount.minor } = minorOf(text)
  if (minor !== earlier.amount.minor) throw new WireError('5', 'amountWrong')
  return answerOf(earlier, language)
}
