import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Fields } from '../../src/sandbox/twoc2p-client.ts'
import {
  aCard,
  accepted as acceptedBy,
  aDirectOrder,
  openPayerMaxShop,
  type PayerMaxClient,
  payerMaxOf,
  refusal as refusalOf,
} from '../support/payermax.ts'
import { eventually, startTestSandbox, type TestSandbox } from '../support/sandbox.ts'

let gateway: TestSandbox
let client: PayerMaxClient

before(async () => {
  gateway = await startTestSandbox()
  client = await payerMaxOf(gateway.url)
})

const accepted = (api: string, data: Fields) => acceptedBy(client, api, data)
const refusal = (api: string, data: Fields) => refusalOf(client, api, data)

test('orderAndPay by card: paid at once, the same in query and notification', async () => {
  const shop = await openPayerMaxShop()
  const cardInfo = aCard()
  const order = aDirectOrder({ notifyUrl: shop.url, reference: 'r-1', paymentDetail: { cardInfo } })
  const paid = await accepted('orderAndPay', order)
  const { outTradeNo } = order
  assert.equal(paid['status'], 'SUCCESS')
  assert.equal(paid['outTradeNo'], outTradeNo)
  assert.match(String(paid['tradeToken']), /^T\d{49}$/)

  const queried = await accepted('orderQuery', { outTradeNo })
  assert.equal(queried['status'], 'SUCCESS')
  assert.equal(queried['totalAmount'], 39.99)
  assert.equal(queried['currency'], 'SAR')
  assert.equal(queried['reference'], 'r-1')
  assert.equal(queried['resultMsg'], '')
  const [detail] = queried['paymentDetails'] as Fields[]
  const card = detail?.['cardInfo'] as Fields
  assert.equal(
    card['cardIdentifierNo'],
    `499999******${String(cardInfo['cardIdentifierNo']).slice(-4)}`,
  )
  assert.equal(card['cardIdentifierName'], 'J**********')
  assert.equal(card['cardOrg'], 'VISA')
  assert.equal(card['cardExpirationYear'], '30')

  await shop.heardAtLeast(1)
  const [heard] = shop.heard
  assert.ok(heard && client.isOurs(heard.body, heard.sign))
  const { data, ...envelope } = heard.fields
  assert.equal(envelope['code'], 'APPLY_SUCCESS')
  assert.equal(envelope['notifyType'], 'PAYMENT')
  assert.equal(envelope['merchantNo'], 'SP328900011')
  assert.equal(envelope['keyVersion'], '1')
  assert.deepEqual(data, queried)
})

test('orderAndPay: decimals travel as they are, however they are written', async () => {
  for (const [totalAmount, currency, shown] of [
    ['74.99', 'USD', '74.99'],
    ['0.10', 'USD', '0.1'],
    [10000, 'IDR', '10000'],
    ['1.25', 'KWD', '1.25'],
  ] as const) {
    const order = aDirectOrder({ totalAmount, currency })
    await accepted('orderAndPay', order)
    const body = JSON.stringify(client.envelope({ outTradeNo: order['outTradeNo'] }))
    const response = await fetch(`${gateway.url}/aggregate-pay/api/gateway/orderQuery`, {
      method: 'POST',
      headers: { sign: client.sign(body) },
      body,
    })
    const text = await response.text()
    assert.ok(text.includes(`"totalAmount":${shown},`), text)
  }
})

test('orderAndPay: a declined card is an accepted request with a failed order', async () => {
  const shop = await openPayerMaxShop()
  const cardInfo = aCard({ cardIdentifierNo: '4000000000000515', cardExpirationYear: '29' })
  const order = aDirectOrder({ notifyUrl: shop.url, paymentDetail: { cardInfo } })
  const paid = await accepted('orderAndPay', order)
  assert.equal(paid['status'], 'FAILED')
  const queried = await accepted('orderQuery', { outTradeNo: order['outTradeNo'] })
  assert.equal(queried['status'], 'FAILED')
  assert.equal(queried['resultCode'], 'BALANCE_INSUFFICIENT')
  assert.deepEqual(queried['paymentDetails'], [])
  await shop.heardAtLeast(1)
  const fields = shop.heard[0]?.fields ?? {}
  assert.equal(fields['code'], 'BALANCE_INSUFFICIENT')
  const data = fields['data'] as Fields
  assert.equal(data['status'], 'FAILED')
  assert.equal((data['paymentDetails'] as Fields[]).length, 1)
})

