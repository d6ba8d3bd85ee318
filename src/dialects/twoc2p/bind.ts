import type { Static, TObject, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { holdsPan } from '../../core/pan.ts'
import { JsonNumber, type JsonObject, type JsonValue } from '../json.ts'
import { WireError } from './codes.ts'

// Control characters and the marks that reorder text on a screen.
const UNPRINTABLE = /(?![\t\n\r])\p{Cc}|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

interface Keywords {
  readonly type?: string
  readonly properties?: Readonly<Record<string, TSchema>>
  readonly items?: TSchema
  /** Names of earlier versions for the same property. */
  readonly aliases?: readonly string[]
  /** The code that says this very field is wrong, where 2C2P has one. */
  readonly respCode?: string
  /** An identifier or ciphertext, where a long number is no card number. */
  readonly opaque?: boolean
  readonly why?: string
}

/**
 * Makes the reader of one request: it knows property names in any case, takes scalars as strings
 * or numbers and booleans as text, drops what is null, empty or unknown, and refuses the rest.
 *
 * @returns a function from parsed JSON to the request, its properties in the schema's order.
 * @throws WireError that names the field and says why.
 */
export function binder<T extends TObject>(schema: T): (body: JsonValue) => Static<T> {
  const validator = Compile(schema)
  return (body) => {
    if (!isObject(body))
      throw new WireError('6101', 'Invalid request message: a JSON object is expected')
    const value = bindObject(schema, body, '')
    if (validator.Check(value)) return value
    throw fault(schema, validator.Errors(value)[0])
  }
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof JsonNumber)
  )
}

function bindValue(schema: TSchema, value: JsonValue, path: string): unknown {
  const { type } = schema as Keywords
  if (type === 'object' && isObject(value)) return bindObject(schema, value, path)
  if (type === 'array') return bindArray(schema, value, path)
  if (value === null || value === '') return undefined
  if (type === 'string') return bindText(schema, value, path)
  if (type === 'boolean' && typeof value === 'string') return readBoolean(value)
  return type === undefined ? plain(value, path) : value
}

function bindObject(schema: TSchema, value: JsonObject, path: string): Record<string, unknown> {
  const given = new Map<string, JsonValue>()
  for (const [name, member] of Object.entries(value)) {
    const folded = name.toLowerCase()
    if (given.has(folded))
      throw new WireError('6101', `Invalid request message: ${name} comes twice`)
    given.set(folded, member)
  }
  const bound: Record<string, unknown> = {}
  for (const [name, property] of Object.entries((schema as Keywords).properties ?? {})) {
    const names = [name, ...((property as Keywords).aliases ?? [])]
    const member = names
      .map((alias) => given.get(alias.toLowerCase()))
      .find((candidate) => candidate !== undefined && candidate !== null && candidate !== '')
    if (member === undefined) continue
    const read = bindValue(property, member, path === '' ? name : `${path}.${name}`)
    if (read !== undefined) bound[name] = read
  }
  return bound
}

function bindArray(schema: TSchema, value: JsonValue, path: string): unknown {
  if (value === null || value === '') return undefined
  const { items } = schema as Keywords
  if (!Array.isArray(value) || items === undefined) return plain(value, path)
  const members = value.map((member, index) => bindValue(items, member, `${path}[${index}]`))
  return members.filter((member) => member !== undefined)
}

function bindText(schema: TSchema, value: JsonValue, path: string): unknown {
  const text = value instanceof JsonNumber ? value.lexeme : value
  if (typeof text === 'string') refuseUnfit(text, path, (schema as Keywords).opaque)
  return text
}

function readBoolean(text: string): unknown {
  const folded = text.toLowerCase()
  return folded === 'true' ? true : folded === 'false' ? false : text
}

/** What has no schema of its own is kept as it is, numbers as the text they were written in. */
function plain(value: JsonValue, path: string): unknown {
  const text = value instanceof JsonNumber ? value.lexeme : value
  if (typeof text === 'string') {
    refuseUnfit(text, path)
    return text
  }
  if (Array.isArray(value)) return value.map((member) => plain(member, path))
  if (!isObject(value)) return value
  const entries = Object.entries(value).map(([name, member]) => {
    refuseUnfit(name, path)
    return [name, plain(member, path)]
  })
  return Object.fromEntries(entries)
}

function refuseUnfit(text: string, path: string, isOpaque = false): void {
  if (UNPRINTABLE.test(text)) throw invalid(path, 'it holds control characters')
  if (!isOpaque && holdsPan(text)) throw invalid(path, 'it holds a card number')
}

/** 9004 for one field, with the reason. */
export function invalid(field: string, why: string, respCode = '9004'): WireError {
  const label = respCode === '9004' ? `The ${field} value is not valid` : `Invalid ${field}`
  return new WireError(respCode, `${label}: ${why}`)
}

interface Fault {
  readonly keyword: string
  readonly instancePath: string
  readonly params: object
}

function fault(schema: TSchema, found: Fault | undefined): WireError {
  if (found === undefined) return new WireError('6101', 'Invalid request message')
  const names = found.instancePath.split('/').slice(1)
  const { requiredProperties: missing } = found.params as { requiredProperties?: string[] }
  if (found.keyword === 'required' && missing !== undefined) {
    const path = pathOf([...names, missing[0] ?? ''])
    return new WireError('9005', `Some mandatory fields are missing: ${path}`)
  }
  const field = fieldAt(schema, names)
  const path = pathOf(names)
  if (field.respCode !== undefined) return invalid(path, whyOf(field, found), field.respCode)
  if (found.keyword === 'maxLength') {
    const { limit = 0 } = found.params as { limit?: number }
    const text = `This field exceeded its authorized length: ${path} (at most ${limit} characters)`
    return new WireError('9006', text)
  }
  return invalid(path, whyOf(field, found))
}

function pathOf(names: readonly string[]): string {
  return names.join('.').replace(/\.([0-9]+)/g, '[$1]')
}

function whyOf(field: Keywords, found: Fault): string {
  if (field.why !== undefined) return field.why
  const type = field.type ?? 'value'
  const article = /^[ao]/.test(type) ? 'an' : 'a'
  return found.keyword === 'type' ? `it must be ${article} ${type}` : 'it has a wrong form'
}

function fieldAt(schema: TSchema, names: readonly string[]): Keywords {
  let field: Keywords = schema
  for (const name of names) field = field.properties?.[name] ?? field.items ?? {}
  return field
}
