import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { type Answer, jccClient, type JccClient } from '../support/jcc.ts'
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts'

// Seed 003, Direct Payments: its requests as they stand there, with the host replaced.

let sandbox: TestSandbox
let jcc: JccClient
before(async () => {
  sandbox = await startTestSandbox()
  jcc = jccClient(sandbox.url)
})

/** The seed's `--data` words, one after the other as curl joins them. */
function seedBody(orderNumber: string, pan: string): string {
  return [
    'userName=test_user',
    'password=test_user_password',
    'amount=100',
    'currency=978',
    'description=my_first_order',
    `orderNumber=${orderNumber}`,
    `pan=${pan}`,
    'cvc=123',
    'expiry=203012',
    'cardHolderName=TEST CARDHOLDER',
    'language=en',
    'backUrl=https%3A%2F%2Fmybestmerchantreturnurl.com',
    'failUrl=https%3A%2F%2Fmybestmerchantreturnurl.com',
  ].join('&')
}

async function instantPayment(body: string): Promise<Answer> {
  const response = await fetch(`${sandbox.url}/payment/rest/instantPayment.do`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
  })
  assert.equal(response.status, 200)
  return (await response.json()) as Answer
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/

function idOf({ orderId }: Answer): string {
  assert.match(String(orderId), UUID)
  return String(orderId)
}

test('seed 003: a card without 3-D Secure is paid at once, in the answer of the seed', async () => {
  const answer = await instantPayment(seedBody('1218637308', '4444555511113333'))
  const { orderStatus, redirect, ...rest } = answer
  const orderId = idOf(rest)
  assert.equal(redirect, `https://mybestmerchantreturnurl.com/?orderId=${orderId}&lang=en`)
  assert.deepEqual(rest, {
    orderId,
    errorCode: '0',
    orderNumber: '1218637308',
    info: 'Your order is proceeded, redirecting...',
    is3DSVer2: false,
  })
  const { approvalCode, rrn, paymentNetRefNum, ...status } = orderStatus as Answer
  assert.match(String(paymentNetRefNum), /^[0-9]{15}$/)
  assert.match(String(approvalCode), /^[0-9]{6}$/)
  assert.match(String(rrn), /^[0-9]{12}$/)
  assert.deepEqual(status, {
    expiration: '203012',
    cardholderName: 'TEST CARDHOLDER',
    depositAmount: 100,
    currency: '978',
    authCode: 2,
    ErrorCode: '0',
    ErrorMessage: 'Success',
    OrderStatus: 2,
    OrderNumber: '1218637308',
    Pan: '444455**3333',
    Amount: 100,
    Ip: '127.0.0.1',
  })
  const extended = await jcc.call('rest/getOrderStatusExtended.do', { orderId })
  assert.deepEqual([extended['orderStatus'], extended['actionCode']], [2, 0])
})

test('seed 003: a card with 3-D Secure is answered with the white page of the seed', async () => {
  const answer = await instantPayment(seedBody('1218637309', '5000001111111115'))
  const { orderStatus, acsUrl, ...rest } = answer
  const orderId = idOf(rest)
  const url = new URL(String(acsUrl))
  assert.equal(url.origin + url.pathname, `${sandbox.url}/payment/rest/getwhitepageurl.do`)
  assert.equal(url.searchParams.get('mdOrder'), orderId)
  assert.match(url.searchParams.get('threeDsServerTransId') ?? '', UUID)
  assert.deepEqual(rest, {
    orderId,
    errorCode: '0',
    orderNumber: '1218637309',
    info: 'Your order is proceeded, redirecting...',
    paReq: 'White page paReq',
    termUrl: 'White page termUrl',
    is3DSVer2: false,
  })
  assert.deepEqual(orderStatus, {
    expiration: '203012',
    cardholderName: 'TEST CARDHOLDER',
    depositAmount: 0,
    currency: '978',
    authCode: 2,
    ErrorCode: '0',
    ErrorMessage: 'Success',
    OrderStatus: 0,
    OrderNumber: '1218637309',
    Pan: '500000**1115',
    Amount: 100,
    Ip: '127.0.0.1',
  })
})
