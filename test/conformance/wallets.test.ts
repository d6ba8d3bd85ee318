import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { freshCryptogram, freshPan } from '../support/canaries.ts'
import { type Answer, jccClient, type JccClient, register } from '../support/jcc.ts'
import {
  freshInvoice,
  openOrder,
  payAndStore,
  startTestSandbox,
  type TestSandbox,
} from '../support/sandbox.ts'

let gateway: TestSandbox
let jcc: JccClient

before(async () => {
  gateway = await startTestSandbox()
  jcc = jccClient(gateway.url, {})
})

type Fields = Readonly<Record<string, unknown>>

const CHALLENGED = '5555555555555599'

/** What a payer's device would have made. */
async function sealed(wallet: 'applepay' | 'googlepay', fields: Fields = {}): Promise<string> {
  const response = await fetch(`${gateway.url}/sandbox/wallets/${wallet}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ pan: freshPan(), cryptogram: freshCryptogram(), ...fields }),
  })
  const { paymentToken } = (await response.json()) as { paymentToken?: string }
  assert.ok(paymentToken, String(response.status))
  return paymentToken
}

/** As the documents have it: JSON, and no password. */
async function call(method: string, fields: Fields): Promise<Answer> {
  const response = await fetch(`${gateway.url}/payment/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fields),
  })
  assert.equal(response.status, 200)
  return (await response.json()) as Answer
}

const anOrder = (fields: Fields) => ({
  merchant: 'test_user',
  orderNumber: freshInvoice(),
  ...fields,
})

const aGoogleOrder = (fields: Fields) =>
  anOrder({ amount: '500', ip: '192.0.2.1', returnUrl: 'https://shop.example/done', ...fields })

const errorOf = (answer: Answer) => (answer['error'] as Answer | undefined)?.['code']
const statusOf = (answer: Answer) => answer['orderStatus'] as Answer
const ordersOf = async (orderNumber: unknown) => {
  const credentials = { userName: 'test_user', password: 'test_user_password' }
  const fields = { ...credentials, orderNumber: String(orderNumber) }
  return (await jcc.call('rest/getOrderStatusExtended.do', fields))['errorCode']
}

test('jcc apple pay: the sum that the device signed is paid, once', async () => {
  const order = anOrder({ paymentToken: await sealed('applepay', { amount: 1_234 }) })
  const paid = await call('applepay/payment.do', order)
  assert.equal(paid['success'], true, JSON.stringify(paid))
  const { orderStatus, amount, currency } = statusOf(paid)
  assert.deepEqual([orderStatus, amount, currency], [2, 1_234, '978'])
  assert.equal(statusOf(paid)['paymentWay'], 'APPLE_PAY')
  const again = { ...order, orderNumber: freshInvoice() }
  const refused = await call('applepay/payment.do', again)
  assert.deepEqual([refused['success'], errorOf(refused)], [false, '10'])
  assert.equal(await ordersOf(again.orderNumber), '6')
  const held = await call(
    'applepay/payment.do',
    anOrder({
      merchant: 'CY01',
      amount: '77',
      preAuth: true,
      paymentToken: await sealed('applepay', { amount: 77 }),
    }),
  )
  assert.equal(statusOf(held)['orderStatus'], 1)
})

