/** Why a body was refused; `malformed` is everything that RFC 8259 or UTF-8 forbids. */
export type JsonErrorCode = 'too_deep' | 'duplicate_name' | 'forbidden_name' | 'malformed'

/** A refused JSON body. The message names the code and the place, never the content. */
export class JsonError extends Error {
  readonly code: JsonErrorCode
  /** Where reading stopped, in UTF-16 units of the decoded text; 0 when it is not UTF-8. */
  readonly offset: number

  constructor(code: JsonErrorCode, offset: number) {
    super(`JSON refused: ${code} at offset ${offset}`)
    this.name = 'JsonError'
    this.code = code
    this.offset = offset
  }
}

/** A JSON number exactly as it was written; nothing is rounded. */
export class JsonNumber {
  readonly lexeme: string

  constructor(lexeme: string) {
    this.lexeme = lexeme
  }
}

/** What a body can say. Objects have a null prototype, so only the body's own names are there. */
export type JsonValue = null | boolean | string | JsonNumber | JsonValue[] | JsonObject

/** A JSON object; a name that the body does not hold is undefined. */
export type JsonObject = { [name: string]: JsonValue }

const DEPTH_MAX = 16

// Names that reach a prototype when a later step copies or merges the object.
const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

const TAB = 0x09
const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
const SPACE = 0x20
const QUOTE = 0x22
const PLUS = 0x2b
const COMMA = 0x2c
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const COLON = 0x3a
const UPPER_E = 0x45
const OPEN_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSE_BRACKET = 0x5d
const LOWER_E = 0x65
const LOWER_F = 0x66
const LOWER_N = 0x6e
const LOWER_T = 0x74
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const END = -1

// V8 lets a slice of 13 characters or more point into the text it was cut from. One order number
// kept in a cache would then keep a whole body, card number and all, so such values are copied.
// Names need no copy: as a property's key, V8 gives each a string of its own.
const SLICE_LENGTH_MIN = 13

// ignoreBOM keeps a byte order mark in the text, where the grammar then refuses it.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads one JSON text as RFC 8259 has it, and nothing looser.
 *
 * Numbers stay as they were written. Nesting goes to 16 at most, and a name may stand only once in
 * an object, compared after unescaping. The size of the body is its caller's business.
 *
 * @throws JsonError `too_deep`, `duplicate_name`, `forbidden_name`, `malformed`.
 */
export function parseJson(body: Uint8Array | string): JsonValue {
  return new Reader(decode(body)).read()
}

function decode(body: Uint8Array | string): string {
  if (typeof body === 'string') {
    if (!body.isWellFormed()) throw new JsonError('malformed', 0)
    return body
  }
  try {
    return utf8.decode(body)
  } catch {
    throw new JsonError('malformed', 0)
  }
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE
}

