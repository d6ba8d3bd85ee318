import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Fields } from '../../src/sandbox/twoc2p-client.ts'
import {
  accepted as acceptedBy,
  aDirectOrder,
  openPayerMaxShop,
  type PayerMaxClient,
  payerMaxOf,
  refusal as refusalOf,
  setConsole,
} from '../support/payermax.ts'
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts'

let gateway: TestSandbox
let client: PayerMaxClient

before(async () => {
  gateway = await startTestSandbox()
  client = await payerMaxOf(gateway.url)
})

const accepted = (api: string, data: Fields) => acceptedBy(client, api, data)
const refusal = (api: string, data: Fields) => refusalOf(client, api, data)

test('authorization: captured in parts, and the last one releases what is left', async () => {
  const order = aDirectOrder({ captureMode: 'MANUAL', totalAmount: 100, currency: 'USD' })
  const { outTradeNo } = order
  await accepted('orderAndPay', order)
  const queried = await accepted('orderQuery', { outTradeNo })
  assert.equal(queried['captureMode'], 'MANUAL')
  assert.equal(queried['authorizationType'], 'FINAL_AUTH')

  const first = { requestId: 'c-1', outTradeNo, currency: 'USD', amount: 30 }
  const captured = await accepted('capture', first)
  assert.equal(captured['status'], 'SUCCESS')
  assert.equal(captured['amount'], 30)
  assert.match(String(captured['captureNo']), /^\d{14}ED\d{39}$/)
  assert.match(String(captured['succeededTime']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d \+0000$/)
  assert.deepEqual(await accepted('capture', first), captured)
  assert.equal(await refusal('capture', { ...first, amount: 31 }), 'ORDER_REPEAT')
  assert.equal(
    await refusal('capture', { ...first, requestId: 'c-2', amount: 71 }),
    'AMOUNT_INVALID',
  )
  assert.equal(await refusal('cancel', { requestId: 'x-1', outTradeNo }), 'ORDER_CLOSE_FAILED')
  const last = { ...first, requestId: 'c-3', amount: '20.50', finalCapture: true }
  assert.equal((await accepted('capture', last))['isFinal'], true)
  assert.equal(await refusal('capture', { ...first, requestId: 'c-4', amount: 1 }), 'AUTH_EXPIRED')
})

test('authorization: cancelled as a whole, once', async () => {
  const order = aDirectOrder({ captureMode: 'MANUAL' })
  const { outTradeNo } = order
  await accepted('orderAndPay', order)
  const cancelled = await accepted('cancel', { requestId: 'x-2', outTradeNo })
  assert.equal(cancelled['status'], 'SUCCESS')
  assert.deepEqual(await accepted('cancel', { requestId: 'x-2', outTradeNo }), cancelled)
  assert.equal(await refusal('cancel', { requestId: 'x-3', outTradeNo }), 'ORDER_CLOSE_FAILED')
  const sold = aDirectOrder()
  await accepted('orderAndPay', sold)
  const cancel = { requestId: 'x-4', outTradeNo: sold['outTradeNo'] }
  assert.equal(await refusal('cancel', cancel), 'ORDER_CLOSE_FAILED')
})

test('CAPTURE and CANCEL: they are told where the console says', async () => {
  const shop = await openPayerMaxShop()
  await setConsole(gateway, { paymentNotifyUrl: shop.url })
  const order = aDirectOrder({ captureMode: 'MANUAL', totalAmount: 10, currency: 'USD' })
  const { outTradeNo } = order
  await accepted('orderAndPay', order)
  await shop.heardAtLeast(1)
  const capture = { requestId: 'c-told', outTradeNo, currency: 'USD', amount: 4 }
  const captured = await accepted('capture', capture)
  await shop.heardAtLeast(2)
  assert.equal(shop.heard[1]?.fields['notifyType'], 'CAPTURE')
  assert.deepEqual(shop.heard[1]?.fields['data'], captured)
  const other = aDirectOrder({ captureMode: 'MANUAL' })
  await accepted('orderAndPay', other)
  await shop.heardAtLeast(3)
  const cancel = { requestId: 'x-told', outTradeNo: other['outTradeNo'] }
  const cancelled = await accepted('cancel', cancel)
  await shop.heardAtLeast(4)
  assert.equal(shop.heard[3]?.fields['notifyType'], 'CANCEL')
  assert.deepEqual(shop.heard[3]?.fields['data'], cancelled)
})

test('refund: in parts, told and asked about, and never more than was paid', async () => {
  const shop = await openPayerMaxShop()
  const order = aDirectOrder({ totalAmount: 50, currency: 'USD' })
  const { outTradeNo } = order
  const { tradeToken } = await accepted('orderAndPay', order)
  const refund = {
    outRefundNo: `${String(outTradeNo)}-r1`,
    outTradeNo,
    refundAmount: 20.5,
    refundCurrency: 'USD',
    refundNotifyUrl: shop.url,
  }
  const refunded = await accepted('refund', refund)
  assert.equal(refunded['status'], 'REFUND_PENDING')
  assert.match(String(refunded['refundTradeNo']), /^\d{14}TI\d{39}$/)
  await shop.heardAtLeast(1)
  const [heard] = shop.heard
  assert.ok(heard && client.isOurs(heard.body, heard.sign))
  assert.equal(heard.fields['notifyType'], 'REFUND')
  assert.equal((heard.fields['data'] as Fields)['status'], 'REFUND_SUCCESS')

  const queried = await accepted('refundQuery', { outRefundNo: refund.outRefundNo })
  assert.equal(queried['status'], 'REFUND_SUCCESS')
  assert.equal(queried['refundAmount'], 20.5)
  assert.equal(queried['totalAmount'], 20.5)
  const { refundTradeNo } = refunded
  assert.deepEqual(await accepted('refundQuery', { refundTradeNo }), queried)
  assert.deepEqual(await accepted('refund', refund), refunded)

  const more = {
    ...refund,
    outRefundNo: `${String(outTradeNo)}-r2`,
    outTradeNo: undefined,
    tradeToken,
  }
  assert.equal(await refusal('refund', { ...more, refundAmount: 29.51 }), 'AMOUNT_INVALID')
  assert.equal(await refusal('refund', { ...more, outRefundNo: outTradeNo }), 'REFUND_NO_INVALID')
  assert.equal(await refusal('refund', { ...more, refundAmount: 0 }), 'REFUND_FAILED')
  assert.equal(await refusal('refund', { ...more, refundCurrency: 'EUR' }), 'CURRENCY_INVALID')
  assert.equal(
    (await accepted('refund', { ...more, refundAmount: '29.50' }))['status'],
    'REFUND_PENDING',
  )
  assert.equal(
    await refusal('refund', { ...more, outRefundNo: 'r3', refundAmount: 1 }),
    'REFUND_FAILED',
  )
})

test('refund: amounts of 102 and 202 wait, as documented for testing', async () => {
  for (const refundAmount of [102, 202]) {
    const order = aDirectOrder({ totalAmount: 500, currency: 'USD' })
    await accepted('orderAndPay', order)
    const outRefundNo = `${String(order['outTradeNo'])}-r`
    const { outTradeNo } = order
    const refund = { outRefundNo, outTradeNo, refundAmount, refundCurrency: 'USD' }
    assert.equal((await accepted('refund', refund))['status'], 'REFUND_PENDING')
    const queried = await accepted('refundQuery', { outRefundNo })
    assert.equal(queried['status'], 'REFUND_PENDING')
  }
})
