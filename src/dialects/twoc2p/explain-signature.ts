import { createSecretKey, type KeyObject } from 'node:crypto'
import { isSignedBy, type Jws } from './signing.ts'

// What goes wrong when a 2C2P secret is put to use, each as the key that the mistake makes.
const MISTAKES: readonly (readonly [string, (secret: string) => Buffer])[] = [
  [
    'the secret was decoded from hex; use its text as it stands',
    (text) => Buffer.from(text, 'hex'),
  ],
  [
    'the secret was decoded from base64; use its text as it stands',
    (text) => Buffer.from(text, 'base64'),
  ],
  ['the secret was used in lower case', (text) => Buffer.from(text.toLowerCase())],
  ['the secret was used in upper case', (text) => Buffer.from(text.toUpperCase())],
  ['a line end was used as part of the secret', (text) => Buffer.from(`${text}\n`)],
  ['white space was used as part of the secret', (text) => Buffer.from(`${text} `)],
]

/** Says which common mistake made a signature that does not match; for the sandbox only. */
export function explainSignature(jws: Jws, secrets: readonly KeyObject[]): string {
  for (const secret of secrets) {
    const text = secret.export().toString('utf8')
    for (const [mistake, keyOf] of MISTAKES) {
      const key = keyOf(text)
      if (key.length > 0 && isSignedBy(jws, createSecretKey(key))) return `: ${mistake}`
    }
  }
  const { length } = jws.signed
  return `: no secret of this merchant signs the ${length} characters before the last point so`
}
