import { isPastExpiry } from '../../core/order.ts'
import type { Payment, PaymentStatus } from '../../core/payment.ts'
import type { RefusalCode } from '../../core/refusal.ts'
import type { PaymentResult } from '../../gateway/ports.ts'

/** A code with its text, as 2C2P's answers carry them. */
export interface Code {
  readonly respCode: string
  readonly respDesc: string
}

/** 2C2P's flow codes (Payment Flow Response Code): what happens next, not who won. */
export const FLOW = {
  completed: code(
    '2000',
    'Transaction is completed, please do payment inquiry request for full payment information.',
  ),
  redirect: code('1001', 'Redirect to authenticate ACS bank page'),
  inProgress: code('2001', 'Transaction is in progress.'),
  notFound: code('2002', 'Transaction not found.'),
} as const

export const SUCCESS = code('0000', 'Success')
export const SYSTEM_ERROR = code('0999', 'System error')
export const UNAUTHENTICATED = code('4081', 'Unable to authenticate card holder')

export function code(respCode: string, respDesc: string): Code {
  return { respCode, respDesc }
}

/** A request refused by the dialect itself, before or beside the gateway's own rules. */
export class WireError extends Error {
  readonly answer: Code

  constructor(respCode: string, respDesc: string) {
    super(respCode)
    this.name = 'WireError'
    this.answer = { respCode, respDesc }
  }
}

const REFUSALS: Readonly<Record<RefusalCode, Code>> = {
  amount_exceeds_authorized: code('4070', 'Settle amount cannot exceed authorized amount'),
  amount_exceeds_captured: code('4064', 'Original Amount Incorrect'),
  captured_otherwise: code('4064', 'Original Amount Incorrect'),
  card_expired: code('4054', 'Expired Card'),
  idempotency_conflict: code(
    '9015',
    'Existing Invoice Number: idempotencyID was used with another request',
  ),
  operation_reference_in_use: code('4094', 'Duplicate Transmission'),
  order_cancelled: code('0003', 'Transaction is cancelled'),
  order_expired: code('9020', 'Payment Expired'),
  order_finished: code('9041', 'Payment token already used'),
  order_in_progress: FLOW.inProgress,
  order_not_found: FLOW.notFound,
  payment_not_capturable: code('4012', 'Invalid Transaction'),
  payment_not_found: FLOW.notFound,
  payment_not_refundable: code('4012', 'Invalid Transaction'),
  payment_not_voidable: code('4012', 'Invalid Transaction'),
  reference_in_use: code('9015', 'Existing Invoice Number'),
  vault_token_unchanged: code('4202', 'Invalid Card / Customer Token'),
  vault_token_unknown: code('4202', 'Invalid Card / Customer Token'),
}

export function refusalCode(refusal: RefusalCode): Code {
  return REFUSALS[refusal]
}

// 2C2P's card results are 40 followed by the ISO 8583 response code (Payment Response Code).
const ISSUER_TEXTS = new Map(
  `01 Refer to card issuer|02 Refer to issuer's special conditions|03 Invalid merchant ID
04 Pick up card|05 Do not honor|06 Error|07 Pick up card, special condition
09 Request in progress|12 Invalid Transaction
13 Invalid Amount|14 Invalid Card Number|15 No such issuer|17 Customer Cancellation
18 Customer Dispute|19 Re-enter Transaction|20 Invalid Response|21 No Action Taken
22 Suspected Malfunction|25 Unable to Locate Record on File|30 Format Error
31 Bank Not Supported by Switch|33 Expired Card - Pick Up|34 Suspected Fraud - Pick Up
35 Restricted Card - Pick Up|36 Allowable PIN Tries Exceeded|37 No Credit Account
38 Allowable PIN Tries Exceeded|39 No Credit Account|40 Requested Function not Supported
41 Lost Card - Pick Up|42 No Universal Amount|43 Stolen Card - Pick Up|44 No Investment Account
50 Host Down|51 Insufficient Funds|52 No Cheque Account|53 No Savings Account|54 Expired Card
55 Incorrect PIN|56 No Card Record|57 Not Permitted to Cardholder|58 Not Permitted to Terminal
59 Suspected Fraud|60 Card Acceptor Contact Acquirer|61 Exceeds Withdrawal Amount Limits
62 Restricted Card|63 Security Violation|64 Original Amount Incorrect
65 Exceeds Withdrawal Frequency Limit|66 Card Acceptor Call Acquirer Security
67 Hard Capture - Pick Up Card at ATM|68 Response Received Too Late
75 Allowable PIN Tries Exceeded|90 Cut-off in Progress|91 Issuer or Switch is Inoperative
92 Financial Institution Not Found|93 Trans Cannot Be Completed|94 Duplicate Transmission
95 Reconcile Error|96 System Malfunction|98 MAC Error|99 Unable to Complete Payment`
    .split(/[|\n]/)
    .map((entry): [string, string] => [entry.slice(0, 2), entry.slice(3)]),
)

/** Response codes that are not two digits: the security code did not match, 3-D Secure wanted. */
const LETTERED = new Map([
  ['N7', code('4063', 'Security Violation')],
  ['1A', code('0004', 'Soft-declined; resubmit after 3DS')],
])

function issuerCode(responseCode = ''): Code {
  const text = ISSUER_TEXTS.get(responseCode)
  if (text !== undefined) return code(`40${responseCode}`, text)
  return LETTERED.get(responseCode) ?? code('4005', 'Do not honor')
}

const VERIFIED = code('4200', 'Tokenization Successful')
const NOT_VERIFIED = code('4201', 'Tokenization Failed')

const REFUNDED = code('4120', 'Refunded')

const VERDICTS: Readonly<Record<PaymentStatus, (paid: Payment, result: PaymentResult) => Code>> = {
  authenticating: () => FLOW.inProgress,
  authorizing: () => FLOW.inProgress,
  crediting: () => FLOW.inProgress,
  authorized: () => SUCCESS,
  captured: () => SUCCESS,
  voiding: () => SUCCESS,
  refunded: () => REFUNDED,
  credited: () => REFUNDED,
  voided: () => code('4047', 'Cancel Success'),
  verified: (_paid, { vaultToken }) => (vaultToken === undefined ? NOT_VERIFIED : VERIFIED),
  declined: ({ responseCode }, { order }) =>
    order.tokenize === 'only' ? NOT_VERIFIED : issuerCode(responseCode),
  reversed: () => code('4068', 'Response Received Too Late'),
  failed: ({ failure }) =>
    failure === 'authentication'
      ? UNAUTHENTICATED
      : code('4091', 'Issuer or Switch is Inoperative'),
}

/** The verdict on an order, as inquiry and notification tell it (Payment Response Code). */
export function verdict(result: PaymentResult, at: Date): Code {
  const { order, payment } = result
  // First: only an order whose attempts all failed can be cancelled, and then that is what it is.
  if (order.status === 'cancelled') return code('0003', 'Transaction is cancelled')
  if (payment !== undefined) return VERDICTS[payment.status](payment, result)
  if (isPastExpiry(order, at)) return code('5009', 'Payment Expired')
  return code('0001', 'Transaction is pending')
}
