import { JsonError, JsonNumber, type JsonObject, type JsonValue, parseJson } from '../json.ts'
import { isObject } from './bind.ts'
import { WireError } from './codes.ts'
import { type NetworkToken, networkToken } from './network-token.ts'

/**
 * Reads Apple Pay's decrypted payment data, as Apple's payment token format reference has it.
 *
 * @throws WireError 1 or 5.
 */
export function readApplePay(base64: string): NetworkToken {
  const data = jsonIn(base64)
  const { onlinePaymentCryptogram, eciIndicator } = objectIn(data['paymentData'])
  const [, year, month] = /^([0-9]{2})([0-9]{2})[0-9]{2}$/.exec(textIn(data, EXPIRY) ?? '') ?? []
  const token = networkToken({
    wallet: 'applePay',
    number: textIn(data, 'applicationPrimaryAccountNumber'),
    month,
    year,
    cryptogram: onlinePaymentCryptogram,
    eci: eciIndicator,
  })
  return {
    ...token,
    amount: textIn(data, 'transactionAmount'),
    currency: textIn(data, 'currencyCode'),
  }
}

const EXPIRY = 'applicationExpirationDate'

/**
 * Reads Google Pay's decrypted payment data, of ECv1 and ECv2 alike.
 *
 * @throws WireError 1 or 5.
 */
export function readGooglePay(base64: string): NetworkToken {
  const data = jsonIn(base64)
  const details = objectIn(data['paymentMethodDetails'])
  return networkToken({
    wallet: 'googlePay',
    number: textIn(details, 'pan') ?? textIn(details, 'dpan'),
    month: textIn(details, 'expirationMonth'),
    year: textIn(details, 'expirationYear'),
    cryptogram: textIn(details, 'cryptogram') ?? textIn(details, '3dsCryptogram'),
    eci: textIn(details, 'eciIndicator') ?? textIn(details, '3dsEciIndicator'),
  })
}

function jsonIn(base64: string): JsonObject {
  try {
    const value = parseJson(Buffer.from(base64, 'base64'))
    if (isObject(value)) return value
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
  }
  throw new WireError('5', 'wrong', 'paymentToken')
}

function objectIn(value: JsonValue | undefined): JsonObject {
  if (!isObject(value)) throw new WireError('5', 'wrong', 'paymentToken')
  return value
}

function textIn(object: JsonObject, name: string): string | undefined {
  const value = object[name]
  if (value instanceof JsonNumber) return value.lexeme
  return typeof value === 'string' ? value : undefined
}
