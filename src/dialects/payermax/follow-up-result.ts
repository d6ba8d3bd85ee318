import Type from 'typebox'
import type { Order } from '../../core/order.ts'
import type { OperationRecord } from '../../gateway/ports.ts'
import { wireAmount } from './amounts.ts'
import { code } from './codes.ts'
import { id, oneOf } from './fields.ts'
import { numberOf } from './ids.ts'
import { detailsOf } from './order-details.ts'
import { spacedTime } from './times.ts'

/** A capture, cancellation or refund together with its order. */
export interface FollowedUp {
  readonly order: Order
  readonly operation: OperationRecord
}

export type FollowUpStatus = 'SUCCESS' | 'FAILED' | 'PENDING'

function followUpStatus({ state }: Pick<OperationRecord, 'state'>): FollowUpStatus {
  if (state === 'sent') return 'PENDING'
  return state === 'approved' ? 'SUCCESS' : 'FAILED'
}

/** What capture and cancel answer alike. */
export const followUpFields = {
  requestId: id(64),
  outTradeNo: id(64),
  status: oneOf(['SUCCESS', 'FAILED', 'PENDING']),
  createdTime: Type.String(),
  succeededTime: Type.String(),
  failedTime: Type.String(),
  errorCode: Type.String(),
  errorMsg: Type.String(),
}

/** What capture answers, and what its notification repeats. */
export function captureFields({ order, operation }: FollowedUp) {
  return {
    captureNo: numberOf(operation.operationId, operation.sentAt, 'ED'),
    ...common({ order, operation }),
    amount: wireAmount(operation.amount),
    currency: operation.amount.currency,
    isFinal: operation.isFinal,
  }
}

/** What cancel answers, and what its notification repeats. */
export function cancelFields(followedUp: FollowedUp) {
  const { operationId, sentAt } = followedUp.operation
  return { cancelNo: numberOf(operationId, sentAt, 'ED'), ...common(followedUp) }
}

function common({ order, operation }: FollowedUp) {
  const { outTradeNo } = detailsOf(order)
  const { reference = '', sentAt, settledAt } = operation
  const status = followUpStatus(operation)
  const ended = settledAt === undefined ? '' : spacedTime(settledAt)
  const failed = status === 'FAILED' ? code('PAYMENT_FAILED') : undefined
  return {
    requestId: reference,
    outTradeNo,
    status,
    createdTime: spacedTime(sentAt),
    succeededTime: status === 'SUCCESS' ? ended : '',
    failedTime: status === 'FAILED' ? ended : '',
    errorCode: failed?.code ?? '',
    errorMsg: failed?.msg ?? '',
  }
}

export type RefundStatus = 'REFUND_SUCCESS' | 'REFUND_PENDING' | 'REFUND_FAILED'

/** What refund queries answer, and what notifications tell. */
export function refundFields({ order, operation }: FollowedUp) {
  const { outTradeNo } = detailsOf(order)
  const { operationId, reference = '', sentAt, settledAt, amount } = operation
  const status = `REFUND_${followUpStatus(operation)}` as RefundStatus
  return {
    outRefundNo: reference,
    refundTradeNo: numberOf(operationId, sentAt, 'TI'),
    outTradeNo,
    refundAmount: wireAmount(amount),
    refundCurrency: amount.currency,
    status,
    ...(settledAt !== undefined && { refundFinishTime: settledAt.toISOString() }),
  }
}
