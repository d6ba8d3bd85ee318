import Type, { type Static } from 'typebox'
import type { Payment, VaultToken } from '../../core/payment.ts'
import type { PaymentResult } from '../../gateway/ports.ts'
import { describeAction } from './action-codes.ts'
import { basicFields, known, textFault } from './answer.ts'
import { say, WireError } from './codes.ts'
import { amount, credentials, formed, optional, orderId, request } from './fields.ts'
import { findOrder, paymentOf } from './find-order.ts'
import { type Caller, type Context, merchantOperation } from './operation.ts'
import { detailsOf } from './order-details.ts'
import { openOrder, orderFields } from './order-request.ts'
import { STATUS, stateOf } from './order-state.ts'
import { currencyNumber } from './order-status.ts'
import { attemptOf, MERCHANT_INITIATED, payOrder } from './pay-order.ts'

const DAY_MS = 86_400_000

const IndustryRequest = request({
  ...credentials,
  originalMdOrder: orderId(),
  orderNumber: orderFields.orderNumber,
  amount: optional(amount({ description: 'Minor units; of IPS and IPA that of the original.' })),
  tii: formed('^IP[ISDAN]$', {
    description: 'Incremental, resubmission, delayed charge, re-authorization, no-show.',
  }),
  description: orderFields.description,
  jsonParams: optional({ ...orderFields.jsonParams, aliases: ['params'] }),
  features: orderFields.features,
})

type Industry = Static<typeof IndustryRequest>

/** `industryPractice/paymentOrder.do`: charges again the card of an order, as its trade may. */
export const industryPractice = merchantOperation(
  {
    paths: ['industryPractice/paymentOrder.do', 'rest/industryPractice/paymentOrder.do'],
    summary: 'Charge the card of an earlier order, as the practice of its industry is',
    request: IndustryRequest,
    response: Type.Object({
      ...basicFields,
      mdOrder: optional(Type.String()),
      actionCode: optional(Type.String()),
      approvalCode: optional(Type.String()),
      rrn: optional(Type.String()),
    }),
    permission: 'payAlone',
    fault: textFault,
    missing: '4',
  },
  async (context, fields, caller) => {
    const original = await findOrder(context, caller, { orderId: fields.originalMdOrder })
    checkOriginal(original, fields.tii, context.gateway.clock.now())
    return answerOf(context, await charge(context, fields, { caller, original }))
  },
)

/** @throws WireError 5 unless the original order may be charged on in this way now. */
function checkOriginal(original: PaymentResult, tii: string, now: Date): void {
  const { order, payment } = original
  const days = payment && (now.getTime() - payment.createdAt.getTime()) / DAY_MS
  const isOver = order.status === 'paid' || order.status === 'closed'
  const isAllowed =
    isOver && days !== undefined && isByPayer(original) && mayFollow(tii, paymentOf(original), days)
  if (!isAllowed) throw new WireError('5', 'originalNotAllowed')
}

/** It asked its payer for money, and that one was there and typed or chose the card. */
function isByPayer({ order, payment }: PaymentResult): boolean {
  const { tii, paymentWay } = payment?.details ?? {}
  const isSale = order.captureMode === 'automatic' || order.captureMode === 'manual'
  const isAlone = typeof tii === 'string' && (MERCHANT_INITIATED.has(tii) || tii.startsWith('IP'))
  const isAuto = detailsOf(order).features.includes('AUTO_PAYMENT')
  return isSale && !isAlone && !isAuto && paymentWay !== 'CARD_MOTO'
}

interface Practice {
  /** How old the original may be. */
  readonly daysMax: number
  /** Whether the original, as it is now, leaves room for it. */
  follows(payment: Payment, days: number): boolean
}

/** The published rules of the family, by the transaction initiator indicator. */
const PRACTICES: Readonly<Record<string, Practice>> = {
  IPI: {
    daysMax: Infinity,
    follows: (payment, days) => isHeld(payment) || (days <= 1 && isUntouched(payment)),
  },
  IPS: { daysMax: 30, follows: isRefused },
  IPD: { daysMax: 90, follows: isPaid },
  IPA: { daysMax: 180, follows: (payment) => isRefused(payment) || hasLapsed(payment) },
  IPN: { daysMax: 365, follows: isPaid },
}