test('orderAndPay: the subject drives the sandbox as documented', async () => {
  const statusFor = async (subject: string) =>
    (await accepted('orderAndPay', aDirectOrder({ subject })))['status']
  assert.equal(await statusFor('SUCCESS'), 'SUCCESS')
  assert.equal(await statusFor('FAILED'), 'FAILED')
  assert.equal(await statusFor('PENDING'), 'PENDING')
  assert.equal(await statusFor('anything else'), 'SUCCESS')
})

test('orderAndPay: the documented test cards pay', async () => {
  for (const cardIdentifierNo of [
    '4444333322221111',
    '5555555555554444',
    '2131432429743027',
    '6011000000000012',
    '30569309025904',
    '5297412542005689',
    '4507785555554449',
    '4215375500883243',
    '5326774027281753',
    '4919713330643198',
  ]) {
    const cardInfo = aCard({ cardIdentifierNo })
    const paid = await accepted('orderAndPay', aDirectOrder({ paymentDetail: { cardInfo } }))
    assert.equal(paid['status'], 'SUCCESS', cardIdentifierNo)
  }
})

test('orderAndPay: subject 3DS leads through a challenge, whose outcome decides', async () => {
  for (const [outcome, status] of [
    ['pass', 'SUCCESS'],
    ['fail', 'FAILED'],
  ]) {
    const cardInfo = aCard({ cardIdentifierNo: '4444333322221111' })
    const order = aDirectOrder({ subject: '3DS', paymentDetail: { cardInfo } })
    const pending = await accepted('orderAndPay', order)
    assert.equal(pending['status'], 'PENDING')
    const response = await fetch(`${gateway.url}/sandbox/3ds/complete`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ url: pending['redirectUrl'], outcome }),
    })
    const { back } = (await response.json()) as { back: { url: string } }
    const { searchParams } = new URL(back.url)
    assert.equal(searchParams.get('outTradeNo'), order['outTradeNo'])
    assert.equal(searchParams.get('tradeToken'), pending['tradeToken'])
    assert.equal(searchParams.get('status'), status)
    const queried = await accepted('orderQuery', { outTradeNo: order['outTradeNo'] })
    assert.equal(queried['status'], status)
    const code = status === 'FAILED' ? 'AUTHENTICATE_FAILED' : undefined
    assert.equal(queried['resultCode'], code)
  }
})

test('orderAndPay: an order number is used once, in any case of its letters', async () => {
  const order = aDirectOrder({ outTradeNo: `Once_${Date.now()}_A` })
  await accepted('orderAndPay', order)
  const booked = gateway.ledger.newest(1)[0]?.operationId
  assert.equal(await refusal('orderAndPay', order), 'ORDER_REPEAT')
  const lower = { ...order, outTradeNo: String(order['outTradeNo']).toLowerCase() }
  assert.equal(await refusal('orderAndPay', lower), 'ORDER_REPEAT')
  assert.equal(await refusal('orderAndPay', { ...order, totalAmount: 1 }), 'ORDER_REPEAT')
  assert.equal(gateway.ledger.newest(1)[0]?.operationId, booked)
  const queried = await accepted('orderQuery', { outTradeNo: lower.outTradeNo })
  assert.equal(queried['outTradeNo'], order['outTradeNo'])
})

test('orderAndPay: ten at once with one order number charge once', async () => {
  const order = aDirectOrder()
  const answers = await Promise.all(
    Array.from({ length: 10 }, async () => client.call('orderAndPay', order)),
  )
  const codes = answers.map(({ code }) => code)
  assert.equal(codes.filter((code) => code === 'APPLY_SUCCESS').length, 1, codes.join())
  const reference = String(order['outTradeNo']).toLowerCase()
  const booked = gateway.ledger.newest(100).filter((one) => one.merchantReference === reference)
  assert.equal(booked.length, 1)
})

