import { type CardKind, digitsOf, kindNamed, kindOf } from '../card-form/card.ts'
import type { CardProblem } from '../card-form/problems.ts'
import { FIELD_NAMES, type FieldName } from './types.ts'

/** A field as the other fields of its form see it: frames of one origin may call each other. */
export interface Member {
  readonly group: string
  readonly field: FieldName
  /** What is typed, as it stands there. */
  text(): string
  /** Marks the field if it is wrong. */
  check(): CardProblem | undefined
  /** Another field has changed what is right in this one. */
  review(): void
  focus(): void
}

declare global {
  interface Window {
    tesseraField?: Member
  }
}

/**
 * The fields of one form, in order. The page cannot stand between them: it never has a way into
 * them, and the browser keeps other origins out.
 */
export function membersOf(group: string): readonly Member[] {
  const frames = Array.from({ length: parent.length }, (_, index) => parent[index])
  const members = frames.map(memberIn).filter((member) => member?.group === group)
  return FIELD_NAMES.flatMap((name) => members.find((member) => member?.field === name) ?? [])
}

function memberIn(frame: Window | undefined): Member | undefined {
  try {
    return frame?.tesseraField
  } catch {
    // A frame of another origin.
    return undefined
  }
}

/** The card's kind, by its number or, where that is stored, as the page says. */
export function kindIn(members: readonly Member[], brand: string | undefined): CardKind {
  const number = members.find(({ field }) => field === 'number')
  return number === undefined ? kindNamed(brand ?? '') : kindOf(digitsOf(number.text()))
}
