import { createHmac, type KeyObject, sign } from 'node:crypto'

/** What a callback says, by name; values as they are before they are escaped. */
export type CallbackFields = Readonly<Record<string, string>>

/** The documents' name for the signature, which in truth is over SHA-512 (5.3, read 2026-11). */
const SIGN_ALIAS = 'SHA-256 with RSA'

// They carry or describe the checksum, so it is not over them.
const UNSIGNED = new Set(['checksum', 'sign_alias'])

/** `name;value;` of each field, by the order of the names' code points. */
export function signedText(fields: CallbackFields): string {
  const signed = Object.entries(fields).filter(([name]) => !UNSIGNED.has(name))
  signed.sort(([one], [other]) => (one < other ? -1 : 1))
  return signed.map(([name, value]) => `${name};${value};`).join('')
}

/** With the HMAC-SHA256 of the merchant's callback secret: upper-case hex. */
export function withHmac(fields: CallbackFields, secret: KeyObject): CallbackFields {
  const hmac = createHmac('sha256', secret).update(signedText(fields))
  return { ...fields, checksum: hmac.digest('hex').toUpperCase() }
}

/** With the gateway's RSA signature: PKCS#1 v1.5 over SHA-512, upper-case hex. */
export function withSignature(fields: CallbackFields, privateKey: KeyObject): CallbackFields {
  const signature = sign('sha512', Buffer.from(signedText(fields), 'utf8'), privateKey)
  return { ...fields, checksum: signature.toString('hex').toUpperCase(), sign_alias: SIGN_ALIAS }
}
