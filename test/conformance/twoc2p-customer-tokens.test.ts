import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Fields, TwoC2pClient } from '../../src/sandbox/twoc2p-client.ts'
import { freshPan } from '../support/canaries.ts'
import {
  aCardPayment,
  anOrder,
  openOrder,
  openShop,
  payAndStore,
  startTestSandbox,
  type TestSandbox,
} from '../support/sandbox.ts'

let gateway: TestSandbox
let client: TwoC2pClient

before(async () => {
  gateway = await startTestSandbox()
  client = await gateway.client('JT01')
})

const store = (data: Fields, order: Fields = {}) => payAndStore(client, data, order)

function byToken(paymentToken: string, customerToken: unknown, data: Fields = {}): Fields {
  const payment = { code: { channelCode: 'CC' }, data: { customerToken, ...data } }
  return { paymentToken, payment }
}

test('2C2P tokenization: an approved card is stored, and its token pays a later order', async () => {
  const shop = await openShop()
  const cardNo = freshPan()
  const stored = await store({ cardNo }, { backendReturnUrl: shop.url })
  const customerToken = stored['customerToken']
  assert.match(String(customerToken), /^[0-9]{20}$/)
  assert.equal(stored['customerTokenExpiry'], '20301231')
  await shop.heardAtLeast(1)
  assert.equal(client.verify(shop.heard[0] ?? '')['customerToken'], customerToken)

  const paymentToken = await openOrder(client, { customerToken: [customerToken] })
  const paid = await client.plain('payment', byToken(paymentToken, customerToken))
  assert.equal(paid['respCode'], '2000')
  const inquired = await client.signed('paymentInquiry', { paymentToken })
  assert.equal(inquired['respCode'], '0000')
  assert.equal(inquired['customerToken'], customerToken)
  assert.equal(inquired['accountNo'], `499999XXXXXX${cardNo.slice(-4)}`)
})

test('2C2P tokenization: one card stored twice is one vault card and one token', async () => {
  const cardNo = freshPan()
  const first = await store({ cardNo })
  const second = await store({ cardNo, expiryYear: '2031' })
  assert.equal(second['customerToken'], first['customerToken'])
  assert.equal(second['customerTokenExpiry'], '20311231')
  const { rows } = await gateway.sandbox.program.database.run<{ cards: bigint }>({
    name: 'count_cards',
    text: `select count(distinct card_id) cards from vault_token where pan_masked = $1`,
    values: [`499999******${cardNo.slice(-4)}`],
  })
  assert.equal(rows[0]?.cards, 1n)
})

test('2C2P tokenization: fifty at once with the same card make one vault card', async () => {
  const cardNo = freshPan()
  const stored = await Promise.all(Array.from({ length: 50 }, async () => store({ cardNo })))
  const told = new Set(
    stored.map((answer) => `${String(answer['respCode'])} ${String(answer['customerToken'])}`),
  )
  assert.equal(told.size, 1, [...told].join())
})

test('2C2P tokenization: nothing is stored on a decline, nor without the payer’s consent', async () => {
  const declined = await store({}, { amount: '990005.00' })
  assert.equal(declined['respCode'], '4005')
  assert.equal(declined['customerToken'], '')
  const refused = await store({ accountTokenization: false })
  assert.equal(refused['respCode'], '0000')
  assert.equal(refused['customerToken'], '')
  const notOffered = await store({}, { tokenize: false })
  assert.equal(notOffered['customerToken'], '')
})

test('2C2P tokenization: tokenizeOnly stores the card and charges nothing', async () => {
  const stored = await store({}, { tokenizeOnly: true, amount: 25 })
  assert.equal(stored['respCode'], '4200')
  assert.match(String(stored['customerToken']), /^[0-9]{20}$/)
  const [entry] = gateway.ledger.newest(1)
  assert.equal(entry?.kind, 'verify')
  assert.equal(entry?.minor, 0n)
  const declined = await store({ cardNo: '4444333322221111' }, { tokenizeOnly: true })
  assert.equal(declined['respCode'], '4201')
})

test('2C2P customer token: it pays only if it was named at the payment token', async () => {
  const { customerToken } = await store({})
  const booked = gateway.ledger.newest(1)[0]?.operationId
  const paymentToken = await openOrder(client)
  const answer = await client.plain('payment', byToken(paymentToken, customerToken))
  assert.equal(answer['respCode'], '4202')
  assert.equal(gateway.ledger.newest(1)[0]?.operationId, booked)
})

test('2C2P customer token: another merchant’s is unknown everywhere', async () => {
  const { customerToken } = await store({})
  const other = await gateway.client('JT02')
  const order = anOrder({ currencyCode: 'MMK', customerToken: [customerToken] })
  assert.equal((await other.signed('paymentToken', order))['respCode'], '9202')
  const paymentToken = await openOrder(other, { currencyCode: 'MMK' })
  const paid = await other.plain('payment', byToken(paymentToken, customerToken))
  assert.equal(paid['respCode'], '4202')
})

test('2C2P customer token: a corrected expiry is kept once the issuer approves it', async () => {
  const { customerToken } = await store({})
  const order = { customerToken: [customerToken] }
  const paymentToken = await openOrder(client, order)
  const data = { expiryMonth: '3', expiryYear: '2033', securityCode: '123' }
  await client.plain('payment', byToken(paymentToken, customerToken, data))
  const inquired = await client.signed('paymentInquiry', { paymentToken })
  assert.equal(inquired['customerToken'], customerToken)
  assert.equal(inquired['customerTokenExpiry'], '20330331')
})

test('2C2P customer token: customerTokenOnly refuses a new card', async () => {
  const { customerToken } = await store({})
  const order = { customerToken: [customerToken], customerTokenOnly: true }
  const paymentToken = await openOrder(client, order)
  assert.equal((await client.plain('payment', aCardPayment(paymentToken)))['respCode'], '9059')
  const paid = await client.plain('payment', byToken(paymentToken, customerToken))
  assert.equal(paid['respCode'], '2000')
})

test('2C2P customer token: the tokens that the documents name are stored cards', async () => {
  const named: [string, string, string][] = [
    ['JT01', 'SGD', '28052010234224845229'],
    ['JT01', 'SGD', '7305201872122484776'],
    ['JT04', 'THB', '28052010234224845229'],
    ['JT04', 'THB', '20052010380915759367'],
  ]
  for (const [merchantID, currencyCode, customerToken] of named) {
    const merchant = await gateway.client(merchantID)
    const order = { currencyCode, customerToken: [customerToken] }
    const paymentToken = await openOrder(merchant, order)
    const paid = await merchant.plain('payment', byToken(paymentToken, customerToken))
    assert.equal(paid['respCode'], '2000', `${merchantID} ${customerToken}`)
    const inquired = await merchant.signed('paymentInquiry', { paymentToken })
    assert.equal(inquired['respCode'], '0000')
    assert.equal(inquired['customerToken'], customerToken)
  }
})

test('2C2P 4.1 and 4.2: the older names are read and written', async () => {
  const { customerToken } = await store({})
  const older = await gateway.client('JT01')
  const opened = await older.signed('../4.1/paymentToken', anOrder({ cardTokens: [customerToken] }))
  const { paymentToken } = opened
  const data = byToken(String(paymentToken), customerToken)
  assert.equal((await older.plain('../4.2/payment', data))['respCode'], '2000')
  const inquired = await older.signed('../4.1/paymentInquiry', { paymentToken })
  assert.deepEqual(Object.keys(inquired).slice(0, 2), ['cardNo', 'cardToken'])
  assert.equal(inquired['cardToken'], customerToken)
})
