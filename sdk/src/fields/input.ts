import {
  CODE_PATTERN,
  EXPIRY_PATTERN,
  NUMBER_PATTERN,
  type Pattern,
  regroup,
} from '../card-form/typing.ts'
import type { Setup } from './protocol.ts'
import type { FieldName } from './types.ts'

const PATTERNS: Readonly<Record<FieldName, Pattern>> = {
  number: NUMBER_PATTERN,
  expiry: EXPIRY_PATTERN,
  securityCode: CODE_PATTERN,
}

const AUTOCOMPLETE = {
  number: 'cc-number',
  expiry: 'cc-exp',
  securityCode: 'cc-csc',
} as const

const PROBLEM_ID = 'problem'

export interface Input {
  readonly element: HTMLInputElement
  /** Says what is wrong to a screen reader; undefined when nothing is. */
  mark(message: string | undefined): void
  clear(): void
}

/** Puts the one input of a field, and the place of its problem, on the field's document. */
export function buildInput(setup: Setup, onInput: () => void): Input {
  const element = document.createElement('input')
  element.autocomplete = AUTOCOMPLETE[setup.field]
  element.inputMode = 'numeric'
  element.autocapitalize = 'off'
  element.spellcheck = false
  element.required = true
  element.placeholder = setup.placeholder
  element.setAttribute('aria-label', setup.label)
  const problem = document.createElement('p')
  problem.id = PROBLEM_ID
  let before = ''
  element.addEventListener('input', ({ inputType }) => {
    regroup(element, PATTERNS[setup.field], { before, inputType })
    before = element.value
    onInput()
  })
  document.body.append(element, problem)
  const mark = (message: string | undefined): void => {
    problem.textContent = message ?? ''
    element.setAttribute('aria-invalid', String(message !== undefined))
    if (message === undefined) element.removeAttribute('aria-describedby')
    else element.setAttribute('aria-describedby', PROBLEM_ID)
  }
  const clear = (): void => {
    element.value = ''
    before = ''
  }
  return { element, mark, clear }
}
