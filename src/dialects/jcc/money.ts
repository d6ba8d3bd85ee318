import type { Order } from '../../core/order.ts'
import type { FollowUpResult } from '../../gateway/follow-up.ts'
import { success } from './answer.ts'
import { WireError } from './codes.ts'
import { credentials, currency, object, opaque, optional, orderId } from './fields.ts'
import type { Caller } from './operation.ts'
import type { Language } from './languages.ts'
import { currencyByNumber } from '../../core/currency.ts'
import { checkMerchantLogin } from './order-request.ts'

/** What every method that moves the money of an order takes. */
export const moneyFields = {
  ...credentials,
  orderId: optional(orderId({ aliases: ['mdOrder'] })),
  orderNumber: optional(opaque(36)),
  merchantLogin: optional(opaque(255)),
  currency: optional(currency()),
  jsonParams: optional(object()),
}

export interface MoneyRequest {
  readonly orderId?: string
  readonly orderNumber?: string
  readonly merchantLogin?: string
}

/** @throws WireError 5 when the request names no order, or another merchant. */
export function checkNames(fields: MoneyRequest, caller: Caller): void {
  if (fields.orderId === undefined && fields.orderNumber === undefined) {
    throw new WireError('5', 'orderIdEmpty')
  }
  checkMerchantLogin(fields.merchantLogin, caller)
}

/** @throws WireError 5 for another currency than the order's. */
export function checkCurrency(number: string | undefined, { amount: sum }: Order): void {
  if (number === undefined || currencyByNumber(number)?.code === sum.currency) return
  throw new WireError('5', 'wrong', 'currency')
}

/** Minor units as the gateway takes them: 0 is all there is. */
export function minorOf(text: string | undefined): { readonly minor?: bigint } {
  const minor = BigInt(text ?? '0')
  return minor === 0n ? {} : { minor }
}

/**
 * The answer to money that was asked to move.
 *
 * @throws WireError 7 when the bank refused, or has not answered yet.
 */
export function answerOf({ state }: Pick<FollowUpResult, 'state'>, language: Language): object {
  if (state === 'approved') return success(language)
  throw new WireError('7', state === 'sent' ? 'operationPending' : 'operationDeclined')
}
