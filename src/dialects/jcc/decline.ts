import { Refusal } from '../../core/refusal.ts'
import { basicAnswer, success, textFault } from './answer.ts'
import { WireError } from './codes.ts'
import { credentials, opaque, optional, orderId, request } from './fields.ts'
import { findOrder } from './find-order.ts'
import { merchantOperation } from './operation.ts'

/** `decline.do`: cancels an order that nobody has paid. */
export const decline = merchantOperation(
  {
    paths: ['rest/decline.do'],
    summary: 'Cancel an unpaid order',
    request: request({
      ...credentials,
      orderId: optional(orderId({ aliases: ['mdOrder'] })),
      orderNumber: optional(opaque(36)),
      merchantLogin: optional(opaque(255)),
    }),
    response: basicAnswer,
    permission: 'decline',
    fault: textFault,
  },
  async (context, fields, caller) => {
    const { orderId: id, orderNumber } = fields
    if (id === undefined && orderNumber === undefined) throw new WireError('5', 'orderIdEmpty')
    const { order } = await findOrder(context, caller, fields)
    const named = orderNumber === undefined || orderNumber === order.merchantReference
    // Two names for two orders are none.
    if (!named) throw new Refusal('order_not_found')
    if (order.status === 'cancelled') throw new WireError('7', 'stateWrong')
    await context.gateway.cancelOrder(order, { interrupts: true })
    return success(context.language)
  },
)
