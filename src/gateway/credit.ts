import { isExpired } from '../core/card.ts'
import type { Order } from '../core/order.ts'
import { Refusal } from '../core/refusal.ts'
import { authorizationOf } from './authorize.ts'
import { requestHash } from './idempotency.ts'
import { newOrder, type OpenOrder } from './open-order.ts'
import type { Parts } from './parts.ts'
import { type CardOrStored, newPayment, openCard } from './pay.ts'
import type { PaymentResult } from './ports.ts'
import { settleAttempt } from './settle-attempt.ts'

/** Money that a merchant sends to a card, and the order that it is known by. */
export interface CreditRequest {
  /** What it says of a payment does not count. */
  readonly order: OpenOrder['order']
  readonly instrument: CardOrStored
  /** The dialect's own parameters, kept with the payment. */
  readonly details?: Readonly<Record<string, unknown>>
}

const NOT_PAYABLE = {
  captureMode: 'credit',
  tokenize: 'no',
  threeds: 'none',
  storedFor: undefined,
  announcesExpiry: false,
} as const

/**
 * Sends money to a card: order, payment and intent in one commit, then the acquirer, then the
 * outcome. The order is never open, so nobody can pay it, and its reference is good once.
 *
 * @returns the result; its payment is still `crediting` when the acquirer's answer is not known.
 * @throws Refusal `card_expired`, `reference_in_use`, `vault_token_unknown`.
 */
export async function credit(parts: Parts, request: CreditRequest): Promise<PaymentResult> {
  const { instrument: chosen, details } = request
  const at = parts.clock.now()
  const order: Order = {
    ...newOrder(parts, request.order),
    ...NOT_PAYABLE,
    status: 'paying',
  }
  const opened = await openCard(parts, order, chosen)
  const { instrument, vaultToken } = opened
  if (isExpired(instrument.expiry, at)) throw new Refusal('card_expired')

  const attempt = { order, instrument: chosen, reopens: false, ...(details && { details }) }
  const authentication = { eci: undefined }
  const payment = newPayment(parts, attempt, { at, opened, authentication, keep: false })
  const operation = { ...authorizationOf(parts, payment), kind: 'credit' as const }
  const unused = { idempotencyKey: undefined, sealedAuthentication: undefined }
  const entry = { order, requestHash: requestHash(''), ...unused }
  const isNew = await parts.payments.beginWithOrder(entry, payment, operation)
  if (!isNew) throw new Refusal('reference_in_use')

  const { merchantId, dialect, merchantReference, description, amount } = order
  const { operationId, paymentId } = operation
  const about = { merchantId, dialect, operationId, merchantReference, description, amount }
  const outcome = await parts.acquirer
    .credit({ ...about, instrument })
    .finally(() => instrument.securityCode?.wipe())
  if (outcome.kind === 'unknown') {
    parts.reporter.event('operation_in_doubt', { merchantId, paymentId, kind: 'credit' })
    return { order, payment, vaultToken }
  }
  return settleAttempt(parts, { order, payment, operation, outcome, card: undefined, vaultToken })
}
