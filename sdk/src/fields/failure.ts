import type { FieldProblems, FieldsError, FieldsErrorCode } from './types.ts'

const TEXTS: Readonly<Record<FieldsErrorCode, string>> = {
  card_invalid: 'A field of the card is wrong.',
  unreachable: 'The payment gateway cannot be reached, or this page may not show its fields.',
  insecure: 'Cards are encrypted on pages of https only.',
  destroyed: 'The fields were taken off the page.',
}

/** What `tokenize()` rejects with; it holds nothing that was typed. */
export function fieldsError(code: FieldsErrorCode, problems: FieldProblems = {}): FieldsError {
  return Object.assign(new Error(TEXTS[code]), { name: 'FieldsError' as const, code, problems })
}
