import Type from 'typebox'
import { currencyOf } from '../../core/currency.ts'
import type { Payment } from '../../core/payment.ts'
import type { OperationRecord, PaymentResult } from '../../gateway/ports.ts'
import { describeAction } from './action-codes.ts'
import { basicFields, known } from './answer.ts'
import { optional } from './fields.ts'
import type { Language } from './languages.ts'
import { detailsOf, type OrderDetails } from './order-details.ts'
import { type OrderState, stateOf } from './order-state.ts'
import { isOwnReference } from './refund-references.ts'

export const TERMINAL = '123456'

/** A person's card as this dialect shows it: six digits, two asterisks, four digits. */
export function maskOf(panMasked: string): string {
  return `${panMasked.slice(0, 6)}**${panMasked.slice(-4)}`
}

/** `YYYYMM`. */
export function expiryText({ year, month }: { year: number; month: number }): string {
  return `${year}${String(month).padStart(2, '0')}`
}

/** ISO 4217, three digits. */
export function currencyNumber(code: string): string {
  return currencyOf(code)?.numeric ?? ''
}

/** What an order's status is told from. */
export interface Told {
  readonly result: PaymentResult
  /** Of its payment, oldest first. */
  readonly operations: readonly OperationRecord[]
  readonly language: Language
  readonly at: Date
}

/** The fields of `getOrderStatusExtended.do`, without errorCode and errorMessage. */
export function orderStatusFields(told: Told): object {
  const { result, language, at } = told
  const { order } = result
  const state = stateOf(result, at)
  const details = detailsOf(order)
  return {
    orderNumber: order.merchantReference,
    orderStatus: state.orderStatus,
    actionCode: state.action.code,
    actionCodeDescription: describeAction(state.action, language),
    ...displayed(state, language),
    amount: Number(order.amount.minor),
    currency: currencyNumber(order.amount.currency),
    date: order.createdAt.getTime(),
    ...datesOf(told, state),
    orderDescription: order.description,
    ...known({ ip: details.ip }),
    merchantOrderParams: nameValues(details.jsonParams),
    transactionAttributes: [],
    attributes: [{ name: 'mdOrder', value: order.orderId }],
    ...cardFields(result),
    ...authorizationFields(told),
    ...bindingFields(result),
    paymentAmountInfo: amountFields(state),
    bankInfo: bankFields(result.payment),
    ...payerFields(details),
    chargeback: false,
    ...refundFields(told),
    ...known({
      orderBundle: details.orderBundle,
      tii: details.tii && (TII[details.tii] ?? details.tii),
    }),
  }
}

// How the status spells the indicator of the request.
const TII: Readonly<Record<string, string>> = {
  CI: 'INITIAL',
  RI: 'RECURRENT_INITIAL',
  II: 'INSTALLMENT_INITIAL',
  F: 'FILE_CREDENTIAL',
  R: 'RECURRENT',
  U: 'UNSCHEDULED',
  I: 'INSTALLMENT',
  IPI: 'INCREMENTAL_MIT',
  IPS: 'RESUBMISSION_MIT',
  IPD: 'DELAYED_CHARGES_MIT',
  IPA: 'REAUTHORIZATION_MIT',
  IPN: 'NO_SHOW_MIT',
}

function displayed({ action }: OrderState, language: Language): object {
  const message = describeAction(action, language)
  return message === '' ? {} : { displayErrorMessage: message }
}

function datesOf({ operations }: Told, { orderStatus }: OrderState): object {
  const last = (...kinds: readonly OperationRecord['kind'][]) =>
    operations.findLast(({ kind, state }) => kinds.includes(kind) && state === 'approved')
      ?.settledAt
  const wasDeposited = orderStatus === 2 || orderStatus === 4 || orderStatus === 8
  const wasReversed = orderStatus === 3
  return known({
    depositedDate: wasDeposited ? (last('capture') ?? last('authorize'))?.getTime() : undefined,
    refundedDate: last('refund', 'credit')?.getTime(),
    reversedDate: wasReversed ? last('void')?.getTime() : undefined,
  })
}

function nameValues(params: Readonly<Record<string, unknown>> = {}): object[] {
  // Stored names have no order of their own.
  const entries = Object.entries(params).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return entries.map(([name, value]) => ({ name, value }))
}

function cardFields({ order, payment }: PaymentResult): object {
  if (payment === undefined) return {}
  const { card, cardExpiry, approvalCode, issuer, eci } = payment
  const masked = maskOf(card.panMasked)
  const cardAuthInfo = known({
    maskedPan: masked,
    expiration: cardExpiry && expiryText(cardExpiry),
    cardholderName: holderOf({ order, payment }),
    approvalCode,
    pan: masked,
    paymentSystem: paymentSystemOf(card.brand),
    product: issuer.funding?.toUpperCase(),
    secureAuthInfo: eci === undefined ? undefined : secureFields(eci),
  })
  return { cardAuthInfo }
}

const SYSTEMS: Readonly<Record<string, string>> = {
  visa: 'VISA',
  mastercard: 'MASTERCARD',
  amex: 'AMEX',
  jcb: 'JCB',
  unionpay: 'CUP',
}

