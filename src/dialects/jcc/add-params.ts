import { basicAnswer, success, textFault } from './answer.ts'
import { WireError } from './codes.ts'
import { credentials, object, orderId, request } from './fields.ts'
import { findOrder } from './find-order.ts'
import { merchantOperation } from './operation.ts'
import { detailsOf } from './order-details.ts'
import { checkParams } from './order-request.ts'

const PARAMS_MAX = 100

/** `addParams.do`: more parameters of the merchant's own for an order. */
export const addParams = merchantOperation(
  {
    paths: ['rest/addParams.do'],
    summary: "Add parameters of the merchant's own to an order",
    request: request({
      ...credentials,
      orderId: orderId({ missing: '1', aliases: ['mdOrder'] }),
      params: object({ missing: '1' }),
    }),
    response: basicAnswer,
    permission: 'register',
    fault: textFault,
  },
  async (context, fields, caller) => {
    const { order } = await findOrder(context, caller, fields)
    const jsonParams = { ...detailsOf(order).jsonParams, ...checkParams(fields.params, 'params') }
    if (Object.keys(jsonParams).length > PARAMS_MAX) throw new WireError('5', 'wrong', 'params')
    await context.gateway.amendOrder(order, { jsonParams })
    return success(context.language)
  },
)
