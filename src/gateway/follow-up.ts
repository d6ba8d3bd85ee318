import {
  type OperationKind,
  type Payment,
  refuseCapture,
  refuseRefund,
  refuseVoid,
} from '../core/payment.ts'
import { Refusal } from '../core/refusal.ts'
import type { Parts } from './parts.ts'
import type { AcquirerOutcome, FollowUp, Operation } from './ports.ts'

export type FollowUpKind = Exclude<OperationKind, 'authorize'>

export interface FollowUpRequest {
  readonly merchantId: string
  readonly paymentId: string
  /** Minor units; undefined is all that is left. */
  readonly minor?: bigint
  /** The merchant's own reference: a repeat answers the first, and moves no money. */
  readonly reference?: string
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
  const reserved = await parts.payments.reserve(operation)
  if (reserved === 'refused') return refuse(parts, operation)
  if (reserved !== 'reserved') return repeat(parts, operation, reserved)

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
export function send(parts: Parts, operation: Operation): Promise<AcquirerOutcome> {
  const message: FollowUp = {
    merchantId: operation.merchantId,
    operationId: operation.operationId,
    originalId: operation.paymentId,
    amount: operation.amount,
  }
  const { acquirer } = parts
  switch (operation.kind) {
    case 'capture':
      return acquirer.capture(message)
    case 'refund':
      return acquirer.refund(message)
    case 'void':
      return acquirer.void(message)
    case 'authorize':
      throw new TypeError('an authorization is no follow-up')
  }
}

/** Writes a follow-up's outcome. */
export async function settleFollowUp(
  parts: Parts,
  operation: Operation,
  outcome: Exclude<AcquirerOutcome, { kind: 'unknown' }>,
): Promise<FollowUpResult> {
  const settled = await parts.payments.settle({
    operation,
    state: outcome.kind,
    // Captures and refunds leave the status to the sums.
    status: outcome.kind === 'approved' ? 'voided' : 'authorized',
    // The payment keeps the references of its authorization.
    answer: outcome.responseCode === undefined ? {} : { responseCode: outcome.responseCode },
    at: parts.clock.now(),
  })
  const { operationId } = operation
  return {
    operationId,
    state: outcome.kind,
    responseCode: outcome.responseCode,
    payment: settled ?? (await findPayment(parts, operation)),
  }
}

function newOperation(
  { clock, ids, limits }: Parts,
  kind: FollowUpKind,
  { payment, request }: { payment: Payment; request: FollowUpRequest },
): Operation {
  return {
    merchantId: payment.merchantId,
    operationId: ids.uuid(),
    paymentId: payment.paymentId,
    kind,
    amount: { minor: request.minor ?? remaining(kind, payment), currency: payment.amount.currency },
    reference: request.reference,
    sentAt: clock.now(),
    dueAt: clock.in(limits.inDoubtAfterMs),
  }
}

function remaining(kind: FollowUpKind, payment: Payment): bigint {
  switch (kind) {
    case 'capture':
      return payment.authorizedMinor - payment.capturedMinor - payment.capturingMinor
    case 'refund':
      return payment.capturedMinor - payment.refundedMinor - payment.refundingMinor
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
async function refuse(parts: Parts, operation: Operation): Promise<never> {
  const payment = await findPayment(parts, operation)
  const { minor } = operation.amount
  switch (operation.kind) {
    case 'capture':
      refuseCapture(payment, minor)
      throw new Refusal('payment_not_capturable')
    case 'refund':
      refuseRefund(payment, minor)
      throw new Refusal('payment_not_refundable')
    case 'void':
      refuseVoid(payment)
      throw new Refusal('payment_not_voidable')
    case 'authorize':
      throw new TypeError('an authorization is no follow-up')
  }
}

async function repeat(parts: Parts, asked: Operation, earlier: Operation): Promise<FollowUpResult> {
  if (earlier.amount.minor !== asked.amount.minor) throw new Refusal('operation_reference_in_use')
  const record = await parts.payments.operation(earlier.merchantId, earlier.operationId)
  const payment = await findPayment(parts, earlier)
  return {
    operationId: earlier.operationId,
    state: record?.state ?? 'sent',
    responseCode: record?.responseCode,
    payment,
  }
}
