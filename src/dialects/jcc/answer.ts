import Type, { type TSchema } from 'typebox'
import { type Fault, say } from './codes.ts'
import type { Language } from './languages.ts'

/** How a method writes its errors; their types and keys differ (see docs/jcc.md). */
export type FaultShape = (fault: Fault, language: Language) => object

/** errorCode as text: orders, statuses, money, bindings, instantPayment. */
export const textFault: FaultShape = (fault, language) => ({
  errorCode: fault.code,
  errorMessage: say(fault, language),
})

/** errorCode as a number: lists of orders, declineByClient. */
export const numberFault: FaultShape = (fault, language) => ({
  errorCode: Number(fault.code),
  errorMessage: say(fault, language),
})

/** What every method of the payment page and its kin answers (FORMRES): the text twice. */
export const formFault: FaultShape = (fault, language) => {
  const message = say(fault, language)
  return { error: message, errorCode: Number(fault.code), is3DSVer2: false, errorMessage: message }
}

/** getOrderStatus.do writes its keys with capitals. */
export const legacyFault: FaultShape = (fault, language) => ({
  ErrorCode: fault.code,
  ErrorMessage: say(fault, language),
})

/** Methods with JSON bodies: wallets, recurrent payments. */
export const wrappedFault: FaultShape = (fault, language) => {
  const message = say(fault, language)
  return { success: false, error: { code: fault.code, description: message, message } }
}

/** Without what is not known: its keys are left out, as in the documents. */
export function known(fields: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

/** A whole success without more to say: `{"errorCode":"0","errorMessage":"Success"}`. */
export function success(language: Language): { errorCode: string; errorMessage: string } {
  return { errorCode: '0', errorMessage: say({ message: 'success' }, language) }
}

/** BASIC: an error code as text and its message. */
export const basicFields = {
  errorCode: Type.String({ description: '0 is success.' }),
  errorMessage: Type.String(),
}

export const basicAnswer = Type.Object(basicFields)

/** A success that carries no errorCode, or else an error. */
export const answerOrFault = <T extends Record<string, TSchema>>(properties: T) =>
  Type.Union([Type.Object(properties), basicAnswer])
