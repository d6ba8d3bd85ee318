import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import type { PayerMaxInfo, SandboxInfo } from './info.ts'
import type { Exchange, Fields } from './twoc2p-client.ts'

/** A merchant's side of the PayerMax API, as its SDKs do it. For the demonstration and tests. */
export interface PayerMaxClient {
  readonly merchantNo: string
  /** In the envelope of the current generation. @throws Error when a success is not signed by us. */
  call(api: string, data: Fields): Promise<Fields>
  /** These very bytes, to a path of the server, with a signature of our own or another. */
  post(path: string, body: string, sign?: string): Promise<Fields>
  sign(body: string): string
  /** Whether the gateway signed these bytes. */
  isOurs(body: string, signature: string): boolean
  envelope(data: Fields): Fields
}

/** The application of the sandbox's first merchant that has one. */
export function payerMaxOf({ merchants }: SandboxInfo): PayerMaxInfo {
  const found = merchants.find(({ payermax }) => payermax !== undefined)?.payermax
  if (found === undefined) throw new Error('no demo merchant has an application')
  return found
}

export function payerMaxClient(
  info: SandboxInfo,
  seen?: (exchange: Exchange) => void,
): PayerMaxClient {
  const { baseUrls } = info
  const payermax = payerMaxOf(info)
  const { merchantNo, appId } = payermax
  const privateKey = createPrivateKey({
    key: Buffer.from(payermax.merchantPrivateKey, 'base64'),
    format: 'der',
    type: 'pkcs8',
  })
  const publicKey = createPublicKey({
    key: Buffer.from(payermax.platformPublicKey, 'base64'),
    format: 'der',
    type: 'spki',
  })
  const signBody = (body: string) =>
    sign('sha256', Buffer.from(body), privateKey).toString('base64')
  const isOurs = (body: string, signature: string) =>
    verify('sha256', Buffer.from(body), publicKey, Buffer.from(signature, 'base64'))
  const server = new URL(baseUrls.payermax).origin

  const envelope = (data: Fields) => ({
    version: '1.4',
    keyVersion: '1',
    requestTime: new Date().toISOString(),
    appId,
    merchantNo,
    data,
  })

  const post = async (path: string, body: string, signature = signBody(body)): Promise<Fields> => {
    const response = await fetch(`${server}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(signature !== '' && { sign: signature }),
      },
      body,
    })
    const text = await response.text()
    const answer = JSON.parse(text) as Fields
    const isSuccess = answer['code'] === 'APPLY_SUCCESS' || answer['bizCode'] === '0000'
    if (isSuccess && !isOurs(text, response.headers.get('sign') ?? '')) {
      throw new Error('the answer is not signed by the gateway')
    }
    return answer
  }

  return {
    merchantNo,
    post,
    sign: signBody,
    isOurs,
    envelope,
    async call(api, data) {
      const answer = await post(`/aggregate-pay/api/gateway/${api}`, JSON.stringify(envelope(data)))
      seen?.({ path: api, signed: true, request: data, answer })
      return answer
    },
  }
}
