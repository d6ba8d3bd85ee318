import Type from 'typebox'
import type { Expiry } from '../../core/card.ts'
import { isPastExpiry } from '../../core/order.ts'
import type { Payment, PaymentStatus } from '../../core/payment.ts'
import type { PayingWallet } from '../../core/wallet.ts'
import type { PaymentResult } from '../../gateway/ports.ts'
import { wireAmount } from './amounts.ts'
import { code, type Code, declineCode } from './codes.ts'
import { DebitPlan } from './debit-plan.ts'
import { id, listOf, oneOf, optional } from './fields.ts'
import { tradeTokenOf } from './ids.ts'
import { detailsOf } from './order-details.ts'
import { cardOrg } from './payment-tokens.ts'

export type OrderState = 'PENDING' | 'SUCCESS' | 'FAILED' | 'CLOSED'

const STATES: Readonly<Record<PaymentStatus, OrderState>> = {
  authenticating: 'PENDING',
  authorizing: 'PENDING',
  authorized: 'SUCCESS',
  captured: 'SUCCESS',
  refunded: 'SUCCESS',
  voiding: 'SUCCESS',
  voided: 'SUCCESS',
  verified: 'SUCCESS',
  crediting: 'PENDING',
  credited: 'SUCCESS',
  declined: 'FAILED',
  failed: 'FAILED',
  reversed: 'FAILED',
}

/** Where an order stands; a payer on the hosted page may try again after a failure. */
export function stateOf({ order, payment }: PaymentResult, at: Date): OrderState {
  if (order.status === 'cancelled' || order.status === 'expired') return endOf(payment)
  const state = payment === undefined ? 'PENDING' : STATES[payment.status]
  const isOpen = payment === undefined || (state === 'FAILED' && payment.reopens)
  if (!isOpen || order.status === 'closed') return state
  return isPastExpiry(order, at) ? endOf(payment) : 'PENDING'
}

/** A wallet's owner who refused may still come again; at the order's end it is the refusal that counts. */
function endOf(payment: Payment | undefined): OrderState {
  return payment?.wallet && payment.status === 'declined' ? 'FAILED' : 'CLOSED'
}

/** Why an order ended without success, as notifications and queries say it. */
export function reasonOf(result: PaymentResult, at: Date): Code | undefined {
  const state = stateOf(result, at)
  if (state === 'CLOSED') return code('PAYMENT_FAILED', 'Payment was not completed on time.')
  if (state !== 'FAILED') return undefined
  const { status, failure, responseCode } = result.payment ?? {}
  if (status === 'failed' && failure === 'authentication') return code('AUTHENTICATE_FAILED')
  return declineCode(status === 'declined' ? responseCode : undefined)
}

const PaidCard = Type.Object({
  cardOrg: Type.String(),
  country: Type.String({ description: 'Where it was issued.' }),
  cardType: Type.String(),
  totalCardOrg: listOf(Type.String()),
  type: oneOf(['PAN', 'NETWORK_TOKEN']),
  source: oneOf(['CARD', 'APPLEPAY', 'GOOGLEPAY_PAN', 'GOOGLEPAY_CRYPTOGRAM']),
  cardBinNo: Type.String(),
  cardNumber: Type.String({ description: 'Masked.' }),
  cardLast4: Type.String(),
  cardHolderName: Type.String({ description: 'Masked.' }),
  cardExpirationYear: Type.String(),
  cardExpirationMonth: Type.String(),
  cardIdentifierNo: Type.String({ description: 'Masked.' }),
  cardIdentifierName: Type.String({ description: 'Masked.' }),
  paymentTokenID: optional(id(64)),
  threeDSResult: optional(Type.Object({ eci: Type.String() })),
})

/** An order's result, the same in queries and notifications. */
export const OrderResultFields = Type.Object({
  outTradeNo: id(64),
  tradeToken: id(64),
  totalAmount: Type.Number({ description: 'Major units, exact.' }),
  currency: Type.String(),
  country: Type.String({ description: 'UN where none was named.' }),
  cashierCountry: optional(Type.String()),
  status: oneOf(['PENDING', 'SUCCESS', 'FAILED', 'CLOSED']),
  resultCode: optional(Type.String()),
  resultMsg: Type.String(),
  reference: optional(Type.String()),
  channelNo: optional(Type.String()),
  thirdChannelNo: optional(Type.String()),
  createTime: Type.String(),
  confirmPayTime: optional(Type.String()),
  completeTime: optional(Type.String()),
  captureMode: optional(Type.String()),
  authorizationType: optional(Type.String()),
  subscriptionPlan: optional(DebitPlan),
  paymentDetails: listOf(
    Type.Object({
      paymentMethodType: Type.String(),
      payAmount: Type.Number(),
      payCurrency: Type.String(),
      exchangeRate: Type.String(),
      targetOrg: optional(Type.String({ description: 'The wallet.' })),
      paymentTokenID: optional(id(64)),
      cardInfo: optional(PaidCard),
    }),
  ),
})

