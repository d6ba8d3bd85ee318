import type { CardProblem } from '../../../sdk/src/card-form/problems.ts'
import type { Notice, Work } from './session.ts'

/** Why a field cannot be sent as it is. */
export type Problem = CardProblem | 'name_missing' | 'name_wrong'

/** What may be shown in place of the form. */
export type ResultKind =
  | 'paid'
  | 'alreadyPaid'
  | 'saved'
  | 'declined'
  | 'failed'
  | 'expired'
  | 'cancelled'
  | 'processing'
  | 'slow'
  | 'confirming'
  | 'notPaid'

interface Told {
  readonly title: string
  readonly text: string
}

/** @param amount with its currency. */
export type Result = (amount: string, merchant: string) => Told

/**
 * Every word of the page in one language. A language is one file in locales/ that exports `messages`;
 * its name there is its language code.
 */
export interface Messages {
  /** BCP 47, for the lang attribute, dates and numbers. */
  readonly tag: string
  /** As its speakers call it. */
  readonly name: string
  readonly language: string
  readonly secure: string
  readonly title: string
  readonly payTo: string
  /** Before it is paid, once it is, and where it never will be. */
  readonly amountDue: string
  readonly amountPaid: string
  readonly amount: string
  readonly description: string
  readonly reference: string
  readonly payBefore: string
  readonly privacy: (merchant: string) => string

  readonly loading: string
  readonly cardDetails: string
  readonly number: string
  readonly expiry: string
  readonly expiryHint: string
  readonly code: string
  readonly codeHint: string
  /** For cards with four digits on their front. */
  readonly codeHintFront: string
  readonly holder: string
  readonly save: string
  readonly saveHint: (merchant: string) => string
  readonly pay: (amount: string) => string
  readonly work: Readonly<Record<Exclude<Work, 'idle'>, string>>

  readonly payWith: string
  readonly anyBrand: string
  readonly ending: (brand: string, digits: string) => string
  readonly expires: (date: string) => string
  readonly expired: (date: string) => string
  readonly otherCard: string
  readonly noCard: string

  readonly cancel: string
  readonly cancelTitle: string
  readonly cancelText: (merchant: string) => string
  readonly cancelYes: string
  readonly cancelNo: string

  readonly problems: Readonly<Record<Problem, string>>
  readonly check: (count: number) => string
  readonly notices: Readonly<Record<Notice, string>>
  readonly results: Readonly<Record<ResultKind, Result>>
  /** Where an order takes nothing that this page could ask for. */
  readonly noMeans: (merchant: string) => Told
  readonly noOrder: Told
  readonly unreachable: Told
  /** When a payment may be under way. */
  readonly lostSight: Told

  readonly tryAgain: string
  readonly lookAgain: string
  readonly startAgain: string
  readonly goOn: (merchant: string) => string
  /** @param time such as "5 sec". */
  readonly goingOn: (time: string) => string
  readonly stay: string
}
