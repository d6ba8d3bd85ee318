import { uncapturedMinor } from '../../core/payment.ts'
import { basicAnswer, textFault } from './answer.ts'
import { amount, formed, object, optional, request } from './fields.ts'
import { answerOf, minorOf, moneyFields, paymentToMove } from './money.ts'
import { merchantOperation } from './operation.ts'
import { checkItems } from './order-bundle.ts'
import { settingsOf } from './settings.ts'

/** Intermediate partial deposit; all others are the last one. */
const INTERMEDIATE = '1'

/** `deposit.do`: takes what is held, or part of it; the rest is released. */
export const deposit = merchantOperation(
  {
    paths: ['rest/deposit.do'],
    summary: 'Take the money that an order holds',
    request: request({
      ...moneyFields,
      amount: amount({ description: 'Minor units; 0 is all that is held.' }),
      depositItems: optional(object({ wrong: '8' })),
      depositType: optional(formed('^[012]$')),
    }),
    response: basicAnswer,
    permission: 'deposit',
    fault: textFault,
    refusals: { amount_exceeds_authorized: { code: '7', message: 'depositTooLarge' } },
  },
  async (context, fields, caller) => {
    const payment = await paymentToMove(context, fields, caller)
    const { minor = uncapturedMinor(payment) } = minorOf(fields.amount)
    checkItems(fields.depositItems?.['items'], minor)
    const { merchantId, paymentId } = payment
    const keepsRest =
      settingsOf(caller.access).multipleDeposits && fields.depositType === INTERMEDIATE
    const moved = await context.gateway.capture({
      merchantId,
      paymentId,
      ...minorOf(fields.amount),
      isFinal: !keepsRest,
    })
    return answerOf(moved, context.language)
  },
)
