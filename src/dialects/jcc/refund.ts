import { unrefundedMinor } from '../../core/payment.ts'
import type { OperationRecord } from '../../gateway/ports.ts'
import { basicAnswer, textFault } from './answer.ts'
import { WireError } from './codes.ts'
import { amount, digits, object, opaque, optional, request } from './fields.ts'
import type { Language } from './languages.ts'
import { answerOf, minorOf, moneyFields, paymentToMove } from './money.ts'
import { merchantOperation } from './operation.ts'
import { checkItems } from './order-bundle.ts'
import { isOwnReference, RAW_POSITION, RAW_SUM, refundsOf } from './refund-references.ts'

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
      refundItems: optional(object({ wrong: '8' })),
    }),
    response: basicAnswer,
    permission: 'refund',
    fault: textFault,
  },
  async (context, fields, caller) => {
    const { externalRefundId: reference, expectedDepositedAmount: expected } = fields
    if (reference !== undefined && !isOwnReference(reference)) {
      throw new WireError('5', 'wrong', 'externalRefundId')
    }
    const payment = await paymentToMove(context, fields, caller)
    const refunds = await refundsOf(context, payment)
    const earlier = refunds.find((made) => made.reference === reference && reference !== undefined)
    if (earlier !== undefined) return answerRepeat(earlier, fields.amount, context.language)
    const { minor = unrefundedMinor(payment) } = minorOf(fields.amount)
    checkItems(fields.refundItems?.['items'], minor)
    const { merchantId, paymentId } = payment
    const moved = await context.gateway.refund({
      merchantId,
      paymentId,
      ...minorOf(fields.amount),
      notAfter: [RAW_SUM, RAW_POSITION],
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
      reference: `${RAW_SUM}${context.gateway.ids.uuid()}`,
    })
    return answerOf(moved, context.language)
  },
)

/** A known externalRefundId moves no money: it answers what became of its refund. */
function answerRepeat(earlier: OperationRecord, text: string, language: Language): object {
  const { minor = earlier.amount.minor } = minorOf(text)
  if (minor !== earlier.amount.minor) throw new WireError('5', 'amountWrong')
  return answerOf(earlier, language)
}
