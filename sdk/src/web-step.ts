import { shared } from './client.ts'
import { APIResponseCode } from './codes.ts'
import { PGWError } from './error.ts'
import { openFrame, type OpenFrame } from './frame-dialog.ts'
import type { TransactionStatusResponse } from './responses.ts'

/** A step of a payment that happens on a page of the gateway's or the bank's, such as 3-D Secure. */
export interface WebStep {
  readonly paymentToken: string
  /** `data` of the response with 1000 or 1001. */
  readonly url: string
  /** What a screen reader calls the dialog. Default: `Confirm the payment`. */
  readonly title?: string | undefined
  /** Of the button that closes it. Default: `Close`. */
  readonly closeLabel?: string | undefined
  /** Closes the dialog; the call fails with `aborted`. */
  readonly signal?: AbortSignal | undefined
}

/** How a browser takes the web step. */
export interface WebSteps {
  /**
   * Shows it in a dialog over the page, until the payment has ended or the payer closes it.
   *
   * @returns how the payment stands then, with `additionalInfo`; 2001 where the payer closed it.
   * @throws PGWError `aborted`; `timeout` after 15 minutes; `unsupported` outside of a browser.
   */
  modal(step: WebStep): Promise<TransactionStatusResponse>
  /**
   * Leaves the page for it. The payer comes back to `responseReturnUrl` of the payment, where
   * `PGWWebViewNavigation.inquiry` reads the payment token.
   *
   * @throws PGWError `unsupported` outside of a browser.
   */
  redirect(url: string): void
}

const POLL_MS = 5_000
const STEP_MS_MAX = 15 * 60_000

/** The web step of a payment in a browser. In React Native, show `data` in a web view. */
export const PGWWebStep: WebSteps = {
  async modal(step) {
    if (typeof document === 'undefined') throw new PGWError('unsupported', { about: 'document' })
    const { signal, title = 'Confirm the payment', closeLabel = 'Close' } = step
    if (signal?.aborted === true) throw new PGWError('aborted')
    const frame = openFrame({ url: webUrl(step.url), title, closeLabel })
    const onAbort = () => frame.close()
    signal?.addEventListener('abort', onAbort)
    try {
      return await statusAtEnd(step, frame)
    } finally {
      signal?.removeEventListener('abort', onAbort)
      frame.close()
    }
  },

  redirect(url) {
    if (typeof location === 'undefined') throw new PGWError('unsupported', { about: 'location' })
    location.assign(webUrl(url))
  },
}

/** Asks whenever the frame shows another page, and now and then, since the last one may be missed. */
async function statusAtEnd(
  { paymentToken, signal }: WebStep,
  frame: OpenFrame,
): Promise<TransactionStatusResponse> {
  const end = Date.now() + STEP_MS_MAX
  while (Date.now() < end) {
    await frame.changed(POLL_MS)
    const isLast = frame.isClosed()
    const request = { paymentToken, additionalInfo: true }
    const status = await shared.transactionStatus(request, { signal }).catch((error: unknown) => {
      // While the payer is at it, a broken connection may come back.
      if (isLast || signal?.aborted === true) throw error
    })
    const isOver = status && status.responseCode !== APIResponseCode.TransactionInProgress
    if (status && (isOver || isLast)) return status
  }
  throw new PGWError('timeout')
}

/** @throws PGWError `invalidRequest` for anything that is no page of the web. */
function webUrl(url: string): string {
  if (/^https?:\/\//i.test(url)) return url
  throw new PGWError('invalidRequest', { about: 'url' })
}
