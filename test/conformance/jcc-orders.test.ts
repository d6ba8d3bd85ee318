import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from '../../src/storage/postgres/database.ts'
import {
  anOrder,
  type Answer,
  type Fields,
  jccClient,
  payByCard,
  register,
} from '../support/jcc.ts'
import { freshPan } from '../support/canaries.ts'
import { startTestSandbox } from '../support/sandbox.ts'

// Orders and money as the documents and published clients ask for them.

const gateway = await startTestSandbox()
const shop = jccClient(gateway.url)

const status = (orderId: string, fields: Fields = {}) =>
  shop.call('rest/getOrderStatusExtended.do', { orderId, ...fields })

test('jcc register: success has an orderId and a formUrl, and no errorCode', async () => {
  const answer = await shop.call('rest/register.do', anOrder())
  assert.deepEqual(Object.keys(answer), ['orderId', 'formUrl'])
  const { orderId, formUrl } = answer
  assert.match(String(orderId), /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/)
  const expected = `${gateway.url}/payment/merchants/ecom/payment_en.html?mdOrder=${String(orderId)}`
  assert.equal(formUrl, expected)
})

test('jcc register: the page speaks the language and has the view that was asked for', async () => {
  const fields = anOrder({ language: 'el', pageView: 'MOBILE' })
  const { formUrl } = await shop.call('rest/register.do', fields)
  assert.match(String(formUrl), /\/merchants\/ecom\/mobile_payment_el\.html\?mdOrder=/)
})

test('jcc requests: unknown and empty parameters change nothing', async () => {
  const { orderId } = await shop.call('rest/register.do', {
    ...anOrder({ bindingId: '', expirationDate: '', jsonParams: 'null' }),
    testMode: '1',
  })
  const answer = await status(String(orderId), { currency: '978', sessionTimeoutSecs: '1' })
  assert.equal(answer['orderStatus'], 0)
})

test('jcc status: an unpaid order tells its registration and nothing else', async () => {
  const fields = anOrder({
    description: 'Two books',
    jsonParams: '{"shelf":"B7","count":2}',
    email: 'reader@example.com',
    ip: '203.0.113.7',
  })
  const { orderId } = await shop.call('rest/register.do', fields)
  const answer = await status(String(orderId))
  const { date, ...told } = answer
  assert.ok(Math.abs(Number(date) - Date.now()) < 60_000)
  assert.deepEqual(told, {
    errorCode: '0',
    errorMessage: 'Success',
    orderNumber: fields['orderNumber'],
    orderStatus: 0,
    actionCode: -100,
    actionCodeDescription: '',
    amount: 1000,
    currency: '978',
    orderDescription: 'Two books',
    ip: '203.0.113.7',
    merchantOrderParams: [
      { name: 'count', value: '2' },
      { name: 'shelf', value: 'B7' },
    ],
    transactionAttributes: [],
    attributes: [{ name: 'mdOrder', value: orderId }],
    paymentAmountInfo: {
      paymentState: 'CREATED',
      approvedAmount: 0,
      depositedAmount: 0,
      refundedAmount: 0,
      totalAmount: 0,
    },
    bankInfo: { bankCountryCode: 'UNKNOWN', bankCountryName: '<Unknown>' },
    payerData: { email: 'reader@example.com' },
    chargeback: false,
  })
})

test('jcc status: an order is found by its number too, and its id wins', async () => {
  const fields = anOrder()
  const { orderId } = await shop.call('rest/register.do', fields)
  const byNumber = await shop.call('rest/getOrderStatusExtended.do', {
    orderNumber: fields['orderNumber'] ?? '',
  })
  assert.deepEqual(byNumber['attributes'], [{ name: 'mdOrder', value: orderId }])
  const other = await register(shop)
  const both = await status(other, { orderNumber: fields['orderNumber'] ?? '' })
  assert.deepEqual(both['attributes'], [{ name: 'mdOrder', value: other }])
})

test('jcc status: a paid order shows its card masked and how the bank decided', async () => {
  const orderId = await register(shop)
  const pan = freshPan()
  await payByCard(gateway, orderId, pan)
  const answer = await status(orderId)
  assert.equal(answer['orderStatus'], 2)
  assert.equal(answer['actionCode'], 0)
  const masked = `${pan.slice(0, 6)}**${pan.slice(-4)}`
  const card = answer['cardAuthInfo'] as Answer
  assert.equal(card['maskedPan'], masked)
  assert.equal(card['pan'], masked)
  assert.equal(card['expiration'], '203412')
  assert.equal(card['cardholderName'], 'TEST CARDHOLDER')
  assert.match(String(card['approvalCode']), /^[0-9A-Z]{6}$/)
  assert.match(String(answer['authRefNum']), /^[0-9]{12}$/)
  assert.ok(Number(answer['depositedDate']) >= Number(answer['date']))
})

