import { fromBase64, toBase64 } from './base64.ts'
import { PGWError } from './error.ts'

/** The gateway's public key, as `GET /payment/4.3/securePayKey` answers it. */
export interface SecurePayKey {
  /** 16 lower-case hex digits. */
  readonly keyId: string
  readonly algorithm: string
  /** Base64 of a SubjectPublicKeyInfo, DER. */
  readonly publicKey: string
}

/** What of a card is encrypted; at least one of them. A stored card's code may stand alone. */
export interface CardFields {
  readonly cardNo?: string | undefined
  readonly expiryMonth?: string | undefined
  readonly expiryYear?: string | undefined
  readonly securityCode?: string | undefined
}

/** The one algorithm of `securePayToken`: RSA-OAEP with SHA-256 around an AES-256-GCM key. */
export const SECURE_PAY_ALGORITHM = 'RSA-OAEP-256+A256GCM'

const VERSION = 1
const NONCE_BYTES = 12
const BLOCK_BYTES = 64

/**
 * Encrypts card fields for the gateway alone, as `securePayToken`; good for 15 minutes.
 *
 * @param at - when, in milliseconds since 1970, by the payer's clock.
 * @throws PGWError `invalidAnswer` for a key of another form, `unsupported` without WebCrypto.
 */
export async function encryptCard(
  key: SecurePayKey,
  fields: CardFields,
  at: number = Date.now(),
): Promise<string> {
  const { keyId } = key
  if (key.algorithm !== SECURE_PAY_ALGORITHM || !/^[0-9a-f]{16}$/.test(keyId)) {
    throw new PGWError('invalidAnswer', { about: 'securePayKey' })
  }
  if (!hasWebCrypto()) throw new PGWError('unsupported', { about: 'WebCrypto' })
  const { subtle } = crypto
  const publicKey = await importPublicKey(key.publicKey)
  const cardKey = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt'])
  const wrapped = await subtle.encrypt(
    { name: 'RSA-OAEP' },
    publicKey,
    await subtle.exportKey('raw', cardKey),
  )
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
  const additionalData = new TextEncoder().encode(`securePayToken/1/${keyId}`)
  const sealed = await subtle.encrypt(
    { name: 'AES-GCM', iv: nonce, additionalData },
    cardKey,
    plaintextOf(fields, at),
  )
  const outer = toBase64(new Uint8Array(wrapped))
  const inner = toBase64(joined([Uint8Array.of(VERSION), fromHex(keyId), nonce, sealed]))
  return `${outer.length.toString(16).padStart(4, '0')}${outer}${inner}`
}

/** Whether this place can encrypt: a secure context of a browser, Node, or a polyfill. */
export function hasWebCrypto(): boolean {
  return typeof crypto === 'object' && typeof crypto.subtle === 'object'
}

async function importPublicKey(publicKey: string): Promise<CryptoKey> {
  const algorithm = { name: 'RSA-OAEP', hash: 'SHA-256' }
  try {
    return await crypto.subtle.importKey('spki', fromBase64(publicKey), algorithm, false, [
      'encrypt',
    ])
  } catch {
    throw new PGWError('invalidAnswer', { about: 'securePayKey' })
  }
}

/** JSON, padded to a multiple of 64 bytes, so that its length says nothing. */
function plaintextOf(fields: CardFields, at: number): Uint8Array<ArrayBuffer> {
  const { cardNo, expiryMonth, expiryYear, securityCode } = fields
  const unixSeconds = Math.floor(at / 1_000)
  const json = JSON.stringify({ cardNo, expiryMonth, expiryYear, securityCode, at: unixSeconds })
  const bytes = new TextEncoder().encode(json)
  const padded = new Uint8Array(Math.ceil(bytes.length / BLOCK_BYTES) * BLOCK_BYTES)
  padded.fill(' '.charCodeAt(0)).set(bytes)
  return padded
}

function joined(parts: readonly (Uint8Array | ArrayBuffer)[]): Uint8Array {
  const arrays = parts.map((part) => new Uint8Array(part))
  const all = new Uint8Array(arrays.reduce((length, array) => length + array.length, 0))
  let at = 0
  for (const array of arrays) {
    all.set(array, at)
    at += array.length
  }
  return all
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
