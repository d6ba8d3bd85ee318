import { basicAnswer, success, textFault } from './answer.ts'
import { WireError } from './codes.ts'
import { credentials, object, orderId, request } from './fields.ts'
import { findOrder } from './find-order.ts'
import { merchantOperation } from './operation.ts'
import type { OrderDetails } from './order-details.ts'
import { checkParams } from './order-request.ts'

const PARAMS_MAX = 100

const PARAMS: keyof OrderDetails = 'jsonParams'

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
    const entries = checkParams(fields.params, 'params')
    const amendment = { into: PARAMS, entries, entriesMax: PARAMS_MAX }
    const isAdded = await context.gateway.amendOrder(order, amendment)
    if (!isAdded) throw new WireError('5', 'wrong', 'params')
    return success(context.language)
  },
)
