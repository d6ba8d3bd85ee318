import { type Order, purposeOf, refusePaying } from '../core/order.ts'
import type { Payment, VaultToken } from '../core/payment.ts'
import { Refusal } from '../core/refusal.ts'
import type { Parts } from './parts.ts'
import type { Authentication, Authorization, AuthorizationInstrument } from './acquirer-ports.ts'
import type { Operation, PaymentResult } from './ports.ts'
import { settleAttempt } from './settle-attempt.ts'

/** Everything the acquirer is told, and what follows an approval. */
export interface Intent {
  readonly order: Order
  readonly payment: Payment
  readonly instrument: AuthorizationInstrument
  readonly vaultToken: VaultToken | undefined
  readonly initiator: 'customer' | 'merchant'
  readonly authentication: Authentication
  /** The card is stored once its issuer approves. */
  readonly keep: boolean
}

/** The journal row of a payment's authorization, to be committed before its message is sent. */
export function authorizationOf({ clock, limits }: Parts, payment: Payment): Operation {
  return {
    merchantId: payment.merchantId,
    // A payment begins with one message, so they share an id: follow-ups name it by the payment's.
    operationId: payment.paymentId,
    paymentId: payment.paymentId,
    kind: 'authorize',
    amount: payment.amount,
    reference: undefined,
    isFinal: false,
    notifyUrl: undefined,
    sentAt: clock.now(),
    dueAt: clock.in(limits.inDoubtAfterMs),
  }
}

/** Asks the acquirer, after the intent is committed, and writes what it says. */
export async function authorize(
  parts: Parts,
  operation: Operation,
  intent: Intent,
): Promise<PaymentResult> {
  const { order, payment, instrument, vaultToken } = intent
  const purpose = purposeOf(order)
  if (purpose === 'credit') throw new TypeError('a credit is no authorization')
  const message: Authorization = {
    merchantId: order.merchantId,
    operationId: operation.operationId,
    dialect: order.dialect,
    merchantReference: order.merchantReference,
    description: order.description,
    amount: payment.amount,
    purpose,
    instrument,
    initiator: intent.initiator,
    storedCredential: vaultToken !== undefined,
    networkTransactionId: vaultToken?.networkTransactionId,
    authentication: intent.authentication,
  }
  const outcome = await parts.acquirer.authorize(message).finally(() => wipe(message))
  if (outcome.kind === 'unknown') {
    const { payerUrl: walletUrl } = outcome
    if (walletUrl !== undefined) return { order, payment, vaultToken, walletUrl }
    const { merchantId, paymentId } = payment
    parts.reporter.event('operation_in_doubt', { merchantId, paymentId, kind: 'authorize' })
    return { order, payment, vaultToken }
  }
  const isCard = instrument.kind === 'card' && intent.keep
  const card = isCard ? { pan: instrument.pan, expiry: instrument.expiry } : undefined
  return settleAttempt(parts, { order, payment, operation, outcome, card, vaultToken })
}

/** Another attempt was faster: say what the order says now. */
export async function refuseLoser(parts: Parts, order: Order): Promise<never> {
  const now = await parts.orders.find(order.merchantId, order.orderId)
  if (now !== undefined) refusePaying(now, parts.clock.now())
  throw new Refusal('order_in_progress')
}

/** Sensitive authentication data ends with the attempt, whatever came of it. */
function wipe({ instrument, authentication }: Authorization): void {
  if (instrument.kind === 'card') instrument.securityCode?.wipe()
  else if (instrument.kind === 'networkToken') instrument.tokenCryptogram?.wipe()
  authentication.cavv?.wipe()
}
