import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { freshPan } from '../support/canaries.ts'
import {
  anOrder,
  type Answer,
  type Fields,
  jccClient,
  type JccClient,
  register,
} from '../support/jcc.ts'
import { seToken, seTokenKeys } from '../support/se-token.ts'
import { freshInvoice, startTestSandbox, type TestSandbox } from '../support/sandbox.ts'

let gateway: TestSandbox
let jcc: JccClient
before(async () => {
  gateway = await startTestSandbox()
  jcc = jccClient(gateway.url)
})

const HOLDER = ['', 'TEST CARDHOLDER', 'MSDK_CORE'] as const

const aCard = (mdOrder: string) =>
  seToken(gateway.url, freshPan(), '123', '20306', mdOrder, ...HOLDER)

const payAtOnce = (fields: Fields) =>
  jcc.call('rest/instantPayment.do', { ...anOrder(), ...fields })

async function statusOf(orderId: string): Promise<Answer> {
  return jcc.call('rest/getOrderStatusExtended.do', { orderId })
}

test('se keys: the newest key comes first, in one line of PEM and good for a day', async () => {
  const { keys } = await seTokenKeys(gateway.url)
  const [first, ...others] = keys
  assert.deepEqual(others, [])
  assert.match(
    first?.keyValue ?? '',
    /^-----BEGIN PUBLIC KEY-----MII[A-Za-z0-9+/=]+-----END PUBLIC KEY-----$/,
  )
  assert.equal(first?.protocolVersion, 'RSA')
  assert.ok((first?.keyExpiration ?? 0) > Date.now() + 3_600_000)
})

test('seToken: instantPayment takes a card without an order in it, and its name', async () => {
  const paid = await payAtOnce({ seToken: await aCard('') })
  const { OrderStatus, cardholderName, expiration } = paid['orderStatus'] as Answer
  assert.deepEqual([OrderStatus, cardholderName, expiration], [2, 'TEST CARDHOLDER', '203006'])
  const other = await aCard(await register(jcc))
  const refused = await payAtOnce({ seToken: other })
  assert.deepEqual(refused, { errorCode: '5', errorMessage: '[seToken] is wrong' })
})

test('seToken: paymentorder takes the card of its own order, once', async () => {
  const orderId = await register(jcc)
  const token = await aCard(orderId)
  const elsewhere = await jcc.call('rest/paymentorder.do', {
    MDORDER: await register(jcc),
    seToken: token,
    TEXT: 'T',
    language: 'en',
  })
  assert.deepEqual([elsewhere['errorCode'], elsewhere['error']], [5, '[seToken] is wrong'])
  // A form turns what nobody escaped into spaces.
  const body = new URLSearchParams({ userName: 'test_user', password: 'test_user_password' })
  const response = await fetch(`${gateway.url}/payment/rest/paymentorder.do`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `${String(body)}&MDORDER=${orderId}&TEXT=T&language=en&seToken=${token}`,
  })
  const paid = (await response.json()) as Answer
  assert.equal(paid['errorCode'], 0, JSON.stringify(paid))
  assert.equal((await statusOf(orderId))['orderStatus'], 2)
  const again = await jcc.call('rest/paymentorder.do', {
    MDORDER: orderId,
    seToken: token,
    TEXT: 'T',
  })
  assert.deepEqual([again['errorCode'], again['error']], [5, '[seToken] is wrong'])
})

test('seToken: a stored card is for paymentOrderBinding, with its code', async () => {
  const clientId = freshInvoice()
  const stored = await jcc.call('rest/createBindingNoPayment.do', {
    clientId,
    pan: freshPan(),
    expiryDate: '203412',
    cardholderName: 'TEST CARDHOLDER',
  })
  const orderId = await register(jcc, { clientId })
  const token = () =>
    seToken(gateway.url, '', '123', '', orderId, String(stored['bindingId']), '', 'X')
  const wrong = await jcc.call('rest/paymentorder.do', { MDORDER: orderId, seToken: await token() })
  assert.deepEqual([wrong['errorCode'], wrong['error']], [5, '[seToken] is wrong'])
  const paid = await jcc.call('rest/paymentOrderBinding.do', {
    mdOrder: orderId,
    seToken: await token(),
    tii: 'F',
  })
  assert.equal(paid['errorCode'], 0, JSON.stringify(paid))
  assert.equal((await statusOf(orderId))['orderStatus'], 2)
})

test('seToken: a mobile SDK pays with it, and the browser goes through the white page', async () => {
  const orderId = await register(jcc, { returnUrl: 'sdk://done' })
  const pan = '5000001111111115'
  const token = await seToken(gateway.url, pan, '123', '20306', orderId, '', '', 'MSDK_PAYMENT')
  const answer = await jcc.call('rest/processform.do', {
    MDORDER: orderId,
    seToken: token,
    TEXT: 'CARDHOLDER',
    threeDSSDK: 'false',
    bindingNotNeeded: 'true',
  })
  assert.equal(answer['errorCode'], 0, JSON.stringify(answer))
  // What the SDK insists on, and what it takes for a misconfiguration.
  for (const name of ['acsUrl', 'paReq', 'termUrl']) assert.equal(typeof answer[name], 'string')
  assert.equal(answer['threeDSMethodURL'], undefined)
})

test('seToken: the key before the newest is good until its end, and no longer listed then', async () => {
  const orderId = await register(jcc)
  const before = await aCard(orderId)
  const { clientKeys } = gateway.sandbox.program
  await clientKeys.rotate('seToken', 60_000)
  const { keys } = await seTokenKeys(gateway.url)
  assert.equal(keys.length, 2)
  const paid = await jcc.call('rest/paymentorder.do', { MDORDER: orderId, seToken: before })
  assert.equal(paid['errorCode'], 0, JSON.stringify(paid))
  const next = await register(jcc)
  const late = await aCard(next)
  await clientKeys.rotate('seToken', 0)
  assert.equal((await seTokenKeys(gateway.url)).keys.length, 1)
  const refused = await jcc.call('rest/paymentorder.do', { MDORDER: next, seToken: late })
  assert.deepEqual([refused['errorCode'], refused['error']], [5, '[seToken] is wrong'])
})

test('seToken: who sends garbage is not listened to, whatever address it claims', async () => {
  const other = jccClient(gateway.url, { userName: 'jt02-api', password: 'jt02-api_password' })
  const page = jccClient(gateway.url, {})
  const MDORDER = await register(other, { currency: '104' })
  const pay = (token: string, ip: string) =>
    page.call('rest/processform.do', { MDORDER, seToken: token, TEXT: 'T', ip })
  for (let attempt = 1; attempt <= 20; attempt += 1) {
    const refused = await pay('AAAA', `192.0.2.${attempt}`)
    assert.equal(refused['error'], '[seToken] is wrong')
  }
  const good = await pay(await aCard(MDORDER), '192.0.2.99')
  assert.deepEqual([good['errorCode'], good['error']], [5, '[seToken] is wrong'])
  // The merchant's own server says where its payers are, and is believed.
  const paid = await other.call('rest/paymentorder.do', {
    MDORDER,
    seToken: await aCard(MDORDER),
    ip: '192.0.2.99',
  })
  assert.equal(paid['errorCode'], 0, JSON.stringify(paid))
})
