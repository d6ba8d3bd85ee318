import type { FieldStyles } from './styles.ts'
import type {
  FieldName,
  FieldProblems,
  FieldsErrorCode,
  FieldsOptions,
  FieldState,
  SecuredCard,
} from './types.ts'

/**
 * How a page and a field talk. When the field's document has loaded, the page posts it one message
 * to the gateway's origin, with a port in it; all else goes through that port.
 */
export interface Setup {
  readonly tessera: 'field'
  readonly field: FieldName
  /** The name that fields of one form have in common; made anew for each. */
  readonly group: string
  /** The fields that a card of this group needs. */
  readonly members: readonly FieldName[]
  readonly label: string
  readonly placeholder: string
  readonly colorScheme: string
  readonly styles: FieldStyles | undefined
  readonly brand: string | undefined
  readonly locale: string
  readonly messages: FieldsOptions['messages']
}

/** What a page asks of a field. */
export type Ask =
  | { readonly kind: 'focus' | 'clear' }
  | { readonly kind: 'tokenize'; readonly id: number }

/** What a field tells its page; this type is all that ever leaves the gateway's frames. */
export type Told =
  | { readonly kind: 'ready' | 'focus' | 'blur' | 'submit' }
  | { readonly kind: 'change'; readonly state: FieldState }
  | { readonly kind: 'secured'; readonly id: number; readonly card: SecuredCard }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: Failure }

export interface Failure {
  readonly code: FieldsErrorCode
  readonly problems: FieldProblems
}

export function isSetup(data: unknown): data is Setup {
  return typeof data === 'object' && data !== null && 'tessera' in data && data.tessera === 'field'
}