/** A card's scheme by the family's name. */
export function paymentSystemOf(brand: string | undefined): string | undefined {
  return brand && (SYSTEMS[brand] ?? brand.toUpperCase())
}

// 0 without 3-D Secure, 3 in full, 5 attempted, as 3DS 2 counts them.
function secureFields(eci: string): object {
  const isFull = /^0?[25]$/.test(eci)
  const isAttempt = /^0?[16]$/.test(eci)
  return { eci: Number(eci), authTypeIndicator: isFull ? '3' : isAttempt ? '5' : '0' }
}

/** The name on the card, as the payment or its order has it. */
export function holderOf({
  order,
  payment,
}: Pick<PaymentResult, 'order' | 'payment'>): string | undefined {
  const typed = payment?.details?.['cardholderName']
  return typeof typed === 'string' ? typed : detailsOf(order).cardholderName
}

function authorizationFields({ result: { payment }, operations }: Told): object {
  if (payment?.rrn === undefined) return {}
  const authorized = operations.find(({ kind }) => kind === 'authorize')
  return known({
    authDateTime: (authorized?.settledAt ?? payment.settledAt)?.getTime(),
    terminalId: TERMINAL,
    authRefNum: payment.rrn,
    paymentWay: paymentWayOf(payment),
  })
}

/** How it was paid; what is no plain card is kept with the payment. */
function paymentWayOf({ details, instrument }: Payment): string {
  const way = details?.['paymentWay']
  if (typeof way === 'string') return way
  return instrument === 'vaultToken' ? 'CARD_BINDING' : 'CARD'
}

function bindingFields({ order, vaultToken }: PaymentResult): object {
  const clientId = vaultToken?.customerId ?? order.customerId
  if (clientId === undefined) return {}
  const bindingId = vaultToken === undefined ? {} : { bindingId: vaultToken.name }
  return { bindingInfo: { clientId, ...bindingId } }
}

/** The sums of an order. */
function amountFields(state: OrderState) {
  return {
    paymentState: state.paymentState,
    approvedAmount: Number(state.approvedMinor),
    depositedAmount: Number(state.depositedMinor),
    refundedAmount: Number(state.refundedMinor),
    totalAmount: Number(state.approvedMinor),
  }
}

function bankFields(payment: Payment | undefined): object {
  const { bank, country } = payment?.issuer ?? {}
  return known({
    bankName: bank,
    bankCountryCode: country ?? 'UNKNOWN',
    bankCountryName: country ?? '<Unknown>',
  })
}

function payerFields({ email, phone, postAddress }: OrderDetails): object {
  const payerData = known({ email, phone, postAddress })
  return Object.keys(payerData).length === 0 ? {} : { payerData }
}

function refundFields({ operations }: Told): object {
  const refunds = operations.filter(({ kind, state }) => kind === 'refund' && state !== 'sent')
  if (refunds.length === 0) return {}
  return {
    refunds: refunds.map(({ state, amount, reference, rrn, approvalCode, settledAt, sentAt }) =>
      known({
        date: (settledAt ?? sentAt).getTime(),
        externalRefundId: reference && isOwnReference(reference) ? reference : undefined,
        approvalCode,
        actionCode: state === 'approved' ? 0 : 1041,
        referenceNumber: rrn,
        amount: Number(amount.minor),
      }),
    ),
  }
}

const n = () => Type.Integer({ description: 'Minor units or milliseconds, as its name says.' })

/** What `getOrderStatusExtended.do` answers, as far as strict clients may rely on it. */
export const orderStatusAnswer = Type.Object({
  ...basicFields,
  orderNumber: optional(Type.String()),
  orderStatus: optional(Type.Integer({ minimum: 0, maximum: 8 })),
  actionCode: optional(Type.Integer()),
  actionCodeDescription: optional(Type.String()),
  amount: optional(n()),
  currency: optional(Type.String()),
  date: optional(n()),
  depositedDate: optional(n()),
  refundedDate: optional(n()),
  reversedDate: optional(n()),
  orderDescription: optional(Type.String()),
  merchantOrderParams: optional(Type.Array(Type.Unknown())),
  attributes: optional(Type.Array(Type.Unknown())),
  cardAuthInfo: optional(Type.Object({ maskedPan: Type.String(), pan: Type.String() })),
  bindingInfo: optional(Type.Object({ clientId: Type.String() })),
  authDateTime: optional(n()),
  terminalId: optional(Type.String()),
  authRefNum: optional(Type.String()),
  paymentWay: optional(Type.String()),
  paymentAmountInfo: optional(
    Type.Object({
      paymentState: Type.String(),
      approvedAmount: n(),
      depositedAmount: n(),
      refundedAmount: n(),
      totalAmount: n(),
    }),
  ),
  bankInfo: optional(Type.Object({ bankCountryCode: Type.String() })),
  refunds: optional(Type.Array(Type.Object({ date: n(), amount: n(), actionCode: n() }))),
})
