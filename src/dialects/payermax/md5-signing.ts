import { createHash, type KeyObject, timingSafeEqual } from 'node:crypto'
import { JsonNumber, type JsonObject, type JsonValue } from '../json.ts'

const DIGEST_CHARACTERS = 32

/**
 * The older body signature of the flat generation: every field but `sign`, sorted and joined as
 * `key=value`, nested ones the same way, then the secret; MD5 in upper-case hex.
 */
export function md5Sign(fields: JsonObject, secret: KeyObject): string {
  const { sign: _sign, ...signed } = fields
  const text = `${joined(signed)}&key=${secret.export().toString('utf8')}`
  return createHash('md5').update(text).digest('hex').toUpperCase()
}

/** Whether one of the secrets made the body's `sign`; compared in constant time. */
export function isMd5SignedBy(fields: JsonObject, secrets: readonly KeyObject[]): boolean {
  const { sign } = fields
  if (typeof sign !== 'string' || sign.length !== DIGEST_CHARACTERS) return false
  const given = Buffer.from(sign.toUpperCase())
  return secrets.some((secret) => {
    const expected = Buffer.from(md5Sign(fields, secret))
    return expected.length === given.length && timingSafeEqual(expected, given)
  })
}

function joined(object: JsonObject): string {
  return Object.entries(object)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${textOf(value)}`)
    .join('&')
}

function textOf(value: JsonValue): string {
  if (value === null) return ''
  if (value instanceof JsonNumber) return value.lexeme
  if (Array.isArray(value)) return value.map((item, at) => `${at}=${textOf(item)}`).join('&')
  return typeof value === 'object' ? joined(value) : String(value)
}
