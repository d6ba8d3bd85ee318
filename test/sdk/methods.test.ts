import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import {
  APIResponseCode,
  CancelTransactionRequest,
  CardPaymentBuilder,
  CardSchemeTokenPaymentBuilder,
  CustomerTokenPaymentBuilder,
  ExchangeRateRequest,
  PaymentChannelCode,
  PaymentCode,
  PaymentOptionDetailRequest,
  PaymentOptionRequest,
  type PaymentRequest,
  PGWSDK,
  PGWWebViewNavigation,
  SystemInitializationRequest,
  TransactionResultRequestBuilder,
  TransactionStatusRequest,
  UserPreferenceRequest,
} from '../../sdk/src/index.ts'
import type { Fields, TwoC2pClient } from '../../src/sandbox/twoc2p-client.ts'
import { freshCryptogram, freshPan } from '../support/canaries.ts'
import { openOrder, payAndStore, startTestSandbox, type TestSandbox } from '../support/sandbox.ts'

// Every method of the SDK against a running sandbox, from an app in Node.

const { shared } = PGWSDK

let gateway: TestSandbox
let client: TwoC2pClient

before(async () => {
  gateway = await startTestSandbox()
  client = await gateway.client('JT01')
  PGWSDK.initialize({ baseUrl: gateway.url })
})

const newCard = (pan = freshPan()) =>
  new CardPaymentBuilder(new PaymentCode('CC'), pan)
    .expiryMonth(12)
    .expiryYear(2030)
    .securityCode('123')

const pay = (paymentToken: string, payment: PaymentRequest) =>
  shared.proceedTransaction(new TransactionResultRequestBuilder(paymentToken).with(payment).build())

const verdictOf = async (paymentToken: string): Promise<Fields> =>
  client.signed('paymentInquiry', { paymentToken })

test('SDK: a new card pays, encrypted, and the status tells how it ended', async () => {
  const paymentToken = await openOrder(client)
  const pan = freshPan()
  const result = await pay(paymentToken, newCard(pan).name('Terrance Tay').build())
  assert.equal(result.responseCode, APIResponseCode.TransactionCompleted)
  assert.equal(result.channelCode, 'CC')
  const status = await shared.transactionStatus(new TransactionStatusRequest(paymentToken, true))
  assert.equal(status.responseCode, APIResponseCode.transactionCompleted)
  assert.equal(status.additionalInfo?.resultInfo.code, '00')
  assert.equal(status.additionalInfo?.merchantInfo.name, 'Demo shop JT01 (SGD)')
  const { accountNo, respCode } = await verdictOf(paymentToken)
  assert.deepEqual([respCode, accountNo], ['0000', `${pan.slice(0, 6)}XXXXXX${pan.slice(-4)}`])
  assert.equal(status.additionalInfo?.transactionInfo.data, accountNo)
})

test('SDK: a declined card is a payment that has ended, and the status says failed', async () => {
  const paymentToken = await openOrder(client)
  const result = await pay(paymentToken, newCard('4000000000000515').build())
  assert.equal(result.responseCode, '2000')
  const { additionalInfo } = await shared.transactionStatus({ paymentToken, additionalInfo: true })
  assert.equal(additionalInfo?.resultInfo.code, '01')
})

test('SDK: a refused card is a response with the code and text of the gateway', async () => {
  const paymentToken = await openOrder(client)
  const result = await pay(paymentToken, newCard().expiryYear(2020).build())
  assert.deepEqual([result.responseCode, result.responseDescription], ['4054', 'Expired Card'])
})

test('SDK: a card is stored, shown and charged again with its encrypted security code', async () => {
  const first = await openOrder(client, { tokenize: true })
  await pay(first, newCard().tokenize(true).build())
  const { customerToken } = await verdictOf(first)
  const paymentToken = await openOrder(client, { customerToken: [customerToken] })
  const { customerTokens } = await shared.customerTokenInfo({ paymentToken })
  assert.deepEqual(
    customerTokens.map(({ token, status, channelCode }) => [token, status, channelCode]),
    [[customerToken, 'A', 'CC']],
  )
  const [stored] = customerTokens
  const payment = new CustomerTokenPaymentBuilder(new PaymentCode('CC'), stored?.token ?? '')
  const result = await pay(paymentToken, payment.securityCode('123').build())
  assert.equal(result.responseCode, '2000')
  assert.equal((await verdictOf(paymentToken))['respCode'], '0000')
})

test("SDK: another order's or merchant's stored card is refused with 4202", async () => {
  const { customerToken } = await payAndStore(client)
  const paymentToken = await openOrder(client)
  const code = new PaymentCode('CC')
  const payment = new CustomerTokenPaymentBuilder(code, String(customerToken)).build()
  assert.equal((await pay(paymentToken, payment)).responseCode, '4202')
  const other = await openOrder(await gateway.client('JT02'), { currencyCode: 'MMK' })
  assert.equal((await pay(other, payment)).responseCode, '4202')
})

