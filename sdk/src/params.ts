import { PGWError } from './error.ts'

/** Which gateway, by name; both spellings of 2C2P's samples. */
export const APIEnvironment = {
  Production: 'Production',
  production: 'Production',
  ProductionIndonesia: 'ProductionIndonesia',
  productionIndonesia: 'ProductionIndonesia',
  Sandbox: 'Sandbox',
  sandbox: 'Sandbox',
} as const

/** A gateway by name. */
export type APIEnvironmentName = (typeof APIEnvironment)[keyof typeof APIEnvironment]

/** What `initialize` takes. */
export interface PGWSDKParams {
  /** Default: production. Only the sandbox has an address of its own, http://127.0.0.1:8080. */
  readonly apiEnvironment?: APIEnvironmentName | undefined
  /** The gateway's address, with or without `/payment/4.3`. Required but for the sandbox. */
  readonly baseUrl?: string | undefined
  /** UUID of this installation. Default: one is made, and kept where there is a `localStorage`. */
  readonly clientId?: string | undefined
  /** Language of texts for payers. Default: what the payment token says. */
  readonly locale?: string | undefined
  /** Tells the console of each call: operation, code, milliseconds. Default: no. */
  readonly log?: boolean | undefined
  /** How long to wait for an answer. Default: 60000. */
  readonly timeoutMs?: number | undefined
}

/** What was made of them. */
export interface PGWSDKConfiguration {
  readonly apiEnvironment: APIEnvironmentName
  readonly baseUrl: string
  readonly clientId: string
  readonly locale: string | undefined
  readonly log: boolean
  readonly timeoutMs: number
}

const SANDBOX_URL = 'http://127.0.0.1:8080'
const TIMEOUT_MS = 60_000
const TIMER_MS_MAX = 2_147_483_647

/** Builds `PGWSDKParams` in steps, as 2C2P's samples do. */
export class PGWSDKParamsBuilder {
  readonly #params: { -readonly [Name in keyof PGWSDKParams]: PGWSDKParams[Name] }

  constructor(apiEnvironment?: APIEnvironmentName) {
    this.#params = { apiEnvironment }
  }

  /** The gateway's address. */
  baseUrl(baseUrl: string): this {
    this.#params.baseUrl = baseUrl
    return this
  }

  /** UUID of this installation. */
  clientId(clientId: string): this {
    this.#params.clientId = clientId
    return this
  }

  /** Language of texts for payers. */
  locale(locale: string): this {
    this.#params.locale = locale
    return this
  }

  /** Tells the console of each call. */
  log(log: boolean): this {
    this.#params.log = log
    return this
  }

  /** How long to wait for an answer. */
  timeoutMs(timeoutMs: number): this {
    this.#params.timeoutMs = timeoutMs
    return this
  }

  build(): PGWSDKParams {
    return { ...this.#params }
  }
}

/** @throws PGWError `invalidRequest` with the name of the parameter that cannot be used. */
export function configurationOf(params: PGWSDKParams): PGWSDKConfiguration {
  const { apiEnvironment = 'Production', timeoutMs = TIMEOUT_MS } = params
  if (!Object.values(APIEnvironment).includes(apiEnvironment)) throw unusable('apiEnvironment')
  if (!(timeoutMs > 0 && timeoutMs <= TIMER_MS_MAX)) throw unusable('timeoutMs')
  const sandboxUrl = apiEnvironment === 'Sandbox' ? SANDBOX_URL : undefined
  return {
    apiEnvironment,
    baseUrl: addressOf(params.baseUrl ?? sandboxUrl),
    clientId: params.clientId ?? keptClientId(),
    locale: params.locale,
    log: params.log === true,
    timeoutMs,
  }
}

function addressOf(text = ''): string {
  const address = text.replace(/\/+$/, '').replace(/\/+payment\/4\.[0-9]$/i, '')
  if (!/^https?:\/\/[^\s/?#\\@]+(?:\/[^\s?#\\]*)?$/i.test(address)) throw unusable('baseUrl')
  return address.replace(/^[^/]+\/\/[^/]+/, (origin) => origin.toLowerCase())
}

function unusable(about: string): PGWError {
  return new PGWError('invalidRequest', { about })
}

const KEPT_AS = 'tessera-client-id'

/** The same one each time, where the place can keep it. */
function keptClientId(): string {
  if (typeof document === 'undefined') return newClientId()
  try {
    const kept = localStorage.getItem(KEPT_AS)
    if (kept !== null) return kept
    const clientId = newClientId()
    localStorage.setItem(KEPT_AS, clientId)
    return clientId
  } catch {
    // The payer's settings forbid it.
    return newClientId()
  }
}

/** A UUID (RFC 9562, version 4). It tells installations apart and protects nothing. */
function newClientId(): string {
  return '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (digit) =>
    (Number(digit) ^ ((Math.random() * 16) >> (Number(digit) / 4))).toString(16),
  )
}
