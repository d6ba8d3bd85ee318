import { createHmac, timingSafeEqual } from 'node:crypto'

/** What requests and answers say: the values that this shop reads are all texts. */
export type Claims = Readonly<Record<string, string | undefined>>

export interface Gateway {
  readonly merchantID: string
  /** A request between servers: signed both ways. @throws Error when the gateway refuses it. */
  signed(operation: string, claims: object): Promise<Claims>
  /** A request that the payment token in it authorizes: plain. */
  plain(operation: string, body: object): Promise<Claims>
  /** What a signed body says. @throws Error when the gateway did not sign it. */
  verify(body: Claims): Claims
}

/** @param url of a sandbox, which tells its first merchant's secret. A real shop keeps its own. */
export async function openGateway(url: string): Promise<Gateway> {
  const { merchants, baseUrls } = (await (await fetch(`${url}/sandbox`)).json()) as Sandbox
  const { merchantID, secretKey } = merchants[0].twoc2p
  const mac = (text: string) => createHmac('sha256', secretKey).update(text).digest()

  async function plain(operation: string, body: object): Promise<Claims> {
    const request = { method: 'POST', body: JSON.stringify(body) }
    return (await (await fetch(`${baseUrls.twoc2p}/${operation}`, request)).json()) as Claims
  }

  // Signed bodies are {"payload": "<header>.<claims>.<signature>"}: a JWT with HS256.
  function sign(claims: object): { payload: string } {
    const parts = ['{"alg":"HS256","typ":"JWT"}', JSON.stringify({ merchantID, ...claims })]
    const text = parts.map((part) => Buffer.from(part).toString('base64url')).join('.')
    return { payload: `${text}.${mac(text).toString('base64url')}` }
  }

  function verify({ payload, respDesc }: Claims): Claims {
    if (payload === undefined) throw new Error(respDesc)
    const [header = '', claims = '', signature = ''] = payload.split('.')
    const [given, right] = [Buffer.from(signature, 'base64url'), mac(`${header}.${claims}`)]
    if (given.length !== right.length || !timingSafeEqual(given, right)) throw new Error('Forged')
    return JSON.parse(Buffer.from(claims, 'base64url').toString()) as Claims
  }

  const signed = async (operation: string, claims: object) =>
    verify(await plain(operation, sign(claims)))
  return { merchantID, signed, plain, verify }
}

interface Sandbox {
  readonly baseUrls: { readonly twoc2p: string }
  readonly merchants: readonly [
    { readonly twoc2p: { readonly merchantID: string; readonly secretKey: string } },
  ]
}