test('jcc status: a declined order says why, in the language asked for', async () => {
  const orderId = await register(shop)
  await payByCard(gateway, orderId, '4000000000000515')
  const texts = await Promise.all(
    ['en', 'ru', 'el', 'de'].map(async (language) => {
      const answer = await status(orderId, { language })
      assert.equal(answer['orderStatus'], 6)
      assert.equal(answer['actionCode'], 116)
      return String(answer['actionCodeDescription'])
    }),
  )
  assert.match(texts[0] ?? '', /available funds/)
  assert.match(texts[1] ?? '', /доступные средства/)
  assert.match(texts[2] ?? '', /διαθέσιμο υπόλοιπο/)
  assert.equal(texts[3], texts[0], 'English for all others')
})

test('jcc legacy status: the same order with capitalized keys, ErrorCode as text', async () => {
  const fields = anOrder()
  const { orderId } = await shop.call('rest/register.do', fields)
  await payByCard(gateway, String(orderId))
  const answer = await shop.call('rest/getOrderStatus.do', { orderId: String(orderId) })
  assert.equal(answer['ErrorCode'], '0')
  assert.equal(answer['OrderStatus'], 2)
  assert.equal(answer['OrderNumber'], fields['orderNumber'])
  assert.equal(answer['Amount'], 1000)
  assert.equal(answer['depositAmount'], 1000)
  assert.equal(answer['authCode'], 2)
  assert.equal('orderStatus' in answer, false)
  const unknown = await shop.call('rest/getOrderStatus.do', { orderId: 'none' })
  assert.deepEqual(unknown, { ErrorCode: '6', ErrorMessage: 'Unregistered OrderId' })
})

test('jcc refund: a repeat of an externalRefundId answers the first and moves no money', async () => {
  const orderId = await register(shop)
  await payByCard(gateway, orderId)
  const refund = (fields: Fields) => shop.call('rest/refund.do', { orderId, ...fields })
  const once = { amount: '300', externalRefundId: 'refund-1' }
  assert.equal((await refund(once))['errorCode'], '0')
  assert.equal((await refund(once))['errorCode'], '0')
  assert.equal((await refund({ ...once, amount: '0' }))['errorCode'], '0')
  assert.equal((await refund({ ...once, amount: '301' }))['errorCode'], '5')
  const answer = await status(orderId)
  const sums = answer['paymentAmountInfo'] as Answer
  assert.equal(sums['depositedAmount'], 700)
  assert.equal(sums['refundedAmount'], 300)
  const [first, ...others] = answer['refunds'] as readonly Answer[]
  assert.deepEqual(others, [])
  assert.equal(first?.['externalRefundId'], 'refund-1')
  assert.equal(first?.['amount'], 300)
})

test('jcc refund: an expected deposit that is not the real one stops it', async () => {
  const orderId = await register(shop)
  await payByCard(gateway, orderId)
  const refund = (expectedDepositedAmount: string) =>
    shop.call('rest/refund.do', { orderId, amount: '100', expectedDepositedAmount })
  assert.equal((await refund('999'))['errorCode'], '7')
  assert.equal((await refund('1000'))['errorCode'], '0')
  assert.equal((await refund('1000'))['errorCode'], '7')
  assert.equal((await refund('900'))['errorCode'], '0')
})

test('jcc raw refund: after one, only such refunds go through', async () => {
  const orderId = await register(shop)
  await payByCard(gateway, orderId)
  const raw = () => shop.call('rest/processRawSumRefund.do', { orderId, amount: '100' })
  const plain = () => shop.call('rest/refund.do', { orderId, amount: '100' })
  assert.equal((await plain())['errorCode'], '0')
  assert.equal((await raw())['errorCode'], '0')
  assert.equal((await plain())['errorCode'], '7')
  assert.equal((await raw())['errorCode'], '0')
  const refunds = (await status(orderId))['refunds'] as readonly Answer[]
  assert.equal(refunds.length, 3)
  assert.ok(refunds.every((one) => !('externalRefundId' in one)))
})