test('jcc wallets: what is not genuine, for another merchant or another sum pays nothing', async () => {
  const amount = 100
  const apple = await sealed('applepay', { amount })
  const google = await sealed('googlepay')
  const others = [
    ['applepay', anOrder({ paymentToken: apple, merchant: 'jt01' }), '10'],
    ['applepay', anOrder({ paymentToken: apple, merchant: 'nobody' }), '10'],
    ['applepay', anOrder({ paymentToken: google }), '10'],
    ['applepay', anOrder({ paymentToken: `${apple.slice(0, -8)}AAAAAAA=` }), '10'],
    ['applepay', anOrder({}), '4'],
    ['applepay', anOrder({ paymentToken: apple, amount: '101' }), '5'],
    ['google', aGoogleOrder({ paymentToken: google, merchant: 'jt01' }), '10'],
    ['google', aGoogleOrder({ paymentToken: apple }), '10'],
    ['google', aGoogleOrder({ paymentToken: google, ip: undefined }), '4'],
    ['google', aGoogleOrder({ paymentToken: google, amount: undefined }), '4'],
    ['google', aGoogleOrder({ paymentToken: google, returnUrl: undefined }), '4'],
    ['samsung', anOrder({ paymentToken: google }), '10'],
  ] as const
  for (const [wallet, order, code] of others) {
    const refused = await call(`${wallet}/payment.do`, order)
    assert.deepEqual([refused['success'], errorOf(refused)], [false, code], JSON.stringify(order))
    assert.equal(await ordersOf(order.orderNumber), '6')
  }
  // Nobody who says no password may verify cards, pay as if the payer were not there, or leave out
  // 3-D Secure; and what is kept as an address is one.
  const card = { authMethod: 'PAN_ONLY', pan: CHALLENGED }
  for (const [fields, code] of [
    [{ features: ['VERIFY'] }, '13'],
    [{ features: ['AUTO_PAYMENT'] }, '5'],
    [{ features: ['FORCE_SSL'] }, '5'],
    [{ ip: freshPan() }, '5'],
  ] as const) {
    const order = aGoogleOrder({ paymentToken: await sealed('googlepay', card), ...fields })
    assert.equal(errorOf(await call('google/payment.do', order)), code, JSON.stringify(fields))
    assert.equal(await ordersOf(order.orderNumber), '6')
  }
})

test('jcc google pay: a device is paid at once, a card goes through 3-D Secure', async () => {
  for (const protocolVersion of ['ECv1', 'ECv2']) {
    const paymentToken = await sealed('googlepay', { protocolVersion })
    const paid = await call(
      'google/payment.do',
      aGoogleOrder({ paymentToken, currencyCode: '978' }),
    )
    assert.equal(paid['success'], true, JSON.stringify(paid))
    const { orderStatus, amount, paymentWay } = statusOf(paid)
    assert.deepEqual([orderStatus, amount, paymentWay], [2, 500, 'GOOGLE_PAY_TOKENIZED'])
  }
  const card = { authMethod: 'PAN_ONLY', pan: CHALLENGED }
  const order = aGoogleOrder({ paymentToken: await sealed('googlepay', card) })
  const asked = await call('google/payment.do', order)
  const { orderId, acsUrl, paReq, termUrl, is3DSVer2 } = asked['data'] as Answer
  assert.deepEqual([asked['success'], typeof orderId, is3DSVer2], [true, 'string', false])
  assert.deepEqual([paReq, termUrl], ['White page paReq', 'White page termUrl'])
  assert.match(String(acsUrl), /getwhitepageurl\.do\?mdOrder=/)
  const method = `${gateway.url}/payment/acsRedirect.do?orderId=${String(orderId)}`
  const { headers } = await fetch(method, { redirect: 'manual' })
  const completed = await fetch(`${gateway.url}/sandbox/3ds/complete`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: headers.get('location'), code: '123456' }),
  })
  assert.equal(((await completed.json()) as Answer)['status'], 'captured')
})

test("jcc google pay: a payer's page pays a registered order with it, and may try again", async () => {
  const user = jccClient(gateway.url)
  const mdOrder = await register(user)
  const replayed = await sealed('googlepay')
  const declined = await call('google/paymentOrder.do', {
    mdOrder,
    paymentToken: await sealed('googlepay', { pan: '4000000000000515' }),
  })
  assert.equal(declined['success'], false, JSON.stringify(declined))
  assert.equal(typeof (declined['data'] as Answer)['error'], 'string')
  const paid = await call('google/paymentOrder.do', { mdOrder, paymentToken: replayed })
  assert.equal(paid['success'], true, JSON.stringify(paid))
  assert.match(String((paid['data'] as Answer)['redirect']), /^https:\/\/shop\.example\/done/)
  const other = { mdOrder: await register(user), paymentToken: replayed }
  assert.equal(errorOf(await call('google/paymentOrder.do', other)), '10')
  const unknown = { mdOrder: 'x', paymentToken: await sealed('googlepay') }
  assert.equal(errorOf(await call('google/paymentOrder.do', unknown)), '6')
})

