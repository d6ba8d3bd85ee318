import type { RefusalCode } from '../../core/refusal.ts'

/** A result code with its text, as an answer carries them. */
export interface Code {
  readonly code: string
  readonly msg: string
}

/** Result codes with their documented texts (Appendix, transaction status: return codes). */
const TEXTS = {
  APPLY_SUCCESS: 'Success.',
  SYSTEM_ERROR: 'System is busy, please try again later.',
  REQ_TIME_OVER_TIME: 'requestTime effective in two minutes',
  SIGN_VERIFY_FAILED: 'The signature verify failed.',
  MERCHANT_INVALID: 'The merchant has been offline.',
  MERCHANT_APP_INVALID: 'Signature key is not configured.',
  PARAMS_INVALID: 'The request is invalid.',
  AMOUNT_INVALID: 'Amount is incorrect.',
  COUNTRY_INVALID: 'No country support, pls re-pay.',
  CURRENCY_INVALID: 'currency is invalid,because currency is not defined.',
  CONTRACT_INVALID: 'Merchant has no activated contract, please check the contract status.',
  PAYMENT_METHOD_NOT_EXIST: 'The payment method does not exist.',
  AMOUNT_LIMIT_MINIMUM: 'The order amount is lower than the minimum limit of the payment method.',
  AMOUNT_LIMIT_MAXIMUM: 'The order amount exceeds the maximum limit of the payment method.',
  AMOUNT_LIMIT: "The amount doesn't match the payment method requirement.",
  ORDER_REPEAT: 'The order number repeat.',
  ORDER_CLOSED: 'This order has been closed.',
  ORDER_CLOSE_FAILED: 'order already success or failed, cannot be closed',
  ORDER_NOT_EXIST: 'The order does not exist.',
  PAYMENT_PROCESSING: 'The payment is processing, pls check the result.',
  PAYMENT_FAILED: 'Provider failed to process.',
  PAYMENT_TOKEN_ID_INVALID:
    'PaymentTokenID is invalid. Please confirm if it has been authorized and bound',
  MER_CONFIG_ERROR:
    'Merchant config error. Please contact us to check your dynamic3DS configuration.',
  AUTH_NOT_SUPPORT: 'The contract does not enable the Auth-Capture.',
  PRE_AUTH_NOT_SUPPORT: 'The merchant does not support the PRE_AUTH.',
  BALANCE_INSUFFICIENT:
    'Insufficient balance to pay, please confirm payment account available balance.',
  CARD_INVALID: 'Make sure the card number is correct.',
  CARD_EXPIRE_DATE_INVALID: 'Invalid card number validity period.',
  CARD_HOLDER_NAME_INVALID: 'Invalid cardholder name.',
  CVV_INVALID: 'Cvv is incorrect, pls check.',
  UNSUPPORT_CARD: "This card don't support, please change another card.",
  PIN_INVALID: 'Pin is invalid.',
  PIN_VERIFY_LIMIT: 'Pin verification exceeds limit.',
  ACCOUNT_INVALID: 'Your acount is invalid or not active, please confirm and re-enter.',
  ACCOUNT_BLOCKED: 'Payer account/card blocked or frozen. Pls confirm payment account/card status.',
  AUTHENTICATE_FAILED:
    'Your payment was declined due to authentication failure. ' +
    'Please try using a different card or contact your issuer for more detail.',
  AUTH_EXPIRED: 'The authorization has expired, pls rebind.',
  ISSUER_PAYMENT_REJECTED:
    'Transaction failed at issuer end due to risk control. ' +
    'Please contact your payment method issuer for more detail.',
  REFUND_FAILED: 'The payment method does not support refund.',
  REFUND_NO_INVALID: "RefundNo shouldn't same with TradeNo.",
} as const

export type ResultCode = keyof typeof TEXTS

/** Every result code that this gateway can answer or tell. */
export const RESULT_CODES = Object.keys(TEXTS) as readonly ResultCode[]

export function code(name: ResultCode, msg: string = TEXTS[name]): Code {
  return { code: name, msg }
}

export const SUCCESS = code('APPLY_SUCCESS')

/** A request refused by the dialect itself, before or beside the gateway's own rules. */
export class WireError extends Error {
  readonly answer: Code

  constructor(name: ResultCode, msg?: string) {
    super(name)
    this.name = 'WireError'
    this.answer = code(name, msg)
  }
}