test('jcc reverse: part of a hold is released, and no more can be deposited', async () => {
  const orderId = await register(shop, {}, 'rest/registerPreAuth.do')
  await payByCard(gateway, orderId)
  const call = (method: string, amount: string) =>
    shop.call(`rest/${method}.do`, { orderId, amount })
  assert.equal((await call('reverse', '400'))['errorCode'], '0')
  const held = await status(orderId)
  assert.equal(held['orderStatus'], 1)
  assert.equal((held['paymentAmountInfo'] as Answer)['approvedAmount'], 600)
  assert.equal((await call('deposit', '601'))['errorCode'], '7')
  assert.equal((await call('deposit', '600'))['errorCode'], '0')
})

test('jcc decline: an order is named by its id, its number, or both, if they are one', async () => {
  const decline = (fields: Fields) => shop.call('rest/decline.do', fields)
  const byNumber = anOrder()
  await shop.call('rest/register.do', byNumber)
  const { orderNumber = '' } = byNumber
  assert.equal((await decline({ orderNumber }))['errorCode'], '0')
  const orderId = await register(shop)
  assert.equal((await decline({ orderId, orderNumber }))['errorCode'], '6')
  assert.equal((await decline({}))['errorCode'], '5')
  assert.equal((await decline({ orderId }))['errorCode'], '0')
  assert.equal((await status(orderId))['actionCode'], 4005)
})

test('jcc params: they are added to those that are there, under their names', async () => {
  const orderId = await register(shop, { jsonParams: '{"a":"1","b":"2"}' })
  const params = '{"b":"3","c":"4"}'
  const added = await shop.call('rest/addParams.do', { orderId, params })
  assert.deepEqual(added, { errorCode: '0', errorMessage: 'Success' })
  assert.deepEqual((await status(orderId))['merchantOrderParams'], [
    { name: 'a', value: '1' },
    { name: 'b', value: '3' },
    { name: 'c', value: '4' },
  ])
  const many = JSON.stringify(Object.fromEntries(Array.from({ length: 98 }, (_, n) => [n, 'x'])))
  const tooMany = await shop.call('rest/addParams.do', { orderId, params: many })
  assert.deepEqual(tooMany, { errorCode: '5', errorMessage: '[params] is wrong' })
  const nameless = await shop.call('rest/addParams.do', { params })
  assert.deepEqual(nameless, { errorCode: '1', errorMessage: '[orderId] is empty' })
})

test('jcc params: of many that are added at once, none is lost', async () => {
  const orderId = await register(shop)
  const names = Array.from({ length: 40 }, (_, index) => `p${index}`)
  const answers = await Promise.all(
    names.map((name) =>
      shop.call('rest/addParams.do', { orderId, params: JSON.stringify({ [name]: '1' }) }),
    ),
  )
  assert.ok(answers.every(({ errorCode }) => errorCode === '0'))
  const kept = (await status(orderId))['merchantOrderParams'] as readonly Answer[]
  assert.deepEqual(
    kept.map(({ name }) => name),
    names.toSorted(),
  )
})

test('jcc list: orders of a span of time, newest first, page by page, by their states', async () => {
  const own = jccClient(gateway.url, { userName: 'jt02-api', password: 'jt02-api_password' })
  const orders = [
    await register(own, { currency: '104' }),
    await register(own),
    await register(own),
  ]
  await own.call('rest/decline.do', { orderId: orders[1] ?? '' })
  const list = (fields: Fields) =>
    own.call('rest/getLastOrdersForMerchants.do', {
      size: '2',
      from: '20200101000000',
      to: '20990101000000',
      transactionStates: 'CREATED,DECLINED',
      merchants: '',
      searchByCreatedDate: 'true',
      ...fields,
    })
  const idsIn = (answer: Answer) =>
    (answer['orderStatuses'] as readonly Answer[]).map(
      ({ attributes }) => (attributes as readonly Answer[])[0]?.['value'],
    )
  const first = await list({})
  assert.equal(first['errorCode'], 0, 'a number here')
  assert.equal((first['orderStatuses'] as readonly Answer[])[0]?.['errorCode'], '0')
  assert.equal(first['totalCount'], 3)
  assert.deepEqual(idsIn(first), [orders[2], orders[1]])
  const second = await list({ page: '1' })
  assert.deepEqual([idsIn(second), second['totalCount']], [[orders[0]], 3])
  const beyond = await list({ page: '2' })
  assert.deepEqual([idsIn(beyond), beyond['totalCount']], [[], 3])
  assert.deepEqual(idsIn(await list({ transactionStates: 'DECLINED' })), [orders[1]])
  assert.deepEqual(idsIn(await list({ to: '20200102000000' })), [])
  for (const searchByCreatedDate of ['true', 'false']) {
    for (const from of ['00000101000000', '19700101000000']) {
      const { errorCode, totalCount } = await list({ from, searchByCreatedDate })
      const all = searchByCreatedDate === 'true' ? 3 : 0
      assert.deepEqual([errorCode, totalCount], [0, all], from)
    }
  }
  for (const fields of [
    { size: '0' },
    { size: '201' },
    { from: '20209901000000' },
    { transactionStates: 'PAID' },
    { transactionStates: '' },
    { merchants: 'jt01' },
  ]) {
    assert.equal((await list(fields))['errorCode'], 5, JSON.stringify(fields))
  }
  const tooMany = await list({ merchants: 'jt02,'.repeat(101), language: 'en' })
  assert.equal(tooMany['errorMessage'], '[merchants] is wrong')
})