test('orderAndPay: what was refused takes no order number, and may be sent again', async () => {
  const order = aDirectOrder()
  const wrong = {
    ...order,
    paymentDetail: { ...(order['paymentDetail'] as Fields), cardInfo: aCard({ cvv: '12' }) },
  }
  assert.equal(await refusal('orderAndPay', wrong), 'CVV_INVALID')
  assert.equal(await refusal('orderQuery', { outTradeNo: order['outTradeNo'] }), 'ORDER_NOT_EXIST')
  assert.equal((await accepted('orderAndPay', order))['status'], 'SUCCESS')
})

test('hosted cashier: the same page while nobody has paid, then the order is closed', async () => {
  const order = {
    ...aDirectOrder({ integrate: 'Hosted_Checkout', language: 'th' }),
    paymentDetail: undefined,
    terminalType: undefined,
  }
  const opened = await accepted('orderAndPay', order)
  assert.equal(opened['status'], 'PENDING')
  assert.ok(String(opened['redirectUrl']).startsWith(`${gateway.url}/cashier/#/token/`))
  assert.deepEqual(await accepted('orderAndPay', order), opened)
  assert.equal((await fetch(`${gateway.url}/cashier/`)).status, 200)
  const { outTradeNo } = order as Fields
  assert.equal((await accepted('orderQuery', { outTradeNo }))['status'], 'PENDING')
  const closed = await accepted('orderClose', { outTradeNo, reason: 'gone' })
  assert.equal(closed['status'], 'CLOSED')
  assert.equal((await accepted('orderQuery', { outTradeNo }))['status'], 'CLOSED')
  assert.equal(await refusal('orderAndPay', order), 'ORDER_REPEAT')
  const paid = aDirectOrder()
  await accepted('orderAndPay', paid)
  const close = { outTradeNo: paid['outTradeNo'] }
  assert.equal(await refusal('orderClose', close), 'ORDER_CLOSE_FAILED')
})

test('hosted cashier: a payer may try again, and the merchant is told once, of the end', async () => {
  const shop = await openPayerMaxShop()
  const { paymentDetail: _detail, ...fields } = aDirectOrder({ notifyUrl: shop.url })
  const opened = await accepted('orderAndPay', { ...fields, integrate: 'Hosted_Checkout' })
  const [, ref = ''] = String(opened['redirectUrl']).split('#/token/')
  const pay = async (number: unknown) =>
    fetch(`${gateway.url}/page/${ref}/pay`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ card: { number, month: '12', year: '30', code: '123' } }),
    })
  assert.equal((await pay('4000000000000515')).status, 200)
  const { outTradeNo } = fields
  assert.equal((await accepted('orderQuery', { outTradeNo }))['status'], 'PENDING')
  assert.equal((await pay(aCard()['cardIdentifierNo'])).status, 200)
  await shop.heardAtLeast(1)
  const queried = await accepted('orderQuery', { outTradeNo })
  assert.equal(queried['status'], 'SUCCESS')
  assert.equal(shop.heard.length, 1)
  const { data } = shop.heard[0]?.fields ?? {}
  assert.equal((data as Fields)['status'], 'SUCCESS')
})

test('orders that nobody pays in time are closed, and their merchant is told', async () => {
  const shop = await openPayerMaxShop()
  const { paymentDetail: _detail, ...fields } = aDirectOrder({ notifyUrl: shop.url })
  await accepted('orderAndPay', { ...fields, integrate: 'Hosted_Checkout' })
  const { database } = gateway.sandbox.program
  await database.script("update payment_order set expires_at = now() where status = 'open'")
  await shop.heardAtLeast(1)
  const [heard] = shop.heard
  assert.equal(heard?.fields['code'], 'PAYMENT_FAILED')
  assert.equal(heard?.fields['msg'], 'Payment was not completed on time.')
  const data = heard?.fields['data'] as Fields
  assert.equal(data['status'], 'CLOSED')
  assert.deepEqual(data['paymentDetails'], [])
  const { outTradeNo } = fields
  assert.equal((await accepted('orderQuery', { outTradeNo }))['status'], 'CLOSED')
})

