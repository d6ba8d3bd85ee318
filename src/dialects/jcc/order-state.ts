import { isPastExpiry, type Order } from '../../core/order.ts'
import type { Payment, PaymentStatus } from '../../core/payment.ts'
import type { PaymentResult } from '../../gateway/ports.ts'
import { ACTION, type Action, actionOfResponse } from './action-codes.ts'

/** orderStatus, by the names of its states in the documents. */
export const STATUS = {
  created: 0,
  approved: 1,
  deposited: 2,
  reversed: 3,
  refunded: 4,
  authenticating: 5,
  declined: 6,
  pending: 7,
  partlyDeposited: 8,
} as const

export type OrderStatusNumber = (typeof STATUS)[keyof typeof STATUS]

const PAYMENT_STATES: Readonly<Record<OrderStatusNumber, string>> = {
  0: 'CREATED',
  1: 'APPROVED',
  2: 'DEPOSITED',
  3: 'REVERSED',
  4: 'REFUNDED',
  5: 'CREATED',
  6: 'DECLINED',
  7: 'PENDING',
  8: 'MULTIPLE_INTERMEDIATE_DEPOSITED',
}

/** Where an order stands, in this dialect's words. Sums are minor units. */
export interface OrderState {
  readonly orderStatus: OrderStatusNumber
  readonly paymentState: string
  readonly action: Action
  readonly approvedMinor: bigint
  readonly depositedMinor: bigint
  readonly refundedMinor: bigint
}

/** @param at decides whether an unpaid order is past its time. */
export function stateOf({ order, payment }: PaymentResult, at: Date): OrderState {
  const orderStatus = statusOf(order, payment, at)
  const holds = orderStatus !== STATUS.reversed && orderStatus !== STATUS.declined
  const sums =
    payment === undefined || !holds
      ? NOTHING
      : {
          approvedMinor: payment.authorizedMinor,
          depositedMinor: payment.capturedMinor - payment.refundedMinor,
          refundedMinor: returnedMinor(payment),
        }
  const action = actionOf(order, payment, at)
  return { orderStatus, paymentState: PAYMENT_STATES[orderStatus], action, ...sums }
}

/** What went to the card: given back of an order, or sent by one of its own. */
export function returnedMinor({ refundedMinor, creditedMinor }: Payment): bigint {
  return refundedMinor + creditedMinor
}

const NOTHING = { approvedMinor: 0n, depositedMinor: 0n, refundedMinor: 0n }

function statusOf(order: Order, payment: Payment | undefined, at: Date): OrderStatusNumber {
  // An order that takes another attempt is as good as new, whatever became of the last one.
  if (order.status === 'open') return isPastExpiry(order, at) ? STATUS.declined : STATUS.created
  if (order.status === 'cancelled' || order.status === 'expired') return STATUS.declined
  return payment === undefined ? STATUS.pending : BY_PAYMENT[payment.status](payment)
}

const BY_PAYMENT: Readonly<Record<PaymentStatus, (payment: Payment) => OrderStatusNumber>> = {
  authenticating: () => STATUS.authenticating,
  authorizing: () => STATUS.pending,
  authorized: ({ capturedMinor, refundedMinor }) =>
    refundedMinor > 0n
      ? STATUS.refunded
      : capturedMinor > 0n
        ? STATUS.partlyDeposited
        : STATUS.approved,
  captured: ({ refundedMinor }) => (refundedMinor > 0n ? STATUS.refunded : STATUS.deposited),
  refunded: () => STATUS.refunded,
  voiding: ({ capturedMinor }) => (capturedMinor > 0n ? STATUS.deposited : STATUS.approved),
  voided: () => STATUS.reversed,
  // A verification ends reversed: nothing is held.
  verified: () => STATUS.reversed,
  crediting: () => STATUS.pending,
  credited: () => STATUS.refunded,
  declined: () => STATUS.declined,
  reversed: () => STATUS.declined,
  failed: () => STATUS.declined,
}

function actionOf(order: Order, payment: Payment | undefined, at: Date): Action {
  if (payment !== undefined) {
    // Who waits for its cardholder has not failed, unless the order was ended meanwhile.
    return order.status === 'cancelled' ? ACTION.declinedByMerchant : actionOfPayment(payment)
  }
  if (order.status === 'cancelled') return ACTION.declinedByMerchant
  return isPastExpiry(order, at) || order.status === 'expired' ? ACTION.expired : ACTION.untried
}

function actionOfPayment({ status, responseCode, failure }: Payment): Action {
  if (status === 'declined') return actionOfResponse(responseCode)
  if (status === 'failed') {
    return failure === 'authentication' ? ACTION.unauthenticated : ACTION.unreachable
  }
  return ACTIONS[status]
}

const ACTIONS: Readonly<Record<Exclude<PaymentStatus, 'declined' | 'failed'>, Action>> = {
  authenticating: ACTION.started,
  authorizing: ACTION.started,
  authorized: ACTION.approved,
  captured: ACTION.approved,
  refunded: ACTION.approved,
  voiding: ACTION.approved,
  voided: ACTION.approved,
  verified: ACTION.approved,
  crediting: ACTION.started,
  credited: ACTION.approved,
  reversed: ACTION.timedOut,
}
