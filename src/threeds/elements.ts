import { MessageError } from './message-error.ts'

/** Reads one data element. @throws MessageError 203 when its format is not the element's. */
export type Read<T> = (value: unknown, name: string) => T

export interface Element<T, Needed extends boolean> {
  readonly read: Read<T>
  readonly isNeeded: Needed
}

export type Elements = Readonly<Record<string, Element<unknown, boolean>>>

type NeededIn<E extends Elements> = {
  [Name in keyof E]: E[Name]['isNeeded'] extends true ? Name : never
}[keyof E]

/** What a table of elements reads. */
export type Values<E extends Elements> = {
  readonly [Name in NeededIn<E>]: ReturnType<E[Name]['read']>
} & {
  readonly [Name in Exclude<keyof E, NeededIn<E>>]?: ReturnType<E[Name]['read']>
}

export function needed<T>(read: Read<T>): Element<T, true> {
  return { read, isNeeded: true }
}

export function optional<T>(read: Read<T>): Element<T, false> {
  return { read, isNeeded: false }
}

/** @throws MessageError 201 for a missing element, 203 for a format. */
export function readElements<E extends Elements>(
  elements: E,
  object: Readonly<Record<string, unknown>>,
  path = '',
): Values<E> {
  const values: Record<string, unknown> = {}
  for (const [name, { read, isNeeded }] of Object.entries(elements)) {
    const isThere = Object.hasOwn(object, name)
    if (!isThere && isNeeded) throw new MessageError('201', path + name)
    if (isThere) values[name] = read(object[name], path + name)
  }
  return values as Values<E>
}

/** One to so many characters. */
export function text(lengthMax: number): Read<string> {
  return where(
    (value) => value.length > 0 && value.length <= lengthMax && !/[\p{Cc}\p{Cs}]/u.test(value),
  )
}

export function matching(pattern: RegExp): Read<string> {
  return where((value) => pattern.test(value))
}

function where(fits: (value: string) => boolean): Read<string> {
  return (value, name) => {
    if (typeof value !== 'string' || !fits(value)) throw new MessageError('203', name)
    return value
  }
}

export function oneOf<const T extends string>(...allowed: readonly T[]): Read<T> {
  return (value, name) => {
    const found = allowed.find((each) => each === value)
    if (found === undefined) throw new MessageError('203', name)
    return found
  }
}

export const flag: Read<boolean> = (value, name) => {
  if (typeof value !== 'boolean') throw new MessageError('203', name)
  return value
}

/** A UUID in its canonical form: lower case, with dashes. */
export const uuid = matching(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)

/** A fully qualified web address. */
export const httpUrl = where(isHttpUrl)

const URL_LENGTH_MAX = 2048

/** Refuses what the URL parser would quietly repair: it is a disguise more often than a slip. */
function isHttpUrl(value: string): boolean {
  const isPlain = /^https?:\/\/[^\s/?#\\@]+(?:[/?#][^\s\\]*)?$/.test(value)
  return isPlain && value.length <= URL_LENGTH_MAX && URL.canParse(value)
}

/** @param countMax a longer list is refused. */
export function list<E extends Elements>(elements: E, countMax: number): Read<Values<E>[]> {
  return (value, name) => {
    if (!Array.isArray(value) || value.length > countMax) throw new MessageError('203', name)
    return value.map((item: unknown) => {
      if (!isObject(item)) throw new MessageError('203', name)
      return readElements(elements, item, `${name}.`)
    })
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
