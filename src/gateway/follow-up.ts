import type { Order } from '../core/order.ts'
import {
  type OperationKind,
  type Payment,
  refuseCapture,
  refuseExpectation,
  refuseRefund,
  refuseVoid,
  uncapturedMinor,
  unrefundedMinor,
} from '../core/payment.ts'
import { Refusal } from '../core/refusal.ts'
import type { AcquirerOutcome, FollowUp } from './acquirer-ports.ts'
import { findOrder } from './inquire.ts'
import { announcement } from './notify.ts'
import type { Parts } from './parts.ts'
import type { Operation } from './ports.ts'

export type FollowUpKind = Exclude<OperationKind, 'authorize' | 'credit'>

export interface FollowUpRequest {
  readonly merchantId: string
  readonly paymentId: string
  /** Minor units; undefined is all that is left. */
  readonly minor?: bigint
  /** Of a capture: it is the last one, what is left is released. */
  readonly isFinal?: boolean
  /** The merchant's own reference: a repeat answers the first, and moves no money. */
  readonly reference?: string
  /** The reference is to be new: one that is taken is refused, not repeated. */
  readonly isNew?: boolean
  /**
   * Of a refund: what is to be left of the captures when it starts, in minor units; it is refused
   * where anything else is. Refunds that are under way are no part of it.
   */
  readonly expectedMinor?: bigint
  /** After one of its kind whose reference begins so, it is refused, unless that one failed. */
  readonly notAfter?: readonly string[]
  /** Of a void: it takes back no capture, however young. */
  readonly onlyHeld?: boolean
  /** Where the merchant hears of it, when that is not where it always does. */
  readonly notifyUrl?: string
}

export interface FollowUpResult {
  readonly operationId: string
  /** `sent`: the acquirer has not answered yet; recovery finds out. */
  readonly state: 'sent' | 'approved' | 'declined' | 'failed' | 'reversed'
  readonly responseCode: string | undefined
  readonly payment: Payment
}

/**
 * A capture, refund or void: its amount is set aside first, then the acquirer is asked, then the
 * outcome is written. Sums can never be passed, however many run at once.
 *
 * @throws Refusal `payment_not_found`, `operation_reference_in_use`, and those of the kind.
 */
export async function followUp(
  parts: Parts,
  kind: FollowUpKind,
  request: FollowUpRequest,
): Promise<FollowUpResult> {
  const payment = await findPayment(parts, request)
  const operation = newOperation(parts, kind, { payment, request })
  const { expectedMinor, notAfter = [], onlyHeld = false } = request
  const voidable = { capturedAfter: onlyHeld ? undefined : capturedAfter(parts) }
  const limits = { ...voidable, expectedMinor, notAfter }
  const reserved = await parts.payments.reserve(operation, limits)
  if (reserved === 'refused') return refuse(parts, operation, expectedMinor)
  if (reserved !== 'reserved') return repeat(parts, request, reserved)

  const outcome = await send(parts, operation)
  if (outcome.kind === 'unknown') {
    const { merchantId, paymentId, operationId } = operation
    parts.reporter.event('operation_in_doubt', { merchantId, paymentId, operationId, kind })
    const now = await findPayment(parts, request)
    return { operationId, state: 'sent', responseCode: undefined, payment: now }
  }
  return settleFollowUp(parts, operation, outcome)
}

/** Sends the operation's message; a repeat with the same id is answered as the first was. */
export async function send(parts: Parts, operation: Operation): Promise<AcquirerOutcome> {
  const { dialect } = await orderOf(parts, operation)
  const message: FollowUp = {
    dialect,
    isFinal: operation.isFinal,
    merchantId: operation.merchantId,
    operationId: operation.operationId,
    originalId: operation.paymentId,
    amount: operation.amount,
  }
  return parts.acquirer[kindOf(operation)](message)
}

