import Type, { type TSchema } from 'typebox'

/** What the binder reads besides the schema's own keywords. */
export interface FieldOptions {
  readonly description?: string
  /** Other spellings of its name; case never matters. */
  readonly aliases?: readonly string[]
  /** The error code when it is missing; the method's own where it has none. */
  readonly missing?: string
  /** The error code when its value is wrong; the method's own where it has none. */
  readonly wrong?: string
  /** An identifier, a secret or a card's own field, where a long number is no card in free text. */
  readonly opaque?: boolean
}

/** S[..n]: any printable text. */
export const text = (maxLength: number, options: FieldOptions = {}) =>
  Type.String({ maxLength, ...options })

/** An identifier or secret: any printable text, in which a card number is not looked for. */
export const opaque = (maxLength: number, options: FieldOptions = {}) =>
  text(maxLength, { opaque: true, ...options })

/** N[..n]: digits. */
export const digits = (maxLength: number, options: FieldOptions = {}) =>
  Type.String({ maxLength, pattern: '^[0-9]+$', opaque: true, ...options })

/** A text of a given form. */
export const formed = (pattern: string, options: FieldOptions = {}) =>
  Type.String({ pattern, maxLength: 8_192, opaque: true, ...options })

const IP_V4 = '[0-9]{1,3}(?:\\.[0-9]{1,3}){3}'
const IP_V6 = `(?:[0-9A-Fa-f]{0,4}:){2,7}(?:[0-9A-Fa-f]{0,4}|${IP_V4})`

/** An IP address, which is kept: a run of digits without its dots might be a card. */
export const ipAddress = (options: FieldOptions = {}) => formed(`^(?:${IP_V4}|${IP_V6})$`, options)

/** Minor units, N[0..12]. */
export const amount = (options: FieldOptions = {}) =>
  digits(12, { description: 'Minor units.', wrong: '5', ...options })

/** ISO 4217, numeric. */
export const currency = (options: FieldOptions = {}) =>
  formed('^[0-9]{3}$', { description: 'ISO 4217, three digits.', wrong: '3', ...options })

/** An order's id: a UUID, in any case. */
export const orderId = (options: FieldOptions = {}) =>
  opaque(36, { description: '36 characters, as register.do answered it.', ...options })

export const flag = (options: FieldOptions = {}) => Type.Boolean({ ...options })

/** A JSON object, in a form as its text. Its values are kept and not interpreted. */
export const object = (options: FieldOptions = {}) =>
  Type.Record(Type.String({ maxLength: 255 }), Type.Unknown(), { ...options })

/** A name that may come several times. */
export const repeated = (maxLength: number, options: FieldOptions = {}) =>
  Type.Array(Type.String({ maxLength }), { maxItems: 20, ...options })

export const optional = <T extends TSchema>(schema: T) => Type.Optional(schema)

/** The language of messages and pages. */
const language = optional(
  formed('^[A-Za-z]{2}$', { wrong: '1', description: 'ISO 639-1; messages are in en, ru or el.' }),
)

/** How a merchant's server says who it is: the pair, or an open token. */
export const credentials = {
  userName: optional(opaque(100, { description: "The API user's login." })),
  password: optional(opaque(200)),
  token: optional(opaque(256, { description: 'Instead of the pair.' })),
}

export const request = <T extends Record<string, TSchema>>(properties: T) =>
  Type.Object({ ...properties, language })
