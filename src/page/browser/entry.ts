import { useRef, useState } from 'preact/hooks'
import { digitsOf, kindOf, type CardKind } from '../../../sdk/src/card-form/card.ts'
import { codeProblem, expiryProblem, numberProblem } from '../../../sdk/src/card-form/problems.ts'
import type { Problem } from './messages.ts'

/** In the order in which they stand on the page. */
export const FIELDS = ['number', 'expiry', 'code', 'name'] as const

export type FieldName = (typeof FIELDS)[number]

type Texts = Readonly<Record<FieldName, string>>
type Problems = Readonly<Partial<Record<FieldName, Problem>>>

const NAME_LENGTH_MAX = 45

const EMPTY: Texts = { number: '', expiry: '', code: '', name: '' }

/** What the payer typed, what is wrong with it, and where it stands on the page. */
export interface Entry {
  readonly texts: Texts
  readonly problems: Problems
  readonly put: (field: FieldName, text: string) => void
  /** Looks at a field that is left, unless it is empty: one may walk past it. */
  readonly leave: (field: FieldName) => void
  /** Looks at these fields and goes to the first wrong one. @returns how many are wrong. */
  readonly check: (fields: readonly FieldName[]) => number
  /** Marks a field that the server refused and goes there, if it is on the page. */
  readonly refuse: (field: FieldName, problem: Problem) => void
  readonly forget: (field: FieldName) => void
  readonly inputOf: (field: FieldName) => (input: HTMLInputElement | null) => void
}

/** @param storedKind the kind of a stored card whose code is asked; without one, the number tells. */
export function useEntry(storedKind: CardKind | undefined): Entry {
  const [texts, setTexts] = useState(EMPTY)
  const [problems, setProblems] = useState<Problems>({})
  const inputs = useRef(new Map<FieldName, HTMLInputElement>())
  const look = (field: FieldName, all: Texts): Problem | undefined =>
    problemOf(field, all, storedKind ?? kindOf(digitsOf(all.number)))
  const mark = (field: FieldName, problem: Problem | undefined): void =>
    setProblems((all) => changed(all, field, problem))
  return {
    texts,
    problems,
    put(field, text) {
      const next = { ...texts, [field]: text }
      setTexts(next)
      // What was wrong is looked at again with every sign; what was not, when it is left.
      if (problems[field] !== undefined) mark(field, look(field, next))
    },
    leave(field) {
      if (texts[field].trim() !== '') mark(field, look(field, texts))
    },
    check(fields) {
      const wrong = fields.filter((field) => look(field, texts) !== undefined)
      setProblems(wrong.reduce((all, field) => changed(all, field, look(field, texts)), {}))
      const [first] = wrong
      if (first !== undefined) inputs.current.get(first)?.focus()
      return wrong.length
    },
    refuse(field, problem) {
      const input = inputs.current.get(field)
      if (input === undefined) return
      mark(field, problem)
      input.focus()
    },
    forget(field) {
      setTexts((all) => ({ ...all, [field]: '' }))
      mark(field, undefined)
    },
    inputOf: (field) => (input) => {
      if (input === null) inputs.current.delete(field)
      else inputs.current.set(field, input)
    },
  }
}

function changed(all: Problems, field: FieldName, problem: Problem | undefined): Problems {
  const { [field]: _, ...others } = all
  return problem === undefined ? others : { ...others, [field]: problem }
}

function problemOf(field: FieldName, texts: Texts, kind: CardKind): Problem | undefined {
  switch (field) {
    case 'number':
      return numberProblem(digitsOf(texts.number))
    case 'expiry':
      return expiryProblem(texts.expiry)
    case 'code':
      return codeProblem(texts.code, kind)
    case 'name':
      return nameProblem(texts.name.trim())
  }
}

/** A card number in the name's place would be kept as a name. */
function nameProblem(name: string): Problem | undefined {
  if (name === '') return 'name_missing'
  const isNumber = digitsOf(name).length >= 8
  return isNumber || name.length > NAME_LENGTH_MAX ? 'name_wrong' : undefined
}
