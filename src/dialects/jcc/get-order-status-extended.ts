import { Refusal } from '../../core/refusal.ts'
import type { PaymentResult } from '../../gateway/ports.ts'
import { success, textFault } from './answer.ts'
import { WireError } from './codes.ts'
import { credentials, opaque, optional, orderId, request } from './fields.ts'
import { findOrder } from './find-order.ts'
import { type Context, merchantOperation } from './operation.ts'
import { orderStatusAnswer, orderStatusFields } from './order-status.ts'

/** `getOrderStatusExtended.do`: all that is known of an order; its id wins over its number. */
export const getOrderStatusExtended = merchantOperation(
  {
    paths: ['rest/getOrderStatusExtended.do'],
    summary: "Ask for an order's status",
    request: request({
      ...credentials,
      orderId: optional(orderId({ aliases: ['mdOrder'] })),
      orderNumber: optional(opaque(36)),
      merchantLogin: optional(opaque(255)),
    }),
    response: orderStatusAnswer,
    permission: 'status',
    openToken: true,
    fault: textFault,
  },
  async (context, fields, caller) => {
    const { orderId: id, orderNumber } = fields
    if (id === undefined && orderNumber === undefined) throw new WireError('1', 'orderUnnamed')
    // Who holds an open token may be a browser: it gets what its own order's id opens.
    if (id === undefined && fields.token !== undefined) throw new Refusal('order_not_found')
    const result = await findOrder(context, caller, fields)
    return { ...success(context.language), ...(await extendedStatus(context, result)) }
  },
)

/** The status of an order in the shape of `getOrderStatusExtended.do`. */
export async function extendedStatus(
  { gateway, language }: Pick<Context, 'gateway' | 'language'>,
  result: PaymentResult,
): Promise<object> {
  const { payment } = result
  const operations = payment === undefined ? [] : await gateway.operations(payment)
  return orderStatusFields({ result, operations, language, at: gateway.clock.now() })
}