test("2c2p wallets: the channels of Apple Pay and Google Pay take the wallet's own data", async () => {
  const client = await gateway.client('JT01')
  const pay = async (channelCode: string, token: string, order: Fields = {}) => {
    const paymentToken = await openOrder(client, order)
    const payment = { code: { channelCode }, data: { token } }
    const { respCode } = await client.plain('payment', { paymentToken, payment })
    const told = await client.plain('transactionStatus', { paymentToken })
    if (respCode === '2000') assert.equal(told['channelCode'], channelCode)
    return [respCode, (await client.signed('paymentInquiry', { paymentToken }))['respCode']]
  }
  const merchantID = 'JT01'
  const apple = (amount = 100_000) => sealed('applepay', { merchantID, amount, currency: 'SGD' })
  assert.deepEqual(await pay('APPLEPAY', await apple()), ['2000', '0000'])
  assert.deepEqual(await pay('GOOGLEPAY', await sealed('googlepay', { merchantID })), [
    '2000',
    '0000',
  ])
  const token = await apple()
  assert.deepEqual(await pay('APPLEPAY', token, { paymentChannel: ['APPLEPAY'] }), ['2000', '0000'])
  assert.equal((await pay('APPLEPAY', token))[0], '9004')
  assert.equal((await pay('APPLEPAY', await apple(99_999)))[0], '9004')
  assert.equal((await pay('APPLEPAY', await apple(), { paymentChannel: ['CC'] }))[0], '9059')
  assert.equal((await pay('GOOGLEPAY', await sealed('googlepay')))[0], '9004')
  const card = { merchantID, authMethod: 'PAN_ONLY', pan: CHALLENGED }
  const [challenged] = await pay('GOOGLEPAY', await sealed('googlepay', card), { request3DS: 'Y' })
  assert.equal(challenged, '1001')
})

test('2c2p wallets: their cards are not stored, and pay nothing that only a stored card may', async () => {
  const client = await gateway.client('JT01')
  const pay = async (order: Fields, card: Fields) => {
    const paymentToken = await openOrder(client, order)
    const token = await sealed('googlepay', { merchantID: 'JT01', ...card })
    const payment = {
      code: { channelCode: 'GOOGLEPAY' },
      data: { token, accountTokenization: true },
    }
    const { respCode } = await client.plain('payment', { paymentToken, payment })
    const { customerToken } = await client.signed('paymentInquiry', { paymentToken })
    return [respCode, customerToken ?? '']
  }
  const { customerToken } = await payAndStore(client)
  const storedOnly = { customerToken: [customerToken], customerTokenOnly: true }
  for (const authMethod of ['PAN_ONLY', 'CRYPTOGRAM_3DS']) {
    assert.deepEqual(await pay({ tokenize: true }, { authMethod }), ['2000', ''])
    const only = await pay({ tokenizeOnly: true, amount: 0 }, { authMethod })
    assert.deepEqual(only, ['9059', ''])
    assert.deepEqual(await pay(storedOnly, { authMethod }), ['9059', ''])
  }
})

test('sandbox wallets: payments that are asked for at once, before there is a key, are all good', async () => {
  const asked = Array.from({ length: 4 }, () =>
    sealed('applepay', { merchantID: 'JT02', amount: 100 }),
  )
  for (const paymentToken of await Promise.all(asked)) {
    const paid = await call('applepay/payment.do', anOrder({ merchant: 'JT02', paymentToken }))
    assert.equal(paid['success'], true, JSON.stringify(paid))
  }
})

test('sandbox wallets: what is not as described makes no payment', async () => {
  for (const [wallet, body] of [
    ['applepay', {}],
    ['applepay', { amount: 1, currency: 'ZZZ' }],
    ['applepay', { amount: 1, merchantID: 'nobody' }],
    ['googlepay', { pan: '4111111111111112' }],
    ['googlepay', { authMethod: 'OTHER' }],
  ] as const) {
    const response = await fetch(`${gateway.url}/sandbox/wallets/${wallet}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    assert.equal(response.status, 400, JSON.stringify(body))
  }
})