test('SDK: a card scheme token pays', async () => {
  const paymentToken = await openOrder(client, { paymentChannel: ['CSTOKEN'] })
  const payment = new CardSchemeTokenPaymentBuilder(new PaymentCode('CSTOKEN'), freshPan())
    .expiryMonth(12)
    .expiryYear(2030)
    .schemeToken({
      channel: 'EXTERNAL',
      authMethod: 'CRYPTOGRAM_3DS',
      cryptogram: freshCryptogram(),
      eci: '05',
    })
    .build()
  const result = await pay(paymentToken, payment)
  assert.deepEqual([result.responseCode, result.channelCode], ['2000', 'CSTOKEN'])
  assert.equal((await verdictOf(paymentToken))['respCode'], '0000')
})

test('SDK: 3-D Secure is a URL for a web view, and the rule tells when it is over', async () => {
  const paymentToken = await openOrder(client, { request3DS: 'Y' })
  const result = await pay(paymentToken, newCard('4000000000002065').build())
  assert.equal(result.responseCode, APIResponseCode.TransactionAuthenticateFullRedirect)
  const url = String(result.data)
  const heard: string[] = []
  const visit = (where: string) => PGWWebViewNavigation.inquiry(where, (ended) => heard.push(ended))
  assert.equal(visit(url), false)
  assert.equal((await shared.transactionStatus({ paymentToken })).responseCode, '2001')
  const response = await fetch(`${gateway.url}/sandbox/3ds/complete`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url, code: '123456' }),
  })
  const { back } = (await response.json()) as { back: { url: string } }
  assert.equal(visit(back.url), true)
  assert.deepEqual(heard, [paymentToken])
  const status = await shared.transactionStatus({ paymentToken, additionalInfo: true })
  assert.deepEqual([status.responseCode, status.additionalInfo?.resultInfo.code], ['2000', '00'])
})

test('SDK: the options of an order are read', async () => {
  const paymentToken = await openOrder(client)
  const options = await shared.paymentOption(new PaymentOptionRequest(paymentToken))
  assert.deepEqual(
    [options.responseCode, options.merchantInfo?.id, options.transactionInfo?.amount],
    ['0000', 'JT01', '1,000.00'],
  )
  const [category] = options.channels
  assert.equal(category?.code, PaymentChannelCode.category.globalCardPayment)
  assert.equal(category.groups?.[0]?.code, PaymentChannelCode.group.creditCard)
})

test('SDK: the details of a group are read', async () => {
  const { category, group } = PaymentChannelCode
  const detail = await shared.paymentOptionDetail(
    new PaymentOptionDetailRequest(
      await openOrder(client, { tokenize: true }),
      category.globalCardPayment,
      group.creditCard,
    ),
  )
  const [channel] = detail.channels
  assert.equal(channel?.context.code.channelCode, 'CC')
  assert.equal(channel.context.input?.['cardNo'], 'M')
  assert.equal(detail.configurationInfo?.payment.tokenize, true)
  assert.ok(detail.validation?.cardTypes.some(({ name }) => name === 'Visa'))
})

test('SDK: languages, preference and exchange rates are read', async () => {
  const paymentToken = await openOrder(client, { locale: 'th' })
  const languages = await shared.initialization()
  assert.deepEqual(languages, await shared.systemInitialization(new SystemInitializationRequest()))
  assert.equal(languages.responseCode, '0000')
  assert.ok(languages.initialization?.locale.some(({ code }) => code === 'th'))
  const preference = await shared.userPreference(new UserPreferenceRequest(paymentToken))
  assert.equal(preference.info?.preference?.locale, 'th')
  assert.deepEqual(preference.info?.channels, [])
  const rates = await shared.exchangeRate(new ExchangeRateRequest(paymentToken))
  assert.deepEqual([rates.responseCode, rates.fxRates], ['9102', []])
})

test('SDK: a cancelled order takes no payment any more', async () => {
  const paymentToken = await openOrder(client)
  const cancelled = await shared.cancelTransaction(new CancelTransactionRequest(paymentToken))
  assert.equal(cancelled.responseCode, '2000')
  assert.equal((await pay(paymentToken, newCard().build())).responseCode, '0003')
})

test('SDK: an unknown, an expired and a used payment token are responses with their codes', async () => {
  assert.equal((await shared.customerTokenInfo({ paymentToken: 'AAAA' })).responseCode, '9040')
  assert.equal((await shared.transactionStatus({ paymentToken: '' })).responseCode, '9005')
  const paymentToken = await openOrder(client)
  await pay(paymentToken, newCard().build())
  const again = await pay(paymentToken, newCard().build())
  assert.deepEqual(
    [again.responseCode, again.responseDescription],
    ['9041', 'Payment token already used'],
  )
})
