import type { Names } from './rename.ts'

// The gateway's names and the SDK's (2C2P, SDK classes), by operation.

const CODES: Names = { respCode: 'responseCode', respDesc: 'responseDescription' }

/** How an operation's answer becomes a response. */
export interface Reading {
  readonly operation: string
  readonly names: Names
  /** What is an empty list where the answer has none. */
  readonly list?: string
}

export const SYSTEM_INITIALIZATION: Reading = { operation: 'initialization', names: CODES }

export const PAYMENT_OPTION: Reading = {
  operation: 'paymentOption',
  names: {
    ...CODES,
    merchantDetails: 'merchantInfo',
    transactionDetails: 'transactionInfo',
    channelCategories: 'channels',
    configuration: 'configurationInfo',
  },
  list: 'channels',
}

export const PAYMENT_OPTION_DETAIL: Reading = {
  operation: 'paymentOptionDetails',
  names: {
    ...CODES,
    channels: [
      'channels',
      { payment: ['context', { info: ['info', { provider: 'paymentProvider' }] }] },
    ],
    configuration: 'configurationInfo',
  },
  list: 'channels',
}

export const CUSTOMER_TOKEN_INFO: Reading = {
  operation: 'cardTokenInfo',
  names: { ...CODES, customerToken: 'customerTokens' },
  list: 'customerTokens',
}

export const EXCHANGE_RATE: Reading = { operation: 'exchangeRate', names: CODES, list: 'fxRates' }

export const USER_PREFERENCE: Reading = {
  operation: 'userPreference',
  names: { ...CODES, user: ['info', { paymentChannels: 'channels' }] },
}

export const TRANSACTION_RESULT: Reading = { operation: 'payment', names: CODES }

export const TRANSACTION_STATUS: Reading = {
  operation: 'transactionStatus',
  names: {
    ...CODES,
    additionalInfo: [
      'additionalInfo',
      {
        merchantDetails: 'merchantInfo',
        transactionDetails: 'transactionInfo',
        paymentResultDetails: 'resultInfo',
      },
    ],
  },
}

export const CANCEL_TRANSACTION: Reading = { operation: 'cancelTransaction', names: CODES }

/** Of a payment's data, from the SDK's names to the gateway's. */
export const PAYMENT_DATA: Names = {
  tokenize: 'accountTokenization',
  fxRateId: 'fxRateID',
  bank: 'cardBank',
  country: 'cardCountry',
  installmentInterestType: 'interestType',
  installmentPayLaterPeriod: 'payLaterPeriod',
  loyaltyPoints: [
    'loyaltyPoints',
    { providerId: 'providerID', rewards: ['rewards', { quantity: 'Quantity' }] },
  ],
}
