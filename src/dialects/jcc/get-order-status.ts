import Type from 'typebox'
import type { PaymentResult } from '../../gateway/ports.ts'
import { known, legacyFault } from './answer.ts'
import { say } from './codes.ts'
import { credentials, optional, orderId, request } from './fields.ts'
import { findOrder } from './find-order.ts'
import type { Language } from './languages.ts'
import { merchantOperation } from './operation.ts'
import { detailsOf } from './order-details.ts'
import { type OrderState, stateOf } from './order-state.ts'
import { currencyNumber, expiryText, holderOf, maskOf } from './order-status.ts'

/** `getOrderStatus.do`: the older status, its keys written with capitals. */
export const getOrderStatus = merchantOperation(
  {
    paths: ['rest/getOrderStatus.do'],
    summary: "Ask for an order's status, the older way",
    request: request({ ...credentials, orderId: orderId({ aliases: ['mdOrder'] }) }),
    response: Type.Object({
      ErrorCode: Type.String(),
      ErrorMessage: Type.String(),
      OrderStatus: optional(Type.Integer()),
      OrderNumber: optional(Type.String()),
      Pan: optional(Type.String()),
      Amount: optional(Type.Integer()),
      currency: optional(Type.String()),
      depositAmount: optional(Type.Integer()),
    }),
    permission: 'status',
    fault: legacyFault,
  },
  async (context, fields, caller) => {
    const result = await findOrder(context, caller, fields)
    const state = stateOf(result, context.gateway.clock.now())
    return {
      ...legacyStatus(result, state, context.language),
      ...legacyBinding(result),
    }
  },
)

/** The block `orderStatus` of instantPayment.do, and most of what getOrderStatus.do answers. */
export function legacyStatus(
  { order, payment }: PaymentResult,
  state: OrderState,
  language: Language,
): object {
  return known({
    expiration: payment?.cardExpiry && expiryText(payment.cardExpiry),
    cardholderName: holderOf({ order, payment }),
    depositAmount: Number(state.depositedMinor),
    currency: currencyNumber(order.amount.currency),
    approvalCode: payment?.approvalCode,
    // A constant that clients of the oldest version look for.
    authCode: 2,
    rrn: payment?.rrn,
    paymentNetRefNum: payment?.networkTransactionId,
    ErrorCode: '0',
    ErrorMessage: say({ message: 'success' }, language),
    OrderStatus: state.orderStatus,
    OrderNumber: order.merchantReference,
    Pan: payment && maskOf(payment.card.panMasked),
    Amount: Number(order.amount.minor),
    Ip: detailsOf(order).ip,
  })
}

function legacyBinding({ order, vaultToken }: PaymentResult): object {
  const clientId = vaultToken?.customerId ?? order.customerId
  if (clientId === undefined) return {}
  if (vaultToken === undefined) return { clientId }
  const bindingId = vaultToken.name
  return { clientId, bindingId, BindingInfo: { clientId, bindingId } }
}
