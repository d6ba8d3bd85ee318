import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal } from '../../src/core/refusal.ts'
import { sql } from '../../src/storage/postgres/database.ts'
import { freshPan } from '../support/canaries.ts'
import { type Fields, jccClient, payByCard, register, USER } from '../support/jcc.ts'
import { freshInvoice, startTestSandbox } from '../support/sandbox.ts'

// Every operation in every state of an order (the documents' table of allowed operations).

const today = await startTestSandbox()
const shop = jccClient(today.url)
const late = await startTestSandbox({ limits: { reversalWindowMs: 0 } })
const lateShop = jccClient(late.url)

const DECLINED = '4444333322221111'
const CHALLENGED = '4000000000002065'
const NO_ANSWER = '4000000000001018'

await multipleDeposits()

async function multipleDeposits(): Promise<void> {
  const { merchants, clock } = today.sandbox.program
  const settings = { multipleDeposits: true }
  await merchants.setAccount('CY01', 'jcc', {
    account: USER.userName,
    settings,
    at: clock.now(),
  })
}

async function call(method: string, fields: Fields): Promise<string> {
  const answer = await shop.call(`rest/${method}.do`, fields)
  return String(answer['errorCode'])
}

const onePhase = () => register(shop)
const twoPhase = () => register(shop, {}, 'rest/registerPreAuth.do')

async function paid(order: Promise<string>, pan?: string): Promise<string> {
  const orderId = await order
  await payByCard(today, orderId, pan)
  return orderId
}

async function then(order: Promise<string>, method: string, fields: Fields = {}): Promise<string> {
  const orderId = await order
  assert.equal(await call(method, { orderId, ...fields }), '0')
  return orderId
}

/** Its time passed; nobody has to wait for that. */
async function expired(order: Promise<string>): Promise<string> {
  const orderId = await order
  await today.sandbox.program.database.run(
    sql('test_expire')`update payment_order set expires_at = now() - interval '1 second'
      where merchant_id = 'CY01' and order_id = ${orderId}`,
  )
  return orderId
}

/** Money sent to a card, without an order before it. */
async function credited(pan = freshPan()): Promise<string> {
  const card = { pan, expiry: '203412' }
  const fields = { orderNumber: freshInvoice(), amount: '1000', currency: '978', ...card }
  return String((await shop.call('rest/instantRefund.do', fields))['orderId'])
}

/** How an order comes into each state, by the name the table uses. */
const STATES: Readonly<Record<string, () => Promise<string>>> = {
  '0 created': onePhase,
  '1 approved': () => paid(twoPhase()),
  '2 deposited': () => paid(onePhase()),
  '2 deposited later': () => then(paid(twoPhase()), 'deposit', { amount: '0' }),
  '3 reversed': () => then(paid(twoPhase()), 'reverse'),
  '3 verified': () => paid(register(shop, { amount: '0', features: 'VERIFY' })),
  '4 partly refunded': () => then(paid(onePhase()), 'refund', { amount: '400' }),
  '4 refunded': () => then(paid(onePhase()), 'refund', { amount: '0' }),
  '4 credited': () => credited(),
  '5 authenticating': () => paid(onePhase(), CHALLENGED),
  '6 declined': () => paid(onePhase(), DECLINED),
  '6 declined credit': () => credited(DECLINED),
  '6 cancelled': () => then(onePhase(), 'decline'),
  '6 expired': () => expired(onePhase()),
  '7 credit in doubt': () => credited(NO_ANSWER),
  '8 partly deposited': () =>
    then(paid(twoPhase()), 'deposit', { amount: '300', depositType: '1' }),
}

async function pay(orderId: string): Promise<string> {
  try {
    await payByCard(today, orderId)
    return '0'
  } catch (error) {
    if (error instanceof Refusal) return '7'
    throw error
  }
}

const OPERATIONS: Readonly<Record<string, (orderId: string) => Promise<string>>> = {
  pay,
  decline: (orderId) => call('decline', { orderId }),
  deposit: (orderId) => call('deposit', { orderId, amount: '0' }),
  reverse: (orderId) => call('reverse', { orderId }),
  refund: (orderId) => call('refund', { orderId, amount: '100' }),
}

