import type { Order } from '../../core/order.ts'
import type { Payment } from '../../core/payment.ts'
import type { FollowUpResult } from '../../gateway/follow-up.ts'
import { success } from './answer.ts'
import { WireError } from './codes.ts'
import { credentials, currency, object, opaque, optional, orderId } from './fields.ts'
import { findOrder, type OrderName, paymentOf } from './find-order.ts'
import type { Caller, Context } from './operation.ts'
import type { Language } from './languages.ts'
import { currencyByNumber } from '../../core/currency.ts'

/** What every method that moves the money of an order takes. */
export const moneyFields = {
  ...credentials,
  orderId: optional(orderId({ aliases: ['mdOrder'] })),
  orderNumber: optional(opaque(36)),
  merchantLogin: optional(opaque(255)),
  currency: optional(currency()),
  jsonParams: optional(object()),
}

interface MoneyRequest extends OrderName {
  readonly currency?: string
}

/**
 * The payment whose money is to move.
 *
 * @throws WireError 5 when the request names no order, or another currency;
 * Refusal `order_not_found`, `payment_not_found`.
 */
export async function paymentToMove(
  context: Context,
  fields: MoneyRequest,
  caller: Caller,
): Promise<Payment> {
  return (await orderToMove(context, fields, caller)).payment
}

/** The same with its order. */
export async function orderToMove(
  context: Context,
  fields: MoneyRequest,
  caller: Caller,
): Promise<{ readonly order: Order; readonly payment: Payment }> {
  if (fields.orderId === undefined && fields.orderNumber === undefined) {
    throw new WireError('5', 'orderIdEmpty')
  }
  const result = await findOrder(context, caller, fields)
  const { currency: number } = fields
  if (number !== undefined && currencyByNumber(number)?.code !== result.order.amount.currency) {
    throw new WireError('5', 'wrong', 'currency')
  }
  return { order: result.order, payment: paymentOf(result) }
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
