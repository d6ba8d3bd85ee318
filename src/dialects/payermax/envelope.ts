import Type, { type TObject, type TSchema } from 'typebox'
import { JsonError, type JsonObject, type JsonValue, parseJson } from '../json.ts'
import { bind, invalid, isObject } from './bind.ts'
import { WireError } from './codes.ts'
import { id, optional, text } from './fields.ts'
import { parseTime } from './times.ts'

/** What a request says about itself, before anything of it is believed. */
export interface Envelope {
  readonly isFlat: boolean
  /** The operation: of the address, or the first generation's `bizType`. */
  readonly name: string
  /** The merchant that the request is about. */
  readonly merchantNo: string
  /** The service provider that sends it in the merchant's name. */
  readonly spMerchantNo: string | undefined
  readonly appId: string | undefined
  readonly keyVersion: string
  readonly requestTime: Date | undefined
  readonly data: JsonObject
  readonly body: JsonObject
}

// merchantAppId is the name in version 1.0, and in a few interfaces for ever.
const EnvelopeFields = Type.Object({
  version: text(8, { loose: true, description: 'Any documented version; the rules are the same.' }),
  keyVersion: text(8, { loose: true }),
  requestTime: text(32, { description: 'RFC 3339; within two minutes of the server’s time.' }),
  appId: text(64, { opaque: true, aliases: ['merchantAppId'] }),
  merchantNo: id(32),
  spMerchantNo: optional(id(15, 'The service provider’s own number.')),
})

const FlatFields = Type.Object({
  merchantId: id(30),
  bizType: id(30),
  version: text(5, { loose: true }),
})

/** How a request travels in generations B and C; the header `sign` is over the body's bytes. */
export const enveloped = (data: TObject) => Type.Object({ ...EnvelopeFields.properties, data })

/** How an answer travels there; it is signed in the same way. */
export const answered = (data: TSchema) =>
  Type.Object({ code: text(32), msg: Type.String(), data: optional(data) })

/** How a request travels in generation A: signed by the header, or by MD5 in `sign`. */
export const flattened = (data: TObject) =>
  Type.Object({ ...FlatFields.properties, ...data.properties, sign: optional(id(64)) })

export const flatAnswered = (data: TSchema) =>
  Type.Object({ bizCode: text(10), message: text(256), data })

/** @throws WireError `PARAMS_INVALID` for what is no JSON object. */
export function readBody(raw: Uint8Array): JsonObject {
  let value: JsonValue
  try {
    value = parseJson(raw)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw new WireError('PARAMS_INVALID', `The request body is invalid,because ${error.message}.`)
  }
  if (isObject(value)) return value
  throw invalid('The request body', 'it must be a JSON object')
}

/** Generations B and C: the operation stands in the address, its fields in `data`. */
export function readEnvelope(name: string, body: JsonObject): Envelope {
  const { requestTime, ...fields } = bind(EnvelopeFields, body)
  const at = parseTime(requestTime)
  if (at === undefined) throw invalid('requestTime', 'it must be an RFC 3339 time')
  const { data = null } = body
  if (data !== null && !isObject(data)) throw invalid('data', 'it must be an object')
  return {
    isFlat: false,
    name,
    merchantNo: fields.merchantNo,
    spMerchantNo: fields.spMerchantNo,
    appId: fields.appId,
    keyVersion: fields.keyVersion,
    requestTime: at,
    data: data ?? { __proto__: null },
    body,
  }
}

/** Generation A: everything is in one object. */
export function readFlat(body: JsonObject): Envelope {
  const { merchantId, bizType } = bind(FlatFields, body)
  return {
    isFlat: true,
    name: bizType,
    merchantNo: merchantId,
    spMerchantNo: undefined,
    appId: undefined,
    keyVersion: '1',
    requestTime: undefined,
    data: body,
    body,
  }
}
