import Type, { type TSchema } from 'typebox'

interface Hints {
  readonly description?: string
  /** Other spellings of the name, as official samples and SDKs have them. */
  readonly aliases?: readonly string[]
  /** A number is taken for its text. */
  readonly loose?: boolean
  /** An identifier or ciphertext, where a long number is no card number. */
  readonly opaque?: boolean
}

/** `s n` of the documentation: text of 1 to n characters. */
export const text = (maxLength: number, hints: Hints = {}) =>
  Type.String({ minLength: 1, maxLength, ...hints })

/** The same for identifiers. */
export const id = (maxLength: number, description?: string) =>
  text(maxLength, { opaque: true, ...(description && { description }) })

/** A merchant's order number. Our own references have a colon, which no order number has. */
export const outTradeNo = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^[A-Za-z0-9_-]+$',
  opaque: true,
  why: 'it must be letters, digits and underscores',
  description: "The merchant's order number; AAA and aaa are the same.",
})

/** One of a few texts. */
export const oneOf = (values: readonly string[], hints: Hints = {}) =>
  Type.String({
    pattern: `^(?:${values.join('|')})$`,
    why: `it must be one of ${values.join(', ')}`,
    ...hints,
  })

/** Major units, as a JSON number or as text; it is never rounded. */
export const amount = (description: string) =>
  Type.String({ isAmount: true, maxLength: 24, description })

/** A boolean, or its text. */
export const flag = (description?: string) => Type.Boolean({ ...(description && { description }) })

/** A whole number, as number or text. */
export const count = (maximum: number, description?: string) =>
  Type.Integer({ minimum: 0, maximum, ...(description && { description }) })

export const country = Type.String({
  pattern: '^[A-Z]{2}$',
  why: 'it must be two upper-case letters',
  description: 'ISO 3166-1 alpha-2.',
})

export const currency = Type.String({
  pattern: '^[A-Z]{3}$',
  why: 'it must be three upper-case letters',
  description: 'ISO 4217.',
})

export const listOf = <T extends TSchema>(items: T, maxItems = 100) =>
  Type.Array(items, { maxItems })

export const optional = Type.Optional

/** Every property optional. */
export const partial = <T extends Record<string, TSchema>>(properties: T) =>
  Type.Partial(Type.Object(properties))