// Each cell: error code, and the orderStatus after it where it went through.
const TABLE = `
                    | pay | decline | deposit | reverse | refund
0 created           | 0 2 | 0 6     | 7       | 7       | 7
1 approved          | 7   | 7       | 0 2     | 0 3     | 7
2 deposited         | 7   | 7       | 7       | 0 3     | 0 4
2 deposited later   | 7   | 7       | 7       | 0 3     | 0 4
3 reversed          | 7   | 7       | 7       | 7       | 7
3 verified          | 7   | 7       | 7       | 7       | 7
4 partly refunded   | 7   | 7       | 7       | 7       | 0 4
4 refunded          | 7   | 7       | 7       | 7       | 7
4 credited          | 7   | 7       | 7       | 7       | 7
5 authenticating    | 7   | 0 6     | 7       | 7       | 7
6 declined          | 7   | 7       | 7       | 7       | 7
6 declined credit   | 7   | 7       | 7       | 7       | 7
6 cancelled         | 7   | 7       | 7       | 7       | 7
6 expired           | 7   | 7       | 7       | 7       | 7
7 credit in doubt   | 7   | 7       | 7       | 7       | 7
8 partly deposited  | 7   | 7       | 0 2     | 7       | 0 4
`

const [head = [], ...rows] = TABLE.trim()
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))

async function statusOf(orderId: string): Promise<number> {
  const { orderStatus } = await shop.call('rest/getOrderStatusExtended.do', { orderId })
  return Number(orderStatus)
}

test('jcc states: the table names every state and every operation', () => {
  assert.deepEqual(head.slice(1), Object.keys(OPERATIONS))
  assert.deepEqual(
    rows.map(([name]) => name),
    Object.keys(STATES),
  )
})

for (const [name = '', ...cells] of rows) {
  test(`jcc states: in ${name}, each operation does what the documents say`, async () => {
    for (const [index, cell] of cells.entries()) {
      const operation = head[index + 1] ?? ''
      const orderId = (await STATES[name]?.()) ?? ''
      assert.equal(await statusOf(orderId), Number(name.slice(0, 1)), name)
      const [errorCode, after = name.slice(0, 1)] = cell.split(' ')
      assert.equal(await OPERATIONS[operation]?.(orderId), errorCode, `${operation} in ${name}`)
      assert.equal(await statusOf(orderId), Number(after), `after ${operation} in ${name}`)
    }
  })
}

/** States that no filter names. */
const LISTED_AS: Readonly<Record<string, readonly string[]>> = {
  MULTIPLE_INTERMEDIATE_DEPOSITED: ['DEPOSITED'],
  PENDING: [],
}

test('jcc states: an order is listed under its own state, and under no other', async () => {
  const all = 'CREATED,APPROVED,DEPOSITED,DECLINED,REVERSED,REFUNDED'.split(',')
  for (const [name, make] of Object.entries(STATES)) {
    const orderId = await make()
    const status = await shop.call('rest/getOrderStatusExtended.do', { orderId })
    const { paymentState = '' } = status['paymentAmountInfo'] as { paymentState?: string }
    const found = await Promise.all(all.map((state) => isListed(orderId, state)))
    const expected = LISTED_AS[paymentState] ?? [paymentState]
    assert.deepEqual(
      all.filter((_state, index) => found[index]),
      expected,
      name,
    )
  }
})

async function isListed(orderId: string, transactionStates: string): Promise<boolean> {
  const { orderStatuses } = await shop.call('rest/getLastOrdersForMerchants.do', {
    // The newest order is the one that was just made.
    size: '1',
    from: '20200101000000',
    to: '20990101000000',
    transactionStates,
    searchByCreatedDate: 'true',
  })
  const [newest] = orderStatuses as readonly { attributes: readonly { value: string }[] }[]
  return newest?.attributes[0]?.value === orderId
}

test('jcc states: a deposit of an earlier day is refunded, and not reversed', async () => {
  const orderId = await register(lateShop)
  await payByCard(late, orderId)
  const reversed = await lateShop.call('rest/reverse.do', { orderId })
  assert.equal(reversed['errorCode'], '7')
  const refunded = await lateShop.call('rest/refund.do', { orderId, amount: '0' })
  assert.equal(refunded['errorCode'], '0')
})

test('jcc states: of ten refunds at once, as many go through as there is money', async () => {
  const orderId = await paid(onePhase())
  const codes = await Promise.all(
    Array.from({ length: 10 }, () => call('refund', { orderId, amount: '300' })),
  )
  assert.equal(codes.filter((code) => code === '0').length, 3)
  assert.equal(codes.filter((code) => code === '7').length, 7)
  const { paymentAmountInfo } = await shop.call('rest/getOrderStatusExtended.do', { orderId })
  assert.deepEqual(paymentAmountInfo, {
    paymentState: 'REFUNDED',
    approvedAmount: 1000,
    depositedAmount: 100,
    refundedAmount: 900,
    totalAmount: 1000,
  })
})
