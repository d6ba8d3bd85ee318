import Type from 'typebox'
import { say } from './codes.ts'
import { textFault } from './answer.ts'
import { cardFields, payerFields, readInstrument } from './card-request.ts'
import { describeAction } from './action-codes.ts'
import { credentials, flag, optional, request } from './fields.ts'
import { merchantOperation } from './operation.ts'
import { openOrder, orderFields } from './order-request.ts'
import { STATUS, stateOf } from './order-state.ts'
import { attemptOf, payOrder } from './pay-order.ts'

/** `motoPayment.do`: an order taken by phone or mail, paid without its payer. */
export const motoPayment = merchantOperation(
  {
    paths: ['rest/motoPayment.do'],
    summary: 'Register and pay an order taken by phone or mail',
    request: request({
      ...credentials,
      ...orderFields,
      ...payerFields,
      pan: cardFields.pan,
      cvc: cardFields.cvc,
      expiry: cardFields.expiry,
      preAuth: optional(flag()),
    }),
    response: Type.Object({
      errorCode: Type.String(),
      errorMessage: Type.String(),
      success: optional(Type.Boolean()),
      mdOrder: optional(Type.String()),
      orderNumber: optional(Type.String()),
    }),
    permission: 'payAlone',
    openToken: true,
    fault: textFault,
    missing: '4',
  },
  async (context, fields, caller) => {
    const { merchantId } = caller.access.merchant
    const chosen = await readInstrument(context, fields, {
      merchantId,
      order: undefined,
      payerIp: fields.ip,
    })
    const asked = { ...fields, features: [...(fields.features ?? []), 'FORCE_SSL'] }
    const isTwoPhase = fields.preAuth === true
    const order = await openOrder(context, asked, { caller, isTwoPhase })
    const result = await payOrder(context, order, {
      ...attemptOf(fields),
      chosen,
      cardholderName: fields.cardholderName,
      caller,
      reopens: false,
      isMoto: true,
    })
    const state = stateOf(result, context.gateway.clock.now())
    const success = state.orderStatus !== STATUS.declined
    const refusal = describeAction(state.action, context.language)
    return {
      errorCode: '0',
      errorMessage: success ? say({ message: 'success' }, context.language) : refusal,
      success,
      mdOrder: order.orderId,
      orderNumber: order.merchantReference,
    }
  },
)
