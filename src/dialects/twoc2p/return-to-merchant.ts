import type { BrowserReturn, PaymentResult, ReturnWay } from '../../gateway/ports.ts'
import { type Code, FLOW, verdict } from './codes.ts'
import type { PaymentTokenRequest } from './payment-token-request.ts'

/**
 * The way back for the payer's browser: to the client that paid (Do Payment, responseReturnUrl: the
 * payment token is appended to it), else by form post to the order's or merchant's own page.
 */
export function returnToMerchant(result: PaymentResult, way: ReturnWay): BrowserReturn {
  if (way.returnUrl !== undefined) {
    const token = encodeURIComponent(way.sessionToken.toString('base64'))
    return { kind: 'redirect', url: `${way.returnUrl}${token}` }
  }
  const { order } = result
  const { frontendReturnUrl, locale = null } = order.details as Partial<PaymentTokenRequest>
  const url = frontendReturnUrl ?? way.merchant.returnUrl
  if (url === undefined) return { kind: 'stay' }
  const paymentResponse = frontendReturnData(result, locale, order.createdAt)
  return { kind: 'post', url, fields: { paymentResponse } }
}

export function flowOf({ order, payment }: PaymentResult, at: Date): Code {
  const isOpen = payment === undefined && order.status === 'open' && order.expiresAt > at
  const isRunning = payment?.status === 'authorizing' || payment?.status === 'authenticating'
  return isOpen || isRunning ? FLOW.inProgress : FLOW.completed
}

/** The channel that was paid through; that of a wallet is kept with the payment. */
export function channelOf({ payment }: PaymentResult): string {
  const kept = payment?.details?.['channelCode']
  if (typeof kept === 'string') return kept
  return payment?.instrument === 'networkToken' ? 'CSTOKEN' : 'CC'
}

/** What the browser brings back to the merchant: base64 of a small JSON, unsigned. */
export function frontendReturnData(result: PaymentResult, locale: string | null, at: Date): string {
  const cancelled = result.order.status === 'cancelled'
  const flow = cancelled ? verdict(result, at) : flowOf(result, at)
  const invoiceNo = result.order.merchantReference
  const json = JSON.stringify({ locale, invoiceNo, channelCode: channelOf(result), ...flow })
  return Buffer.from(json, 'utf8').toString('base64')
}
