import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts'
import { payerMaxOf, type PayerMaxClient } from '../support/payermax.ts'

let gateway: TestSandbox
let client: PayerMaxClient

before(async () => {
  gateway = await startTestSandbox()
  client = await payerMaxOf(gateway.url)
})

/** The request that the documentation prints, byte for byte. */
const PRINTED = `{
"merchantId": "SP328900011",
"bizType": "inquirePaymentToken",
"version": "2.6",
"userId": "r047281273",
"tokenScope": "tokenAcq",
"paymentTokenID": "PMTOKEN20221230182646924441600028843"
}`

test('PaymentTokenID inquiries: the printed request is answered with the one token it names', async () => {
  const answer = await client.post('/delSuffixStart1', PRINTED)
  const expiry = `${new Date().getUTCFullYear() + 3}-12-31T23:59:59.000Z`
  assert.deepEqual(answer, {
    bizCode: '0000',
    message: 'success',
    data: {
      tokenList: [
        {
          tokenScope: 'tokenAcq',
          targetOrg: '',
          ifCVV: 'N',
          cardInfo: '444433******1111',
          paymentTokenID: 'PMTOKEN20221230182646924441600028843',
          accountDisplay: '',
          paymentTokenStatus: 'Activated',
          userId: 'r047281273',
          brand: 'VISA',
          paymentMethodType: 'CARD',
          paymentTokenExpiry: expiry,
        },
      ],
    },
  })
})
