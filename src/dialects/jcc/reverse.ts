import { basicAnswer, textFault } from './answer.ts'
import { amount, optional, request } from './fields.ts'
import { findOrder, paymentOf } from './find-order.ts'
import { answerOf, checkCurrency, checkNames, minorOf, moneyFields } from './money.ts'
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
    checkNames(fields, caller)
    const result = await findOrder(context, caller, fields)
    checkCurrency(fields.currency, result.order)
    const { merchantId, paymentId } = paymentOf(result)
    const moved = await context.gateway.void({
      merchantId,
      paymentId,
      ...minorOf(fields.amount),
    })
    return answerOf(moved, context.language)
  },
)