function mayFollow(tii: string, payment: Payment, days: number): boolean {
  const practice = PRACTICES[tii]
  return practice !== undefined && days <= practice.daysMax && practice.follows(payment, days)
}

function isHeld({ status }: Payment): boolean {
  return status === 'authorized'
}

function isPaid({ status }: Payment): boolean {
  return status === 'authorized' || status === 'captured'
}

function isUntouched({ status, refundedMinor }: Payment): boolean {
  return status === 'captured' && refundedMinor === 0n
}

/** The bank said no or nothing; a payer whom it did not know again is not charged behind its back. */
function isRefused({ status, failure }: Payment): boolean {
  const isUnpaid = status === 'declined' || status === 'reversed' || status === 'failed'
  return isUnpaid && failure !== 'authentication'
}

/** Its money was held, and has not been taken since. */
function hasLapsed({ status, capturedMinor }: Payment): boolean {
  return (status === 'authorized' || status === 'voided') && capturedMinor === 0n
}

async function charge(
  context: Context,
  fields: Industry,
  { caller, original }: { readonly caller: Caller; readonly original: PaymentResult },
): Promise<PaymentResult> {
  const { order: first } = original
  const vaultToken = storedCardOf(original)
  const { customerId: clientId } = vaultToken
  const asked = {
    ...fields,
    ...(clientId !== undefined && { clientId }),
    amount: amountOf(fields, first.amount.minor),
    currency: currencyNumber(first.amount.currency),
    // Nobody's browser comes back from a payment without its payer.
    returnUrl: 'finish',
  }
  const { isTwoPhase } = detailsOf(first)
  const order = await openOrder(context, asked, { caller, isTwoPhase, vaultToken })
  return payOrder(context, order, {
    ...attemptOf(fields),
    chosen: { instrument: { kind: 'vaultToken', vaultToken }, cardholderName: undefined },
    cardholderName: undefined,
    caller,
    reopens: false,
    isMerchantInitiated: true,
  })
}

/**
 * The stored card that the original was paid with or that it made, linked to the original itself.
 *
 * @throws WireError 2 where none was stored, or it may not pay any more.
 */
function storedCardOf({ payment, vaultToken }: PaymentResult): VaultToken {
  if (vaultToken === undefined || vaultToken.isDeleted || !vaultToken.isActive) {
    throw new WireError('2', 'bindingNotFound')
  }
  const networkTransactionId = payment?.networkTransactionId ?? vaultToken.networkTransactionId
  return { ...vaultToken, networkTransactionId }
}

/** What was refused is asked for again as it was; everything else has an amount of its own. */
function amountOf({ tii, amount: given }: Industry, originalMinor: bigint): string {
  const isRepeat = tii === 'IPS' || tii === 'IPA'
  if (!isRepeat && given === undefined) throw new WireError('4', 'empty', 'amount')
  if (isRepeat && given !== undefined && BigInt(given) !== originalMinor) {
    throw new WireError('5', 'amountWrong')
  }
  return given ?? String(originalMinor)
}

function answerOf({ gateway, language }: Context, result: PaymentResult): object {
  const { order, payment } = result
  const { orderStatus, action } = stateOf(result, gateway.clock.now())
  const told = known({
    mdOrder: order.orderId,
    actionCode: String(action.code),
    approvalCode: payment?.approvalCode,
    rrn: payment?.rrn,
  })
  if (orderStatus === STATUS.declined) {
    return { errorCode: '5', errorMessage: describeAction(action, language), ...told }
  }
  const isPending = orderStatus === STATUS.pending
  const message = say({ message: isPending ? 'operationPending' : 'success' }, language)
  return { errorCode: isPending ? '7' : '0', errorMessage: message, ...told }
}
