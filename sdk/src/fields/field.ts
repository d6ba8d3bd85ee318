import { digitsOf } from '../card-form/card.ts'
import {
  type CardProblem,
  codeProblem,
  expiryProblem,
  numberProblem,
} from '../card-form/problems.ts'
import { kindIn, type Member, membersOf } from './group.ts'
import { buildInput } from './input.ts'
import type { Setup, Told } from './protocol.ts'
import { inWords } from './texts.ts'
import type { FieldState } from './types.ts'

/** One field: what is typed into it, and what its page hears of that. */
export function createField(
  setup: Setup,
  tell: (told: Told) => void,
): Member & { readonly clear: () => void } {
  const { field, group } = setup
  let problem: CardProblem | undefined
  let lastTold = ''

  const kind = () => kindIn(membersOf(group), setup.brand)
  const look = (): CardProblem | undefined => {
    if (field === 'number') return numberProblem(digitsOf(input.element.value))
    if (field === 'expiry') return expiryProblem(input.element.value)
    return codeProblem(input.element.value, kind())
  }
  const tellState = (): void => {
    const state: FieldState = {
      field,
      brand: kind().brand,
      isEmpty: input.element.value === '',
      isComplete: look() === undefined,
      problem: problem && inWords(problem, setup.messages),
    }
    const text = JSON.stringify(state)
    if (text !== lastTold) tell({ kind: 'change', state })
    lastTold = text
  }
  const mark = (found: CardProblem | undefined): void => {
    problem = found
    input.mark(found && inWords(found, setup.messages).message)
    tellState()
  }
  // What was wrong is looked at again with every sign; what was not, when it is left.
  const review = (): void => (problem === undefined ? tellState() : mark(look()))
  const typed = (): void => {
    review()
    if (field === 'number') reviewOthers(group)
  }
  const input = buildInput(setup, typed)
  input.element.addEventListener('focus', () => tell({ kind: 'focus' }))
  input.element.addEventListener('blur', () => {
    if (input.element.value !== '') mark(look())
    tell({ kind: 'blur' })
  })
  input.element.addEventListener('keydown', ({ key, isComposing }) => {
    if (key === 'Enter' && !isComposing) tell({ kind: 'submit' })
  })
  return {
    group,
    field,
    text: () => input.element.value,
    check() {
      mark(look())
      return problem
    },
    review,
    focus: () => input.element.focus(),
    clear() {
      input.clear()
      mark(undefined)
    },
  }
}

/** The number says how long the security code is. */
function reviewOthers(group: string): void {
  for (const member of membersOf(group)) if (member.field !== 'number') member.review()
}
