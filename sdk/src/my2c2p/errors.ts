import { isCardNumber } from '../card-number.ts'

/** What the payer typed, as it stands in the inputs. */
export interface Typed {
  readonly cardnumber: string
  readonly month: string
  readonly year: string
  readonly cvv: string
}

/** The code of a card that could not be encrypted: ours, for what 2C2P's script cannot meet. */
export const NOT_ENCRYPTED = 99

// The codes and texts of 2C2P's script (my2c2p 1.6 and 1.7).
const TEXTS: Readonly<Record<number, string>> = {
  0: '',
  1: 'card number is required',
  2: 'card number is invalid',
  3: 'expiry month is required',
  4: 'expiry month must be two characters',
  5: 'expiry year is required',
  6: 'expiry year must be four characters',
  7: 'card already expired(year)',
  8: 'card already expired(month)',
  9: 'invalid card expiry month',
  10: 'invalid cvv',
  11: 'invalid month',
  12: 'invalid year',
  [NOT_ENCRYPTED]: 'the card could not be encrypted',
}

/** The text of a code. */
export function errorDescription(code: number): string {
  return TEXTS[code] ?? 'unknown error'
}

/** Which field a code is about. */
export function fieldOf(code: number): keyof Typed | undefined {
  if (code === 1 || code === 2) return 'cardnumber'
  if (code === 10) return 'cvv'
  if ([3, 4, 8, 9, 11].includes(code)) return 'month'
  return [5, 6, 7, 12].includes(code) ? 'year' : undefined
}

/**
 * The first thing wrong with a card, by 2C2P's codes; 0 for nothing.
 *
 * A security code alone is fine: it goes with a stored card.
 */
export function errorOf(typed: Typed, now: Date): number {
  const { cardnumber, month, year, cvv } = typed
  const isCodeAlone = `${cardnumber}${month}${year}` === '' && cvv !== ''
  const wrong = isCodeAlone ? 0 : numberError(typed) || expiryError(typed, now)
  return wrong || (cvv === '' || /^[0-9]{3,4}$/.test(cvv) ? 0 : 10)
}

function numberError({ cardnumber, month, year }: Typed): number {
  if (cardnumber === '') return 1
  if (month === '') return 3
  if (year === '') return 5
  return isCardNumber(cardnumber) ? 0 : 2
}

function expiryError({ month, year }: Typed, now: Date): number {
  if (month.length > 2) return 4
  if (year.length !== 4) return 6
  if (!/^[0-9]+$/.test(month)) return 11
  if (!/^[0-9]+$/.test(year)) return 12
  const yearsLeft = Number(year) - now.getFullYear()
  if (yearsLeft < 0) return 7
  if (Number(month) < 1 || Number(month) > 12) return 9
  return yearsLeft === 0 && Number(month) < now.getMonth() + 1 ? 8 : 0
}
