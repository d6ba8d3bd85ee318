import { formatGrouped } from '../core/money.ts'
import { isExpired } from '../core/card.ts'
import { isPastExpiry } from '../core/order.ts'
import type { PaymentStatus, VaultToken } from '../core/payment.ts'
import type { Merchant, PageTerms, PaymentResult } from '../gateway/ports.ts'
import { logoOf } from './logo.ts'

export type ViewState =
  | 'open'
  | 'processing'
  | 'confirming'
  | 'paid'
  | 'declined'
  | 'failed'
  | 'expired'
  | 'cancelled'

/** An order as its payer sees it. `confirming`: the payer is, or should be, at the card's issuer. */
export interface View {
  readonly state: ViewState
  /** Another attempt may be made; while `confirming`, by giving up this one. */
  readonly mayRetry: boolean
  readonly merchant: {
    readonly name: string
    readonly logoUrl: string | null
    readonly color: string | null
  }
  readonly order: {
    readonly reference: string
    readonly description: string
    /** Major units with thousands separators. */
    readonly amount: string
    readonly currency: string
    readonly expiresAt: string
  }
  readonly locale: string | null
  readonly cards: readonly {
    readonly id: string
    readonly brand: string | null
    readonly lastFour: string
    readonly expiry: string
    readonly isExpired: boolean
    readonly asksCode: boolean
  }[]
  /** False where the card is only verified and stored. */
  readonly charges: boolean
  readonly maySave: boolean
  readonly mayEnterCard: boolean
  /** Where the browser goes now, for 3-D Secure. */
  readonly next?: { readonly url: string }
}

export interface Viewed {
  readonly result: PaymentResult
  /** The order's session token, in base64url. */
  readonly ref: string
  readonly merchant: Merchant
  readonly cards: readonly VaultToken[]
  readonly terms: PageTerms
  readonly at: Date
}

/** Shows nothing that a payer who holds the order's address may not see. */
export function viewOf({ result, ref, merchant, cards, terms, at }: Viewed): View {
  const { order } = result
  return {
    state: stateOf(result, at),
    mayRetry: mayRetry(result, at),
    merchant: {
      name: merchant.name,
      logoUrl: logoOf(merchant) === undefined ? null : `/page/${ref}/logo`,
      color: merchant.color ?? null,
    },
    order: {
      reference: order.merchantReference,
      description: order.description,
      amount: formatGrouped(order.amount),
      currency: order.amount.currency,
      expiresAt: order.expiresAt.toISOString(),
    },
    locale: terms.locale ?? null,
    cards: (terms.takesCards ? cards : [])
      .filter(({ isActive }) => isActive)
      .map((stored) => ({
        id: stored.name,
        brand: stored.card.brand ?? null,
        lastFour: stored.card.panMasked.slice(-4),
        expiry: `${String(stored.expiry.month).padStart(2, '0')}/${stored.expiry.year % 100}`,
        isExpired: isExpired(stored.expiry, at),
        asksCode: terms.initiator === 'customer',
      })),
    charges: order.tokenize !== 'only',
    maySave: order.tokenize === 'offered' && terms.storesCard !== true,
    mayEnterCard: terms.takesCards && terms.takesNewCards,
  }
}

const STATES: Readonly<Record<PaymentStatus, ViewState>> = {
  authenticating: 'confirming',
  authorizing: 'processing',
  authorized: 'paid',
  captured: 'paid',
  refunded: 'paid',
  verified: 'paid',
  crediting: 'processing',
  credited: 'paid',
  voiding: 'paid',
  voided: 'paid',
  declined: 'declined',
  failed: 'failed',
  reversed: 'failed',
}

function mayRetry({ order, payment }: PaymentResult, at: Date): boolean {
  if (isPastExpiry(order, at)) return false
  if (order.status === 'open') return true
  return payment?.status === 'authenticating' && payment.reopens
}

function stateOf({ order, payment }: PaymentResult, at: Date): ViewState {
  if (order.status === 'cancelled' || order.status === 'expired') return order.status
  if (payment !== undefined) return STATES[payment.status]
  return isPastExpiry(order, at) ? 'expired' : 'open'
}
