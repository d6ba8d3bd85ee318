import Type from 'typebox'
import { Sad } from '../../core/pan.ts'
import { JsonError, type JsonValue, parseJson } from '../json.ts'
import { binder, invalid, isObject } from './bind.ts'
import { oneOf, optional } from './fields.ts'

/** What a card scheme token's blob says besides the DPAN and its expiry. */
export interface SchemeToken {
  readonly wallet: 'googlePay' | 'applePay' | 'external'
  readonly tokenCryptogram: Sad | undefined
  /** As it came with the cryptogram; never computed. */
  readonly eci: string | undefined
}

const BLOB_LENGTH_MAX = 4_096

// The schemes' cryptograms are 20 bytes; 2C2P's own sample is 19, so the acquirer judges the length.
const CRYPTOGRAM_BYTES_MAX = 32

const WALLETS = { GOOGLEPAY: 'googlePay', APPLEPAY: 'applePay', EXTERNAL: 'external' } as const

const bindBlob = binder(
  Type.Object({
    channel: oneOf(Object.keys(WALLETS)),
    authMethod: oneOf(['CRYPTOGRAM_3DS', 'PAN_ONLY']),
    cryptogram: optional(Type.String({ opaque: true })),
    eci: optional(
      Type.String({
        pattern: '^(?:0?[0-7]|8[0-3])$',
        why: 'it must be an ECI of one or two digits',
      }),
    ),
  }),
)

/**
 * Reads `payment.data.token` of a CSTOKEN payment: base64 of a small JSON (Card Scheme Token, 4).
 *
 * @throws WireError 9004 or 9005 that says what is wrong with it.
 */
export function readSchemeToken(text: string): SchemeToken {
  const blob = text.length > BLOB_LENGTH_MAX ? undefined : canonicalBase64(text)
  if (blob === undefined) throw invalid('token', 'it must be canonical base64')
  const { channel, authMethod, cryptogram, eci } = bindBlob(jsonOf(blob))
  const wallet = WALLETS[channel as keyof typeof WALLETS]
  if (authMethod === 'PAN_ONLY') {
    if (wallet !== 'googlePay') throw invalid('token', 'PAN_ONLY is for GOOGLEPAY only')
    return { wallet, tokenCryptogram: undefined, eci }
  }
  const bytes = cryptogram === undefined ? undefined : canonicalBase64(cryptogram)
  if (cryptogram === undefined || bytes === undefined || bytes.length > CRYPTOGRAM_BYTES_MAX) {
    const why = `its cryptogram must be canonical base64 of 1 to ${CRYPTOGRAM_BYTES_MAX} bytes`
    throw invalid('token', why)
  }
  return { wallet, tokenCryptogram: new Sad(cryptogram), eci }
}

function jsonOf(blob: Buffer): JsonValue {
  try {
    const value = parseJson(blob)
    if (isObject(value)) return value
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
  }
  throw invalid('token', 'it must hold a JSON object')
}

/** @returns undefined for an empty text and for one that another text would also stand for. */
function canonicalBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.length > 0 && bytes.toString('base64') === text ? bytes : undefined
}
