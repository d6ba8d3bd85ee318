/** What the server tells the page about one order. It is already made for the eye of a stranger. */
export interface View {
  readonly state: ViewState
  /** Whether another payment may be tried after a decline. */
  readonly mayRetry: boolean
  readonly merchant: Merchant
  readonly order: Order
  readonly locale: string | null
  readonly cards: readonly StoredCard[]
  readonly maySave: boolean
  readonly mayEnterCard: boolean
  readonly next?: NextStep
}

export const VIEW_STATES = [
  'open',
  'processing',
  'paid',
  'declined',
  'failed',
  'expired',
  'cancelled',
  'unknown',
] as const

/** `unknown` is a payment whose outcome nobody knows yet; an unknown order has no view at all. */
export type ViewState = (typeof VIEW_STATES)[number]

export interface Merchant {
  readonly name: string
  readonly logoUrl: string | null
  /** #rrggbb */
  readonly color: string | null
}

export interface Order {
  readonly reference: string
  readonly description: string
  /** Decimal text, grouped by the server. */
  readonly amount: string
  readonly currency: string
  /** ISO 8601. */
  readonly expiresAt: string
}

export interface StoredCard {
  readonly id: string
  readonly brand: string
  readonly masked: string
  /** MM/YY */
  readonly expiry: string
  readonly isExpired: boolean
  readonly asksCode: boolean
}

/** What 3-D Secure wants of the browser. */
export type NextStep = MethodStep | ChallengeStep

export interface MethodStep {
  readonly kind: 'method'
  readonly methodUrl: string
  readonly authenticationId: string
  readonly sessionData: string
  readonly notificationUrl: string
}

export interface ChallengeStep {
  readonly kind: 'challenge'
  readonly acsUrl: string
  readonly creq: string
  readonly sessionData: string
}

export const REFUSALS = [
  'card_invalid',
  'card_expired',
  'code_invalid',
  'already_paid',
  'in_progress',
  'expired',
  'cancelled',
  'not_found',
  'unavailable',
] as const

export type RefusalCode = (typeof REFUSALS)[number]

export interface CardEntry {
  readonly number: string
  /** Two digits. */
  readonly month: string
  /** Four digits. */
  readonly year: string
  readonly code: string
  readonly name: string
}

export type Instrument =
  | { readonly card: CardEntry; readonly save: boolean }
  | { readonly stored: { readonly id: string; readonly code: string } }

/** How the browser leaves the page when all is done. */
export type Return =
  | { readonly kind: 'redirect'; readonly url: string }
  | {
      readonly kind: 'post'
      readonly url: string
      readonly fields: Readonly<Record<string, string>>
    }
  | { readonly kind: 'stay' }
