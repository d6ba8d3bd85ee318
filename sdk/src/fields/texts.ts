import { ENGLISH } from '../card-form/english.ts'
import type { CardProblem } from '../card-form/problems.ts'
import type { FieldProblem, FieldsOptions } from './types.ts'

/** A problem in the merchant's words, or else in ours. */
export function inWords(code: CardProblem, messages: FieldsOptions['messages']): FieldProblem {
  return { code, message: String(messages?.[code] ?? ENGLISH[code]) }
}
