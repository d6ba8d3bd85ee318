import { MessageError } from './message-error.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The signs that give a JSON text its shape. */
const SHAPE = /["{}[\]:]/g

const BACKSLASH = 0x5c
const QUOTE = 0x22

/**
 * Reads a JSON object, in UTF-8 and without a name that stands twice anywhere in it.
 *
 * @throws MessageError 101 for what is no such object, 204 for a name that stands twice.
 */
export function readJsonObject(body: Uint8Array | string): Readonly<Record<string, unknown>> {
  const text = decoded(body)
  const value = parsed(text)
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw malformed()
  refuseDuplicates(text)
  return value as Record<string, unknown>
}

function decoded(body: Uint8Array | string): string {
  if (typeof body === 'string') {
    if (!body.isWellFormed()) throw malformed()
    return body
  }
  try {
    return utf8.decode(body)
  } catch {
    throw malformed()
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw malformed()
  }
}

/** @param text is JSON already. */
function refuseDuplicates(text: string): void {
  const open: Set<string>[] = []
  let last = ''
  const shape = new RegExp(SHAPE)
  for (let match = shape.exec(text); match !== null; match = shape.exec(text)) {
    const [sign] = match
    if (sign === '{' || sign === '[') open.push(new Set())
    else if (sign === '}' || sign === ']') open.pop()
    else if (sign === ':') addName(open.at(-1), last)
    else {
      shape.lastIndex = endOfString(text, match.index)
      last = text.slice(match.index, shape.lastIndex)
    }
  }
}

/** A loop, because a pattern for this runs out of stack on a long string full of escapes. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) return at + 1
    if (code === BACKSLASH) at += 1
  }
  return text.length
}

function addName(names: Set<string> | undefined, name: string): void {
  // No element's name has an escape, and Node 24 may read one name for another where one has.
  if (name.includes('\\')) throw malformed()
  if (names?.has(name) === true) throw new MessageError('204', elementIn(name))
  names?.add(name)
}

/** What is no plain name is the sender's own text, and is not repeated. */
function elementIn(quoted: string): string {
  const name = quoted.slice(1, -1)
  return /^[A-Za-z]{1,40}$/.test(name) ? name : 'message'
}

function malformed(): MessageError {
  return new MessageError('101', 'message')
}
