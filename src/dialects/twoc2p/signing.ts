import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import { type JsonObject, parseJson } from '../json.ts'

/** A compact JWS taken apart, not yet verified. */
export interface Jws {
  /** What the signature is over: the first two segments and the point between them. */
  readonly signed: string
  readonly signature: Buffer
  readonly payload: Buffer
}

const HEADER = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')
const JWS_LENGTH_MAX = 64 * 1024
const SIGNATURE_BYTES = 32

/**
 * Takes a compact JWS apart.
 *
 * @returns undefined unless it is three canonical base64url segments whose header says HS256 and
 * names nothing that a verifier might follow. The algorithm is ours, never the message's.
 */
export function readJws(text: string): Jws | undefined {
  if (text.length > JWS_LENGTH_MAX) return undefined
  const [header, body, mac, ...rest] = text.split('.')
  if (header === undefined || body === undefined || mac === undefined) return undefined
  if (rest.length > 0 || !isHs256(header)) return undefined
  const payload = decodeSegment(body)
  const signature = decodeSegment(mac)
  if (payload === undefined || signature === undefined) return undefined
  return { signed: `${header}.${body}`, signature, payload }
}

/** Whether one of the keys made the signature; compared in constant time. */
export function isSignedBy(jws: Jws, key: KeyObject): boolean {
  if (jws.signature.length !== SIGNATURE_BYTES) return false
  return timingSafeEqual(createHmac('sha256', key).update(jws.signed).digest(), jws.signature)
}

/** Signs a JSON text as 2C2P's JWT: HS256, no registered claims. */
export function signJws(json: string, key: KeyObject): string {
  const signed = `${HEADER}.${Buffer.from(json, 'utf8').toString('base64url')}`
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
}

function isHs256(segment: string): boolean {
  if (segment === HEADER) return true
  const header = decodeSegment(segment)
  if (header === undefined) return false
  try {
    const fields = parseJson(header)
    if (typeof fields !== 'object' || fields === null) return false
    const { alg, ...others } = fields as JsonObject
    return alg === 'HS256' && Object.keys(others).every((name) => name === 'typ' || name === 'cty')
  } catch {
    return false
  }
}

// Node's decoder skips what it does not know; encoding again tells whether anything was skipped.
function decodeSegment(segment: string): Buffer | undefined {
  const bytes = Buffer.from(segment, 'base64url')
  return bytes.toString('base64url') === segment ? bytes : undefined
}
