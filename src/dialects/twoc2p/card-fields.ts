import { type Expiry, parseExpiry } from '../../core/card.ts'
import { Pan, Sad } from '../../core/pan.ts'
import type { ClientCard } from '../../gateway/vault-ports.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import { invalid } from './bind.ts'
import { WireError } from './codes.ts'

/** The card of a request: in clear, or encrypted by the payer's client. */
export interface CardFields {
  readonly cardNo?: string
  readonly expiryMonth?: string
  readonly expiryYear?: string
  readonly securityCode?: string
  readonly encrypted?: ClientCard
}

const IN_CLEAR = ['cardNo', 'expiryMonth', 'expiryYear', 'securityCode'] as const

/** @throws WireError 9004 when `securePayToken` cannot be opened, or a card field stands beside it. */
export async function readCardFields(
  gateway: Gateway,
  data: CardFields & { readonly securePayToken?: string },
): Promise<CardFields> {
  if (data.securePayToken === undefined) return data
  const beside = IN_CLEAR.find((name) => data[name] !== undefined)
  if (beside !== undefined) throw invalid(beside, 'a card comes encrypted or in clear, not both')
  const encrypted = await gateway.openClientCard(data.securePayToken)
  if (encrypted === undefined) throw invalid('securePayToken', 'it cannot be opened')
  return { encrypted }
}

/** @throws WireError 9005, 4076, 4014. */
export function panOf({ cardNo, encrypted }: CardFields): Pan {
  if (encrypted?.pan !== undefined) return encrypted.pan
  if (cardNo === undefined) throw missing('payment.data.cardNo')
  if (!/^[0-9]{12,19}$/.test(cardNo)) throw new WireError('4076', 'Invalid Credit Card Format')
  const pan = Pan.parse(cardNo)
  if (pan === undefined) throw new WireError('4014', 'Invalid Card Number')
  return pan
}

/** @throws WireError 9005, 4077. */
export function expiryOf({ expiryMonth, expiryYear, encrypted }: CardFields): Expiry {
  if (encrypted?.expiry !== undefined) return encrypted.expiry
  if (expiryMonth === undefined) throw missing('payment.data.expiryMonth')
  if (expiryYear === undefined) throw missing('payment.data.expiryYear')
  const expiry = parseExpiry(expiryMonth, expiryYear)
  if (expiry === undefined) throw new WireError('4077', 'Invalid Expiry Date Format')
  return expiry
}

/** @returns undefined where a stored card keeps its own. @throws WireError 9005, 4077. */
export function correctedExpiryOf(fields: CardFields): Expiry | undefined {
  const isGiven = (fields.expiryMonth ?? fields.encrypted?.expiry) !== undefined
  return isGiven ? expiryOf(fields) : undefined
}

/** @throws WireError 4078 unless it has the digits that the brand prints. */
export function securityCodeOf(
  { securityCode, encrypted }: CardFields,
  brand: Pan['brand'],
): Sad | undefined {
  const code = encrypted?.securityCode ?? inClear(securityCode)
  if (code === undefined || code.length === 3 || (brand === 'amex' && code.length === 4)) {
    return code
  }
  throw new WireError('4078', 'Invalid Three Digits Format')
}

function inClear(securityCode: string | undefined): Sad | undefined {
  if (securityCode === undefined) return undefined
  // What is no digits is as wrong as none at all.
  return new Sad(/^[0-9]+$/.test(securityCode) ? securityCode : '')
}

/** 9005 for one field. */
export function missing(field: string): WireError {
  return new WireError('9005', `Some mandatory fields are missing: ${field}`)
}
