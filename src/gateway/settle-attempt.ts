import type { Expiry } from '../core/card.ts'
import { type Order, purposeOf } from '../core/order.ts'
import type { Pan } from '../core/pan.ts'
import type { Payment, PaymentStatus, VaultToken } from '../core/payment.ts'
import { notificationOf } from './notify.ts'
import type { Parts } from './parts.ts'
import { newVaultToken } from './vault-tokens.ts'
import { newConsent } from './wallet-consents.ts'
import type { AcquirerOutcome } from './acquirer-ports.ts'
import type { Operation, PaymentResult, Settlement } from './ports.ts'
import type { NewVaultToken } from './vault-ports.ts'

export interface AttemptOutcome {
  readonly order: Order
  readonly payment: Payment
  readonly operation: Operation
  readonly outcome: Exclude<AcquirerOutcome, { kind: 'unknown' }>
  /** To be stored if the issuer approves. */
  readonly card: { readonly pan: Pan; readonly expiry: Expiry } | undefined
  readonly vaultToken: VaultToken | undefined
}

/** Writes the outcome of an authorization or credit and all it brings about, and tells of it. */
export async function settleAttempt(parts: Parts, found: AttemptOutcome): Promise<PaymentResult> {
  const { order, operation, outcome } = found
  const approved = outcome.kind === 'approved'
  const notification = await notificationOf(parts, order, { ...found.payment, isSuccess: approved })
  const stored = await storedBy(parts, found)
  const settled = await parts.payments.settle({
    operation,
    state: outcome.kind,
    status: approved ? statusOf(order) : 'declined',
    answer: outcome,
    at: parts.clock.now(),
    ...stored,
    ...(notification && { notification }),
  })
  // Recovery was faster, or the card has a name that only the database knows: read it again.
  const isKnown = settled !== undefined && stored.vaultToken === undefined
  const now = isKnown ? { ...found, payment: settled } : await parts.payments.findByOrder(order)
  const payment = now?.payment ?? found.payment
  const result = { order, payment, vaultToken: now?.vaultToken }
  if (settled === undefined) return result
  const { merchantId, paymentId, status } = payment
  parts.reporter.event('payment_settled', { merchantId, paymentId, outcome: status })
  parts.deliverSoon(notification, result)
  tellOfNew(parts, stored, result)
  return result
}

/** Of a card that its customer had stored already, nothing is told. */
function tellOfNew(parts: Parts, { vaultToken, consent }: Stored, result: PaymentResult): void {
  const isNew = vaultToken?.vaultTokenId === result.vaultToken?.vaultTokenId
  if (isNew) parts.deliverSoon(vaultToken?.notification)
  parts.deliverSoon(consent?.notification)
}

type Stored = Pick<Settlement, 'vaultToken' | 'consent'>

/** What the customer can pay with again after this. */
async function storedBy(parts: Parts, found: AttemptOutcome): Promise<Stored> {
  const vaultToken = await storeCard(parts, found)
  const consent = await newConsent(parts, found)
  return { ...(vaultToken && { vaultToken }), ...(consent && { consent }) }
}

const STATUSES = {
  sale: 'captured',
  authorize: 'authorized',
  verify: 'verified',
  credit: 'credited',
} as const

function statusOf(order: Order): PaymentStatus {
  return STATUSES[purposeOf(order)]
}

/** Seals the card that was to be stored, once its issuer has approved it. */
async function storeCard(
  parts: Parts,
  { order, payment, outcome, card, vaultToken }: AttemptOutcome,
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
