import { webcrypto } from 'node:crypto'

const { subtle } = webcrypto

/** What the gateway publishes, and what it takes to be wrong about it. */
export interface EncryptOptions {
  readonly keyId: string
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Buffer
  readonly version?: number
  readonly associatedData?: string
  readonly padTo?: number
}

/** A plaintext with a fresh date; a test names only what it is about. */
export function aClientCard(fields: Record<string, unknown> = {}): Record<string, unknown> {
  const card = { expiryMonth: '12', expiryYear: '2030', securityCode: '123' }
  return { ...card, at: Math.floor(Date.now() / 1_000), ...fields }
}

/** Encrypts as a browser does, with its WebCrypto. @returns a securePayToken. */
export async function encryptAsClient(plaintext: unknown, given: EncryptOptions): Promise<string> {
  const { keyId, version = 1, padTo = 64 } = given
  const wrapping = { name: 'RSA-OAEP', hash: 'SHA-256' }
  const publicKey = await subtle.importKey('spki', given.publicKey, wrapping, false, ['encrypt'])
  const key = webcrypto.getRandomValues(new Uint8Array(32))
  const block = Buffer.from(await subtle.encrypt({ name: 'RSA-OAEP' }, publicKey, key))

  const text = typeof plaintext === 'string' ? plaintext : JSON.stringify(plaintext)
  const padded = text.padEnd(Math.ceil(text.length / padTo) * padTo)
  const iv = webcrypto.getRandomValues(new Uint8Array(12))
  const additionalData = Buffer.from(given.associatedData ?? `securePayToken/${version}/${keyId}`)
  const aes = await subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt'])
  const parameters = { name: 'AES-GCM', iv, additionalData }
  const sealed = await subtle.encrypt(parameters, aes, Buffer.from(padded))

  const head = Buffer.concat([Buffer.from([version]), Buffer.from(keyId, 'hex'), iv])
  return joinParts(block, Buffer.concat([head, Buffer.from(sealed)]))
}

/** Four hex digits of length, then both parts in base64. */
export function joinParts(block: Buffer, rest: Buffer): string {
  const first = block.toString('base64')
  return first.length.toString(16).padStart(4, '0') + first + rest.toString('base64')
}
