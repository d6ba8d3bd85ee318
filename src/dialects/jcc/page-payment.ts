import type { Order } from '../../core/order.ts'
import type { PaymentResult } from '../../gateway/ports.ts'
import { formFault } from './answer.ts'
import { cardFields, type Chosen, payerFields, readInstrument } from './card-request.ts'
import { WireError } from './codes.ts'
import { object, opaque, optional, orderId, request, text } from './fields.ts'
import { findPayersOrder } from './find-order.ts'
import { formAnswer, formResponse } from './form-answer.ts'
import { type Context, payerOperation } from './operation.ts'
import { attemptOf, payOrder } from './pay-order.ts'

/** Attempts that an order takes on a page before it is closed, as on our own page. */
export const ATTEMPTS_MAX = 5

const { bindingId: _stored, ...newCardFields } = cardFields

const described = { response: formResponse, fault: formFault } as const

/** `processform.do`: what a payer typed on a page of the merchant's, or a mobile SDK's seToken. */
export const processForm = payerOperation(
  {
    ...described,
    paths: ['rest/processform.do'],
    summary: 'Pay an order with a card, from its payer’s page',
    request: request({
      ...newCardFields,
      ...payerFields,
      MDORDER: orderId({ missing: '1' }),
      TEXT: optional(text(512)),
      billingPayerData: optional(object()),
      orderPayerData: optional(object()),
    }),
  },
  async (context, fields) => {
    const { order } = await findPayersOrder(context, fields.MDORDER)
    const chosen = await readInstrument(context, fields, { merchantId: order.merchantId, order })
    if (chosen.instrument.kind !== 'card') throw new WireError('5', 'wrong', 'seToken')
    return formAnswer(context, await attempt(context, order, { chosen, fields }))
  },
)

/** `processBindingForm.do`: the same with a stored card of the payer's. */
export const processBindingForm = payerOperation(
  {
    ...described,
    paths: ['rest/processBindingForm.do'],
    summary: 'Pay an order with a stored card, from its payer’s page',
    request: request({
      ...payerFields,
      MDORDER: orderId({ missing: '1', aliases: ['orderId'] }),
      bindingId: optional(opaque(255)),
      cvc: cardFields.cvc,
      seToken: cardFields.seToken,
      TEXT: optional(text(512)),
    }),
  },
  async (context, fields) => {
    const { order } = await findPayersOrder(context, fields.MDORDER)
    const { bindingId, seToken } = fields
    if ((bindingId ?? seToken) === undefined) throw new WireError('1', 'empty', 'bindingId')
    const chosen = await readInstrument(context, fields, { merchantId: order.merchantId, order })
    if (chosen.instrument.kind !== 'vaultToken') throw new WireError('5', 'wrong', 'seToken')
    return formAnswer(context, await attempt(context, order, { chosen, fields }))
  },
)

interface Typed {
  readonly chosen: Chosen
  readonly fields: Parameters<typeof attemptOf>[0] & { readonly TEXT?: string }
}

async function attempt(
  context: Context,
  order: Order,
  { chosen, fields }: Typed,
): Promise<PaymentResult> {
  return payOrder(context, order, {
    ...attemptOf(fields),
    // Nobody but the merchant may say that a payer is not there.
    tii: undefined,
    chosen,
    cardholderName: fields.TEXT,
    caller: undefined,
    reopens: (await context.gateway.attempts(order)) + 1 < ATTEMPTS_MAX,
  })
}
