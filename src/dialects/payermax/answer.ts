import { Refusal } from '../../core/refusal.ts'
import type { MerchantAccess } from '../../gateway/ports.ts'
import { type JsonObject, parseJson } from '../json.ts'
import { isObject } from './bind.ts'
import { type Code, refusalCode, SUCCESS, WireError } from './codes.ts'
import { type Envelope, readBody, readEnvelope, readFlat } from './envelope.ts'
import { md5Sign } from './md5-signing.ts'
import { readSettings } from './settings.ts'
import { type Proven, prove } from './prove.ts'
import type { Answering, Served } from './serving.ts'
import { keysOf, signBytes } from './signing.ts'

interface Signed {
  readonly body: string
  readonly sign: string | undefined
}

/** Answers one request; business refusals are answers with HTTP 200. */
export async function answer(answering: Answering, served: Served): Promise<Signed> {
  const isFlat = served.name === undefined
  let proven: Proven | undefined
  let data: object | undefined
  let told: Code = SUCCESS
  try {
    const body = readBody(served.raw)
    const envelope = isFlat ? readFlat(body) : readEnvelope(served.name, body)
    proven = await prove(answering, served, envelope)
    data = await run(answering, envelope, proven.access)
  } catch (error) {
    told = codeOf(error)
  }
  const json = isFlat ? flatJson(told, data, proven) : JSON.stringify({ ...told, data })
  // Until the request has proved itself, nothing is signed.
  const [key] = proven === undefined ? [] : keysOf(proven.signer, 'platformPrivate')
  const sign = key === undefined ? undefined : await signBytes(Buffer.from(json), key.key)
  return { body: json, sign }
}

async function run(
  { gateway, options, operations }: Answering,
  envelope: Envelope,
  access: MerchantAccess,
): Promise<object> {
  const { name, isFlat, data } = envelope
  // Case does not matter: one documented name has a capital that all others lack.
  const found = operations.find((one) => one.name.toLowerCase() === name.toLowerCase())
  if (found === undefined || (isFlat && !found.isFlatToo)) {
    const field = isFlat ? 'bizType' : 'The request address'
    throw new WireError('PARAMS_INVALID', `${field} is invalid,because there is no such interface.`)
  }
  const settings = readSettings(access.settings)
  const { isSandbox: obeysSubjects } = options
  const publicUrl = options.publicUrl()
  const context = { gateway, publicUrl, access, settings, obeysSubjects, isFlat }
  return found.run(context, data)
}

function codeOf(error: unknown): Code {
  if (error instanceof WireError) return error.answer
  if (error instanceof Refusal) return refusalCode(error.code)
  throw error
}

// The first generation's own codes are lost but for these two; the reason stands in the message.
const FLAT_SUCCESS = { bizCode: '0000', message: 'success' }
const FLAT_REFUSAL = '9998'
const MESSAGE_LENGTH_MAX = 256

function flatJson(told: Code, data: object | undefined, proven: Proven | undefined): string {
  if (data === undefined) return JSON.stringify(flatRefusal(told))
  const [secret] = proven?.signer.secrets ?? []
  if (proven?.isMd5 !== true || secret === undefined) {
    return JSON.stringify({ ...FLAT_SUCCESS, data })
  }
  const sign = md5Sign(asSent(data), secret)
  return JSON.stringify({ ...FLAT_SUCCESS, data: { ...data, sign } })
}

/** A refusal in the first generation's form. */
export function flatRefusal({ code, msg }: Code): object {
  const message = `${code}: ${msg}`.slice(0, MESSAGE_LENGTH_MAX)
  return { bizCode: FLAT_REFUSAL, message, data: {} }
}

/** The data as its reader will see it, numbers in the digits that are sent. */
function asSent(data: object): JsonObject {
  const value = parseJson(JSON.stringify(data))
  if (!isObject(value)) throw new TypeError('an answer is an object')
  return value
}
