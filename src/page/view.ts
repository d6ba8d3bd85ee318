import { formatGrouped } from '../core/money.ts'
import { isExpired } from '../core/card.ts'
import { isPastExpiry } from '../core/order.ts'
import type { PaymentStatus, VaultToken } from '../core/payment.ts'
import type { Merchant, PaymentResult } from '../gateway/ports.ts'
import type { stepForm } from './step.ts'

export type ViewState =
  | 'open'
  | 'processing'
  | 'paid'
  | 'declined'
  | 'failed'
  | 'expired'
  | 'cancelled'

/** An order as its payer sees it. */
export interface View {
  readonly state: ViewState
  /** Another attempt may be made after this one. */
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
    readonly masked: string
    readonly expiry: string
    readonly isExpired: boolean
    readonly asksCode: boolean
  }[]
  readonly maySave: boolean
  readonly mayEnterCard: boolean
  /** Where the browser goes now, for 3-D Secure. */
  readonly next?: ReturnType<typeof stepForm>
}

export interface Viewed {
  readonly result: PaymentResult
  readonly merchant: Merchant
  readonly cards: readonly VaultToken[]
  readonly at: Date
}

/** Shows nothing that a payer who holds the order's address may not see. */
export function viewOf({ result, merchant, cards, at }: Viewed): View {
  const { order } = result
  const { locale, customerTokenOnly } = order.details as {
    locale?: string
    customerTokenOnly?: boolean
  }
  const state = stateOf(result, at)
  return {
    state,
    mayRetry: order.status === 'open' && !isPastExpiry(order, at),
    merchant: {
      name: merchant.name,
      logoUrl: merchant.logoUrl ?? null,
      color: merchant.color ?? null,
    },
    order: {
      reference: order.merchantReference,
      description: order.description,
      amount: formatGrouped(order.amount),
      currency: order.amount.currency,
      expiresAt: order.expiresAt.toISOString(),
    },
    locale: locale ?? null,
    cards: cards.map((stored) => ({
      id: stored.name,
      brand: stored.card.brand ?? null,
      masked: stored.card.panMasked.replaceAll('*', '•'),
      expiry: `${String(stored.expiry.month).padStart(2, '0')}/${stored.expiry.year % 100}`,
      isExpired: isExpired(stored.expiry, at),
      asksCode: true,
    })),
    maySave: order.tokenize === 'offered',
    mayEnterCard: customerTokenOnly !== true,
  }
}

const STATES: Readonly<Record<PaymentStatus, ViewState>> = {
  authenticating: 'processing',
  authorizing: 'processing',
  authorized: 'paid',
  captured: 'paid',
  refunded: 'paid',
  verified: 'paid',
  voiding: 'paid',
  voided: 'paid',
  declined: 'declined',
  failed: 'failed',
  reversed: 'failed',
}

function stateOf({ order, payment }: PaymentResult, at: Date): ViewState {
  if (order.status === 'cancelled') return 'cancelled'
  if (payment !== undefined) return STATES[payment.status]
  return isPastExpiry(order, at) ? 'expired' : 'open'
}