const REFUSALS: Readonly<Record<RefusalCode, ResultCode>> = {
  amount_exceeds_authorized: 'AMOUNT_INVALID',
  amount_exceeds_captured: 'AMOUNT_INVALID',
  captured_otherwise: 'AMOUNT_INVALID',
  card_expired: 'CARD_EXPIRE_DATE_INVALID',
  idempotency_conflict: 'ORDER_REPEAT',
  operation_reference_in_use: 'ORDER_REPEAT',
  order_cancelled: 'ORDER_CLOSED',
  order_expired: 'ORDER_CLOSED',
  order_finished: 'ORDER_REPEAT',
  order_in_progress: 'PAYMENT_PROCESSING',
  order_not_found: 'ORDER_NOT_EXIST',
  payment_not_capturable: 'AUTH_EXPIRED',
  payment_not_found: 'ORDER_NOT_EXIST',
  payment_not_refundable: 'REFUND_FAILED',
  payment_not_voidable: 'ORDER_CLOSE_FAILED',
  reference_in_use: 'ORDER_REPEAT',
  vault_token_unchanged: 'PAYMENT_TOKEN_ID_INVALID',
  vault_token_unknown: 'PAYMENT_TOKEN_ID_INVALID',
}

export function refusalCode(refusal: RefusalCode): Code {
  return code(REFUSALS[refusal])
}

const DECLINES = new Map<string, ResultCode>([
  ['14', 'CARD_INVALID'],
  ['15', 'UNSUPPORT_CARD'],
  ['33', 'CARD_EXPIRE_DATE_INVALID'],
  ['39', 'ACCOUNT_INVALID'],
  ['41', 'ACCOUNT_BLOCKED'],
  ['43', 'ACCOUNT_BLOCKED'],
  ['46', 'ACCOUNT_INVALID'],
  ['51', 'BALANCE_INSUFFICIENT'],
  ['52', 'ACCOUNT_INVALID'],
  ['53', 'ACCOUNT_INVALID'],
  ['54', 'CARD_EXPIRE_DATE_INVALID'],
  ['55', 'PIN_INVALID'],
  ['57', 'UNSUPPORT_CARD'],
  ['59', 'ISSUER_PAYMENT_REJECTED'],
  ['61', 'AMOUNT_LIMIT'],
  ['62', 'ACCOUNT_BLOCKED'],
  ['63', 'ISSUER_PAYMENT_REJECTED'],
  ['72', 'ACCOUNT_INVALID'],
  ['75', 'PIN_VERIFY_LIMIT'],
  ['78', 'ACCOUNT_INVALID'],
  ['83', 'ISSUER_PAYMENT_REJECTED'],
  ['N7', 'CVV_INVALID'],
  ['1A', 'AUTHENTICATE_FAILED'],
])

/** The result code for an issuer's response code (ISO 8583 DE 39). */
export function declineCode(responseCode = ''): Code {
  return code(DECLINES.get(responseCode) ?? 'PAYMENT_FAILED')
}

// Issuer codes with their texts (6.2 of the return codes), shown where a merchant has asked for it.
const ISSUER_TEXTS = new Map(
  `01 Contact card issuer|03 Invalid merchant|04 Pick up card|05 Do not honour|06 Try another card
07 Pick up card, special condition|12 Invalid transaction|13 Invalid amount|14 Invalid card number
15 No such issuer|19 Re-enter transaction|30 Format error|39 No credit account|41 Lost card
43 Stolen card|46 Closed account|51 Insufficient funds/over credit limit|52 No checking account
53 No savings account|54 Expired card|55 Invalid PIN|57 Not permitted to cardholder
58 Not permitted to acquirer/terminal|59 Suspected fraud|61 Exceeds withdrawal amount limit
62 Restricted card|63 Security violation|65 Exceeds withdrawal count limit
72 Account not yet activated|75 PIN tries exceeded|78 Blocked, first used|79 Lifecycle reasons
80 Credit issuer unavailable|82 Policy reasons|83 Fraud/Security|91 Issuer unavailable
92 Unable to route|93 Violation of law|96 System malfunction|N7 Decline for CVV2 failure
5C Not supported / blocked by issuer|6P Customer ID verification failed|9G Blocked by cardholder
R0 Stop Payment Order|R1 Revocation of authorisation order|R3 Revocation of all authorisation orders`
    .split(/[|\n]/)
    .map((entry): [string, string] => [entry.slice(0, 2), entry.slice(3)]),
)

/** What the issuer said, for an answer; nothing when it said nothing. */
export function issuerFields(responseCode: string | undefined): Readonly<Record<string, string>> {
  const text = responseCode === undefined ? undefined : ISSUER_TEXTS.get(responseCode)
  if (responseCode === undefined || text === undefined) return {}
  return { issuerResponseCode: responseCode, issuerResponseMsg: text }
}
