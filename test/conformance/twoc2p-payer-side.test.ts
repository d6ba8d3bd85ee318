import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Fields, TwoC2pClient } from '../../src/sandbox/twoc2p-client.ts'
import {
  aCardPayment,
  anOrder,
  freshInvoice,
  openOrder,
  startTestSandbox,
  type TestSandbox,
} from '../support/sandbox.ts'

let gateway: TestSandbox
let client: TwoC2pClient

before(async () => {
  gateway = await startTestSandbox()
  client = await gateway.client('JT03')
})

const rupiah = (fields: Fields = {}) =>
  openOrder(client, { currencyCode: 'IDR', amount: 100100, ...fields })

test('2C2P payment option: the order, its merchant and the card group are shown', async () => {
  const paymentToken = await rupiah({ description: 'PAYMENT' })
  const option = await client.plain('paymentOption', { paymentToken })
  assert.equal(option['respCode'], '0000')
  assert.equal(option['paymentToken'], paymentToken)
  const { amount, currencyCode, description } = option['transactionDetails'] as Fields
  assert.deepEqual([amount, currencyCode, description], ['100,100.00', 'IDR', 'PAYMENT'])
  assert.equal((option['merchantDetails'] as Fields)['id'], 'JT03')
  const [category] = option['channelCategories'] as { code: string; groups: Fields[] }[]
  assert.equal(category?.code, 'GCARD')
  assert.equal(category?.groups[0]?.['code'], 'CC')
})

test('2C2P payment option details: the card channel says what to send where', async () => {
  const paymentToken = await rupiah({ tokenize: true })
  const request = { paymentToken, categoryCode: 'GCARD', groupCode: 'CC' }
  const details = await client.plain('paymentOptionDetails', request)
  assert.equal(details['respCode'], '0000')
  assert.equal(details['totalChannel'], 1)
  const [channel] = details['channels'] as { payment: { code: Fields; input: Fields } }[]
  assert.deepEqual(channel?.payment.code, { channelCode: 'CC' })
  assert.equal(channel?.payment.input['cardNo'], 'M')
  const { payment } = details['configuration'] as { payment: Fields }
  assert.equal(payment['tokenize'], true)
  const other = await client.plain('paymentOptionDetails', { ...request, groupCode: 'QRC' })
  assert.equal(other['respCode'], '9060')
})

