import type { Expiry } from '../core/card.ts'
import { type Order, purposeOf } from '../core/order.ts'
import type { Pan } from '../core/pan.ts'
import type { Payment, PaymentStatus, VaultToken } from '../core/payment.ts'
import { notificationOf } from './notify.ts'
import type { Parts } from './parts.ts'
import { newVaultToken } from './vault-tokens.ts'
import type { AcquirerOutcome } from './acquirer-ports.ts'
import type { Operation, PaymentResult } from './ports.ts'
import type { NewVaultToken } from './vault-ports.ts'

export interface AuthorizationOutcome {
  readonly order: Order
  readonly payment: Payment
  readonly operation: Operation
  readonly outcome: Exclude<AcquirerOutcome, { kind: 'unknown' }>
  /** To be stored if the issuer approves. */
  readonly card: { readonly pan: Pan; readonly expiry: Expiry } | undefined
  readonly vaultToken: VaultToken | undefined
}

/** Writes an authorization's outcome, everything it brings about, and then tells the merchant. */
export async function settleAuthorization(
  parts: Parts,
  found: AuthorizationOutcome,
): Promise<PaymentResult> {
  const { order, operation, outcome } = found
  const approved = outcome.kind === 'approved'
  const attempt = { ...found.payment, isPaid: approved }
  const notification = await notificationOf(parts, order, attempt)
  const vaultToken = await storeCard(parts, found)
  const settled = await parts.payments.settle({
    operation,
    state: outcome.kind,
    status: approved ? statusOf(order) : 'declined',
    answer: outcome,
    at: parts.clock.now(),
    ...(vaultToken && { vaultToken }),
    ...(notification && { notification }),
  })
  // Recovery was faster, or the card has a name that only the database knows: read it again.
  const isKnown = settled !== undefined && vaultToken === undefined
  const now = isKnown ? { ...found, payment: settled } : await parts.payments.findByOrder(order)
  const payment = now?.payment ?? found.payment
  const result = { order, payment, vaultToken: now?.vaultToken }
  if (settled === undefined) return result
  const { merchantId, paymentId, status } = payment
  parts.reporter.event('payment_settled', { merchantId, paymentId, outcome: status })
  parts.deliverSoon(notification, result)
  return result
}

function statusOf(order: Order): PaymentStatus {
  const statuses = { sale: 'captured', authorize: 'authorized', verify: 'verified' } as const
  return statuses[purposeOf(order)]
}

/** Seals the card that was to be stored, once its issuer has approved it. */
async function storeCard(
  parts: Parts,
  { order, payment, outcome, card, vaultToken }: AuthorizationOutcome,
): Promise<NewVaultToken | undefined> {
  if (outcome.kind !== 'approved' || card === undefined) return undefined
  const { merchantId, dialect, storedFor } = order
  const customerId = vaultToken === undefined ? order.customerId : vaultToken.customerId
  const { networkTransactionId } = outcome
  const { holder } = payment
  const kept = { ...card, holder, networkTransactionId }
  const asked = { merchantId, dialect, customerId, storedFor, ...kept }
  return newVaultToken(parts, asked, { order, paymentId: payment.paymentId })
}
