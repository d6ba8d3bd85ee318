import Type from 'typebox'
import type { BrowserStep, PaymentResult } from '../../gateway/ports.ts'
import { type Action, describeAction } from './action-codes.ts'
import { known } from './answer.ts'
import { optional } from './fields.ts'
import type { Language, Text } from './languages.ts'
import type { Context } from './operation.ts'
import { STATUS, stateOf } from './order-state.ts'
import { wayBack } from './return-to-merchant.ts'

const PROCEEDING: Text = {
  en: 'Your order is proceeded, redirecting...',
  ru: 'Ваш заказ обработан, происходит переадресация...',
  el: 'Η παραγγελία σας επεξεργάζεται, γίνεται ανακατεύθυνση...',
}

/** What is said while a payer is on the way. */
export function proceeding(language: Language): { readonly info: string } {
  return { info: PROCEEDING[language] }
}

/** What the documents' samples have in place of 3DS 1 messages; clients want them to be there. */
const WHITE_PAGE = { paReq: 'White page paReq', termUrl: 'White page termUrl' } as const

/** The page's own answer (FORMRES), without its errorCode, whose type differs by method. */
export function outcomeFields(
  context: Context,
  result: PaymentResult,
  drivesThreeds = false,
): object {
  const { language } = context
  if (result.next !== undefined) {
    const step = drivesThreeds
      ? threedsFields(context, result.next)
      : whitePageFields(context, result, result.next)
    return { ...proceeding(language), ...step }
  }
  const { orderStatus, action } = stateOf(result, context.gateway.clock.now())
  if (isRefused(result, orderStatus)) return refusalFields(result, action, language)
  const bindingId = result.vaultToken?.name
  return known({ ...proceeding(language), redirect: wayBack(result), bindingId })
}

/** Why an order was not paid, as its payer is told; nothing where it was, or still may be. */
export function errorFields({ gateway, language }: Context, result: PaymentResult): object {
  const { orderStatus, action } = stateOf(result, gateway.clock.now())
  if (isRefused(result, orderStatus)) return refusalFields(result, action, language)
  if (orderStatus !== STATUS.declined) return {}
  const message = describeAction(action, language)
  return { redirect: wayBack(result), error: message, errorMessage: message }
}

/** The challenge is behind a page of ours, which is reached by the order's id. */
function whitePageFields({ publicUrl }: Context, { order }: PaymentResult, next: BrowserStep) {
  const query = `mdOrder=${order.orderId}&threeDsServerTransId=${transactionIdOf(next)}`
  return { acsUrl: `${publicUrl}/payment/rest/getwhitepageurl.do?${query}`, ...WHITE_PAGE }
}

/** For merchants whose page goes through 3-D Secure 2 itself. */
function threedsFields({ publicUrl }: Context, next: BrowserStep) {
  if (next.kind === 'challenge') return { acsUrl: next.acsUrl, packedCReq: next.creq }
  const threeDSServerTransID = next.authenticationId
  const data = {
    threeDSServerTransID,
    threeDSMethodNotificationURL: `${publicUrl}/3ds/method-done`,
  }
  return {
    threeDSServerTransId: threeDSServerTransID,
    threeDSMethodURL: next.methodUrl,
    threeDSMethodDataPacked: Buffer.from(JSON.stringify(data)).toString('base64url'),
  }
}

/** The id of the authentication, which a challenge carries in its request. */
function transactionIdOf(next: BrowserStep): string {
  if (next.kind === 'method') return next.authenticationId
  const creq = JSON.parse(Buffer.from(next.creq, 'base64url').toString('utf8')) as {
    threeDSServerTransID: string
  }
  return creq.threeDSServerTransID
}

/** Nothing was paid, whether or not the order takes another attempt. */
export function isRefused({ payment }: PaymentResult, orderStatus: number): boolean {
  const isOpen = orderStatus === STATUS.created
  return payment !== undefined && (isOpen || orderStatus === STATUS.declined)
}

function refusalFields(result: PaymentResult, action: Action, language: Language): object {
  const { order, payment } = result
  const refused = order.status === 'open' ? stateOf(closed(result), order.createdAt).action : action
  const message = describeAction(refused, language)
  const mustAuthenticate = payment?.failure === 'authentication' && order.threeds !== 'try'
  return known({
    // An order that takes another attempt keeps its payer.
    redirect: order.status === 'open' ? undefined : wayBack(result),
    error: message,
    errorMessage: message,
    errorTypeName: refused.hint === 'data' ? 'DATA_INPUT_ERROR' : undefined,
    processingErrorType: mustAuthenticate ? 'MANDATORY_3DSECURE' : 'CLIENT_ERROR',
  })
}

function closed(result: PaymentResult): PaymentResult {
  return { ...result, order: { ...result.order, status: 'closed' } }
}

/** The whole of it as paymentorder.do and its kin answer: errorCode is a number. */
export function formAnswer(context: Context, result: PaymentResult, drivesThreeds = false): object {
  return {
    ...outcomeFields(context, result, drivesThreeds),
    errorCode: 0,
    is3DSVer2: drivesThreeds && result.next !== undefined,
  }
}

export const formResponse = Type.Object({
  errorCode: Type.Integer(),
  info: optional(Type.String()),
  redirect: optional(Type.String()),
  acsUrl: optional(Type.String()),
  paReq: optional(Type.String()),
  termUrl: optional(Type.String()),
  packedCReq: optional(Type.String()),
  threeDSServerTransId: optional(Type.String()),
  threeDSMethodURL: optional(Type.String()),
  threeDSMethodDataPacked: optional(Type.String()),
  bindingId: optional(Type.String()),
  error: optional(Type.String()),
  errorMessage: optional(Type.String()),
  errorTypeName: optional(Type.String()),
  processingErrorType: optional(Type.String()),
  is3DSVer2: optional(Type.Boolean()),
})
