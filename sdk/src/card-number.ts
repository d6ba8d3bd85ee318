import { passesLuhn } from './card-form/card.ts'

/** Whether a text is 12 to 19 digits with a good check digit (ISO/IEC 7812-1, annex B). */
export function isCardNumber(text: string): boolean {
  return /^[0-9]{12,19}$/.test(text) && passesLuhn(text)
}
