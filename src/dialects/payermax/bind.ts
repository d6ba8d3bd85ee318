import type { Static, TObject, TSchema } from 'typebox'
import { holdsPan } from '../../core/pan.ts'
import { JsonNumber, type JsonObject, type JsonValue } from '../json.ts'
import { WireError } from './codes.ts'

// Control characters and the marks that reorder text on a screen.
const UNPRINTABLE = /(?![\t\n\r])\p{Cc}|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

interface Keywords {
  readonly type?: 'string' | 'boolean' | 'integer' | 'object' | 'array'
  readonly properties?: Readonly<Record<string, TSchema>>
  readonly required?: readonly string[]
  readonly items?: TSchema
  readonly minLength?: number
  readonly maxLength?: number
  readonly maxItems?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly pattern?: string
  readonly why?: string
  readonly aliases?: readonly string[]
  readonly loose?: boolean
  readonly opaque?: boolean
  readonly isAmount?: boolean
}

/**
 * Reads a request by its schema, in the schema's order: what is null or not in the schema is
 * dropped, and so is an empty optional text.
 *
 * @throws WireError `PARAMS_INVALID` in the documented words, naming the first field that is wrong.
 */
export function bind<T extends TObject>(schema: T, body: JsonObject): Static<T> {
  return boundObject(schema, body, '') as Static<T>
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeOf(value) === 'object'
}

function boundObject(schema: TSchema, value: JsonObject, path: string): Record<string, unknown> {
  const { properties = {}, required = [] } = schema as Keywords
  const bound: Record<string, unknown> = {}
  for (const [name, property] of Object.entries(properties)) {
    const place = path === '' ? name : `${path}.${name}`
    const member = memberOf(value, name, property)
    const isRequired = required.includes(name)
    if (member === undefined || (member === '' && !isRequired)) {
      if (isRequired) throw missing(place)
      continue
    }
    bound[name] = boundValue(property, member, place)
  }
  return bound
}

function memberOf(object: JsonObject, name: string, property: TSchema): JsonValue | undefined {
  for (const spelling of [name, ...((property as Keywords).aliases ?? [])]) {
    const member = object[spelling]
    if (member !== undefined && member !== null) return member
  }
  return undefined
}

function boundValue(schema: TSchema, value: JsonValue, path: string): unknown {
  const field = schema as Keywords
  switch (field.type) {
    case 'object':
      if (!isObject(value)) throw mistyped(path, 'object', value)
      return boundObject(schema, value, path)
    case 'array':
      return boundList(field, value, path)
    case 'boolean':
      return boundFlag(value, path)
    case 'integer':
      return boundCount(field, value, path)
    case 'string':
      return field.isAmount === true ? boundAmount(value, path) : boundText(field, value, path)
    case undefined:
      break
  }
  throw new TypeError(`${path} has no type`)
}

function boundList({ items, maxItems = 0 }: Keywords, value: JsonValue, path: string): unknown {
  if (!Array.isArray(value) || items === undefined) throw mistyped(path, 'array', value)
  if (value.length > maxItems) throw badLength(path, { min: 0, max: maxItems, is: value.length })
  return value.map((member, at) => boundValue(items, member, `${path}[${at}]`))
}

function boundFlag(value: JsonValue, path: string): boolean {
  if (value === true || value === 'true') return true
  if (value === false || value === 'false') return false
  throw mistyped(path, 'boolean', value)
}

function boundCount({ minimum = 0, maximum = 0 }: Keywords, value: JsonValue, path: string) {
  const digits = value instanceof JsonNumber ? value.lexeme : value
  if (typeof digits !== 'string' || !/^[0-9]{1,9}$/.test(digits)) {
    throw mistyped(path, 'integer', value)
  }
  const number = Number(digits)
  if (number >= minimum && number <= maximum) return number
  throw invalid(path, `it must be ${minimum} to ${maximum}`)
}

function boundAmount(value: JsonValue, path: string): string {
  if (value instanceof JsonNumber) return plainDigits(value.lexeme)
  if (typeof value !== 'string') throw mistyped(path, 'number', value)
  if (!/^[0-9]{1,20}(?:\.[0-9]{1,12})?$/.test(value)) throw new WireError('AMOUNT_INVALID')
  return value
}

/** `1E+2` is how some clients write a hundred. */
function plainDigits(lexeme: string): string {
  const parts = /^([0-9]{1,20})(?:\.([0-9]{1,12}))?(?:[eE]([+-]?[0-9]{1,2}))?$/.exec(lexeme)
  if (parts === null) throw new WireError('AMOUNT_INVALID')
  const [, whole = '', decimals = '', exponent = '0'] = parts
  const point = whole.length + Number(exponent)
  const digits = `${'0'.repeat(Math.max(0, 1 - point))}${whole}${decimals}`
  const at = Math.max(1, point)
  const padded = digits.padEnd(at, '0')
  const rest = padded.slice(at)
  return rest === '' ? padded : `${padded.slice(0, at)}.${rest}`
}

function boundText(field: Keywords, value: JsonValue, path: string): string {
  const isLoose = field.loose === true && value instanceof JsonNumber
  const text = isLoose ? value.lexeme : value
  if (typeof text !== 'string') throw mistyped(path, 'string', value)
  checkLength(field, text, path)
  if (UNPRINTABLE.test(text)) throw invalid(path, 'it holds control characters')
  if (field.opaque !== true && holdsPan(text)) throw invalid(path, 'it holds a card number')
  const { pattern, why = 'it has a wrong form' } = field
  if (pattern !== undefined && !new RegExp(pattern).test(text)) throw invalid(path, why)
  return text
}

function checkLength(
  { minLength: min = 0, maxLength: max = Infinity }: Keywords,
  text: string,
  path: string,
) {
  // Characters are counted as their reader does, not as UTF-16 units.
  const length = Array.from(text).length
  if (length < min || length > max) throw badLength(path, { min, max, is: length })
}

/** PARAMS_INVALID for a field that is not there. */
export function missing(field: string): WireError {
  return invalid(field, `${field} is null`)
}

/** PARAMS_INVALID for one field, with the reason. */
export function invalid(field: string, why: string): WireError {
  return new WireError('PARAMS_INVALID', `${field} is invalid,because ${why}.`)
}

function mistyped(field: string, type: string, value: JsonValue): WireError {
  return new WireError(
    'PARAMS_INVALID',
    `${field} must be ${type} , but your input is ${typeOf(value)}.` +
      'Make sure all requests type is correct.',
  )
}

function badLength(
  field: string,
  { min, max, is }: Readonly<Record<'min' | 'max' | 'is', number>>,
) {
  return new WireError(
    'PARAMS_INVALID',
    `${field} length must be between ${min} and ${max},but your input value length is ${is}.` +
      'Make sure all requests length is correct.',
  )
}

function typeOf(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return 'null'
  if (value instanceof JsonNumber) return 'number'
  return Array.isArray(value) ? 'array' : typeof value
}
