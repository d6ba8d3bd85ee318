import { JsonError, JsonNumber, type JsonValue, parseJson } from '../json.ts'
import { WireError } from './codes.ts'

/** Far more names than any request of the API has. */
const PARAMETERS_MAX = 200
const VALUES_MAX = 50
const NAME_LENGTH_MAX = 128

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** What a request says under each name, folded to lower case; without what it left empty. */
export type Parameters = ReadonlyMap<string, readonly JsonValue[]>

/** A request's query string and body, as they came. */
export interface Spoken {
  /** Behind the question mark; empty when there is none. */
  readonly query: string
  readonly body: Uint8Array
}

/**
 * Reads a request's parameters from query string and body, whatever its verb and content type:
 * a body that begins with a brace is JSON, any other is a form. Clients do all of it.
 *
 * @throws WireError 5 when it is neither, or says too much.
 */
export function readParameters({ query, body }: Spoken): Parameters {
  const read = new Map<string, JsonValue[]>()
  for (const [name, value] of new URLSearchParams(query)) put(read, name, value)
  const text = textOf(body)
  if (/^\s*\{/.test(text)) {
    for (const [name, value] of Object.entries(jsonOf(text) as object)) {
      // A list says its name several times; every other value says it once.
      for (const member of (Array.isArray(value) ? value : [value]) as JsonValue[]) {
        put(read, name, member)
      }
    }
  } else {
    for (const [name, value] of new URLSearchParams(text.trim())) put(read, name, value)
  }
  return read
}

/** Nothing is said by an empty value, by null, and by the text that clients write for it. */
export function isAbsent(value: JsonValue): boolean {
  return value === null || value === '' || value === 'null'
}

/** A scalar as text, a JSON number as it was written; undefined for a list or an object. */
export function scalarText(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value
  if (value instanceof JsonNumber) return value.lexeme
  return typeof value === 'boolean' ? String(value) : undefined
}

function put(read: Map<string, JsonValue[]>, name: string, value: JsonValue): void {
  if (isAbsent(value)) return
  const folded = name.toLowerCase()
  const values = read.get(folded) ?? []
  values.push(value)
  read.set(folded, values)
  const isTooMuch =
    read.size > PARAMETERS_MAX || values.length > VALUES_MAX || name.length > NAME_LENGTH_MAX
  if (isTooMuch) throw new WireError('5', 'malformed')
}

function textOf(body: Uint8Array): string {
  try {
    return utf8.decode(body)
  } catch {
    throw new WireError('5', 'malformed')
  }
}

function jsonOf(text: string): JsonValue {
  try {
    return parseJson(text)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw new WireError('5', 'malformed')
  }
}
