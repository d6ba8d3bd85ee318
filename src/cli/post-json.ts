const TIMEOUT_MS = 15_000

/** Posts JSON to a server that our operator named. @returns undefined for no answer at all. */
export async function postJson(request: {
  readonly url: string
  readonly body: string
}): Promise<{ status: number; body: string } | undefined> {
  try {
    const response = await fetch(request.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: request.body,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    return { status: response.status, body: await response.text() }
  } catch {
    return undefined
  }
}
