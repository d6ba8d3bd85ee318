import { digitsOf, kindOf } from './card.ts'

/** Text in a field, and where the caret stands in it. */
export interface Typed {
  readonly text: string
  readonly caret: number
}

/** How a field's digits look while they are typed. */
export interface Pattern {
  /** What may be kept of what was typed. */
  readonly digits: (text: string) => string
  /** Digits in each group, for these digits. */
  readonly groups: (digits: string) => readonly number[]
  readonly gap: string
}

export const NUMBER_PATTERN: Pattern = {
  digits: (text) => digitsOf(text).slice(0, 19),
  groups: (digits) => kindOf(digits).groups,
  gap: ' ',
}

export const EXPIRY_PATTERN: Pattern = { digits: expiryDigits, groups: () => [2, 4], gap: ' / ' }

export const CODE_PATTERN: Pattern = {
  digits: (text) => digitsOf(text).slice(0, 4),
  groups: () => [4],
  gap: '',
}

/** A month of one digit gets its zero; a year may have four digits if it is of this century. */
function expiryDigits(text: string): string {
  const padded = /^\s*(?:[2-9]|1\s*[/.-])/.test(text) ? `0${text.trimStart()}` : text
  const digits = digitsOf(padded)
  return digits.slice(0, digits.startsWith('20', 2) ? 6 : 4)
}

/**
 * Groups what was typed, and keeps the caret beside the digit it was beside.
 *
 * @param before the field's text before this change.
 * @param isBackspace whether one sign was deleted backwards; deleting a gap deletes a digit too.
 */
export function retype(
  pattern: Pattern,
  typed: Typed,
  { before, isBackspace }: { readonly before: string; readonly isBackspace: boolean },
): Typed {
  const head = typed.text.slice(0, typed.caret)
  const tail = typed.text.slice(typed.caret)
  const wasGap = isBackspace && digitsOf(typed.text) === digitsOf(before)
  const kept = wasGap ? digitsOf(head).slice(0, -1) : head
  const digits = pattern.digits(kept + tail)
  const text = group(pattern, digits)
  const isAtEnd = digitsOf(tail) === ''
  return { text, caret: isAtEnd ? text.length : caretAfter(text, pattern.digits(kept).length) }
}

/**
 * Groups what was just typed into an input, in place.
 *
 * @param change the text before, and the `inputType` of the event that tells of it.
 */
export function regroup(
  input: HTMLInputElement,
  pattern: Pattern,
  { before, inputType }: { readonly before: string; readonly inputType: string | undefined },
): void {
  const typed = { text: input.value, caret: input.selectionStart ?? input.value.length }
  const isBackspace = inputType === 'deleteContentBackward'
  const next = retype(pattern, typed, { before, isBackspace })
  input.value = next.text
  input.setSelectionRange(next.caret, next.caret)
}

function group(pattern: Pattern, digits: string): string {
  const parts: string[] = []
  let from = 0
  for (const size of pattern.groups(digits)) {
    if (from < digits.length) parts.push(digits.slice(from, from + size))
    from += size
  }
  return parts.join(pattern.gap)
}

/** The place right after so many digits. */
function caretAfter(text: string, count: number): number {
  let seen = 0
  for (let index = 0; index < text.length; index += 1) {
    if (seen === count) return index
    if (/[0-9]/.test(text.charAt(index))) seen += 1
  }
  return text.length
}
