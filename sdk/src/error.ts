/** Why a call came back without an answer of the gateway's. */
export type PGWErrorCode =
  | 'network'
  | 'timeout'
  | 'aborted'
  | 'invalidAnswer'
  | 'invalidRequest'
  | 'notInitialized'
  | 'insecure'

const TEXTS: Readonly<Record<PGWErrorCode, string>> = {
  network: 'The payment gateway cannot be reached.',
  timeout: 'The payment gateway did not answer in time.',
  aborted: 'The request was aborted.',
  invalidAnswer: 'The payment gateway answered something that cannot be understood.',
  invalidRequest: 'The request is not complete.',
  notInitialized: 'Call PGWSDK.initialize before anything else.',
  insecure: 'A card is sent encrypted or over https, or not at all.',
}

/**
 * A call that failed: nothing is known of its outcome but what `code` says.
 *
 * Its text and fields never hold a card number, whatever was sent.
 */
export class PGWError extends Error {
  readonly code: PGWErrorCode
  /** The HTTP status, where there was one. */
  readonly status: number | undefined

  constructor(code: PGWErrorCode, detail?: { readonly field?: string; readonly status?: number }) {
    const where = detail?.field === undefined ? '' : ` (${detail.field})`
    super(`${TEXTS[code]}${where}`)
    this.name = 'PGWError'
    this.code = code
    this.status = detail?.status
  }
}
