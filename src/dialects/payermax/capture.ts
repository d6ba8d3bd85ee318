import Type from 'typebox'
import { readAmount } from './amounts.ts'
import { WireError } from './codes.ts'
import { amount, currency, flag, id, optional, outTradeNo } from './fields.ts'
import { captureFields, followUpFields } from './follow-up-result.ts'
import { operation } from './operation.ts'
import { paidOrder, recordOf } from './paid-order.ts'

/** Capture: takes part or all of what was authorized; several add up. */
export const capture = operation(
  {
    name: 'capture',
    summary: 'Take part or all of an authorization',
    request: Type.Object({
      requestId: id(64, 'A repeat answers the first.'),
      outTradeNo,
      currency,
      amount: amount('Major units of the order’s currency.'),
      finalCapture: optional(flag('What is left is released.')),
    }),
    response: Type.Object({
      captureNo: id(64),
      ...followUpFields,
      amount: Type.Number(),
      currency: Type.String(),
      isFinal: Type.Boolean(),
    }),
  },
  async (context, request) => {
    const { gateway } = context
    const { order, payment } = await paidOrder(context, request)
    const { minor, currency: named } = readAmount(request.amount, request.currency)
    if (named !== order.amount.currency) throw new WireError('CURRENCY_INVALID')
    if (minor === 0n) throw new WireError('AMOUNT_INVALID')
    const { merchantId, paymentId } = payment
    const { operationId } = await gateway.capture({
      merchantId,
      paymentId,
      minor,
      isFinal: request.finalCapture === true,
      reference: request.requestId,
    })
    return captureFields({ order, operation: await recordOf(gateway, merchantId, operationId) })
  },
)
