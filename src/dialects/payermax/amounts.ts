import { currencyOf } from '../../core/currency.ts'
import { formatShortest, type Money, parseDecimal } from '../../core/money.ts'
import { exactNumber } from '../json.ts'
import { WireError } from './codes.ts'

// Where this API has fewer decimals than ISO 4217; otherwise no currency has more than two
// (currency lists of the order, pay-link and payout pages together).
const WITHOUT_DECIMALS: ReadonlySet<string> = new Set(['IDR', 'TWD', 'PKR', 'COP'])
const DECIMALS_MAX = 2

/**
 * Reads an amount in major units.
 *
 * @throws WireError `CURRENCY_INVALID`, `AMOUNT_INVALID`.
 */
export function readAmount(digits: string, currency: string): Money {
  const known = currencyOf(currency)
  if (known === undefined) throw new WireError('CURRENCY_INVALID')
  const scale = WITHOUT_DECIMALS.has(currency) ? 0 : Math.min(known.exponent, DECIMALS_MAX)
  const [, decimals = ''] = digits.split('.')
  const money = parseDecimal(digits, currency)
  if (money === undefined || /[1-9]/.test(decimals.slice(scale))) {
    throw new WireError('AMOUNT_INVALID')
  }
  return money
}

/** A JSON number of exactly the amount's digits, in major units without trailing zeros. */
export function wireAmount(money: Money): unknown {
  return exactNumber(formatShortest(money))
}
