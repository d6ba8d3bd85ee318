import { currencyOf } from './currency.ts'

/** An exact amount: `minor` counts the smallest unit of the ISO 4217 alphabetic `currency`. */
export interface Money {
  readonly minor: bigint
  readonly currency: string
}

/** More digits than any amount of money needs, few enough for PostgreSQL's bigint. */
const MINOR_DIGITS_MAX = 18

/**
 * Reads a decimal in major units, as `10.5`, `10.50` or `000000000010.50000`.
 *
 * @returns undefined unless the text is plain digits with at most one point, and every decimal
 * beyond the currency's own is zero: an amount is read exactly or not at all.
 */
export function parseDecimal(text: string, currency: string): Money | undefined {
  const exponent = currencyOf(currency)?.exponent
  const parts = /^([0-9]{1,24})(?:\.([0-9]{1,12}))?$/.exec(text)
  if (exponent === undefined || parts === null) return undefined
  const [, whole = '', decimals = ''] = parts
  if (/[1-9]/.test(decimals.slice(exponent))) return undefined
  const digits = `${whole}${decimals.slice(0, exponent).padEnd(exponent, '0')}`
  const minor = digits.replace(/^0+(?=[0-9])/, '')
  return minor.length > MINOR_DIGITS_MAX ? undefined : { minor: BigInt(minor), currency }
}

/** @returns major units with all of the currency's decimals: `230.87`, `1000.00`, `500`. */
export function formatDecimal({ minor, currency }: Money): string {
  const exponent = currencyOf(currency)?.exponent ?? 0
  const digits = minor.toString().padStart(exponent + 1, '0')
  if (exponent === 0) return digits
  return `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`
}

/** @returns major units without trailing zeros, as JSON numbers are written: `20`, `93.1`. */
export function formatShortest(money: Money): string {
  const text = formatDecimal(money)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

/** @returns major units with thousands separators: `100,100.00`. */
export function formatGrouped(money: Money): string {
  const [whole = '', decimals] = formatDecimal(money).split('.')
  const grouped = whole.replace(/\B(?=(?:[0-9]{3})+$)/g, ',')
  return decimals === undefined ? grouped : `${grouped}.${decimals}`
}
