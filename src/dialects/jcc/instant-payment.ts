import Type, { type Static } from 'typebox'
import type { VaultToken } from '../../core/payment.ts'
import type { PaymentResult } from '../../gateway/ports.ts'
import { textFault } from './answer.ts'
import { cardFields, payerFields, readInstrument } from './card-request.ts'
import { WireError } from './codes.ts'
import { credentials, flag, optional, request } from './fields.ts'
import { formResponse, outcomeFields } from './form-answer.ts'
import { legacyStatus } from './get-order-status.ts'
import { type Caller, type Context, merchantOperation } from './operation.ts'
import { openOrder, orderFields } from './order-request.ts'
import { STATUS, stateOf } from './order-state.ts'
import { attemptOf, payOrder } from './pay-order.ts'
import { findOrder } from './find-order.ts'
import { drivesThreeds, goOn } from './threeds.ts'

const InstantRequest = request({
  ...credentials,
  ...orderFields,
  ...cardFields,
  ...payerFields,
  preAuth: optional(flag({ description: 'The money is held, and taken by deposit.do.' })),
})

type Instant = Static<typeof InstantRequest>

/** `instantPayment.do`: registers an order and pays it, with a card, a stored card or a seToken. */
export const instantPayment = merchantOperation(
  {
    paths: ['rest/instantPayment.do'],
    summary: 'Register an order and pay it at once',
    request: InstantRequest,
    response: Type.Intersect([
      Type.Omit(formResponse, ['errorCode']),
      Type.Object({
        errorCode: Type.String(),
        orderNumber: optional(Type.String()),
        orderId: optional(Type.String()),
        orderStatus: optional(Type.Object({ OrderStatus: Type.Integer() })),
      }),
    ]),
    permission: 'pay',
    openToken: true,
    fault: textFault,
    missing: '4',
  },
  async (context, fields, caller) => {
    const drives = drivesThreeds(fields)
    return instantAnswer(context, await resultOf(context, fields, caller), drives)
  },
)

async function resultOf(context: Context, fields: Instant, caller: Caller): Promise<PaymentResult> {
  if (fields.threeDSVer2MdOrder !== undefined) {
    const { order } = await findOrder(context, caller, { orderId: fields.threeDSVer2MdOrder })
    return goOn(context, order, fields.clientBrowserInfo)
  }
  const { merchantId } = caller.access.merchant
  // What is wrong with the card is said before there is an order.
  const chosen = await readInstrument(context, fields, {
    merchantId,
    order: undefined,
    payerIp: fields.ip,
  })
  const stored = chosen.instrument.kind === 'vaultToken' ? chosen.instrument.vaultToken : undefined
  const order = await openOrder(context, withCustomer(fields, stored), {
    caller,
    isTwoPhase: fields.preAuth === true,
    vaultToken: stored,
    bindingNotNeeded: fields.bindingNotNeeded === true,
  })
  return payOrder(context, order, {
    ...attemptOf(fields),
    chosen,
    cardholderName: fields.cardholderName,
    caller,
    reopens: false,
  })
}

/**
 * A stored card belongs to its customer, whom the request need not name.
 *
 * @throws WireError 2 where it names another.
 */
export function withCustomer<T extends { clientId?: string }>(
  fields: T,
  stored: VaultToken | undefined,
): T {
  if (stored === undefined) return fields
  const { clientId = stored.customerId } = fields
  if (clientId !== stored.customerId) throw new WireError('2', 'bindingNotFound')
  return clientId === undefined ? fields : { ...fields, clientId }
}

function instantAnswer(context: Context, result: PaymentResult, drives: boolean): object {
  const { order, next } = result
  const state = stateOf(result, context.gateway.clock.now())
  // As the documents have it, an order that waits for its payer is as if nothing had happened yet.
  const shown = next === undefined ? state : { ...state, orderStatus: STATUS.created }
  return {
    errorCode: '0',
    orderNumber: order.merchantReference,
    orderId: order.orderId,
    ...outcomeFields(context, result, drives),
    orderStatus: legacyStatus(result, shown, context.language),
    is3DSVer2: drives && next !== undefined,
  }
}
