import { constants, verify } from 'node:crypto'
import { isObject } from './bind.ts'
import { parseJson } from '../json.ts'
import type { VersionedKey } from './signing.ts'

// What goes wrong in practice, each as the bytes that were signed instead of the body's own.
const TEXTS: readonly (readonly [string, (body: string) => string])[] = [
  ['the body was signed without the line end it was sent with', (body) => body.trimEnd()],
  ['a line end was signed that was not sent', (body) => `${body}\n`],
  ['the body was written again as compact JSON after signing', compact],
  ['the body was signed with an indent of two', (body) => pretty(body, 2)],
  ['the body was signed with an indent of four', (body) => pretty(body, 4)],
  ['the data was signed instead of the whole body', (body) => dataOf(body)],
  ['slashes were signed as \\/', (body) => body.replaceAll('/', '\\/')],
]

/** Says which common mistake made a signature that does not match; for the sandbox only. */
export function explainSignature(
  raw: Buffer,
  signature: string,
  keys: readonly VersionedKey[],
): string {
  const bytes = Buffer.from(signature.replaceAll('-', '+').replaceAll('_', '/'), 'base64')
  const body = raw.toString('utf8')
  for (const { key } of keys) {
    if (verify('sha256', raw, key, bytes)) return ' Write it as standard base64 on one line.'
    for (const [mistake, signed] of TEXTS) {
      if (verify('sha256', Buffer.from(signed(body)), key, bytes))
        return ` It seems that ${mistake}.`
    }
    if (verify('sha1', raw, key, bytes)) return ' It was made with SHA-1; use SHA-256.'
    const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING }
    if (verify('sha256', raw, pss, bytes)) return ' It was made with PSS; use PKCS#1 v1.5.'
  }
  return ` No public key of this application belongs to what signed these ${raw.length} bytes.`
}

function compact(body: string): string {
  return pretty(body, 0)
}

// Writing it again is what the mistake does; here nothing but a guess depends on it.
function pretty(body: string, indent: number): string {
  const value: unknown = JSON.parse(body)
  return JSON.stringify(value, undefined, indent)
}

function dataOf(body: string): string {
  const value = parseJson(body)
  const parsed: unknown = JSON.parse(body)
  if (!isObject(value)) return body
  return JSON.stringify((parsed as { data?: unknown }).data) ?? body
}
