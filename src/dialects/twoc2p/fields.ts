import Type, { type TObject, type TSchema } from 'typebox'

// 2C2P's notation as schemas: AN alphanumeric, A alphabetic, N numeric, C any characters, B boolean,
// D decimal. Numbers travel as text here, so that none is ever rounded; readers take both.

/** C n: any printable characters. */
export const c = (maxLength: number, description?: string) =>
  Type.String({ maxLength, ...(description && { description }) })

/** AN n. Real merchants use dashes and more, so this holds only to the length. */
export const an = (maxLength: number, description?: string) =>
  Type.String({ maxLength, opaque: true, ...(description && { description }) })

/** N n: digits. */
export const n = (maxLength: number, description?: string) =>
  Type.String({
    maxLength,
    pattern: '^[0-9]+$',
    why: 'it must be digits',
    ...(description && { description }),
  })

/** B: a boolean, or its text. */
export const b = (description?: string) => Type.Boolean({ ...(description && { description }) })

/** D (12,5): major units, digits with at most one point. */
export const decimal = (description: string, respCode = '9009') =>
  Type.String({
    pattern: '^[0-9]{1,12}(\\.[0-9]{1,5})?$',
    respCode,
    why: 'it must be a decimal of at most 12 digits and 5 decimals',
    description,
  })

/** One of a few texts. */
export const oneOf = (values: readonly string[], description?: string) =>
  Type.String({
    pattern: `^(?:${values.join('|')})$`,
    why: `it must be one of ${values.join(', ')}`,
    ...(description && { description }),
  })

/** An ISO 4217 alphabetic code. */
export const currency = (description: string) =>
  Type.String({
    pattern: '^[A-Z]{3}$',
    respCode: '9010',
    why: 'it must be an ISO 4217 alphabetic code',
    description,
  })

export const listOf = <T extends TSchema>(items: T, description?: string) =>
  Type.Array(items, { maxItems: 100, ...(description && { description }) })

/** An object that is kept as it came. */
export const kept = (description: string) => Type.Unknown({ description })

export const optional = Type.Optional

/** Every property optional: for objects of which any part may be missing. */
export const partial = <T extends Record<string, TSchema>>(properties: T) =>
  Type.Partial(Type.Object(properties))

/** What every answer ends with. */
const codes = {
  respCode: Type.String({ description: 'Four digits; 0000 is success.' }),
  respDesc: Type.String(),
}

/** A text that may be null or empty where it does not apply. */
export const maybe = (description?: string) =>
  Type.Union([Type.String(), Type.Null()], { ...(description && { description }) })

export const answer = <T extends Record<string, TSchema>>(properties: T): TObject =>
  Type.Object({ ...properties, ...codes })

/** What every request of the payer's side starts with. */
export const base = {
  paymentToken: an(255),
  locale: optional(c(10)),
  clientID: optional(an(255)),
  browserDetails: optional(
    partial({ version: c(255), deviceType: c(255), name: c(255), os: c(255) }),
  ),
}
