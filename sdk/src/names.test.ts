import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  CANCEL_TRANSACTION,
  CUSTOMER_TOKEN_INFO,
  EXCHANGE_RATE,
  PAYMENT_DATA,
  PAYMENT_OPTION,
  PAYMENT_OPTION_DETAIL,
  type Reading,
  TRANSACTION_STATUS,
  USER_PREFERENCE,
} from './names.ts'
import { renameFields } from './rename.ts'

const codes = { respCode: '0000', respDesc: 'Success' }
const sdkCodes = { responseCode: '0000', responseDescription: 'Success' }

/** Operation, what the gateway answers, what the app reads (2C2P's own samples, shortened). */
const ROWS: readonly (readonly [Reading, object, object])[] = [
  [
    CUSTOMER_TOKEN_INFO,
    { paymentToken: 't', customerToken: [{ token: '1', accountNo: '4', expiry: '' }] },
    { paymentToken: 't', customerTokens: [{ token: '1', accountNo: '4', expiry: '' }] },
  ],
  [
    PAYMENT_OPTION,
    {
      merchantDetails: { id: 'JT01', bannerUrl: null },
      transactionDetails: { amount: '1.00' },
      channelCategories: [{ code: 'GCARD', groups: [{ code: 'CC' }] }],
    },
    {
      merchantInfo: { id: 'JT01', bannerUrl: null },
      transactionInfo: { amount: '1.00' },
      channels: [{ code: 'GCARD', groups: [{ code: 'CC' }] }],
    },
  ],
  [
    PAYMENT_OPTION_DETAIL,
    {
      channels: [
        { payment: { code: { channelCode: 'CC' }, input: {}, info: { provider: { id: 1 } } } },
      ],
      configuration: { payment: { tokenize: true } },
      validation: null,
    },
    {
      channels: [
        {
          context: { code: { channelCode: 'CC' }, input: {}, info: { paymentProvider: { id: 1 } } },
        },
      ],
      configurationInfo: { payment: { tokenize: true } },
      validation: null,
    },
  ],
  [
    TRANSACTION_STATUS,
    { additionalInfo: { merchantDetails: 1, transactionDetails: 2, paymentResultDetails: 3 } },
    { additionalInfo: { merchantInfo: 1, transactionInfo: 2, resultInfo: 3 } },
  ],
  [
    USER_PREFERENCE,
    { user: { preference: { locale: 'en' }, paymentChannels: [] } },
    { info: { preference: { locale: 'en' }, channels: [] } },
  ],
  [EXCHANGE_RATE, { fxRates: [{ id: 'x' }] }, { fxRates: [{ id: 'x' }] }],
  [CANCEL_TRANSACTION, { invoiceNo: '1' }, { invoiceNo: '1' }],
]

test('SDK names: answers are read under the names of the SDK', () => {
  for (const [{ operation, names }, wire, sdk] of ROWS) {
    const read = renameFields({ ...wire, ...codes }, names)
    assert.deepEqual(read, { ...sdk, ...sdkCodes }, operation)
  }
})

test('SDK names: payments are sent under the names of the gateway', () => {
  const data = {
    name: 'T',
    tokenize: true,
    fxRateId: 'F',
    bank: 'B',
    country: 'TH',
    installmentInterestType: 'M',
    installmentPeriod: 6,
    installmentPayLaterPeriod: 3,
    loyaltyPoints: [{ providerId: 'P', rewards: [{ id: 'r', quantity: 1 }] }],
  }
  assert.deepEqual(renameFields(data, PAYMENT_DATA), {
    name: 'T',
    accountTokenization: true,
    fxRateID: 'F',
    cardBank: 'B',
    cardCountry: 'TH',
    interestType: 'M',
    installmentPeriod: 6,
    payLaterPeriod: 3,
    loyaltyPoints: [{ providerID: 'P', rewards: [{ id: 'r', Quantity: 1 }] }],
  })
})

test('SDK names: an answer cannot name what every object has', () => {
  const odd = JSON.parse('{"__proto__":{"responseCode":"0000"},"constructor":1}') as object
  const read = renameFields({ ...odd }, CUSTOMER_TOKEN_INFO.names)
  assert.equal(Object.getPrototypeOf(read), Object.prototype)
  assert.equal(read['responseCode'], undefined)
})
