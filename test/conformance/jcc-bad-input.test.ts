import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PERMISSIONS } from '../../src/dialects/jcc/ports.ts'
import { hashPassword } from '../../src/dialects/jcc/password.ts'
import { postgresApiUserStore } from '../../src/storage/postgres/api-user-store.ts'
import { sql } from '../../src/storage/postgres/database.ts'
import { freshPan } from '../support/canaries.ts'
import { anOrder, type Fields, jccClient, payByCard, register } from '../support/jcc.ts'
import { startTestSandbox } from '../support/sandbox.ts'

// What is wrong gets its documented errorCode with HTTP 200, and changes nothing.

const gateway = await startTestSandbox()
const { database } = gateway.sandbox.program
const shop = jccClient(gateway.url)

async function rowCounts(): Promise<object | undefined> {
  const { rows } = await database.run(
    sql('test_counts')`select (select count(*) from payment_order) as orders,
      (select count(*) from operation) as operations,
      (select coalesce(sum(captured_minor + refunded_minor), 0) from payment) as moved,
      (select string_agg(status, ',' order by order_id) from payment_order) as statuses`,
  )
  return rows[0]
}

/** Asks for something wrong. @returns code and message, after looking that nothing changed. */
async function refused(method: string, fields: Fields): Promise<string> {
  const before = await rowCounts()
  const { errorCode, errorMessage, ...others } = await shop.call(`rest/${method}.do`, fields)
  assert.equal(typeof errorCode, 'string')
  assert.deepEqual(others, {})
  assert.deepEqual(await rowCounts(), before)
  return `${String(errorCode)} ${String(errorMessage)}`
}

const without = (name: string, fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name))

const cart = (itemAmount: string) =>
  JSON.stringify({ cartItems: { items: [{ positionId: '1', name: 'Book', itemAmount }] } })

test('jcc bad input: register.do refuses each wrong field with its code', async () => {
  const table: readonly (readonly [Fields, string])[] = [
    [without('amount', anOrder()), '4 [amount] is empty'],
    [without('returnUrl', anOrder()), '4 [returnUrl] is empty'],
    [without('orderNumber', anOrder()), '4 [orderNumber] is empty'],
    [anOrder({ amount: '0' }), '4 [amount] is empty'],
    [
      anOrder({ amount: '0', features: 'FORCE_CREATE_BINDING', clientId: 'c' }),
      '4 [amount] is empty',
    ],
    [anOrder({ amount: '10.50' }), '5 [amount] is wrong'],
    [anOrder({ amount: 'ten' }), '5 [amount] is wrong'],
    [anOrder({ amount: ['1', '2'] }), '5 [amount] is given with different values'],
    [anOrder({ currency: '000' }), '3 Unknown currency'],
    [anOrder({ currency: 'EUR' }), '3 [currency] is wrong'],
    [anOrder({ orderNumber: 'x'.repeat(37) }), '1 [orderNumber] is wrong'],
    [anOrder({ orderNumber: 'a\u0000b' }), '1 [orderNumber] is wrong'],
    [anOrder({ returnUrl: '../done' }), '4 The return URL is invalid'],
    [anOrder({ returnUrl: 'javascript:alert(1)' }), '4 The return URL is invalid'],
    [anOrder({ failUrl: '/fail' }), '4 The return URL is invalid'],
    [anOrder({ dynamicCallbackUrl: 'ftp://shop.example/' }), '5 [dynamicCallbackUrl] is wrong'],
    [anOrder({ jsonParams: '{"a"' }), '5 [jsonParams] is wrong'],
    [anOrder({ jsonParams: `{"a":"${'x'.repeat(1025)}"}` }), '5 [jsonParams] is wrong'],
    [anOrder({ description: `for ${freshPan()}` }), '5 [description] is wrong'],
    [anOrder({ features: 'VERIFY;FORCE_CREATE_BINDING' }), '14 Features are specified incorrectly'],
    [anOrder({ features: 'FORCE_CREATE_BINDING' }), '14 Features are specified incorrectly'],
    [anOrder({ sessionTimeoutSecs: '0' }), '5 [sessionTimeoutSecs] is wrong'],
    [anOrder({ expirationDate: '2020-01-01T00:00:00' }), '5 [expirationDate] is wrong'],
    [anOrder({ expirationDate: '2027-02-30T00:00:00' }), '5 [expirationDate] is wrong'],
    [anOrder({ autocompletionDate: '2030-01-01T00:00:00' }), '5 [autocompletionDate] is wrong'],
    [anOrder({ ip: freshPan() }), '5 [ip] is wrong'],
    [anOrder({ ip: '192.0.2' }), '5 [ip] is wrong'],
    [anOrder({ language: 'english' }), '1 [language] is wrong'],
    [anOrder({ merchantLogin: 'somebody' }), '5 Access denied'],
    [anOrder({ bindingId: 'none' }), '2 Binding not found'],
    [
      anOrder({ orderBundle: cart('999') }),
      '8 The order bundle is wrong: its positions do not add up',
    ],
    [anOrder({ token: 'x' }), '5 Access denied'],
    [anOrder({ password: 'wrong' }), '5 Access denied'],
    [anOrder({ userName: 'nobody-api' }), '5 Access denied'],
    [anOrder({ userName: 'nobody\u0000' }), '5 Access denied'],
    [anOrder({ merchantLogin: 'somebody\u0000' }), '5 Access denied'],
    [anOrder({ userName: '' }), "4 Merchant's name is empty"],
    [anOrder({ password: '' }), '4 [password] is empty'],
  ]
  for (const [fields, expected] of table) {
    assert.equal(await refused('register', fields), expected, JSON.stringify(fields))
  }
  const good = ['192.0.2.1', '::1', '2001:db8::a', '::ffff:192.0.2.1'].map((ip) => ({ ip }))
  for (const fields of [{ orderBundle: cart('1000') }, ...good]) {
    assert.ok('orderId' in (await shop.call('rest/register.do', anOrder(fields))))
  }
})

