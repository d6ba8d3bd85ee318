import { basicAnswer, textFault } from './answer.ts'
import { amount, optional, request } from './fields.ts'
import { answerOf, minorOf, moneyFields, paymentToMove } from './money.ts'
import { merchantOperation } from './operation.ts'

/** `reverse.do`: gives back what is held, or part of it, or a deposit of the same day. */
export const reverse = merchantOperation(
  {
    paths: ['rest/reverse.do'],
    summary: 'Cancel the payment of an order',
    request: request({
      ...moneyFields,
      amount: optional(amount({ description: 'Minor units; absent or 0 is all.' })),
    }),
    response: basicAnswer,
    permission: 'reverse',
    fault: textFault,
    refusals: { amount_exceeds_authorized: { code: '5', message: 'amountWrong' } },
  },
  async (context, fields, caller) => {
    const { merchantId, paymentId } = await paymentToMove(context, fields, caller)
    const moved = await context.gateway.void({
      merchantId,
      paymentId,
      ...minorOf(fields.amount),
    })
    return answerOf(moved, context.language)
  },
)