/** Opens a hosted order that its merchant hears of. @returns what the hosted page needs of it. */
async function openHosted() {
  const shop = await openPayerMaxShop()
  const { paymentDetail: _detail, ...fields } = aDirectOrder({ notifyUrl: shop.url })
  const opened = await accepted('orderAndPay', { ...fields, integrate: 'Hosted_Checkout' })
  const [, ref = ''] = String(opened['redirectUrl']).split('#/token/')
  return { shop, ref, outTradeNo: fields['outTradeNo'] }
}

test('orders that are closed, by the merchant or by the payer, are told as CLOSED, once', async () => {
  const closed = await openHosted()
  const { outTradeNo } = closed
  const startedAt = Date.now()
  const answer = await accepted('orderClose', { outTradeNo })
  assert.equal(answer['status'], 'CLOSED')
  assert.deepEqual(await accepted('orderClose', { outTradeNo }), answer)
  const cancelled = await openHosted()
  const page = `${gateway.url}/page/${cancelled.ref}/cancel`
  assert.equal((await fetch(page, { method: 'POST' })).status, 200)
  for (const { shop, ...order } of [closed, cancelled]) {
    await shop.heardAtLeast(1)
    const { code, msg, notifyType, data } = shop.heard[0]?.fields ?? {}
    const told = 'Payment was not completed on time.'
    assert.deepEqual([code, msg, notifyType], ['PAYMENT_FAILED', told, 'PAYMENT'])
    assert.equal((data as Fields)['outTradeNo'], order.outTradeNo)
    assert.equal((data as Fields)['status'], 'CLOSED')
    const queried = await accepted('orderQuery', { outTradeNo: order.outTradeNo })
    const { completeTime } = data as Fields
    assert.equal(queried['completeTime'], completeTime)
    const completedAt = Date.parse(String(completeTime))
    assert.ok(completedAt >= startedAt && completedAt <= Date.now(), 'it ended when it was closed')
    await gateway.sandbox.program.gateway.idle()
    assert.equal(shop.heard.length, 1)
  }
})

test('orders whose last attempt ends after their time are told as well', async () => {
  const { shop, ref, outTradeNo } = await openHosted()
  const card = { number: '4000000000002065', month: '12', year: '30', code: '123' }
  const pay = { method: 'POST', headers: { 'content-type': 'application/json' } }
  await fetch(`${gateway.url}/page/${ref}/pay`, { ...pay, body: JSON.stringify({ card }) })
  const { database } = gateway.sandbox.program
  await database.script(`update payment_order set expires_at = now() where status = 'paying';
    update authentication set expires_at = now() where state <> 'done'`)
  await shop.heardAtLeast(1)
  const { data } = shop.heard[0]?.fields ?? {}
  assert.equal((data as Fields)['status'], 'CLOSED')
  assert.equal((await accepted('orderQuery', { outTradeNo }))['status'], 'CLOSED')
})

test('notifications: only the documented acknowledgement ends them', async () => {
  const shop = await openPayerMaxShop()
  const { database } = gateway.sandbox.program
  shop.answers.push('', 'OK', '{"code":"FAIL"}', '{"bizCode":"9998","message":"data is invalid"}')
  await accepted('orderAndPay', aDirectOrder({ notifyUrl: shop.url }))
  for (let count = 1; count <= 5; count += 1) {
    await shop.heardAtLeast(count)
    await eventually(async () => {
      const { rows } = await database.run<{ attempts: number; state: string; wait: number }>({
        name: `attempts_${count}`,
        text: `select attempts, state, round(extract(epoch from due_at - now()))::int wait
          from notification where url = $1`,
        values: [shop.url],
      })
      const [row] = rows
      if (row?.attempts !== count) return undefined
      assert.equal(row.state, count === 5 ? 'delivered' : 'due')
      return true
    })
    await database.script("update notification set due_at = now() where state = 'due'")
  }
  assert.equal(new Set(shop.heard.map(({ fields }) => JSON.stringify(fields['data']))).size, 1)
})
