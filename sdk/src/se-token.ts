import { toBase64 } from './base64.ts'
import { PGWError } from './error.ts'

/** A key of JCC's family, as `GET /payment/se/keys.do` answers it. */
export interface SeTokenKey {
  /** SubjectPublicKeyInfo as PEM, in one line or in many. */
  readonly keyValue: string
}

/** What a seToken says; a new card, a stored one, or either with its code. */
export interface SeTokenFields {
  readonly pan?: string | undefined
  readonly cvc?: string | undefined
  /** 1 to 12. */
  readonly expiryMonth?: number | undefined
  /** Four digits. */
  readonly expiryYear?: number | undefined
  /** The order to be paid; left out where it is only made with the payment. */
  readonly mdOrder?: string | undefined
  /** A stored card. */
  readonly bindingId?: string | undefined
  readonly cardholderName?: string | undefined
}

const REGISTERED_FROM = 'WSDK_CORE'
const PADDING_BYTES_MIN = 11

/**
 * Makes a seToken: what its fields say, encrypted for the gateway alone with RSA and PKCS#1 v1.5 as
 * JCC's family has it. It is good for ten minutes, once, for its own order.
 *
 * @param at when, in milliseconds since 1970, by the payer's clock.
 * @throws PGWError `invalidAnswer` for a key of another form, `invalidRequest` for more than the
 * key can hold, `unsupported` without `crypto.getRandomValues` or `BigInt`.
 */
export function seToken(key: SeTokenKey, fields: SeTokenFields, at: number = Date.now()): string {
  const random = randomSource()
  const { modulus, exponent, length } = publicKeyOf(key)
  const message = new TextEncoder().encode(plaintextOf(fields, { at, random }))
  if (message.length > length - PADDING_BYTES_MIN) {
    throw new PGWError('invalidRequest', { about: 'seToken' })
  }
  const padded = numberOf(paddedTo(length, message, random))
  return toBase64(bytesOf(power(padded, exponent, modulus), length))
}

/** Bytes that nobody can guess. */
type Random = (length: number) => Uint8Array

function randomSource(): Random {
  if (typeof BigInt !== 'function') throw new PGWError('unsupported', { about: 'BigInt' })
  if (typeof crypto !== 'object' || typeof crypto.getRandomValues !== 'function') {
    throw new PGWError('unsupported', { about: 'crypto.getRandomValues' })
  }
  return (length) => crypto.getRandomValues(new Uint8Array(length))
}

/** `timestamp/uuid/PAN/CVV/EXPDATE/mdOrder/bindingId/cardholder/registeredFrom`. */
function plaintextOf(
  fields: SeTokenFields,
  { at, random }: { at: number; random: Random },
): string {
  const { pan = '', cvc = '', mdOrder = '', bindingId = '', cardholderName = '' } = fields
  const { expiryMonth: month, expiryYear: year } = fields
  const hasExpiry = month !== undefined && year !== undefined
  return [
    new Date(at).toISOString().replace(/\.\d+Z$/, '+00:00'),
    uuid(random),
    pan.replace(/[ -]/g, ''),
    cvc,
    hasExpiry ? `${year}${String(month).padStart(2, '0')}` : '',
    mdOrder,
    bindingId,
    // A slash would begin the next field.
    cardholderName.replaceAll('/', ' '),
    REGISTERED_FROM,
  ].join('/')
}

/** Version 4: 122 random bits. */
function uuid(random: Random): string {
  const bytes = random(16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** PKCS#1 v1.5: 0, 2, random bytes without a zero among them, 0, and the message. */
function paddedTo(length: number, message: Uint8Array, random: Random): Uint8Array {
  const padded = new Uint8Array(length)
  padded[1] = 2
  padded.set(withoutZeros(length - message.length - 3, random), 2)
  padded.set(message, length - message.length)
  return padded
}

function withoutZeros(length: number, random: Random): Uint8Array {
  const found: number[] = []
  while (found.length < length) found.push(...random(length).filter((byte) => byte !== 0))
  return Uint8Array.from(found.slice(0, length))
}

interface PublicKey {
  readonly modulus: bigint
  readonly exponent: bigint
  /** Bytes. */
  readonly length: number
}

const SEQUENCE = 0x30
const BIT_STRING = 0x03
const INTEGER = 0x02

/** SubjectPublicKeyInfo: {algorithm, bit string of {modulus, exponent}}. */
function publicKeyOf({ keyValue }: SeTokenKey): PublicKey {
  const der = fromBase64(keyValue.replace(/-----[^-]*-----|\s/g, ''))
  const [info] = membersOf(der)
  const [, bits] = membersOf(contentOf(info, SEQUENCE))
  // The first byte of a bit string says how many bits of its last one are none.
  const [pair] = membersOf(contentOf(bits, BIT_STRING).subarray(1))
  const [first, second] = membersOf(contentOf(pair, SEQUENCE))
  const modulus = numberOf(contentOf(first, INTEGER))
  const exponent = numberOf(contentOf(second, INTEGER))
  const length = Math.ceil(modulus.toString(16).length / 2)
  if (length < 128 || exponent < 3n) throw wrongKey()
  return { modulus, exponent, length }
}

interface Member {
  readonly tag: number
  readonly content: Uint8Array
}

function contentOf(member: Member | undefined, tag: number): Uint8Array {
  if (member?.tag !== tag) throw wrongKey()
  return member.content
}

/** The elements that stand one after the other in some DER. */
function membersOf(der: Uint8Array): Member[] {
  const members: Member[] = []
  let at = 0
  while (at < der.length) {
    const { start, length } = lengthAt(der, at + 1)
    const content = der.subarray(start, start + length)
    if (content.length !== length) throw wrongKey()
    members.push({ tag: der[at] ?? 0, content })
    at = start + length
  }
  return members
}

/** One byte below 128, or the number of the bytes that follow. */
function lengthAt(der: Uint8Array, at: number): { start: number; length: number } {
  const first = der[at] ?? 0
  if (first < 0x80) return { start: at + 1, length: first }
  const bytes = der.subarray(at + 1, at + 1 + (first & 0x7f))
  if (bytes.length > 3) throw wrongKey()
  return {
    start: at + 1 + bytes.length,
    length: bytes.reduce((length, byte) => length * 256 + byte, 0),
  }
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`)
}

function bytesOf(value: bigint, length: number): number[] {
  const hex = value.toString(16).padStart(length * 2, '0')
  return Array.from({ length }, (_, at) => Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16))
}

/** By squaring. The exponent is public, so the time it takes tells nothing. */
function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  let square = base % modulus
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

// By hand: not every engine of React Native has an atob.
function fromBase64(text: string): Uint8Array {
  const digits = Array.from(text.replace(/={1,2}$/, ''), (char) => ALPHABET.indexOf(char))
  if (digits.length === 0 || digits.includes(-1)) throw wrongKey()
  const bits = digits.map((digit) => digit.toString(2).padStart(6, '0')).join('')
  const bytes = bits.match(/.{8}/g) ?? []
  return Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 2))
}

function wrongKey(): PGWError {
  return new PGWError('invalidAnswer', { about: 'keyValue' })
}