test('jcc bad input: an order number is good once, whichever method uses it', async () => {
  const fields = anOrder()
  assert.ok('orderId' in (await shop.call('rest/register.do', fields)))
  const expected =
    '1 Order number is duplicated, order with given order number is processed already'
  assert.equal(await refused('register', fields), expected)
  assert.equal(await refused('registerPreAuth', { ...fields, amount: '5' }), expected)
})

test('jcc bad input: an error is said in the language asked for', async () => {
  const fields = anOrder({ returnUrl: './x' })
  assert.match(await refused('register', { ...fields, language: 'ru' }), /^4 Неверный URL/)
  assert.match(await refused('register', { ...fields, language: 'EL' }), /^4 Η διεύθυνση/)
  assert.match(await refused('register', { ...fields, language: 'fr' }), /^4 The return URL/)
})

test('jcc bad input: money is refused without a good order, amount and currency', async () => {
  const orderId = await register(shop, {}, 'rest/registerPreAuth.do')
  await payByCard(gateway, orderId)
  for (const method of ['deposit', 'refund', 'processRawSumRefund']) {
    const table: readonly (readonly [Fields, string])[] = [
      [{ amount: '1' }, '5 orderId is empty'],
      [{ orderId }, '5 [amount] is empty'],
      [{ orderId, amount: '1.5' }, '5 [amount] is wrong'],
      [{ orderId, amount: '-1' }, '5 [amount] is wrong'],
      [{ orderId, amount: '1', currency: '840' }, '5 [currency] is wrong'],
      [{ orderId: 'x', amount: '1' }, '6 Unregistered OrderId'],
      [{ orderId: orderId.replace(/^./, 'f'), amount: '1' }, '6 Unregistered OrderId'],
    ]
    for (const [fields, expected] of table) {
      assert.equal(await refused(method, fields), expected, `${method} ${JSON.stringify(fields)}`)
    }
  }
})

test('jcc bad input: a deposit above the hold and a refund above the deposit take nothing', async () => {
  const orderId = await register(shop, {}, 'rest/registerPreAuth.do')
  await payByCard(gateway, orderId)
  const deposit = await refused('deposit', { orderId, amount: '1001' })
  assert.equal(deposit, '7 The deposit amount exceeds the authorized amount')
  assert.equal(await refused('reverse', { orderId, amount: '1001' }), '5 Incorrect amount')
  await shop.call('rest/deposit.do', { orderId, amount: '700' })
  const refund = await refused('refund', { orderId, amount: '701' })
  assert.equal(refund, '7 The refund amount exceeds the deposited amount')
})

test('jcc bad input: the status wants an order that is there', async () => {
  const unnamed = await refused('getOrderStatusExtended', {})
  assert.equal(unnamed, '1 Expected [orderId] or [orderNumber]')
  const unknown = await refused('getOrderStatusExtended', { orderNumber: 'never used' })
  assert.equal(unknown, '6 Unregistered OrderId')
})

test('jcc permissions: an API user does what it may, and nothing else', async () => {
  const users = postgresApiUserStore(database)
  const at = new Date()
  const needs: Readonly<Record<string, (typeof PERMISSIONS)[number]>> = {
    register: 'register',
    registerPreAuth: 'register',
    addParams: 'register',
    deposit: 'deposit',
    reverse: 'reverse',
    refund: 'refund',
    processRawSumRefund: 'refund',
    decline: 'decline',
    instantRefund: 'credit',
    getOrderStatusExtended: 'status',
    getLastOrdersForMerchants: 'status',
  }
  for (const permission of new Set(Object.values(needs))) {
    const user = { merchantId: 'CY01', userName: `only-${permission}-api` }
    await users.add(
      { ...user, permissions: [permission], mustSign: false, openTokenDigest: undefined },
      at,
    )
    const hash = await hashPassword('pw', { log2Rounds: 4, blockSize: 8 })
    const passwordId = crypto.randomUUID()
    await users.addPassword(user, { passwordId, hash, at, oldUntil: at })
    const client = jccClient(gateway.url, { userName: user.userName, password: 'pw' })
    for (const [method, needed] of Object.entries(needs)) {
      const { errorMessage } = await client.call(`rest/${method}.do`)
      const isDenied = errorMessage === 'Access denied'
      assert.equal(isDenied, needed !== permission, `${method} by ${user.userName}`)
    }
  }
  const limited = jccClient(gateway.url, { userName: 'only-register-api', password: 'pw' })
  const verify = await limited.call('rest/register.do', anOrder({ features: 'VERIFY' }))
  assert.equal(verify['errorCode'], '13')
  const alone = await limited.call('rest/register.do', anOrder({ features: 'AUTO_PAYMENT' }))
  assert.equal(alone['errorCode'], '5')
})

test('jcc bad input: the eleventh wrong password is not read any more', async () => {
  const own = { userName: 'jt08-api', password: 'jt08-api_password' }
  const status = (password: string) =>
    jccClient(gateway.url, { ...own, password }).call('rest/getOrderStatusExtended.do', {
      orderId: 'x',
    })
  for (let count = 0; count < 10; count += 1) {
    assert.equal((await status(`wrong-${count}`))['errorCode'], '5')
  }
  assert.equal((await status(own.password))['errorCode'], '5')
})