/** An order's result; `paymentDetails` is empty unless it was paid. */
export function orderFields(result: PaymentResult, at: Date): Record<string, unknown> {
  const { order, payment } = result
  const details = detailsOf(order)
  const status = stateOf(result, at)
  const isPaid = status === 'SUCCESS'
  const reason = reasonOf(result, at)
  const isManual = order.captureMode === 'manual'
  return {
    outTradeNo: details.outTradeNo,
    tradeToken: tradeTokenOf(order.orderId, order.createdAt),
    totalAmount: wireAmount(order.amount),
    currency: order.amount.currency,
    country: details.country ?? 'UN',
    ...(isPaid && { cashierCountry: details.country }),
    status,
    ...(reason && { resultCode: reason.code }),
    resultMsg: reason?.msg ?? '',
    reference: details.reference,
    ...channelFields(payment),
    createTime: order.createdAt.toISOString(),
    ...(payment && { confirmPayTime: payment.createdAt.toISOString() }),
    ...timeFields(result, status),
    ...(isManual && { captureMode: 'MANUAL', authorizationType: details.authorizationType }),
    subscriptionPlan: details.debitPlan,
    paymentDetails: isPaid ? paymentDetails(result) : [],
  }
}

function channelFields(payment: Payment | undefined) {
  if (payment === undefined) return {}
  const { traceNumber, rrn } = payment
  return { channelNo: `TPC${traceNumber}`, ...(rrn !== undefined && { thirdChannelNo: rrn }) }
}

function timeFields({ order, payment }: PaymentResult, status: OrderState) {
  if (status === 'PENDING') return {}
  const { cancelledAt, expiresAt } = order
  const endedAt = cancelledAt ?? expiresAt
  const at = status === 'CLOSED' ? endedAt : (payment?.settledAt ?? payment?.createdAt)
  return at === undefined ? {} : { completeTime: at.toISOString() }
}

/** What was paid with; empty before anything was. */
export function paymentDetails(result: PaymentResult): object[] {
  const { order, payment, vaultToken } = result
  if (payment === undefined) return []
  const { paymentMethodType = 'CARD' } = detailsOf(order)
  const paid = {
    paymentMethodType,
    payAmount: wireAmount(payment.amount),
    payCurrency: payment.amount.currency,
    exchangeRate: '1',
  }
  if (payment.wallet !== undefined) return [{ ...paid, ...paidWallet(payment.wallet) }]
  const token = vaultToken && { paymentTokenID: vaultToken.name }
  return [{ ...paid, ...token, cardInfo: { ...paidCard(payment), ...token } }]
}

function paidWallet({ targetOrg, consentName: paymentTokenID }: PayingWallet) {
  return { targetOrg, ...(paymentTokenID !== undefined && { paymentTokenID }) }
}

function paidCard(payment: Payment) {
  const { card, eci, details } = payment
  const { country = '', funding = '' } = payment.issuer
  const { panMasked } = card
  const { cardHolder = '', source = 'CARD' } = (details ?? {}) as AttemptDetails
  const isTokenized = source === 'APPLEPAY' || source === 'GOOGLEPAY_CRYPTOGRAM'
  const org = cardOrg(card.brand)
  return {
    cardOrg: org,
    country,
    cardType: funding.toUpperCase(),
    totalCardOrg: org === '' ? [] : [org],
    type: isTokenized ? 'NETWORK_TOKEN' : 'PAN',
    source,
    cardBinNo: panMasked.slice(0, 6),
    cardNumber: panMasked,
    cardLast4: panMasked.slice(-4),
    cardHolderName: cardHolder,
    ...expiryFields(payment.cardExpiry),
    cardIdentifierNo: panMasked,
    cardIdentifierName: cardHolder,
    ...(eci !== undefined && { threeDSResult: { eci } }),
  }
}

function expiryFields(expiry: Expiry | undefined) {
  if (expiry === undefined) return { cardExpirationYear: '', cardExpirationMonth: '' }
  return {
    cardExpirationYear: String(expiry.year).slice(-2),
    cardExpirationMonth: String(expiry.month).padStart(2, '0'),
  }
}

/** What is kept of one attempt beside the payment itself. */
export interface AttemptDetails {
  /** Masked. */
  readonly cardHolder?: string
  readonly source?: 'CARD' | 'APPLEPAY' | 'GOOGLEPAY_PAN' | 'GOOGLEPAY_CRYPTOGRAM'
}
