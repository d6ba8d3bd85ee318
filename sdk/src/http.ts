import type { CallOptions } from './call.ts'
import { PGWError } from './error.ts'
import { type Fields, isFields } from './rename.ts'

/** Where the gateway is, and how to talk to it. */
export interface Connection {
  /** Scheme, host, port and path, without a slash at the end. */
  readonly baseUrl: string
  readonly timeoutMs: number
  readonly log: boolean
}

/** One exchange with the gateway; without a body it is a GET. */
export interface Ask {
  readonly operation: string
  readonly body?: object
}

/**
 * Asks the gateway. @returns its answer, which has a `respCode`.
 *
 * @throws PGWError `network`, `timeout`, `aborted`, `http` or `invalidAnswer`.
 */
export async function ask(
  connection: Connection,
  asked: Ask,
  options: CallOptions = {},
): Promise<Fields> {
  const { operation } = asked
  const started = Date.now()
  try {
    const answer = await exchange(connection, asked, options)
    note(connection, `${operation} ${String(answer['respCode'])}`, started)
    return answer
  } catch (error) {
    note(connection, `${operation} ${error instanceof PGWError ? error.code : 'failed'}`, started)
    throw error
  }
}

async function exchange(connection: Connection, asked: Ask, options: CallOptions): Promise<Fields> {
  const timeoutMs = options.timeoutMs ?? connection.timeoutMs
  const { signal, done, reason } = limitOf(options.signal, timeoutMs)
  try {
    const url = `${connection.baseUrl}/payment/4.3/${asked.operation}`
    const response = await fetch(url, { ...requestOf(asked), signal })
    return readAnswer(response.status, await response.text())
  } catch (error) {
    if (error instanceof PGWError) throw error
    const code = reason()
    // What fetch throws names the connection, never what was sent.
    throw new PGWError(code, code === 'network' ? { cause: error } : {})
  } finally {
    done()
  }
}

function requestOf({ body }: Ask): RequestInit {
  return {
    // A redirect would carry a card to where nobody meant it to go.
    redirect: 'error',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    ...(body && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: textOf(body),
    }),
  }
}

function textOf(body: object): string {
  try {
    return JSON.stringify(body)
  } catch {
    throw new PGWError('invalidRequest')
  }
}

/** A signal that ends with the app's own or when the time is up, and tells which. */
function limitOf(outer: AbortSignal | undefined, timeoutMs: number) {
  const controller = new AbortController()
  let code: 'network' | 'timeout' | 'aborted' = 'network'
  const end = (why: 'timeout' | 'aborted') => {
    code = why
    controller.abort()
  }
  const onAbort = () => end('aborted')
  const timer = setTimeout(() => end('timeout'), timeoutMs)
  if (outer?.aborted === true) onAbort()
  outer?.addEventListener('abort', onAbort)
  return {
    signal: controller.signal,
    reason: () => code,
    done: () => {
      clearTimeout(timer)
      outer?.removeEventListener('abort', onAbort)
    },
  }
}

function readAnswer(status: number, text: string): Fields {
  const answer = parse(text)
  const responseCode = codeOf(answer?.['respCode'])
  if (status < 200 || status > 299) {
    const told = responseCode === undefined ? {} : { responseCode }
    throw new PGWError('http', { status, about: String(status), ...told })
  }
  if (answer === undefined || responseCode === undefined) {
    throw new PGWError('invalidAnswer', { status })
  }
  return answer
}

function codeOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^[0-9]{4}$/.test(value) ? value : undefined
}

function parse(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isFields(value) ? value : undefined
  } catch {
    // The parser's own error quotes the text, which may quote the request.
    return undefined
  }
}

/** Operation, code and time; nothing of what was sent or answered. */
function note({ log }: Connection, what: string, started: number): void {
  // oxlint-disable-next-line no-console -- the app asked for it
  if (log) console.debug(`[PGWSDK] ${what} ${Date.now() - started} ms`)
}
