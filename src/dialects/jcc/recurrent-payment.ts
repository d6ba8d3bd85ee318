import Type, { type Static } from 'typebox'
import type { PaymentResult } from '../../gateway/ports.ts'
import { describeAction } from './action-codes.ts'
import { success, textFault, wrappedFault } from './answer.ts'
import { bindingOf, payerFields } from './card-request.ts'
import { credentials, digits, flag, object, opaque, optional, request } from './fields.ts'
import { withCustomer } from './instant-payment.ts'
import { type Caller, type Context, merchantOperation } from './operation.ts'
import { openOrder, orderFields } from './order-request.ts'
import { STATUS, stateOf } from './order-state.ts'
import { orderStatusAnswer, orderStatusFields } from './order-status.ts'
import { attemptOf, payOrder } from './pay-order.ts'

const { returnUrl: _none, ...fieldsWithoutReturn } = orderFields

const RecurrentRequest = request({
  ...credentials,
  ...fieldsWithoutReturn,
  ...payerFields,
  bindingId: opaque(255, { missing: '1' }),
  preAuth: optional(flag()),
  feeInput: optional(digits(8)),
  additionalParameters: optional(object({ description: 'As jsonParams.' })),
})

type Recurrent = Static<typeof RecurrentRequest>

const described = { request: RecurrentRequest, permission: 'payAlone', missing: '4' } as const

/** `recurrentPayment.do`: charges a stored card as agreed, without its owner. */
export const recurrentPayment = merchantOperation(
  {
    ...described,
    paths: ['recurrentPayment.do', 'rest/recurrentPayment.do'],
    summary: 'Charge a stored card as its owner agreed, again and again',
    response: Type.Object({
      success: Type.Boolean(),
      data: optional(Type.Object({ orderId: Type.String() })),
      orderStatus: optional(orderStatusAnswer),
      error: optional(Type.Object({ code: Type.String(), message: Type.String() })),
    }),
    fault: wrappedFault,
    refusals: { reference_in_use: { code: '10', message: 'orderNumberInUse' } },
  },
  async (context, fields, caller) =>
    wrapped(context, await charge(context, fields, { caller, tii: 'R' })),
)

/** `installmentPayment.do`: charges one part of a price that was agreed to be paid in parts. */
export const installmentPayment = merchantOperation(
  {
    ...described,
    paths: ['installmentPayment.do', 'rest/installmentPayment.do'],
    summary: 'Charge a stored card for one part of what it pays in parts',
    response: Type.Object({
      errorCode: Type.Union([Type.Integer(), Type.String()]),
      errorMessage: Type.String(),
      orderId: optional(Type.String()),
      orderStatus: optional(orderStatusAnswer),
      error: optional(Type.Boolean()),
    }),
    fault: textFault,
  },
  async (context, fields, caller) => {
    const result = await charge(context, fields, { caller, tii: 'I' })
    const { errorMessage } = success(context.language)
    const orderStatus = await statusOf(context, result)
    const { orderId } = result.order
    return { errorCode: 0, errorMessage, orderId, orderStatus, error: false }
  },
)

async function charge(
  context: Context,
  fields: Recurrent,
  { caller, tii }: { readonly caller: Caller; readonly tii: 'R' | 'I' },
): Promise<PaymentResult> {
  const { merchantId } = caller.access.merchant
  const vaultToken = await bindingOf(context, merchantId, fields.bindingId)
  const { additionalParameters: jsonParams = fields.jsonParams } = fields
  const asked = {
    ...withCustomer(fields, vaultToken),
    // Nobody's browser comes back from a payment without its payer.
    returnUrl: 'finish',
    tii,
    ...(jsonParams !== undefined && { jsonParams }),
  }
  const isTwoPhase = fields.preAuth === true
  const order = await openOrder(context, asked, { caller, isTwoPhase, vaultToken })
  return payOrder(context, order, {
    ...attemptOf({ ...fields, tii }),
    chosen: { instrument: { kind: 'vaultToken', vaultToken }, cardholderName: undefined },
    cardholderName: undefined,
    caller,
    reopens: false,
  })
}

/** As JSON methods answer a payment: what came of it, and the order's status. */
export async function wrapped(context: Context, result: PaymentResult): Promise<object> {
  const { orderStatus: status, action } = stateOf(result, context.gateway.clock.now())
  const orderStatus = await statusOf(context, result)
  const data = { orderId: result.order.orderId }
  if (status !== STATUS.declined) return { success: true, data, orderStatus }
  const message = describeAction(action, context.language)
  return { success: false, error: { code: '10', description: message, message }, data, orderStatus }
}

/** The order's status as getOrderStatusExtended.do has it. */
async function statusOf(context: Context, result: PaymentResult): Promise<object> {
  const { gateway, language } = context
  const operations = result.payment === undefined ? [] : await gateway.operations(result.payment)
  const fields = orderStatusFields({ result, operations, language, at: gateway.clock.now() })
  return { ...success(language), ...fields }
}