test('2C2P icons: every address that is told is there, for a page of any origin', async () => {
  const merchant = await gateway.client('JT04')
  const customerToken = ['28052010234224845229', '20052010380915759367']
  const paymentToken = await openOrder(merchant, { currencyCode: 'THB', customerToken })
  const group = { categoryCode: 'GCARD', groupCode: 'CC' }
  const answers = [
    await merchant.plain('paymentOption', { paymentToken }),
    await merchant.plain('paymentOptionDetails', { paymentToken, ...group }),
    await merchant.plain('cardTokenInfo', { paymentToken }),
  ]
  const told = new Set(JSON.stringify(answers).match(/http[^"]*\.svg/g))
  assert.equal(told.size, 8)
  for (const url of told) {
    const response = await fetch(url)
    assert.equal(response.status, 200, url)
    assert.equal(response.headers.get('content-type'), 'image/svg+xml')
    assert.equal(response.headers.get('cross-origin-resource-policy'), 'cross-origin')
    assert.match(await response.text(), /^<svg [^]*<\/svg>\n$/)
  }
})

test('2C2P transaction status: from open to paid, with what a result page shows', async () => {
  const frontendReturnUrl = 'https://shop.example/back'
  const invoiceNo = freshInvoice()
  const paymentToken = await rupiah({ invoiceNo, frontendReturnUrl, locale: 'en' })
  const open = await client.plain('transactionStatus', { paymentToken })
  assert.equal(open['respCode'], '2001')

  await client.plain('payment', aCardPayment(paymentToken))
  const request = { paymentToken, additionalInfo: true }
  const paid = await client.plain('transactionStatus', request)
  assert.equal(paid['respCode'], '2000')
  assert.equal(paid['invoiceNo'], invoiceNo)
  const info = paid['additionalInfo'] as Record<string, Fields>
  assert.equal(info['transactionDetails']?.['amount'], '100,100.00')
  assert.match(String(info['transactionDetails']?.['data']), /^499999XXXXXX[0-9]{4}$/)
  const result = info['paymentResultDetails'] ?? {}
  assert.equal(result['code'], '00')
  assert.equal(result['frontendReturnUrl'], frontendReturnUrl)
  const data = Buffer.from(String(result['frontendReturnData']), 'base64').toString('utf8')
  assert.deepEqual(JSON.parse(data), {
    locale: 'en',
    invoiceNo,
    channelCode: 'CC',
    respCode: '2000',
    respDesc:
      'Transaction is completed, please do payment inquiry request for full payment information.',
  })
})

test('2C2P transaction status: a decline has ended too, and shows red', async () => {
  const paymentToken = await rupiah({ amount: '990051' })
  await client.plain('payment', aCardPayment(paymentToken))
  const request = { paymentToken, additionalInfo: true }
  const status = await client.plain('transactionStatus', request)
  assert.equal(status['respCode'], '2000')
  const { paymentResultDetails: result } = status['additionalInfo'] as Record<string, Fields>
  assert.equal(result?.['code'], '01')
  assert.equal(result?.['description'], 'Transaction failed (4051)')
})

test('2C2P inquiry: by invoice, by token, and before anything happened', async () => {
  const invoiceNo = freshInvoice()
  const paymentToken = await rupiah({ invoiceNo })
  const pending = await client.signed('paymentInquiry', { invoiceNo })
  assert.equal(pending['respCode'], '0001')
  assert.equal(pending['invoiceNo'], invoiceNo)
  await client.plain('payment', aCardPayment(paymentToken))
  const byInvoice = await client.signed('paymentInquiry', { invoiceNo })
  assert.equal(byInvoice['respCode'], '0000')
  assert.deepEqual(await client.signed('paymentInquiry', { paymentToken }), byInvoice)
  const nothing = await client.signed('paymentInquiry', { invoiceNo: freshInvoice() })
  assert.equal(nothing['respCode'], '2002')
  assert.equal((await client.signed('paymentInquiry', {}))['respCode'], '9005')
})

test('2C2P cancel: an order that was paid stays paid', async () => {
  const paymentToken = await rupiah()
  await client.plain('payment', aCardPayment(paymentToken))
  const answer = await client.plain('cancelTransaction', { paymentToken })
  assert.equal(answer['respCode'], '9041')
  assert.equal((await client.signed('paymentInquiry', { paymentToken }))['respCode'], '0000')
})

test('2C2P idempotencyID: a retry gets the same token, another request with it is refused', async () => {
  const request = anOrder({ currencyCode: 'IDR', idempotencyID: freshInvoice() })
  const first = await client.signed('paymentToken', request)
  assert.equal(first['respCode'], '0000')
  assert.deepEqual(await client.signed('paymentToken', request), first)
  const reordered = Object.fromEntries(Object.entries(request).reverse())
  assert.deepEqual(await client.signed('paymentToken', reordered), first)
  const changed = await client.signed('paymentToken', { ...request, amount: 1 })
  assert.equal(changed['respCode'], '9015')
  const another = await client.signed('paymentToken', { ...request, invoiceNo: freshInvoice() })
  assert.equal(another['respCode'], '9015')
})

test('2C2P idempotencyID: a hundred retries at once open one order', async () => {
  const request = anOrder({ currencyCode: 'IDR', idempotencyID: freshInvoice() })
  const answers = await Promise.all(
    Array.from({ length: 100 }, async () => client.signed('paymentToken', request)),
  )
  assert.equal(new Set(answers.map((answer) => answer['paymentToken'])).size, 1)
})

test('OpenAPI: the document describes every operation from the schemas that validate', async () => {
  const response = await fetch(`${gateway.url}/openapi.json`)
  const document = (await response.json()) as {
    openapi: string
    paths: Record<string, Record<string, { operationId: string; requestBody?: unknown }>>
  }
  assert.equal(document.openapi, '3.1.0')
  const paths = Object.keys(document.paths).filter((path) => path.startsWith('/payment/4.3/'))
  assert.deepEqual(paths.sort(), [
    '/payment/4.3/applePay/merchantValidation',
    '/payment/4.3/cancelTransaction',
    '/payment/4.3/cardInstallmentPlanInfo',
    '/payment/4.3/cardTokenInfo',
    '/payment/4.3/exchangeRate',
    '/payment/4.3/exchangeRate/apmMccExchangeRate',
    '/payment/4.3/exchangeRate/secure',
    '/payment/4.3/initialization',
    '/payment/4.3/loyaltyPointInfo',
    '/payment/4.3/payment',
    '/payment/4.3/paymentInquiry',
    '/payment/4.3/paymentNotification',
    '/payment/4.3/paymentOption',
    '/payment/4.3/paymentOptionDetails',
    '/payment/4.3/paymentToken',
    '/payment/4.3/securePayKey',
    '/payment/4.3/transactionStatus',
    '/payment/4.3/userPreference',
  ])
  assert.match(JSON.stringify(document.paths['/payment/4.3/paymentToken']), /"invoiceNo"/)
  assert.match(JSON.stringify(document.paths['/payment/4.3/cardTokenInfo']), /"cardBrand"/)
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path))
  assert.equal(new Set(operations.map(({ operationId }) => operationId)).size, operations.length)
  const initialization = document.paths['/payment/4.3/initialization']
  assert.equal(initialization?.['post']?.requestBody, undefined)
})
