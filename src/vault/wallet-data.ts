import { parseExpiry } from '../core/card.ts'
import { currencyByNumber } from '../core/currency.ts'
import type { Money } from '../core/money.ts'
import { Pan, Sad } from '../core/pan.ts'
import type { WalletPayment } from '../core/wallet-payment.ts'
import { asObject } from './encoding.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * Reads what Apple Pay encrypts (Payment token format reference, "Payment data keys").
 *
 * @returns undefined unless it is a device's number with its cryptogram and an amount.
 */
export function readAppleData(data: Fields): WalletPayment | undefined {
  const { onlinePaymentCryptogram: cryptogram, eciIndicator } = asObject(data['paymentData'])
  const ends = textOf(data['applicationExpirationDate'])
  const [, year, month] = /^([0-9]{2})([0-9]{2})[0-9]{2}$/.exec(ends) ?? []
  const amount = amountOf(data['transactionAmount'], data['currencyCode'])
  const number = data['applicationPrimaryAccountNumber']
  const card = cardOf(number, { month, year })
  const proof = proofOf(cryptogram, eciIndicator)
  if (card === undefined || proof === undefined || amount === undefined) return undefined
  return { wallet: 'applePay', ...card, ...proof, amount }
}

/**
 * Reads what Google Pay encrypts, in the names of ECv2 and of ECv1: a device's number with its
 * cryptogram (`CRYPTOGRAM_3DS`, `3DS`), or a card as it is (`PAN_ONLY`, and ECv1's `CARD`).
 *
 * @returns undefined for anything else.
 */
export function readGoogleData(message: Fields): WalletPayment | undefined {
  const details = asObject(message['paymentMethodDetails'])
  const { pan, dpan, expirationMonth, expirationYear } = details
  const card = cardOf(pan ?? dpan, { month: expirationMonth, year: expirationYear })
  const cryptogram = details['cryptogram'] ?? details['3dsCryptogram']
  const eci = details['eciIndicator'] ?? details['3dsEciIndicator']
  const proof = isPlainCard(message, details) ? NO_PROOF : proofOf(cryptogram, eci)
  if (card === undefined || proof === undefined) return undefined
  return { wallet: 'googlePay', ...card, ...proof, amount: undefined }
}

const NO_PROOF = { tokenCryptogram: undefined, eci: undefined } as const

function isPlainCard({ paymentMethod }: Fields, { authMethod }: Fields): boolean {
  return paymentMethod === 'CARD' && (authMethod === undefined || authMethod === 'PAN_ONLY')
}

function cardOf(number: unknown, ends: { readonly month: unknown; readonly year: unknown }) {
  const pan = Pan.parse(textOf(number))
  const expiry = parseExpiry(textOf(ends.month), textOf(ends.year))
  return pan && expiry && { pan, expiry }
}

function proofOf(cryptogram: unknown, eci: unknown) {
  const text = textOf(cryptogram)
  if (!/^[A-Za-z0-9+/]{1,44}={0,2}$/.test(text)) return undefined
  const indicator = /^[0-9]{1,2}$/.test(textOf(eci)) ? textOf(eci).padStart(2, '0') : undefined
  return { tokenCryptogram: new Sad(text), eci: indicator }
}

/** Apple has an integer of minor units, and the currency's ISO 4217 number as text. */
function amountOf(minor: unknown, numeric: unknown): Money | undefined {
  const currency = currencyByNumber(textOf(numeric))?.code
  if (currency === undefined || !Number.isSafeInteger(minor) || Number(minor) < 0) return undefined
  return { minor: BigInt(Number(minor)), currency }
}

/** Numbers are written as texts in some places and as numbers in others. */
function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
