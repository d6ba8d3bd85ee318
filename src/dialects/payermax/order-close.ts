import Type from 'typebox'
import { Refusal } from '../../core/refusal.ts'
import { WireError } from './codes.ts'
import { id, optional, outTradeNo, text } from './fields.ts'
import { DIALECT, operation } from './operation.ts'
import { detailsOf, referenceOf } from './order-details.ts'

/** Order close: nobody can pay the order any more. */
export const orderClose = operation(
  {
    name: 'orderClose',
    summary: 'Close an order that is not paid',
    request: Type.Object({ outTradeNo, reason: optional(text(256)) }),
    response: Type.Object({
      outTradeNo: id(64),
      closedTime: Type.String(),
      status: Type.Literal('CLOSED'),
    }),
  },
  async ({ gateway, access }, request) => {
    const { merchantId } = access.merchant
    const merchantReference = referenceOf(request.outTradeNo)
    const order = await gateway.findOrder({ merchantId, dialect: DIALECT, merchantReference })
    await gateway.cancelOrder(order).catch((error: unknown) => {
      const isOver = error instanceof Refusal && error.code === 'order_finished'
      throw isOver ? new WireError('ORDER_CLOSE_FAILED') : error
    })
    const { cancelledAt = gateway.clock.now() } = await gateway.findOrder(order)
    return {
      outTradeNo: detailsOf(order).outTradeNo,
      closedTime: cancelledAt.toISOString(),
      status: 'CLOSED',
    }
  },
)
