import { createHash, type KeyObject, timingSafeEqual, verify } from 'node:crypto'

/** What a signed request carries besides its body. */
export interface Signature {
  /** X-Hash: base64 of the body's SHA-256. */
  readonly hash: string
  /** X-Signature: base64 of an RSA signature over those 32 bytes. */
  readonly signature: string
}

/** Whether one of the keys has signed these very bytes. */
export function isSigned(
  body: Uint8Array,
  { hash, signature }: Signature,
  keys: readonly KeyObject[],
): boolean {
  const digest = createHash('sha256').update(body).digest()
  const told = Buffer.from(hash, 'base64')
  if (told.length !== digest.length || !timingSafeEqual(told, digest)) return false
  const signed = Buffer.from(signature, 'base64')
  return keys.some(
    (key) => key.asymmetricKeyType === 'rsa' && verify('RSA-SHA256', digest, key, signed),
  )
}

/** SHA-256 of an open token: what is kept of it. Its own 160 random bits stand for a salt. */
export function openTokenDigest(openToken: string): Buffer {
  return createHash('sha256').update(openToken).digest()
}
