import { constants, type KeyObject, sign, verify } from 'node:crypto'
import type { MerchantAccess, MerchantKey } from '../../gateway/ports.ts'

/** A key of one application, under the version that its requests name. */
export type VersionedKey = Pick<MerchantKey, 'version' | 'key'>

/** Keys of a merchant's application, newest first: its own public ones, or those we sign with. */
export function keysOf(
  { keys }: MerchantAccess,
  kind: 'merchantPublic' | 'platformPrivate',
): readonly MerchantKey[] {
  return keys.filter((key) => key.kind === kind)
}

// Both calls run on the thread pool: an RSA signature takes a quarter of a millisecond.
const padding = constants.RSA_PKCS1_PADDING

/** SHA256withRSA over the bytes as they are sent, in base64 on one line. */
export function signBytes(bytes: Uint8Array, key: KeyObject): Promise<string> {
  return new Promise((resolve, reject) => {
    sign('sha256', bytes, { key, padding }, (error, signature) => {
      if (error === null) resolve(signature.toString('base64'))
      else reject(error)
    })
  })
}

/**
 * Whether one of the keys made the signature over exactly these bytes. Keys of the version that the
 * request names come first; the SDKs say `1` for ever, so the others are tried as well.
 */
export async function isSignedBy(
  bytes: Uint8Array,
  signature: string,
  { keys, keyVersion }: { keys: readonly VersionedKey[]; keyVersion: string },
): Promise<boolean> {
  const raw = strictBase64(signature)
  if (raw === undefined) return false
  const named = keys.filter(({ version }) => version === keyVersion)
  const others = keys.filter(({ version }) => version !== keyVersion)
  for (const { key } of [...named, ...others]) {
    if (await isMadeBy(bytes, raw, key)) return true
  }
  return false
}

function isMadeBy(bytes: Uint8Array, signature: Buffer, key: KeyObject): Promise<boolean> {
  const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {}
  if (signature.length !== modulusLength / 8) return Promise.resolve(false)
  return new Promise((resolve, reject) => {
    verify('sha256', bytes, { key, padding }, signature, (error, isValid) => {
      if (error === null) resolve(isValid)
      else reject(error)
    })
  })
}

// Node's decoder skips what it does not know; encoding again tells whether anything was skipped.
function strictBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}
