import { isReturnAllowed } from '../../core/return-url.ts'
import type { BrowserReturn, Merchant, PaymentResult, ReturnWay } from '../../gateway/ports.ts'
import { invalid } from './bind.ts'
import { tradeTokenOf } from './ids.ts'
import { detailsOf } from './order-details.ts'
import { stateOf } from './order-result.ts'

// An app's own scheme opens the app; these would run or show something instead.
const NO_APP = new Set([
  'javascript:',
  'data:',
  'vbscript:',
  'blob:',
  'file:',
  'about:',
  'ws:',
  'wss:',
])

/** The way back for the payer's browser: what it carries proves nothing and only informs. */
export function returnToMerchant(result: PaymentResult, way: ReturnWay): BrowserReturn {
  const { order } = result
  const { outTradeNo, requestId, frontCallbackUrl } = detailsOf(order)
  const url = URL.parse(way.returnUrl ?? frontCallbackUrl ?? way.merchant.returnUrl ?? '')
  if (url === null) return { kind: 'stay' }
  if (requestId === undefined) {
    url.searchParams.set('outTradeNo', outTradeNo)
    url.searchParams.set('tradeToken', tradeTokenOf(order.orderId, order.createdAt))
  } else {
    url.searchParams.set('requestId', requestId)
  }
  url.searchParams.set('status', stateOf(result, order.createdAt))
  return { kind: 'redirect', url: url.href }
}

/** @throws WireError `PARAMS_INVALID` for an address that payers may not be sent to. */
export function checkReturnUrl(text: string | undefined, merchant: Merchant): void {
  if (text === undefined || isReturnAllowed(text, merchant.returnHosts)) return
  const { protocol = '' } = URL.parse(text) ?? {}
  const isApp = /^[a-z][a-z0-9+.-]*:$/.test(protocol) && !/^https?:$/.test(protocol)
  const isKnown = merchant.returnHosts.some((host) => host === '*' || host === `${protocol}//`)
  if (isApp && isKnown && !NO_APP.has(protocol)) return
  throw invalid('frontCallbackUrl', 'it must be an https URL on a host registered for the merchant')
}
