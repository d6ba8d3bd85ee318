import { basicAnswer, textFault } from './answer.ts'
import { WireError } from './codes.ts'
import { amount, digits, request } from './fields.ts'
import { answerOf, minorOf, moneyFields, orderToMove } from './money.ts'
import { merchantOperation } from './operation.ts'
import { positionMinorOf } from './order-bundle.ts'
import { detailsOf } from './order-details.ts'
import { RAW_POSITION, RAW_SUM, refundsOf } from './refund-references.ts'

/** `processRawPositionRefund.do`: gives back one position of the cart, or part of it. */
export const processRawPositionRefund = merchantOperation(
  {
    // The documents' sample has the second name.
    paths: ['rest/processRawPositionRefund.do', 'rest/processRawPositionOrderRefund.do'],
    summary: 'Give back one position of the cart of an order',
    request: request({
      ...moneyFields,
      positionId: digits(12, { description: 'Of the cart that the order was registered with.' }),
      amount: amount({ description: 'Minor units; 0 is all that is left of the position.' }),
    }),
    response: basicAnswer,
    permission: 'refund',
    fault: textFault,
  },
  async (context, fields, caller) => {
    const { order, payment } = await orderToMove(context, fields, caller)
    const whole = positionMinorOf(detailsOf(order).orderBundle, fields.positionId)
    if (whole === undefined) throw new WireError('5', 'wrong', 'positionId')
    const refunds = await refundsOf(context, payment)
    const way = `${RAW_POSITION}${fields.positionId}:`
    const earlier = refunds.filter(({ reference }) => reference?.startsWith(way) === true)
    const returned = earlier
      .filter(({ state }) => state === 'sent' || state === 'approved')
      .reduce((sum, { amount: { minor } }) => sum + minor, 0n)
    const { minor = whole - returned } = minorOf(fields.amount)
    if (minor === 0n || returned + minor > whole) throw new WireError('7', 'refundTooLarge')
    const { merchantId, paymentId } = payment
    const moved = await context.gateway.refund({
      merchantId,
      paymentId,
      minor,
      // The position's next turn, which only one refund can have: of two at once, one gets it.
      reference: `${way}${earlier.length}`,
      isNew: true,
      notAfter: [RAW_SUM],
    })
    return answerOf(moved, context.language)
  },
)
