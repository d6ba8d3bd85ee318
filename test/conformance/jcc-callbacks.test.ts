import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, randomUUID, verify } from 'node:crypto'
import { before, test } from 'node:test'
import { secretPlace } from '../../src/gateway/merchants.ts'
import { signedText } from '../../src/dialects/jcc/checksum.ts'
import { CALLBACK_KEY } from '../../src/dialects/jcc/settings.ts'
import { freshPan } from '../support/canaries.ts'
import { anOrder, type Fields, jccClient, type JccClient, register } from '../support/jcc.ts'
import { checksumOf, type JccShop, openJccShop, setSettings } from '../support/jcc-shop.ts'
import { eventually, startTestSandbox, type TestSandbox } from '../support/sandbox.ts'

let gateway: TestSandbox
let jcc: JccClient
let shop: JccShop
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })

before(async () => {
  gateway = await startTestSandbox()
  jcc = jccClient(gateway.url)
  shop = await openJccShop()
  const { callbackUrl } = shop
  await setSettings(gateway, 'CY01', {
    callbackUrl: `${callbackUrl}?shop=1`,
    callbackParams: ['panMasked', 'approvalCode', 'depositedAmount', 'currency', 'nonsense'],
  })
  await setSettings(gateway, 'JT02', {
    callbackUrl,
    callbackMethod: 'POST',
    checksum: 'asymmetric',
  })
  await setSettings(gateway, 'JT03', { callbackUrl, checksum: 'none' })
  await keepCallbackKey('JT02')
})

/** Gives a merchant a key of ours, as the command line does. */
async function keepCallbackKey(merchantId: string): Promise<void> {
  const { vault, merchants, clock } = gateway.sandbox.program
  const secretId = randomUUID()
  const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const sealed = await vault.sealSecret(merchantId, secretPlace('jcc', secretId), pem)
  const at = clock.now()
  const entry = { secretId, kind: CALLBACK_KEY, version: '', sealed, at, oldUntil: at }
  await merchants.addSecret(merchantId, 'jcc', entry)
}

async function pay(client: JccClient, fields: Fields = {}): Promise<string> {
  const card = { pan: freshPan(), cvc: '123', expiry: '203412', cardHolderName: 'T HOLDER' }
  const answer = await client.call('rest/instantPayment.do', { ...anOrder(), ...card, ...fields })
  assert.equal(answer['errorCode'], '0', JSON.stringify(answer))
  return String(answer['orderId'])
}

test('jcc callback: by GET, beside what the URL has already, with the chosen parameters', async () => {
  const order = anOrder({ amount: '1234' })
  const pan = freshPan()
  const mdOrder = await pay(jcc, { ...order, pan })
  const heard = await shop.heard({ mdOrder })
  assert.equal(heard.method, 'GET')
  const { checksum, callbackCreationDate = '', approvalCode = '', ...fields } = heard.fields
  assert.deepEqual(fields, {
    shop: '1',
    mdOrder,
    orderNumber: order['orderNumber'],
    operation: 'deposited',
    status: '1',
    amount: '1234',
    panMasked: `${pan.slice(0, 6)}**${pan.slice(-4)}`,
    depositedAmount: '1234',
    currency: '978',
  })
  assert.match(approvalCode, /^[0-9]{6}$/)
  assert.match(callbackCreationDate, /^\w{3} \w{3} \d\d \d\d:\d\d:\d\d UTC \d{4}$/)
  assert.ok(Math.abs(Date.parse(callbackCreationDate) - Date.now()) < 60_000)
  // The checksum is over our parameters; the shop's own is its own.
  const { shop: _own, ...ours } = heard.fields
  assert.equal(checksum, await checksumOf(gateway, { ...heard, fields: ours }))
})