/** Writes a follow-up's outcome. */
export async function settleFollowUp(
  parts: Parts,
  operation: Operation,
  outcome: Exclude<AcquirerOutcome, { kind: 'unknown' }>,
): Promise<FollowUpResult> {
  const order = await orderOf(parts, operation)
  const { merchantId, dialect } = order
  const about = { merchantId, dialect, order, operation }
  const notification = await announcement(parts, kindOf(operation), about)
  const { responseCode, approvalCode, rrn } = outcome
  const settled = await parts.payments.settle({
    operation,
    state: outcome.kind,
    // Captures, refunds and partial voids leave the status to the sums, refused ones to what it was.
    status: 'voided',
    answer: {
      ...(responseCode !== undefined && { responseCode }),
      ...(approvalCode !== undefined && { approvalCode }),
      ...(rrn !== undefined && { rrn }),
    },
    at: parts.clock.now(),
    ...(notification && { notification }),
  })
  if (settled !== undefined) parts.deliverSoon(notification)
  const { operationId } = operation
  return {
    operationId,
    state: outcome.kind,
    responseCode: outcome.responseCode,
    payment: settled ?? (await findPayment(parts, operation)),
  }
}

function kindOf({ kind }: Operation): FollowUpKind {
  if (kind === 'authorize' || kind === 'credit') throw new TypeError(`${kind} is no follow-up`)
  return kind
}

async function orderOf(parts: Parts, { merchantId, paymentId }: Operation): Promise<Order> {
  const { orderId } = await findPayment(parts, { merchantId, paymentId })
  return findOrder(parts, { merchantId, orderId })
}

/** Captures before it can only be refunded. */
function capturedAfter({ clock, limits }: Parts): Date {
  return clock.in(-limits.reversalWindowMs)
}

function newOperation(
  { clock, ids, limits }: Parts,
  kind: FollowUpKind,
  { payment, request }: { payment: Payment; request: FollowUpRequest },
): Operation {
  const minor = request.minor ?? remaining(kind, payment)
  const isWholeVoid = kind === 'void' && minor === payment.authorizedMinor
  return {
    merchantId: payment.merchantId,
    operationId: ids.uuid(),
    paymentId: payment.paymentId,
    kind,
    amount: { minor, currency: payment.amount.currency },
    reference: request.reference,
    isFinal: isWholeVoid || (kind === 'capture' && request.isFinal === true),
    notifyUrl: request.notifyUrl,
    sentAt: clock.now(),
    dueAt: clock.in(limits.inDoubtAfterMs),
  }
}

/** All that is left of a payment for another capture, refund or void, in minor units. */
function remaining(kind: FollowUpKind, payment: Payment): bigint {
  switch (kind) {
    case 'capture':
      return uncapturedMinor(payment)
    case 'refund':
      return unrefundedMinor(payment)
    case 'void':
      return payment.authorizedMinor
  }
}

async function findPayment(
  parts: Parts,
  { merchantId, paymentId }: { merchantId: string; paymentId: string },
): Promise<Payment> {
  const payment = await parts.payments.find(merchantId, paymentId)
  if (payment === undefined) throw new Refusal('payment_not_found')
  return payment
}

/** The database refused; the payment as it is now says why. */
async function refuse(
  parts: Parts,
  operation: Operation,
  expectedMinor: bigint | undefined,
): Promise<never> {
  const payment = await findPayment(parts, operation)
  const { minor } = operation.amount
  switch (kindOf(operation)) {
    case 'capture':
      refuseCapture(payment, minor)
      throw new Refusal('payment_not_capturable')
    case 'refund':
      refuseExpectation(payment, expectedMinor)
      refuseRefund(payment, minor)
      throw new Refusal('payment_not_refundable')
    case 'void':
      refuseVoid(payment, minor, capturedAfter(parts))
      throw new Refusal('payment_not_voidable')
  }
}

async function repeat(
  parts: Parts,
  { minor, isNew = false }: FollowUpRequest,
  earlier: Operation,
): Promise<FollowUpResult> {
  const isSame = minor === undefined || minor === earlier.amount.minor
  if (isNew || !isSame) throw new Refusal('operation_reference_in_use')
  const record = await parts.payments.operation(earlier.merchantId, earlier.operationId)
  const payment = await findPayment(parts, earlier)
  return {
    operationId: earlier.operationId,
    state: record?.state ?? 'sent',
    responseCode: record?.responseCode,
    payment,
  }
}
