import { constants, createPublicKey, publicEncrypt, randomUUID } from 'node:crypto'

export interface Keys {
  readonly keys: readonly {
    readonly keyValue: string
    readonly protocolVersion: string
    readonly keyExpiration: number
  }[]
}

export async function seTokenKeys(url: string): Promise<Keys> {
  return (await (await fetch(`${url}/payment/se/keys.do`)).json()) as Keys
}

/** As the published SDKs make one: PKCS#1 v1.5 to the first key, standard base64. */
export async function seToken(url: string, ...parts: readonly string[]): Promise<string> {
  const { keys } = await seTokenKeys(url)
  const base64 = (keys[0]?.keyValue ?? '').replace(/-----[A-Z ]+-----/g, '')
  const key = createPublicKey({
    key: Buffer.from(base64, 'base64'),
    format: 'der',
    type: 'spki',
  })
  const at = new Date().toISOString().replace(/\.\d+Z$/, '+00:00')
  const plaintext = [at, randomUUID(), ...parts].join('/')
  const padding = constants.RSA_PKCS1_PADDING
  return publicEncrypt({ key, padding }, Buffer.from(plaintext, 'utf8')).toString('base64')
}
