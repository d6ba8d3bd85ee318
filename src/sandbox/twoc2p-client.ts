import { createSecretKey } from 'node:crypto'
import { isSignedBy, readJws, signJws } from '../dialects/twoc2p/signing.ts'

export type Fields = Record<string, unknown>

/** What went over the wire, decoded; for a demonstration to show. */
export interface Exchange {
  readonly path: string
  readonly signed: boolean
  readonly request: Fields
  readonly answer: Fields
}

/** A merchant's side of the 2C2P API: signs, sends, verifies. For the demonstration and tests. */
export interface TwoC2pClient {
  readonly merchantID: string
  /** In the JWT envelope. @throws Error when a signed answer fails its signature. */
  signed(path: string, claims: Fields): Promise<Fields>
  /** Plain JSON, authorized by a payment token. */
  plain(path: string, body: Fields): Promise<Fields>
  /** The claims of a signed text. @throws Error when the signature is not this merchant's. */
  verify(jws: string): Fields
  sign(claims: Fields): string
}

export function twoC2pClient(options: {
  readonly baseUrl: string
  readonly merchantID: string
  readonly secretKey: string
  readonly seen?: (exchange: Exchange) => void
}): TwoC2pClient {
  const key = createSecretKey(Buffer.from(options.secretKey, 'utf8'))

  const post = async (path: string, body: Fields): Promise<Fields> => {
    const response = await fetch(`${options.baseUrl}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return (await response.json()) as Fields
  }

  const verify = (text: string): Fields => {
    const jws = readJws(text)
    if (jws === undefined || !isSignedBy(jws, key))
      throw new Error('the answer is not signed by us')
    return JSON.parse(jws.payload.toString('utf8')) as Fields
  }

  const sign = (claims: Fields) => signJws(JSON.stringify(claims), key)

  return {
    merchantID: options.merchantID,
    sign,
    verify,
    async signed(path, claims) {
      const request = { merchantID: options.merchantID, ...claims }
      const envelope = await post(path, { payload: sign(request) })
      const { payload } = envelope
      const answer = typeof payload === 'string' ? verify(payload) : envelope
      options.seen?.({ path, signed: true, request, answer })
      return answer
    },
    async plain(path, body) {
      const answer = await post(path, body)
      options.seen?.({ path, signed: false, request: body, answer })
      return answer
    },
  }
}
