import Type from 'typebox'
import type { VaultToken } from '../../core/payment.ts'
import { answerOrFault, textFault } from './answer.ts'
import { WireError } from './codes.ts'
import { credentials, opaque, optional, request, text } from './fields.ts'
import { type Caller, type Context, DIALECT, merchantOperation } from './operation.ts'
import { openOrder, orderFields } from './order-request.ts'
import { formUrl } from './payment-page.ts'

const RegisterRequest = request({
  ...credentials,
  ...orderFields,
  pageView: optional(text(20)),
  bindingId: optional(opaque(255, { description: 'The stored card that alone may pay it.' })),
})

type Register = Type.Static<typeof RegisterRequest>

const described = {
  request: RegisterRequest,
  response: answerOrFault({ orderId: Type.String(), formUrl: Type.String() }),
  permission: 'register',
  openToken: true,
  fault: textFault,
  missing: '4',
} as const

/** `register.do`: an order that is paid in one step. Success has no errorCode. */
export const register = merchantOperation(
  { ...described, paths: ['rest/register.do'], summary: 'Register an order, paid in one phase' },
  (context, fields, caller) => registerOrder(context, fields, { caller, isTwoPhase: false }),
)

/** `registerPreAuth.do`: an order whose money is held, and taken by `deposit.do`. */
export const registerPreAuth = merchantOperation(
  {
    ...described,
    paths: ['rest/registerPreAuth.do'],
    summary: 'Register an order, paid in two phases',
  },
  (context, fields, caller) => registerOrder(context, fields, { caller, isTwoPhase: true }),
)

async function registerOrder(
  context: Context,
  fields: Register,
  { caller, isTwoPhase }: { readonly caller: Caller; readonly isTwoPhase: boolean },
): Promise<object> {
  const vaultToken = await fixedBinding(context, fields, caller)
  const clientId = fields.clientId ?? vaultToken?.customerId
  const asked = { ...fields, ...(clientId !== undefined && { clientId }) }
  const { orderId } = await openOrder(context, asked, { caller, isTwoPhase, vaultToken })
  return { orderId, formUrl: formUrl(context, orderId, fields.pageView) }
}

/** @throws WireError 2 for a stored card that is not there or belongs to another customer. */
async function fixedBinding(
  { gateway }: Context,
  { bindingId, clientId }: Register,
  { access }: Caller,
): Promise<VaultToken | undefined> {
  if (bindingId === undefined) return undefined
  const { merchantId } = access.merchant
  const [found] = await gateway.vaultTokens(merchantId, DIALECT, [bindingId])
  const isOthers = clientId !== undefined && found?.customerId !== clientId
  if (found === undefined || !found.isActive || isOthers) {
    throw new WireError('2', 'bindingNotFound')
  }
  return found
}
