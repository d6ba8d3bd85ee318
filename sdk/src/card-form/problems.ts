import { type CardKind, isPast, kindOf, parseExpiry, passesLuhn } from './card.ts'

/** Why a card cannot be sent as it was typed. */
export type CardProblem =
  | 'number_missing'
  | 'number_short'
  | 'number_wrong'
  | 'expiry_missing'
  | 'expiry_wrong'
  | 'expiry_past'
  | 'code_missing'
  | 'code_wrong'

/** @param digits of the number, without gaps. */
export function numberProblem(digits: string): CardProblem | undefined {
  const { lengths } = kindOf(digits)
  if (digits === '') return 'number_missing'
  if (digits.length < Math.min(...lengths)) return 'number_short'
  return lengths.includes(digits.length) && passesLuhn(digits) ? undefined : 'number_wrong'
}

/** @param text as typed; a card is good until the end of its month by the payer's clock. */
export function expiryProblem(text: string): CardProblem | undefined {
  if (text === '') return 'expiry_missing'
  const expiry = parseExpiry(text)
  if (expiry === undefined) return 'expiry_wrong'
  return isPast(expiry, new Date()) ? 'expiry_past' : undefined
}

/** @param kind of the card that the code belongs to. */
export function codeProblem(code: string, kind: CardKind): CardProblem | undefined {
  if (code === '') return 'code_missing'
  return kind.codeLengths.includes(code.length) ? undefined : 'code_wrong'
}
