import { isPastExpiry, type Order } from '../../core/order.ts'
import { Refusal } from '../../core/refusal.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import type { OrderRef } from '../../gateway/session-token.ts'
import { WireError } from './codes.ts'
import { DIALECT } from './operation.ts'

/** A payment token: standard base64 of the gateway's session token. */
export function paymentTokenOf({ sessionTokens }: Gateway, order: OrderRef): string {
  return sessionTokens.seal(order).toString('base64')
}

/** @throws WireError 9040 for anything but a payment token of ours. */
export function orderRefOf({ sessionTokens }: Gateway, paymentToken: string): OrderRef {
  // Some clients pass the token on as it stands in the page's URL.
  const text = paymentToken.includes('%') ? decode(paymentToken) : paymentToken
  const sealed = Buffer.from(text, 'base64')
  const order = sealed.toString('base64') === text ? sessionTokens.open(sealed) : undefined
  if (order === undefined) throw invalidToken()
  return order
}

/** @throws WireError 9040 when there is no such order of this dialect. */
export async function orderOf(gateway: Gateway, paymentToken: string): Promise<Order> {
  const order = await gateway.findOrder(orderRefOf(gateway, paymentToken)).catch(asInvalidToken)
  if (order.dialect !== DIALECT) throw invalidToken()
  return order
}

/** The same while it may still be paid. @throws Refusal `order_expired` after that. */
export async function currentOrderOf(gateway: Gateway, paymentToken: string): Promise<Order> {
  const order = await orderOf(gateway, paymentToken)
  if (isPastExpiry(order, gateway.clock.now())) throw new Refusal('order_expired')
  return order
}

/** The hosted page's address; the token stands in the fragment, percent-encoded in lower case. */
export function webPaymentUrl(publicUrl: string, paymentToken: string): string {
  const encoded = encodeURIComponent(paymentToken).replace(/%[0-9A-F]{2}/g, (escape) =>
    escape.toLowerCase(),
  )
  return `${publicUrl}/payment/4.3/#/token/${encoded}`
}

/** The page that shows how an order ended; the payment token is appended to it. */
export function infoUrl(publicUrl: string): string {
  return `${publicUrl}/payment/4.3/#/info/`
}

function asInvalidToken(error: unknown): never {
  if (error instanceof Refusal && error.code === 'order_not_found') throw invalidToken()
  throw error
}

function invalidToken(): WireError {
  return new WireError('9040', 'The token is invalid')
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