test('jcc callback: every operation has its own, with its amount', async () => {
  const mdOrder = await pay(jcc, { preAuth: 'true' })
  await shop.heard({ mdOrder, operation: 'approved', status: '1', amount: '1000' })
  await jcc.call('rest/deposit.do', { orderId: mdOrder, amount: '800' })
  await shop.heard({ mdOrder, operation: 'deposited', status: '1', amount: '800' })
  await jcc.call('rest/refund.do', { orderId: mdOrder, amount: '300' })
  await shop.heard({ mdOrder, operation: 'refunded', status: '1', amount: '300' })
  const held = await pay(jcc, { preAuth: 'true' })
  await jcc.call('rest/reverse.do', { orderId: held })
  await shop.heard({ mdOrder: held, operation: 'reversed', status: '1', amount: '1000' })
})

test('jcc callback: a declined payment has status 0, in one phase and in two', async () => {
  const declined = { pan: '4000000000000515' }
  const mdOrder = await pay(jcc, declined)
  await shop.heard({ mdOrder, operation: 'deposited', status: '0' })
  const held = await pay(jcc, { ...declined, preAuth: 'true' })
  await shop.heard({ mdOrder: held, operation: 'approved', status: '0' })
})

test('jcc callback: an order may ask to hear of no failure', async () => {
  const features = 'SKIP_UNSUCCESSFUL_PAYMENT_CALLBACK'
  const quiet = await pay(jcc, { pan: '4000000000000515', features })
  const { rows } = await gateway.sandbox.program.database.run({
    name: 'test_quiet',
    text: 'select 1 from notification where order_id = $1',
    values: [quiet],
  })
  assert.deepEqual(rows, [])
  const mdOrder = await pay(jcc, { features })
  await shop.heard({ mdOrder, operation: 'deposited', status: '1' })
})

test('jcc callback: an order that nobody pays in time is declinedByTimeout', async () => {
  const mdOrder = await register(jcc, { sessionTimeoutSecs: '1' })
  const heard = await shop.heard({ mdOrder, operation: 'declinedByTimeout' })
  assert.equal(heard.fields['status'], '1')
  const { orderStatus, actionCode } = await jcc.call('rest/getOrderStatusExtended.do', {
    orderId: mdOrder,
  })
  assert.deepEqual([orderStatus, actionCode], [6, -2007])
})

test('jcc callback: by POST with the gateway’s signature, which its public key verifies', async () => {
  const other = jccClient(gateway.url, { userName: 'jt02-api', password: 'jt02-api_password' })
  const mdOrder = await pay(other)
  const heard = await shop.heard({ mdOrder })
  const { checksum = '', sign_alias: alias } = heard.fields
  assert.deepEqual([heard.method, alias], ['POST', 'SHA-256 with RSA'])
  const key = createPublicKey(String(publicKey.export({ type: 'spki', format: 'pem' })))
  const signature = Buffer.from(checksum, 'hex')
  assert.equal(verify('sha512', Buffer.from(signedText(heard.fields)), key, signature), true)
})

test('jcc callback: without a checksum where the merchant wants none', async () => {
  const other = jccClient(gateway.url, { userName: 'jt03-api', password: 'jt03-api_password' })
  const mdOrder = await pay(other)
  const heard = await shop.heard({ mdOrder })
  assert.equal(heard.fields['checksum'], undefined)
})

test('jcc callback: only HTTP 200 acknowledges, and another try is 30 seconds away', async () => {
  shop.answers.push(202)
  const mdOrder = await pay(jcc)
  await shop.heard({ mdOrder })
  const { state, seconds } = await eventually(async () => {
    const { rows } = await gateway.sandbox.program.database.run<{
      state: string
      attempts: number
      seconds: number
    }>({
      name: 'test_notification',
      text: `select state, attempts, extract(epoch from due_at - now())::float8 as seconds
        from notification where order_id = $1`,
      values: [mdOrder],
    })
    return rows.find(({ attempts }) => attempts === 1)
  })
  assert.equal(state, 'due')
  assert.ok(seconds > 20 && seconds <= 30, String(seconds))
})

test('jcc callback: after three failures no more is tried', () => {
  const voice = gateway.sandbox.program.gateway.voice('jcc')
  const delays = [1, 2, 3, 4].map((attempts) => voice?.retryDelaySeconds(attempts, 0.5))
  assert.deepEqual(delays, [30, 30, undefined, undefined])
})
