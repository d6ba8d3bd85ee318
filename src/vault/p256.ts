import { createPublicKey, type KeyObject } from 'node:crypto'

/** SubjectPublicKeyInfo of P-256, up to its uncompressed point. */
const SPKI_HEAD = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex')

/** @returns undefined unless it is SubjectPublicKeyInfo, in DER, of a point on P-256. */
export function p256PublicKey(der: Buffer): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
    return isP256(key) ? key : undefined
  } catch {
    return undefined
  }
}

/** Google writes a point alone: a byte 4 and its two coordinates. */
export function p256PublicKeyOfPoint(point: Buffer): KeyObject | undefined {
  return p256PublicKey(Buffer.concat([SPKI_HEAD, point]))
}

/** @returns the 65 bytes of the uncompressed point. */
export function pointOf(publicKey: Buffer): Buffer {
  return publicKey.subarray(SPKI_HEAD.length)
}

export function isP256(key: KeyObject): boolean {
  return key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
}
