import type { Order } from '../../core/order.ts'
import { formFault } from './answer.ts'
import { cardFields, payerFields, readInstrument } from './card-request.ts'
import { WireError } from './codes.ts'
import { credentials, opaque, optional, orderId, request, text } from './fields.ts'
import { findOrder } from './find-order.ts'
import { formAnswer, formResponse } from './form-answer.ts'
import { merchantOperation } from './operation.ts'
import { attemptOf, payOrder } from './pay-order.ts'
import { drivesThreeds, goOn } from './threeds.ts'

const { bindingId: _stored, ...newCardFields } = cardFields

/** `paymentorder.do`: pays a registered order with a card. */
export const paymentOrder = merchantOperation(
  {
    paths: ['rest/paymentorder.do'],
    summary: 'Pay a registered order with a card',
    request: request({
      ...credentials,
      ...newCardFields,
      ...payerFields,
      MDORDER: orderId(),
      TEXT: optional(text(512, { description: 'The name on the card.' })),
    }),
    response: formResponse,
    permission: 'pay',
    fault: formFault,
  },
  async (context, fields, caller) => {
    const { order } = await findOrder(context, caller, { orderId: fields.MDORDER })
    const drives = drivesThreeds(fields)
    if (fields.threeDSServerTransId !== undefined) {
      return formAnswer(context, await goOn(context, order, fields.clientBrowserInfo), drives)
    }
    const chosen = await readInstrument(context, fields, whereOf(order, fields))
    // A stored card is for paymentOrderBinding.do, also inside a seToken.
    if (chosen.instrument.kind !== 'card') throw new WireError('5', 'wrong', 'seToken')
    const result = await payOrder(context, order, {
      ...attemptOf(fields),
      chosen,
      cardholderName: fields.TEXT,
      caller,
      reopens: false,
    })
    return formAnswer(context, result, drives)
  },
)

/** `paymentOrderBinding.do`: pays a registered order with a stored card. */
export const paymentOrderBinding = merchantOperation(
  {
    paths: ['rest/paymentOrderBinding.do'],
    summary: 'Pay a registered order with a stored card',
    request: request({
      ...credentials,
      ...payerFields,
      mdOrder: orderId(),
      bindingId: optional(opaque(255)),
      cvc: cardFields.cvc,
      seToken: cardFields.seToken,
    }),
    response: formResponse,
    permission: 'pay',
    fault: formFault,
    refusals: {
      order_not_found: { code: '2', message: 'orderNotFound' },
      vault_token_unknown: { code: '2', message: 'bindingNotFound' },
    },
  },
  async (context, fields, caller) => {
    const { order } = await findOrder(context, caller, { orderId: fields.mdOrder })
    const drives = drivesThreeds(fields)
    if (fields.threeDSServerTransId !== undefined) {
      return formAnswer(context, await goOn(context, order, fields.clientBrowserInfo), drives)
    }
    // A stored card pays the orders of its own customer.
    if (order.customerId === undefined) throw new WireError('5', 'empty', 'clientId')
    const { bindingId, seToken } = fields
    if ((bindingId ?? seToken) === undefined) throw new WireError('5', 'empty', 'bindingId')
    const chosen = await readInstrument(context, fields, whereOf(order, fields))
    if (chosen.instrument.kind !== 'vaultToken') throw new WireError('5', 'wrong', 'seToken')
    const result = await payOrder(context, order, {
      ...attemptOf(fields),
      chosen,
      cardholderName: undefined,
      caller,
      reopens: false,
    })
    return formAnswer(context, result, drives)
  },
)

function whereOf(order: Order, { ip }: { readonly ip?: string }) {
  return { merchantId: order.merchantId, order, payerIp: ip }
}
