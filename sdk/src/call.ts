import { PGWError } from './error.ts'
import { tell } from './tell.ts'

/** What a call may be given besides its request. */
export interface CallOptions {
  /** Ends the call: it fails with `aborted`. */
  readonly signal?: AbortSignal | undefined
  /** How long to wait for the answer. Default: that of `initialize`. */
  readonly timeoutMs?: number | undefined
}

/** Callbacks of a call, of which exactly one is called, once. */
export interface APIResponseCallback<Response> extends CallOptions {
  readonly onResponse: (response: Response) => unknown
  readonly onFailure: (error: PGWError) => unknown
}

/**
 * A method of the API. Without callbacks it is a promise, which rejects with a `PGWError`.
 *
 * With callbacks the promise only says that they are done, and never rejects. What a callback
 * throws is the app's: it is thrown again as an uncaught error, and no other callback hears of it.
 */
export interface Call<Request, Response> {
  (request: Request, callback: APIResponseCallback<Response>): Promise<void>
  (
    request: Request,
    onResponse: (response: Response) => unknown,
    onFailure: (error: PGWError) => unknown,
  ): Promise<void>
  (request: Request, options?: CallOptions): Promise<Response>
}

type Callbacks<Response> = Partial<APIResponseCallback<Response>>

/** Makes a method of a function that answers with a promise. */
export function callOf<Request, Response>(
  run: (request: Request, options: CallOptions) => Promise<Response>,
): Call<Request, Response> {
  const call = async (
    request: Request,
    second?: Callbacks<Response> | ((response: Response) => unknown),
    onFailure?: (error: PGWError) => unknown,
  ): Promise<Response | void> => {
    const callbacks: Callbacks<Response> =
      typeof second === 'function'
        ? { onResponse: second, ...(onFailure && { onFailure }) }
        : (second ?? {})
    return settle(run(request, callbacks), callbacks)
  }
  // One function stands for all overloads; which of them it is, its second argument says.
  return call as Call<Request, Response>
}

async function settle<Response>(
  answer: Promise<Response>,
  callbacks: Callbacks<Response>,
): Promise<Response | void> {
  let response: Response
  try {
    response = await answer
  } catch (error) {
    const failure = failureOf(error)
    if (callbacks.onFailure === undefined) throw failure
    return tell(() => callbacks.onFailure?.(failure))
  }
  if (callbacks.onResponse === undefined) return response
  return tell(() => callbacks.onResponse?.(response))
}

/** Every failure is a PGWError; another one is a fault of this SDK, and could hold anything. */
function failureOf(error: unknown): PGWError {
  return error instanceof PGWError ? error : new PGWError('invalidRequest')
}
