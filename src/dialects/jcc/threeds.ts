import type { Order } from '../../core/order.ts'
import type { PaymentResult } from '../../gateway/ports.ts'
import { formFault } from './answer.ts'
import { payerFields } from './card-request.ts'
import { WireError } from './codes.ts'
import { credentials, formed, object, opaque, optional, orderId, request } from './fields.ts'
import { findOrder, findPayersOrder } from './find-order.ts'
import { formAnswer, formResponse } from './form-answer.ts'
import { type Context, merchantOperation, type Operation, payerOperation } from './operation.ts'
import { browserOf } from './pay-order.ts'

type Fields = Readonly<Record<string, unknown>>

/** Whoever says where 3-D Secure 2 comes back to goes through it on a page of its own. */
export function drivesThreeds(fields: {
  readonly threeDSVer2FinishUrl?: string
  readonly threeDSServerTransId?: string
}): boolean {
  return (fields.threeDSVer2FinishUrl ?? fields.threeDSServerTransId) !== undefined
}

/** Goes on with 3-D Secure once the issuer's method page was seen by the merchant's own page. */
export async function goOn(
  context: Context,
  order: Order,
  clientBrowserInfo: Fields | undefined,
): Promise<PaymentResult> {
  const { gateway } = context
  const held = await gateway.heldStep(order)
  if (held === undefined) return gateway.inquire(order)
  if (held.kind === 'challenge') return { ...(await gateway.inquire(order)), next: held }
  const result = await gateway.continueAuthentication(order, {
    sessionData: held.sessionData,
    methodCompletion: 'Y',
    browser: browserOf(context, order, clientBrowserInfo),
  })
  return result.next === undefined ? gateway.inquire(order) : result
}

/** `3ds/continue.do`: the same, by the order alone. */
const continueThreeds = merchantOperation(
  {
    paths: ['rest/3ds/continue.do'],
    summary: 'Go on with 3-D Secure 2 after the issuer’s method page',
    request: request({
      ...credentials,
      mdOrder: orderId(),
      clientBrowserInfo: optional(object()),
    }),
    response: formResponse,
    permission: 'pay',
    openToken: true,
    fault: formFault,
  },
  async (context, fields, caller) => {
    const { order } = await findOrder(context, caller, { orderId: fields.mdOrder })
    return formAnswer(context, await goOn(context, order, fields.clientBrowserInfo), true)
  },
)

/**
 * Ends 3-D Secure: whoever calls says no more than that the payer is back. What came of it is what
 * the directory server told us.
 */
async function finish(context: Context, order: Order): Promise<object> {
  const { gateway } = context
  const held = await gateway.heldStep(order)
  if (held?.kind === 'method') throw new WireError('7', 'stateWrong')
  if (held !== undefined) await gateway.finishAuthentication(order, held.sessionData)
  return formAnswer(context, await gateway.inquire(order))
}

/** `finish3dsPayment.do`: the payer is back from the issuer at a page of the merchant's. */
const finish3dsPayment = merchantOperation(
  {
    paths: ['rest/finish3dsPayment.do'],
    summary: 'Finish 3-D Secure at a page of one’s own',
    request: request({
      ...credentials,
      mdOrder: orderId(),
      paRes: optional(opaque(8_192, { description: 'Proves nothing, and is not read.' })),
    }),
    response: formResponse,
    permission: 'pay',
    fault: formFault,
  },
  async (context, { mdOrder }, caller) => {
    const { order } = await findOrder(context, caller, { orderId: mdOrder })
    return finish(context, order)
  },
)

const transactionId = formed('^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$')

/** `finish3dsVer2Payment.do`: the same, by the authentication's id. */
const finish3dsVer2Payment = merchantOperation(
  {
    paths: ['rest/finish3dsVer2Payment.do'],
    summary: 'Finish 3-D Secure 2 at a page of one’s own',
    request: request({
      ...credentials,
      threeDSServerTransId: transactionId,
      threeDSVer2MdOrder: payerFields.threeDSVer2MdOrder,
    }),
    response: formResponse,
    permission: 'pay',
    fault: formFault,
  },
  async (context, fields, caller) => {
    const { merchantId } = caller.access.merchant
    const named = fields.threeDSVer2MdOrder
    const found =
      named === undefined
        ? await context.gateway.orderOfAuthentication(merchantId, fields.threeDSServerTransId)
        : undefined
    const { order } = await findOrder(context, caller, { orderId: named ?? found ?? '' })
    return finish(context, order)
  },
)

/** `finish3dsVer2PaymentAnonymous.do`: the same, by the payer's own client, an app. */
const finish3dsVer2PaymentAnonymous = payerOperation(
  {
    paths: ['rest/finish3dsVer2PaymentAnonymous.do'],
    summary: 'Finish 3-D Secure 2, by its payer',
    request: request({ threeDSServerTransId: transactionId }),
    response: formResponse,
    fault: formFault,
  },
  async (context, { threeDSServerTransId }) => {
    const id = threeDSServerTransId.toLowerCase()
    const { order } = await findPayersOrder(context, await context.gateway.locateAuthenticated(id))
    return finish(context, order)
  },
)

export const THREEDS_OPERATIONS: readonly Operation[] = [
  continueThreeds,
  finish3dsPayment,
  finish3dsVer2Payment,
  finish3dsVer2PaymentAnonymous,
]
