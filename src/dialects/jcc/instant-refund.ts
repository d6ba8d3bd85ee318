import Type, { type Static } from 'typebox'
import type { PaymentResult } from '../../gateway/ports.ts'
import { describeAction } from './action-codes.ts'
import { basicFields, known, textFault } from './answer.ts'
import { cardFields, type Chosen, readInstrument } from './card-request.ts'
import { say } from './codes.ts'
import { credentials, optional, request } from './fields.ts'
import { legacyStatus } from './get-order-status.ts'
import { withCustomer } from './instant-payment.ts'
import { type Caller, type Context, merchantOperation } from './operation.ts'
import { orderFields, orderOf } from './order-request.ts'
import { type OrderState, STATUS, stateOf } from './order-state.ts'

const RefundRequest = request({
  ...credentials,
  ...cardFields,
  orderNumber: orderFields.orderNumber,
  amount: orderFields.amount,
  currency: orderFields.currency,
  description: orderFields.description,
  ip: orderFields.ip,
  clientId: orderFields.clientId,
  merchantLogin: orderFields.merchantLogin,
  cardholderName: orderFields.cardholderName,
  jsonParams: orderFields.jsonParams,
  dynamicCallbackUrl: orderFields.dynamicCallbackUrl,
})

type Refund = Static<typeof RefundRequest>

/** `instantRefund.do`: sends money to a card, without an order that it was ever taken by. */
export const instantRefund = merchantOperation(
  {
    paths: ['rest/instantRefund.do'],
    summary: 'Send money to a card, without an earlier payment',
    request: RefundRequest,
    response: Type.Object({
      ...basicFields,
      orderNumber: optional(Type.String()),
      orderId: optional(Type.String()),
      orderStatus: optional(
        Type.Object({
          ErrorCode: Type.String(),
          OrderStatus: Type.Integer({ description: '4 sent, 6 declined, 7 not known yet.' }),
          Pan: Type.String(),
          Amount: Type.Integer(),
          currency: Type.String(),
          approvalCode: optional(Type.String()),
          rrn: optional(Type.String()),
        }),
      ),
    }),
    permission: 'credit',
    fault: textFault,
    missing: '4',
  },
  async (context, fields, caller) => {
    const chosen = await readInstrument(context, fields, {
      merchantId: caller.access.merchant.merchantId,
      order: undefined,
      payerIp: fields.ip,
    })
    const result = await context.gateway.credit({
      order: creditOrder(context, fields, { caller, chosen }),
      instrument: chosen.instrument,
      details: { ...known({ cardholderName: chosen.cardholderName ?? fields.cardholderName }) },
    })
    const state = stateOf(result, context.gateway.clock.now())
    return {
      errorCode: '0',
      errorMessage: messageOf(context, state),
      ...answerOf(context, result, state),
    }
  },
)

/** @throws WireError 2 for a stored card of another customer, and as every method with an order. */
function creditOrder(
  context: Context,
  fields: Refund,
  { caller, chosen }: { readonly caller: Caller; readonly chosen: Chosen },
) {
  const { instrument } = chosen
  const stored = instrument.kind === 'vaultToken' ? instrument.vaultToken : undefined
  // Nobody comes back from anywhere: the address is only where our own page would lead.
  const asked = { ...withCustomer(fields, stored), returnUrl: 'finish' }
  return orderOf(context, asked, { caller, isTwoPhase: false, vaultToken: stored })
}

function messageOf({ language }: Context, { orderStatus, action }: OrderState): string {
  if (orderStatus === STATUS.declined) return describeAction(action, language)
  const isKnown = orderStatus === STATUS.refunded
  return say({ message: isKnown ? 'success' : 'operationPending' }, language)
}

function answerOf({ language }: Context, result: PaymentResult, state: OrderState): object {
  const { merchantReference: orderNumber, orderId } = result.order
  return { orderNumber, orderId, orderStatus: legacyStatus(result, state, language) }
}