/** The string between these quotes, in memory of its own. */
function copied(quoted: string): string {
  const value: unknown = JSON.parse(quoted)
  return String(value)
}

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  read(): JsonValue {
    const value = this.#value(1)
    if (this.#next() !== END) throw this.#refusal('malformed')
    return value
  }

  /** Reads the value that begins at the next character; `depth` is what a container here has. */
  #value(depth: number): JsonValue {
    const code = this.#next()
    switch (code) {
      case QUOTE:
        return this.#string()
      case OPEN_BRACE:
        return this.#object(depth)
      case OPEN_BRACKET:
        return this.#array(depth)
      case LOWER_T:
        return this.#word('true', true)
      case LOWER_F:
        return this.#word('false', false)
      case LOWER_N:
        return this.#word('null', null)
      default:
        return this.#number()
    }
  }

  #object(depth: number): JsonObject {
    if (depth > DEPTH_MAX) throw this.#refusal('too_deep')
    const object: JsonObject = { __proto__: null }
    this.#at++
    if (this.#next() === CLOSE_BRACE) {
      this.#at++
      return object
    }
    for (;;) {
      const name = this.#name(object)
      if (this.#next() !== COLON) throw this.#refusal('malformed')
      this.#at++
      object[name] = this.#value(depth + 1)
      if (this.#ends(CLOSE_BRACE)) return object
    }
  }

  #name(object: JsonObject): string {
    if (this.#next() !== QUOTE) throw this.#refusal('malformed')
    const start = this.#at
    const name = this.#skipString()
      ? this.#unescaped(start)
      : this.#text.slice(start + 1, this.#at - 1)
    if (FORBIDDEN_NAMES.has(name)) throw new JsonError('forbidden_name', start)
    if (object[name] !== undefined) throw new JsonError('duplicate_name', start)
    return name
  }

  #array(depth: number): JsonValue[] {
    if (depth > DEPTH_MAX) throw this.#refusal('too_deep')
    const values: JsonValue[] = []
    this.#at++
    if (this.#next() === CLOSE_BRACKET) {
      this.#at++
      return values
    }
    for (;;) {
      values.push(this.#value(depth + 1))
      if (this.#ends(CLOSE_BRACKET)) return values
    }
  }

  /** Steps over a comma, or over the closing character, which it reports. */
  #ends(closing: number): boolean {
    const code = this.#next()
    if (code !== closing && code !== COMMA) throw this.#refusal('malformed')
    this.#at++
    return code === closing
  }

  /** Skips white space. */
  #next(): number {
    const text = this.#text
    for (let at = this.#at; at < text.length; at++) {
      const code = text.charCodeAt(at)
      const isSpace =
        code === SPACE || code === LINE_FEED || code === CARRIAGE_RETURN || code === TAB
      if (isSpace) continue
      this.#at = at
      return code
    }
    this.#at = text.length
    return END
  }

  #word<Value>(word: string, value: Value): Value {
    if (!this.#text.startsWith(word, this.#at)) throw this.#refusal('malformed')
    this.#at += word.length
    return value
  }

  #number(): JsonNumber {
    const start = this.#at
    if (this.#peek() === MINUS) this.#at++
    // A zero stands alone: a digit after it is then refused as trailing data.
    if (this.#peek() === ZERO) this.#at++
    else this.#digits()
    if (this.#peek() === POINT) {
      this.#at++
      this.#digits()
    }
    if (this.#peek() === LOWER_E || this.#peek() === UPPER_E) {
      this.#at++
      if (this.#peek() === PLUS || this.#peek() === MINUS) this.#at++
      this.#digits()
    }
    const lexeme = this.#text.slice(start, this.#at)
    return new JsonNumber(lexeme.length < SLICE_LENGTH_MIN ? lexeme : copied(`"${lexeme}"`))
  }

  #digits(): void {
    if (!isDigit(this.#peek())) throw this.#refusal('malformed')
    do this.#at++
    while (isDigit(this.#peek()))
  }

  #peek(): number {
    return this.#at < this.#text.length ? this.#text.charCodeAt(this.#at) : END
  }

  #string(): string {
    const start = this.#at
    if (this.#skipString()) return this.#unescaped(start)
    const isShort = this.#at - start - 2 < SLICE_LENGTH_MIN
    return isShort
      ? this.#text.slice(start + 1, this.#at - 1)
      : copied(this.#text.slice(start, this.#at))
  }

  /** Goes past the string that begins here, and tells whether it has escapes. */
  #skipString(): boolean {
    const text = this.#text
    let hasEscape = false
    for (let at = this.#at + 1; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === QUOTE) {
        this.#at = at + 1
        return hasEscape
      }
      if (code < SPACE) throw new JsonError('malformed', at)
      if (code !== BACKSLASH) continue
      hasEscape = true
      at++
    }
    throw new JsonError('malformed', text.length)
  }

  /** The string from `start` to here. The engine knows the escapes, and refuses any others. */
  #unescaped(start: number): string {
    try {
      const value = copied(this.#text.slice(start, this.#at))
      if (value.isWellFormed()) return value
    } catch {
      // Not an escape of RFC 8259: the same refusal as for half a surrogate pair.
    }
    throw new JsonError('malformed', start)
  }

  #refusal(code: JsonErrorCode): JsonError {
    return new JsonError(code, this.#at)
  }
}

/** A JSON number that is written with exactly these digits (TC39 JSON.parse source text access). */
export function exactNumber(digits: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(digits)
}
