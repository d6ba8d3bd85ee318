/** What the server tells the page about one order. It is already made for the eye of a stranger. */
export interface View {
  readonly state: ViewState
  /** Whether another attempt may be made; while `confirming`, by giving up this one. */
  readonly mayRetry: boolean
  readonly merchant: Merchant
  readonly order: Order
  readonly locale: string | null
  readonly cards: readonly StoredCard[]
  /** False where the card is only verified and stored. */
  readonly charges: boolean
  readonly maySave: boolean
  readonly mayEnterCard: boolean
  /** Where the browser goes now, for 3-D Secure. */
  readonly next?: { readonly url: string }
}

export const VIEW_STATES = [
  'open',
  'processing',
  'confirming',
  'paid',
  'declined',
  'failed',
  'expired',
  'cancelled',
] as const

/** `confirming`: the payer is, or should be, at the card's issuer. An unknown order has no view. */
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
  readonly brand: string | null
  readonly lastFour: string
  /** MM/YY */
  readonly expiry: string
  readonly isExpired: boolean
  readonly asksCode: boolean
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

/** Where the browser goes when all is done; nowhere when the payer stays. */
export interface WayBack {
  readonly url: string | null
}