test('jcc list: by the date of the payment, where nothing else is asked for', async () => {
  const own = jccClient(gateway.url, { userName: 'jt03-api', password: 'jt03-api_password' })
  const paid = [await register(own, { currency: '360' }), await register(own)]
  for (const orderId of paid) await payByCard(gateway, orderId)
  await register(own)
  const later = 10
  await gateway.sandbox.program.database.run({
    name: 'pay_later',
    text: `update payment set created_at = created_at + make_interval(days => $2)
      where order_id = $1`,
    values: [paid[0], later],
  })
  const day = (offset: number) =>
    new Date(Date.now() + offset * 86_400_000).toISOString().replaceAll(/[-T:]|\..*/g, '')
  const list = async (from: number, to: number, fields: Fields = {}) => {
    const answer = await own.call('rest/getLastOrdersForMerchants.do', {
      size: '10',
      from: day(from),
      to: day(to),
      transactionStates: 'CREATED,DEPOSITED,DECLINED',
      ...fields,
    })
    const found = answer['orderStatuses'] as readonly Answer[]
    return found.map(({ attributes }) => (attributes as readonly Answer[])[0]?.['value'])
  }
  assert.deepEqual(await list(-1, 1), [paid[1]])
  assert.deepEqual(await list(later - 1, later + 1), [paid[0]])
  assert.deepEqual(await list(-1, later + 1), paid)
  assert.deepEqual(await list(later - 1, later + 1, { searchByCreatedDate: 'true' }), [])
  assert.equal((await list(-1, 1, { searchByCreatedDate: 'true' })).length, 3)
})

test('jcc register: an order is kept apart from other merchants and other dialects', async () => {
  const orderId = await register(shop)
  const stranger = jccClient(gateway.url, { userName: 'jt01-api', password: 'jt01-api_password' })
  for (const method of ['getOrderStatusExtended', 'deposit', 'reverse', 'refund', 'decline']) {
    const answer = await stranger.call(`rest/${method}.do`, { orderId, amount: '0' })
    assert.equal(answer['errorCode'], '6', method)
  }
})

test('jcc register: features decide what the order is', async () => {
  const { database } = gateway.sandbox.program
  const kindOf = async (fields: Fields) => {
    const orderId = await register(shop, fields)
    const { rows } = await database.run(
      sql('test_order_kind')`select capture_mode, threeds, tokenize from payment_order
        where merchant_id = 'CY01' and order_id = ${orderId}`,
    )
    return rows[0]
  }
  const kind = (capture_mode: string, threeds: string, tokenize: string) => ({
    capture_mode,
    threeds,
    tokenize,
  })
  assert.deepEqual(await kindOf({}), kind('automatic', 'try', 'no'))
  assert.deepEqual(await kindOf({ clientId: 'c' }), kind('automatic', 'try', 'offered'))
  assert.deepEqual(
    await kindOf({ amount: '0', clientId: 'c', features: ['VERIFY', 'FORCE_CREATE_BINDING'] }),
    kind('none', 'try', 'offered'),
  )
  assert.deepEqual(await kindOf({ features: 'FORCE_SSL' }), kind('automatic', 'none', 'no'))
  assert.deepEqual(
    await kindOf({ features: ['FORCE_SSL', 'FORCE_TDS'] }),
    kind('automatic', 'require', 'no'),
  )
  assert.deepEqual(await kindOf({ features: 'FORCE_FULL_TDS' }), kind('automatic', 'force', 'no'))
})

test('jcc register: a number is made where the merchant wants that', async () => {
  const { orderNumber: _, ...fields } = anOrder({ features: 'FORCE_GENERATE_ORDERNUMBER' })
  const { orderId } = await shop.call('rest/register.do', fields)
  assert.match(String((await status(String(orderId)))['orderNumber']), /^[0-9]+$/)
})
