import { shared } from './client.ts'
import { infoUrl } from './payment-body.ts'

/** The rule that tells when the web step of a payment is over. */
export interface WebViewNavigation {
  /**
   * Tells, for each URL that a web view goes to, whether it is where the gateway sends the payer
   * back; then close the view and ask `transactionStatus`.
   *
   * @param onInquiry - hears the payment token that the URL ends with.
   * @param responseReturnUrl - the one that the payment named; default: the gateway's own page.
   * @returns whether it is.
   * @throws PGWError `notInitialized`, without `responseReturnUrl`.
   */
  inquiry(
    url: string,
    onInquiry: (paymentToken: string) => unknown,
    responseReturnUrl?: string,
  ): boolean
}

/** For `onNavigationStateChange` of a React Native web view, and for pages after a redirect. */
export const PGWWebViewNavigation: WebViewNavigation = {
  inquiry(url, onInquiry, responseReturnUrl) {
    const returnUrl = responseReturnUrl ?? infoUrl(shared.configuration().baseUrl)
    const paymentToken = url.startsWith(returnUrl) ? decode(url.slice(returnUrl.length)) : ''
    if (paymentToken === '') return false
    onInquiry(paymentToken)
    return true
  },
}

/** The token up to whatever follows it; empty for what nobody encoded. */
function decode(text: string): string {
  const [encoded = ''] = text.split(/[?&#/]/)
  try {
    return decodeURIComponent(encoded)
  } catch {
    return ''
  }
}
