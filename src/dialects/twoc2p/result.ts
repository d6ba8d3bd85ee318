import Type from 'typebox'
import { formatShortest } from '../../core/money.ts'
import { lastDayOf } from '../../core/card.ts'
import type { Brand } from '../../core/pan.ts'
import type { Issuer, Payment, VaultToken } from '../../core/payment.ts'
import type { Merchant, PaymentResult } from '../../gateway/ports.ts'
import { exactNumber } from '../json.ts'
import { verdict } from './codes.ts'
import { answer, maybe } from './fields.ts'
import { formatLocal } from './local-time.ts'
import type { Version } from './operation.ts'
import type { PaymentTokenRequest } from './payment-token-request.ts'

/** 2C2P's payment scheme codes. */
const SCHEMES: Readonly<Record<Brand, string>> = {
  visa: 'VI',
  mastercard: 'MA',
  amex: 'AM',
  jcb: 'JC',
  unionpay: 'UP',
  diners: 'DN',
  discover: 'DI',
}

/** What inquiry and notification tell, field by field as they are seen on the wire (4.3). */
export const PaymentResultFields = answer({
  accountNo: maybe('First six and last four digits.'),
  customerToken: maybe('The stored card.'),
  customerTokenExpiry: maybe('yyyyMMdd.'),
  loyaltyPoints: Type.Null(),
  uniqueAccountReference: maybe(),
  childMerchantID: maybe(),
  processBy: maybe(),
  paymentID: maybe(),
  schemePaymentID: maybe("The scheme's transaction id."),
  merchantID: Type.String(),
  invoiceNo: Type.String(),
  amount: Type.Number({ description: 'Major units, exact.' }),
  monthlyPayment: Type.Null(),
  userDefined1: Type.String(),
  userDefined2: Type.String(),
  userDefined3: Type.String(),
  userDefined4: Type.String(),
  userDefined5: Type.String(),
  currencyCode: Type.String(),
  recurringUniqueID: Type.String(),
  tranRef: Type.String(),
  referenceNo: Type.String({ description: "The acquirer's retrieval reference number." }),
  approvalCode: Type.String(),
  eci: Type.String(),
  transactionDateTime: Type.String({ description: "yyyyMMddHHmmss by the merchant's clocks." }),
  agentCode: Type.String(),
  channelCode: Type.String(),
  issuerCountry: maybe(),
  issuerBank: maybe(),
  installmentMerchantAbsorbRate: Type.Null(),
  cardType: maybe('CREDIT, DEBIT or PREPAID.'),
  idempotencyID: Type.String(),
  paymentScheme: Type.String(),
  displayProcessingAmount: Type.Boolean(),
})

/** The acquirer's short name, as `agentCode` shows it. */
const AGENT_CODE = 'TESSERA'

interface Told {
  readonly result: PaymentResult
  readonly merchant: Merchant
  readonly at: Date
}

/**
 * An order's result in the order and null style of real 4.3 traffic. `amount` is a JSON number made
 * from digits, so nothing is rounded.
 */
export function resultFields({ result, merchant, at }: Told): Record<string, unknown> {
  const { order, payment, vaultToken } = result
  const details = order.details as Partial<PaymentTokenRequest>
  const scheme = schemeOf(payment)
  return {
    accountNo: payment === undefined ? '' : accountNo(payment.card.panMasked),
    ...tokenFields(vaultToken),
    loyaltyPoints: null,
    uniqueAccountReference: null,
    childMerchantID: details.childMerchantID ?? null,
    processBy: scheme,
    paymentID: payment === undefined ? '' : `ccpp_${payment.traceNumber}`,
    schemePaymentID: text(payment?.networkTransactionId),
    merchantID: order.merchantId,
    invoiceNo: order.merchantReference,
    amount: exactNumber(formatShortest(order.amount)),
    monthlyPayment: null,
    userDefined1: text(details.userDefined1),
    userDefined2: text(details.userDefined2),
    userDefined3: text(details.userDefined3),
    userDefined4: text(details.userDefined4),
    userDefined5: text(details.userDefined5),
    currencyCode: order.amount.currency,
    recurringUniqueID: '',
    ...acquirerFields(payment),
    transactionDateTime: formatLocal((payment ?? order).createdAt, merchant.timeZone),
    agentCode: payment === undefined ? '' : AGENT_CODE,
    channelCode: scheme,
    ...issuerFields(payment?.issuer),
    idempotencyID: text(details.idempotencyID),
    paymentScheme: scheme,
    displayProcessingAmount: false,
    ...verdict(result, at),
  }
}

/** The same for one version: 4.1 and 4.2 have the older names for card and token in front. */
export function versionedFields(told: Told, version: Version): Record<string, unknown> {
  const fields = resultFields(told)
  // The product's printed samples say cardNo where real traffic says accountNo; both are there.
  if (version === '4.3') return { ...fields, cardNo: fields['accountNo'] }
  return { cardNo: fields['accountNo'], cardToken: fields['customerToken'], ...fields }
}

/** `411111XXXXXX1111`: first six and last four, whatever the length. */
export function accountNo(panMasked: string): string {
  return panMasked.replaceAll('*', 'X')
}

function schemeOf(payment: Payment | undefined): string {
  return schemeCode(payment?.card.brand)
}

/** @returns an empty text for a scheme that has no code. */
export function schemeCode(brand: Brand | undefined): string {
  return brand === undefined ? '' : SCHEMES[brand]
}

function tokenFields(vaultToken: VaultToken | undefined) {
  if (vaultToken === undefined) return { customerToken: '', customerTokenExpiry: null }
  return { customerToken: vaultToken.name, customerTokenExpiry: lastDayOf(vaultToken.expiry) }
}

function acquirerFields(payment: Payment | undefined) {
  return {
    tranRef: text(payment?.traceNumber),
    referenceNo: text(payment?.rrn),
    approvalCode: text(payment?.approvalCode),
    eci: text(payment?.eci),
  }
}

function issuerFields(issuer: Issuer | undefined) {
  return {
    issuerCountry: text(issuer?.country),
    issuerBank: text(issuer?.bank),
    installmentMerchantAbsorbRate: null,
    cardType: text(issuer?.funding?.toUpperCase()),
  }
}

/** What does not apply is an empty text in these fields. */
function text(value: string | undefined): string {
  return value ?? ''
}
