import { browserInfo } from './browser-info.ts'
import {
  type Instrument,
  REFUSALS,
  type RefusalCode,
  VIEW_STATES,
  type View,
  type WayBack,
} from './view.ts'

/** `lost`: nobody knows what became of the request. Only a look at the order can tell. */
export type Answer =
  | { readonly kind: 'view'; readonly view: View }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly field: string | undefined }
  | { readonly kind: 'lost' }

const LOST: Answer = { kind: 'lost' }

const READ_MS_MAX = 15_000
/** An issuer may take its time; giving up early would only make us ask. */
const PAY_MS_MAX = 90_000

/** Our server's API for one order. Nothing here is ever sent twice on its own account. */
export class Client {
  readonly #base: string

  constructor(ref: string) {
    this.#base = `/page/${ref}`
  }

  async view(): Promise<Answer> {
    return answerOf(await exchange(this.#base))
  }

  async pay(instrument: Instrument): Promise<Answer> {
    return answerOf(await exchange(`${this.#base}/pay`, { ...instrument, browser: browserInfo() }))
  }

  /** Gives up an attempt that waits for the card's issuer. */
  async restart(): Promise<Answer> {
    return answerOf(await exchange(`${this.#base}/restart`, {}))
  }

  async cancel(): Promise<Answer> {
    return answerOf(await exchange(`${this.#base}/cancel`, {}))
  }

  /** @returns undefined when the server could not be asked. */
  async wayBack(): Promise<WayBack | undefined> {
    return parseWayBack(await exchange(`${this.#base}/return`))
  }
}

/** @returns the JSON, or undefined when there was none. */
async function exchange(path: string, body?: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': newKey() }
  const post = { method: 'POST', headers }
  try {
    const response = await fetch(path, {
      cache: 'no-store',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
      signal: AbortSignal.timeout(body === undefined ? READ_MS_MAX : PAY_MS_MAX),
      ...(body === undefined ? {} : { ...post, body: JSON.stringify(body) }),
    })
    return await response.json()
  } catch {
    return undefined
  }
}

function answerOf(json: unknown): Answer {
  if (!isRecord(json)) return LOST
  const state = VIEW_STATES.find((each) => each === json['state'])
  if (state !== undefined && isRecord(json['merchant']) && isRecord(json['order'])) {
    return { kind: 'view', view: json as unknown as View }
  }
  const code = REFUSALS.find((each) => each === json['error'])
  if (code === undefined || code === 'unavailable') return LOST
  const field = typeof json['field'] === 'string' ? json['field'] : undefined
  return { kind: 'refused', code, field }
}

function parseWayBack(json: unknown): WayBack | undefined {
  const url = isRecord(json) ? json['url'] : undefined
  return url === null || typeof url === 'string' ? { url } : undefined
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/**
 * Names one press of a button. Browsers send a POST again by themselves when its connection broke
 * before an answer began: Chromium was seen to send one three times. The name tells the server.
 */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
