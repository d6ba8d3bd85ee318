import type { CardProblem } from './problems.ts'

/** What an English payer reads. */
export const ENGLISH: Readonly<Record<CardProblem, string>> = {
  number_missing: 'Enter the card number.',
  number_short: 'This card number is not complete.',
  number_wrong: 'This is not a card number. Check it for a typing mistake.',
  expiry_missing: 'Enter the expiry date.',
  expiry_wrong: 'Enter the month and year as on the card, such as 08 / 29.',
  expiry_past: 'This card has expired. Use another card.',
  code_missing: 'Enter the security code.',
  code_wrong: 'This security code is not right.',
}
