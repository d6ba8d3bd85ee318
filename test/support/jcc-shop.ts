import { createHmac } from 'node:crypto'
import { signedText } from '../../src/dialects/jcc/checksum.ts'
import { serve } from './listen.ts'
import { eventually, type TestSandbox } from './sandbox.ts'

/** One callback as it came. */
export interface Heard {
  readonly method: string
  readonly fields: Readonly<Record<string, string>>
}

/** A shop of the JCC family: it hears callbacks, and payers come back to it. */
export interface JccShop {
  readonly callbackUrl: string
  readonly returnUrl: string
  readonly callbacks: readonly Heard[]
  /** Statuses for the next callbacks; 200 when empty. */
  readonly answers: number[]
  /** Resolves with the first callback that has these fields. */
  heard(fields: Readonly<Record<string, string>>): Promise<Heard>
}

export async function openJccShop(): Promise<JccShop> {
  const callbacks: Heard[] = []
  const answers: number[] = []
  const base = await serve((request, response, body) => {
    const url = new URL(request.url ?? '', 'http://shop')
    if (url.pathname !== '/callback') {
      response.setHeader('content-type', 'text/html')
      response.end('<!doctype html><title>Shop</title><h1>Back at the shop</h1>')
      return
    }
    const form = new URLSearchParams(request.method === 'POST' ? body : url.search)
    callbacks.push({ method: request.method ?? '', fields: Object.fromEntries(form) })
    response.writeHead(answers.shift() ?? 200).end()
  })
  return {
    callbackUrl: `${base}/callback`,
    returnUrl: `${base}/back`,
    callbacks,
    answers,
    heard: (fields) =>
      eventually(async () =>
        callbacks.find((heard) =>
          Object.entries(fields).every(([name, value]) => heard.fields[name] === value),
        ),
      ),
  }
}

/** The checksum that a merchant computes of a callback, with what the sandbox shows as its secret. */
export async function checksumOf(
  { url }: Pick<TestSandbox, 'url'>,
  { fields }: Heard,
  merchantId = 'CY01',
): Promise<string> {
  const info = (await (await fetch(`${url}/sandbox`)).json()) as {
    merchants: readonly { id: string; jcc: { callbackSecret: string } }[]
  }
  const { callbackSecret = '' } = info.merchants.find(({ id }) => id === merchantId)?.jcc ?? {}
  return createHmac('sha256', callbackSecret).update(signedText(fields)).digest('hex').toUpperCase()
}

/** Changes what a demo merchant has set for this dialect; before its first request only. */
export async function setSettings(
  { sandbox }: TestSandbox,
  merchantId: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { merchants, clock } = sandbox.program
  const known = await merchants.account(merchantId, 'jcc')
  if (known === undefined) throw new Error('a demo merchant is missing')
  const { account } = known
  await merchants.setAccount(merchantId, 'jcc', { account, settings, at: clock.now() })
}

/** Where acsRedirect.do sends a payer's browser. */
export async function redirectOf(url: string, orderId: string): Promise<string> {
  const response = await fetch(`${url}/payment/acsRedirect.do?orderId=${orderId}`, {
    redirect: 'manual',
  })
  return response.headers.get('location') ?? ''
}

/** The payer's whole part of 3-D Secure, without a browser. */
export async function authenticate(
  url: string,
  orderId: string,
  answer: { readonly code?: string; readonly outcome?: string } = { code: '123456' },
): Promise<{ readonly status: string; readonly back: { readonly url: string } }> {
  const response = await fetch(`${url}/sandbox/3ds/complete`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: await redirectOf(url, orderId), ...answer }),
  })
  return (await response.json()) as { status: string; back: { url: string } }
}
