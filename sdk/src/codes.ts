/**
 * What `responseCode` says (2C2P, SDK API response codes), in both spellings that its samples use.
 *
 * `TransactionCompleted` says that a payment has ended, not that it was approved: ask
 * `transactionStatus`, whose `resultInfo.code` is `00`, `01` or `02`.
 */
export const APIResponseCode = {
  APISuccess: '0000',
  apiSuccess: '0000',
  TransactionAuthenticateRedirect: '1000',
  transactionAuthenticateRedirect: '1000',
  TransactionAuthenticateFullRedirect: '1001',
  transactionAuthenticateFullRedirect: '1001',
  TransactionExternalBrowser: '1002',
  transactionExternalBrowser: '1002',
  TransactionPaymentSlip: '1003',
  transactionPaymentSlip: '1003',
  TransactionExternalApplication: '1004',
  transactionExternalApplication: '1004',
  TransactionQRPayment: '1005',
  transactionQRPayment: '1005',
  TransactionCompleted: '2000',
  transactionCompleted: '2000',
  TransactionInProgress: '2001',
  transactionInProgress: '2001',
  TransactionNotFound: '2002',
  transactionNotFound: '2002',
} as const

/** Codes of the payment methods that the gateway serves, for `paymentOptionDetail`. */
export const PaymentChannelCode = {
  category: { globalCardPayment: 'GCARD' },
  group: { creditCard: 'CC' },
  channel: { creditCard: 'CC', cardSchemeToken: 'CSTOKEN' },
} as const
