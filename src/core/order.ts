import type { Money } from './money.ts'
import { Refusal } from './refusal.ts'
import type { VaultTokenUsage } from './payment.ts'
import type { ThreedsPolicy } from './threeds.ts'

/**
 * - `open`: may be paid. `paying`: an attempt runs, or its outcome is being found out.
 * - `paid`, `closed`: the attempt ended, with and without success. `cancelled`: by its payer.
 * - `expired`: nobody paid in time, and the merchant is told so.
 */
export type OrderStatus = 'open' | 'paying' | 'paid' | 'closed' | 'cancelled' | 'expired'

/** No order can be paid for longer than this, in whatever dialect it was opened. */
export const ORDER_LIFE_DAYS_MAX = 366

/** What a merchant asks to be paid for, or pays out itself. */
export interface Order {
  readonly merchantId: string
  readonly orderId: string
  readonly dialect: string
  /** The shop's own order number, unique per merchant and dialect. */
  readonly merchantReference: string
  readonly amount: Money
  readonly description: string
  /** `none`: the card is verified and nothing is held. `credit`: the card is sent the money. */
  readonly captureMode: 'automatic' | 'manual' | 'none' | 'credit'
  /** `only`: the card is verified and stored, nothing is charged. */
  readonly tokenize: 'no' | 'offered' | 'only'
  readonly threeds: ThreedsPolicy | 'none'
  /** What a card stored with this order is stored for. */
  readonly storedFor: StoredFor | undefined
  /** The merchant's own name for the customer who pays, the same in all dialects. */
  readonly customerId: string | undefined
  /** Vault tokens that may pay this order. */
  readonly vaultTokenIds: readonly string[]
  /** Where the merchant hears of the outcome; undefined when it asked for no notification. */
  readonly notifyUrl: string | undefined
  /** The merchant hears of it when nobody pays in time. */
  readonly announcesExpiry: boolean
  /** The dialect's own parameters, kept as its merchant sent them and never interpreted here. */
  readonly details: Readonly<Record<string, unknown>>
  readonly status: OrderStatus
  readonly expiresAt: Date
  readonly createdAt: Date
  /** Undefined unless it is `cancelled`. */
  readonly cancelledAt?: Date | undefined
}

/** What the customer agreed to with storing a card; undefined is no more than to pay again. */
export interface StoredFor {
  readonly usage: VaultTokenUsage
  /** The merchant may charge it on its own. */
  readonly merchantMayInitiate: boolean
}

/**
 * @throws Refusal when the order takes no payment now: `order_in_progress`, `order_finished`,
 * `order_cancelled`, `order_expired`.
 */
export function refusePaying(order: Order, at: Date): void {
  if (order.status === 'paying') throw new Refusal('order_in_progress')
  if (order.status === 'cancelled') throw new Refusal('order_cancelled')
  if (order.status === 'expired') throw new Refusal('order_expired')
  const isPayable = order.status === 'open' && order.captureMode !== 'credit'
  if (!isPayable) throw new Refusal('order_finished')
  if (isPastExpiry(order, at)) throw new Refusal('order_expired')
}

/**
 * What the acquirer is asked for: `sale` captures at once, `verify` holds nothing, `credit` sends
 * money to the card.
 */
export function purposeOf(order: Order): 'authorize' | 'sale' | 'verify' | 'credit' {
  if (order.captureMode === 'credit') return 'credit'
  if (order.tokenize === 'only' || order.captureMode === 'none') return 'verify'
  return order.captureMode === 'automatic' ? 'sale' : 'authorize'
}

export function isPastExpiry(order: Order, at: Date): boolean {
  return at.getTime() >= order.expiresAt.getTime()
}
