import type { CardProblem } from '../card-form/problems.ts'
import type { FieldStyles } from './styles.ts'

/** In the order in which they are checked. */
export const FIELD_NAMES = ['number', 'expiry', 'securityCode'] as const

export type FieldName = (typeof FIELD_NAMES)[number]

/** Where a field stands on the merchant's page, and what it is called there. */
export interface FieldOptions {
  /** The element that the field fills, or a selector of it; not inside a shadow tree. */
  readonly element: Element | string
  /** What a screen reader says; the page's own label cannot reach into the field. */
  readonly label: string
  readonly placeholder?: string
}

export interface FieldsOptions {
  /** Whose page it is: fields stand on that merchant's registered hosts only. */
  readonly merchantID: string
  /** The fields to show. A stored card needs its `securityCode` alone. */
  readonly fields: Readonly<Partial<Record<FieldName, FieldOptions>>>
  readonly styles?: FieldStyles
  /** A stored card's brand, as `change` names it: it says how long its code is. */
  readonly brand?: string
  /** Language of labels and messages, as BCP 47 names it. Default: `en`. */
  readonly locale?: string
  /** Texts in place of the English ones. */
  readonly messages?: Readonly<Partial<Record<CardProblem, string>>>
}

/** What is wrong with a field. */
export interface FieldProblem {
  readonly code: CardProblem
  /** For the payer, in the words of `messages`. */
  readonly message: string
}

/** What a page may know of a field: nothing that was typed. */
export interface FieldState {
  readonly field: FieldName
  /** `visa`, `mastercard` and so on; empty while it is not known. */
  readonly brand: string
  readonly isEmpty: boolean
  readonly isComplete: boolean
  /** Set once a wrong field was left, or was to be sent. */
  readonly problem: FieldProblem | undefined
}

/** What happened, by the name to listen for. */
export interface FieldEvents {
  /** Every field can be typed into. */
  readonly ready: undefined
  readonly change: FieldState
  readonly focus: { readonly field: FieldName }
  readonly blur: { readonly field: FieldName }
  /** Enter was pressed. */
  readonly submit: { readonly field: FieldName }
}

/** A card, encrypted for the gateway, under the names that 2C2P's browser library gives them. */
export interface SecuredCard {
  /** For `payment.data.securePayToken`, within 15 minutes. */
  readonly securePayToken: string
  /** First six and last four digits; empty without a number field, as the others are. */
  readonly maskedCardInfo: string
  /** Two digits. */
  readonly expMonthCardInfo: string
  /** Four digits. */
  readonly expYearCardInfo: string
  readonly brand: string
}

/**
 * `card_invalid`: see `problems`. `unreachable`: the gateway, or this merchant's fields on this
 * page. `insecure`: the page, or one around it, came over plain http. `destroyed`: by `destroy()`.
 */
export type FieldsErrorCode = 'card_invalid' | 'unreachable' | 'insecure' | 'destroyed'

export type FieldProblems = Readonly<Partial<Record<FieldName, FieldProblem>>>

/** What `tokenize()` rejects with. */
export interface FieldsError extends Error {
  readonly name: 'FieldsError'
  readonly code: FieldsErrorCode
  /** By field, for `card_invalid`. */
  readonly problems: FieldProblems
}

/** Fields that stand on a page. */
export interface Fields {
  /** @returns a function that stops it. */
  on<Name extends keyof FieldEvents>(
    name: Name,
    listener: (event: FieldEvents[Name]) => void,
  ): () => void
  /**
   * Encrypts what was typed. A wrong field is marked, and the first of them gets the focus.
   *
   * @throws FieldsError with every code.
   */
  tokenize(): Promise<SecuredCard>
  focus(field: FieldName): void
  /** Empties every field. */
  clear(): void
  /** Takes the fields off the page. */
  destroy(): void
}

/** What the script leaves on the page as `TesseraFields`. */
export interface TesseraFields {
  /** @throws TypeError for options that cannot work. */
  mount(options: FieldsOptions): Fields
}
