import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import type { Fields } from '../../src/sandbox/twoc2p-client.ts'
import { freshCryptogram } from '../support/canaries.ts'
import {
  aCard,
  accepted,
  aDirectOrder,
  openPayerMaxShop,
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

/** Pays by a card and agrees to later debits. @returns the card's name. */
async function agree(userId: string, mitType: string): Promise<unknown> {
  const order = aDirectOrder({ userId, paymentDetail: { tokenForFutureUse: true, mitType } })
  await accepted(client, 'orderAndPay', order)
  const queried = await accepted(client, 'orderQuery', { outTradeNo: order['outTradeNo'] })
  return (queried['paymentDetails'] as Fields[])[0]?.['paymentTokenID']
}

function debit(userId: string, paymentTokenID: unknown, detail: Fields): Fields {
  const stored = { cardInfo: undefined, paymentTokenID, merchantInitiated: true }
  return aDirectOrder({ userId, paymentDetail: { ...stored, ...detail } })
}

test('merchant’s debits: they are of the kind that was agreed, for cards and wallets alike', async () => {
  const periodic = await agree('subscriber', 'SCHEDULED')
  const onDemand = await agree('rider', 'UNSCHEDULED')
  const wallet = debit('czy_0088', 'ed27884948d3b6cd0d17052e46064baf', {
    paymentMethodType: 'AUTO_DEBIT',
    mitType: 'SCHEDULED',
  })
  for (const order of [
    debit('subscriber', periodic, { mitType: 'UNSCHEDULED' }),
    debit('rider', onDemand, { mitType: 'SCHEDULED' }),
    wallet,
  ]) {
    assert.equal(await refusal(client, 'orderAndPay', order), 'PAYMENT_TOKEN_ID_INVALID')
  }
  const order = debit('subscriber', periodic, { mitType: 'SCHEDULED' })
  assert.equal((await accepted(client, 'orderAndPay', order))['status'], 'SUCCESS')
})

test('merchant’s debits: the period of a subscription is checked, kept and told', async () => {
  const shop = await openPayerMaxShop()
  const paymentTokenID = await agree('reader', 'SCHEDULED')
  const subscriptionPlan = {
    merchantSubscriptionNo: 'sub-1',
    deductNo: 'sub-1-2',
    currentPeriod: 2,
    totalPeriods: 12,
    startTime: '2026-03-01',
    endTime: '2026-03-31T23:59:59+00:00',
  }
  const planned = (plan: Fields, mitType = 'SCHEDULED'): Fields => ({
    ...debit('reader', paymentTokenID, { mitType }),
    notifyUrl: shop.url,
    subscriptionPlan: { ...subscriptionPlan, ...plan },
  })
  const wrong = [
    ...Object.keys(subscriptionPlan).map((name) => planned({ [name]: undefined })),
    planned({ currentPeriod: 13 }),
    planned({ startTime: '2026-02-30' }),
    planned({ startTime: '2026-04-01' }),
  ]
  for (const order of wrong) {
    assert.equal(
      await refusal(client, 'orderAndPay', order),
      'PARAMS_INVALID',
      JSON.stringify(order),
    )
  }
  const onDemand = await agree('driver', 'UNSCHEDULED')
  const unplanned = debit('driver', onDemand, { mitType: 'UNSCHEDULED' })
  const odd = { ...unplanned, subscriptionPlan }
  assert.equal(await refusal(client, 'orderAndPay', odd), 'PARAMS_INVALID')
  const order = planned({})
  assert.equal((await accepted(client, 'orderAndPay', order))['status'], 'SUCCESS')
  const queried = await accepted(client, 'orderQuery', { outTradeNo: order['outTradeNo'] })
  assert.deepEqual(queried['subscriptionPlan'], subscriptionPlan)
  await shop.heardAtLeast(1)
  const { data } = shop.heard[0]?.fields ?? {}
  assert.deepEqual((data as Fields)['subscriptionPlan'], subscriptionPlan)
})
