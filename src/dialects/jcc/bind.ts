import type { Static, TObject, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { holdsPan } from '../../core/pan.ts'
import { JsonError, JsonNumber, type JsonObject, type JsonValue, parseJson } from '../json.ts'
import { WireError } from './codes.ts'
import type { FieldOptions } from './fields.ts'
import { isAbsent, type Parameters, scalarText } from './parameters.ts'

// Control characters and the marks that reorder text on a screen.
export const UNPRINTABLE = /(?![\t\n\r])\p{Cc}|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

interface Keywords extends FieldOptions {
  readonly type?: string
  readonly properties?: Readonly<Record<string, TSchema>>
  readonly items?: TSchema
}

/** What a method answers where a field has no code of its own. */
export interface DefaultCodes {
  readonly missing: string
  readonly wrong: string
}

/**
 * Makes the reader of one method's parameters: it knows names in any case and by their other
 * spellings, ignores what is unknown, and refuses the rest by field.
 *
 * @throws WireError that names the field.
 */
export function binder<T extends TObject>(
  schema: T,
  codes: DefaultCodes,
): (parameters: Parameters) => Static<T> {
  const validator = Compile(schema)
  const fields = Object.entries((schema as Keywords).properties ?? {}) as [string, Keywords][]
  return (parameters) => {
    const bound: Record<string, unknown> = {}
    for (const [name, field] of fields) {
      const values = valuesOf(parameters, [name, ...(field.aliases ?? [])])
      if (values === undefined) continue
      const isOpaque = field.opaque === true
      const value = read(field, { name, values, wrong: field.wrong ?? codes.wrong, isOpaque })
      if (value !== undefined) bound[name] = value
    }
    if (validator.Check(bound)) return bound
    throw refusal(schema, validator.Errors(bound)[0], codes)
  }
}

function valuesOf(parameters: Parameters, names: readonly string[]) {
  return names
    .map((name) => parameters.get(name.toLowerCase()))
    .find((values) => values !== undefined)
}

interface Given {
  readonly name: string
  readonly values: readonly JsonValue[]
  readonly wrong: string
  /** A card number may be in it. */
  readonly isOpaque: boolean
}

function read(field: Keywords, given: Given): unknown {
  if (field.type === 'array') return given.values.map((value) => readText(value, given))
  const [value = null, ...others] = given.values
  // Which of two values would count differs between servers, so neither does.
  if (others.some((other) => scalarText(other) !== scalarText(value))) {
    throw new WireError('5', 'ambiguous', given.name)
  }
  if (field.type === 'boolean') return readFlag(value, given)
  if (field.type === 'object') return readObject(value, given)
  return readText(value, given)
}

function readText(value: JsonValue, given: Given): string {
  const text = scalarText(value)
  if (text === undefined) throw new WireError(given.wrong, 'wrong', given.name)
  refuseUnfit(text, given)
  return text
}

function readFlag(value: JsonValue, { name, wrong }: Given): boolean {
  const text = scalarText(value)?.toLowerCase()
  if (text === 'true' || text === '1') return true
  if (text === 'false' || text === '0') return false
  throw new WireError(wrong, 'wrong', name)
}

function readObject(value: JsonValue, given: Given): Record<string, unknown> {
  const parsed = typeof value === 'string' ? parseOrUndefined(value) : value
  if (!isObject(parsed)) throw new WireError(given.wrong, 'wrong', given.name)
  return plainObject(parsed, given)
}

function parseOrUndefined(text: string): JsonValue | undefined {
  try {
    return parseJson(text)
  } catch (error) {
    if (error instanceof JsonError) return undefined
    throw error
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

/** Nested data is kept as it is, numbers as the text they were written in, without empty values. */
function plainObject(value: JsonObject, given: Given): Record<string, unknown> {
  const entries = Object.entries(value).filter(([, member]) => !isAbsent(member))
  return Object.fromEntries(
    entries.map(([name, member]) => {
      refuseUnfit(name, { ...given, isOpaque: false })
      return [name, plain(member, given)]
    }),
  )
}

function plain(value: JsonValue, given: Given): unknown {
  if (Array.isArray(value)) return value.map((member) => plain(member, given))
  if (isObject(value)) return plainObject(value, given)
  const text = value instanceof JsonNumber ? value.lexeme : value
  if (typeof text === 'string') refuseUnfit(text, given)
  return text
}

function refuseUnfit(text: string, { name, wrong, isOpaque }: Omit<Given, 'values'>): void {
  const isUnfit = UNPRINTABLE.test(text) || (!isOpaque && holdsPan(text))
  if (isUnfit) throw new WireError(wrong, 'wrong', name)
}

interface Found {
  readonly keyword: string
  readonly instancePath: string
  readonly params: object
}

function refusal(schema: TSchema, found: Found | undefined, codes: DefaultCodes): WireError {
  const { requiredProperties } = (found?.params ?? {}) as { requiredProperties?: string[] }
  const missing = requiredProperties?.[0]
  if (missing !== undefined) {
    return new WireError(fieldOf(schema, missing).missing ?? codes.missing, 'empty', missing)
  }
  const [, name = ''] = found?.instancePath.split('/') ?? []
  return new WireError(fieldOf(schema, name).wrong ?? codes.wrong, 'wrong', name)
}

function fieldOf(schema: TSchema, name: string): Keywords {
  return (schema as Keywords).properties?.[name] ?? {}
}
