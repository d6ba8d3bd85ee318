/**
 * Why a call failed. A refusal of the gateway's is no failure: it is a response with its code.
 *
 * - `network`: the gateway was not reached, or the connection broke.
 * - `timeout`: it did not answer within `timeoutMs`.
 * - `aborted`: the signal that the call was given said so.
 * - `http`: it answered with an HTTP status other than 2xx; see `status` and `responseCode`.
 * - `invalidAnswer`: what it answered is none of its answers.
 * - `invalidRequest`: what the call was given cannot be sent.
 * - `notInitialized`: `initialize` was not called.
 * - `insecure`: a payment, but neither https nor a gateway on this machine.
 * - `unsupported`: this place lacks what the call needs, such as WebCrypto or a document.
 */
export type PGWErrorCode =
  | 'network'
  | 'timeout'
  | 'aborted'
  | 'http'
  | 'invalidAnswer'
  | 'invalidRequest'
  | 'notInitialized'
  | 'insecure'
  | 'unsupported'

const TEXTS: Readonly<Record<PGWErrorCode, string>> = {
  network: 'The payment gateway cannot be reached.',
  timeout: 'The payment gateway did not answer in time.',
  aborted: 'The call was aborted.',
  http: 'The payment gateway answered with an HTTP error.',
  invalidAnswer: 'The payment gateway answered something that cannot be understood.',
  invalidRequest: 'The request cannot be sent.',
  notInitialized: 'Call PGWSDK.initialize first.',
  insecure: 'A payment goes over https, or to a gateway on this machine.',
  unsupported: 'This cannot be done here.',
}

/** What is known of a failure; never anything that was sent. */
export interface PGWErrorDetail {
  /** What was wrong, by its name: a field, or what is missing. */
  readonly about?: string
  /** The HTTP status. */
  readonly status?: number
  /** The gateway's four digits, if it gave any. */
  readonly responseCode?: string
  /** The error beneath; only where it cannot hold what was sent. */
  readonly cause?: unknown
}

/**
 * A call that failed: all that is known is why.
 *
 * After a failed `proceedTransaction` the payment may have happened; ask `transactionStatus`.
 * No text or field of it ever holds a card number, whatever was sent or answered.
 */
export class PGWError extends Error {
  readonly code: PGWErrorCode
  /** The HTTP status, with `http` and `invalidAnswer`. */
  readonly status: number | undefined
  /** The gateway's four digits, if it gave any with an HTTP error; 0999 is a fault of its own. */
  readonly responseCode: string | undefined

  constructor(code: PGWErrorCode, detail: PGWErrorDetail = {}) {
    const about = detail.about === undefined ? '' : ` (${detail.about})`
    super(TEXTS[code] + about, detail.cause === undefined ? undefined : { cause: detail.cause })
    this.name = 'PGWError'
    this.code = code
    this.status = detail.status
    this.responseCode = detail.responseCode
  }
}
