import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import type { Fields } from '../../src/sandbox/twoc2p-client.ts'
import { freshCryptogram } from '../support/canaries.ts'
import {
  aCard,
  accepted,
  aDirectOrder,
  type PayerMaxClient,
  payerMaxOf,
  refusal,
} from '../support/payermax.ts'
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts'

let gateway: TestSandbox
let client: PayerMaxClient

before(async () => {
  gateway = await startTestSandbox()
  client = await payerMaxOf(gateway.url)
})

test('orderAndPay: the merchant’s own 3-D Secure result has its rules', async () => {
  const order = (info3DSecure: Fields | undefined) =>
    aDirectOrder({ paymentDetail: { cardInfo: aCard({ dynamic3DS: 'ext3ds' }), info3DSecure } })
  const good = {
    eci: '05',
    threeDSVersion: '2.2.0',
    cavv: freshCryptogram(),
    dsTransactionId: randomUUID(),
  }
  for (const wrong of [
    undefined,
    { ...good, eci: undefined },
    { ...good, eci: '09' },
    { ...good, threeDSVersion: '3.0' },
    { ...good, threeDSVersion: undefined },
    { ...good, cavv: undefined },
    { ...good, dsTransactionId: undefined },
    { ...good, threeDSVersion: '1.0.2' },
  ]) {
    assert.equal(await refusal(client, 'orderAndPay', order(wrong)), 'PARAMS_INVALID')
  }
  assert.equal((await accepted(client, 'orderAndPay', order(good)))['status'], 'SUCCESS')
})

test('wallet cards: decrypted Apple Pay and Google Pay data pay; parts of it do not', async () => {
  const { cardIdentifierNo: pan } = aCard()
  const cryptogram = freshCryptogram()
  const google = {
    authMethod: 'CRYPTOGRAM_3DS',
    pan,
    expirationMonth: '12',
    expirationYear: '2030',
    cardNetwork: 'VISA',
    cryptogram,
    eciIndicator: '05',
  }
  const apple = {
    applicationPrimaryAccountNumber: pan,
    applicationExpirationDate: '301231',
    paymentData: { onlinePaymentCryptogram: cryptogram, eciIndicator: '5' },
    network: 'VISA',
    type: 'credit',
  }
  const order = (paymentDetail: Fields) =>
    aDirectOrder({ paymentDetail: { cardInfo: undefined, ...paymentDetail } })
  for (const [detail, source] of [
    [{ paymentMethodType: 'GOOGLEPAY', googlePayDetails: google }, 'GOOGLEPAY_CRYPTOGRAM'],
    [{ paymentMethodType: 'APPLEPAY', applePayPaymentData: apple }, 'APPLEPAY'],
    [
      {
        paymentMethodType: 'GOOGLEPAY',
        googlePayDetails: { ...google, authMethod: 'PAN_ONLY', cryptogram: undefined },
      },
      'GOOGLEPAY_PAN',
    ],
  ] as const) {
    const data = order(detail)
    assert.equal((await accepted(client, 'orderAndPay', data))['status'], 'SUCCESS')
    const { outTradeNo } = data
    const queried = await accepted(client, 'orderQuery', { outTradeNo })
    const [paid] = queried['paymentDetails'] as Fields[]
    assert.equal(paid?.['paymentMethodType'], detail.paymentMethodType)
    const { cardInfo } = paid ?? {}
    assert.equal((cardInfo as Fields)['source'], source)
  }
  for (const wrong of [
    { paymentMethodType: 'GOOGLEPAY' },
    { paymentMethodType: 'APPLEPAY' },
    { paymentMethodType: 'GOOGLEPAY', googlePayDetails: { ...google, cryptogram: undefined } },
    { paymentMethodType: 'APPLEPAY', applePayPaymentData: { ...apple, paymentData: {} } },
  ]) {
    assert.equal(await refusal(client, 'orderAndPay', order(wrong)), 'PARAMS_INVALID')
  }
})
