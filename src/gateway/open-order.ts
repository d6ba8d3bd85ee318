import { timingSafeEqual } from 'node:crypto'
import type { Order } from '../core/order.ts'
import { Refusal } from '../core/refusal.ts'
import type { HoldEnd } from './hold-ports.ts'
import { requestHash } from './idempotency.ts'
import { taggedId } from './order-id.ts'
import type { Parts } from './parts.ts'

export interface OpenOrder {
  readonly order: Omit<Order, 'orderId' | 'status' | 'createdAt'>
  readonly idempotencyKey: string | undefined
  /** The verified request in canonical form, without sensitive authentication data. */
  readonly canonical: string
  /** Authentication values to keep sealed until the order is paid. */
  readonly authentication?: string
  /** What becomes of money that it still holds by then; of orders captured by hand only. */
  readonly holdEnd?: HoldEnd | undefined
}

/**
 * Opens an order for a merchant's reference.
 *
 * @returns the order; for a retry with the same idempotency key and request, the one made before.
 * @throws Refusal `reference_in_use`, `idempotency_conflict`.
 */
export async function openOrder(parts: Parts, request: OpenOrder): Promise<Order> {
  const { idempotencyKey, canonical } = request
  const order = newOrder(parts, request.order)
  const hash = requestHash(canonical)
  const existing = await parts.orders.insert({
    order,
    idempotencyKey,
    requestHash: hash,
    holdEnd: request.holdEnd,
    sealedAuthentication:
      request.authentication === undefined
        ? undefined
        : await parts.vault.sealSecret(
            order.merchantId,
            authenticationPlace(order.orderId),
            request.authentication,
          ),
  })
  if (existing === undefined) return order
  if (idempotencyKey === undefined || existing.idempotencyKey !== idempotencyKey) {
    throw new Refusal('reference_in_use')
  }
  if (!timingSafeEqual(existing.requestHash, hash)) throw new Refusal('idempotency_conflict')
  return existing.order
}

/** An order that nobody has paid yet, and that is not stored. */
export function newOrder(parts: Parts, asked: OpenOrder['order']): Order {
  const orderId = taggedId(parts, asked.merchantId)
  return { ...asked, orderId, status: 'open', createdAt: parts.clock.now() }
}

/** Where an order's authentication values are sealed to. */
export function authenticationPlace(orderId: string): string {
  return `authentication/${orderId}`
}
