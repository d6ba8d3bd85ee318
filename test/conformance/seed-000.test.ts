import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { freshPan } from '../support/canaries.ts'
import {
  aSchemeTokenPayment,
  freshInvoice,
  openOrder,
  openShop,
  type Shop,
  startTestSandbox,
  type TestSandbox,
} from '../support/sandbox.ts'
import type { Fields } from '../../src/sandbox/twoc2p-client.ts'

// The requests and answers as the founding document "Card Scheme Token" prints them.
const printed = JSON.parse(
  readFileSync(new URL('../fixtures/card-scheme-token.json', import.meta.url), 'utf8'),
) as Record<'paymentToken' | 'payment' | 'paymentAnswer' | 'notification' | 'inquiry', Fields> & {
  inquiryAnswer: Fields
}

let gateway: TestSandbox
let shop: Shop

before(async () => {
  gateway = await startTestSandbox()
  shop = await openShop()
})

test('2C2P seed: the printed payment token request is answered with the printed fields', async () => {
  const client = await gateway.client('JT01')
  const request = { ...printed.paymentToken, invoiceNo: freshInvoice() }
  const answer = await client.signed('paymentToken', request)
  assert.equal(answer['respCode'], '0000')
  assert.equal(answer['respDesc'], 'Success')
  assert.match(String(answer['paymentToken']), /^[A-Za-z0-9+/]{107}=$/)
  const encoded = encodeURIComponent(String(answer['paymentToken'])).replace(/%../g, (escape) =>
    escape.toLowerCase(),
  )
  assert.equal(answer['webPaymentUrl'], `${gateway.url}/payment/4.3/#/token/${encoded}`)
})

test('2C2P seed: the printed invoice number works once', async () => {
  const client = await gateway.client('JT01')
  const first = await client.signed('paymentToken', printed.paymentToken)
  const second = await client.signed('paymentToken', printed.paymentToken)
  assert.equal(first['respCode'], '0000')
  assert.deepEqual(second, { respCode: '9015', respDesc: 'Existing Invoice Number' })
})

test('2C2P seed: the printed flow is paid, told to the shop, and told again by inquiry', async () => {
  const client = await gateway.client('JT04')
  const invoiceNo = freshInvoice()
  const { amount, currencyCode } = printed.notification
  const opened = await client.signed('paymentToken', {
    ...printed.paymentToken,
    merchantID: 'JT04',
    invoiceNo,
    amount,
    currencyCode,
    backendReturnUrl: shop.url,
  })
  const paymentToken = String(opened['paymentToken'])
  const pan = freshPan()
  const heardBefore = shop.heard.length

  const paid = await client.plain('payment', withCard(printed.payment, paymentToken, pan))
  assert.deepEqual(paid, { ...printed.paymentAnswer, invoiceNo })
  assert.deepEqual(Object.keys(paid), Object.keys(printed.paymentAnswer))

  await shop.heardAtLeast(heardBefore + 1)
  const told = client.verify(shop.heard.at(-1) ?? '')
  for (const name of Object.keys(printed.notification)) assert.ok(name in told, name)
  assert.equal(told['merchantID'], 'JT04')
  assert.equal(told['invoiceNo'], invoiceNo)
  assert.equal(told['accountNo'], `499999XXXXXX${pan.slice(-4)}`)
  assert.equal(told['amount'], 230.87)
  assert.equal(told['eci'], '02')
  assert.equal(told['respCode'], '0000')
  assert.equal(told['respDesc'], 'Success')
  assert.match(String(told['approvalCode']), /^[0-9]{6}$/)
  assert.match(String(told['tranRef']), /^[0-9]{1,28}$/)
  assert.match(String(told['referenceNo']), /^[0-9]+$/)
  assert.match(String(told['transactionDateTime']), /^[0-9]{14}$/)

  // As printed: the payment token of this order, and an invoice number of another.
  const inquiry = { ...printed.inquiry, paymentToken, merchantID: 'JT04' }
  const inquired = await client.signed('paymentInquiry', inquiry)
  for (const name of Object.keys(printed.inquiryAnswer)) assert.ok(name in inquired, name)
  const { cardNo, ...rest } = inquired
  assert.equal(cardNo, told['accountNo'])
  assert.deepEqual(rest, told)
})

for (const channel of ['GOOGLEPAY', 'APPLEPAY', 'EXTERNAL']) {
  test(`2C2P card scheme token: the ${channel} form is paid with its own ECI`, async () => {
    const client = await gateway.client('JT01')
    const paymentToken = await openOrder(client, { paymentChannel: ['CSTOKEN'] })
    const payment = aSchemeTokenPayment(paymentToken, { blob: { channel, eci: '05' } })
    assert.equal((await client.plain('payment', payment))['respCode'], '2000')
    const inquired = await client.signed('paymentInquiry', { paymentToken })
    assert.equal(inquired['respCode'], '0000')
    assert.equal(inquired['eci'], '05')
  })
}

test('2C2P inquiry: fields come in the order and null style of real traffic', async () => {
  const client = await gateway.client('JT01')
  const paymentToken = await openOrder(client, { amount: '20.00' })
  await client.plain('payment', aSchemeTokenPayment(paymentToken))
  const inquired = await client.signed('paymentInquiry', { paymentToken })
  const names = readFileSync(new URL('../fixtures/result-fields.txt', import.meta.url), 'utf8')
  assert.deepEqual(Object.keys(inquired), names.trim().split('\n'))
  const nulls = Object.keys(inquired).filter((name) => inquired[name] === null)
  assert.deepEqual(nulls, [
    'customerTokenExpiry',
    'loyaltyPoints',
    'uniqueAccountReference',
    'childMerchantID',
    'monthlyPayment',
    'installmentMerchantAbsorbRate',
  ])
  assert.equal(inquired['amount'], 20)
})

function withCard(payment: Fields, paymentToken: string, pan: string): Fields {
  const text = JSON.stringify({ ...payment, paymentToken })
    .replace('{DIGITAL_PAN}', pan)
    .replace('{EXPIRY_MONTH}', '12')
    .replace('{EXPIRY_YEAR}', '2030')
  return JSON.parse(text) as Fields
}
