import Type from 'typebox'
import { id, outTradeNo } from './fields.ts'
import { cancelFields, followUpFields } from './follow-up-result.ts'
import { operation } from './operation.ts'
import { paidOrder, recordOf } from './paid-order.ts'
import { WireError } from './codes.ts'

/** Cancel: releases an authorization of which nothing was captured. */
export const cancel = operation(
  {
    name: 'cancel',
    summary: 'Release an authorization',
    request: Type.Object({
      requestId: id(64, 'A repeat answers the first.'),
      outTradeNo,
    }),
    response: Type.Object({
      cancelNo: id(64),
      ...followUpFields,
    }),
  },
  async (context, request) => {
    const { gateway } = context
    const { order, payment } = await paidOrder(context, request)
    // What was paid at once is given back by a refund.
    if (order.captureMode !== 'manual') throw new WireError('ORDER_CLOSE_FAILED')
    const { merchantId, paymentId } = payment
    const { requestId: reference } = request
    const { operationId } = await gateway.void({ merchantId, paymentId, reference })
    return cancelFields({ order, operation: await recordOf(gateway, merchantId, operationId) })
  },
)
