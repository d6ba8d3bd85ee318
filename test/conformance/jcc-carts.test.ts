import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import {
  type Answer,
  type Fields,
  jccClient,
  type JccClient,
  payByCard,
  register,
} from '../support/jcc.ts'
import { sql } from '../../src/storage/postgres/database.ts'
import { freshDatabaseUrl } from '../support/database.ts'
import { execute } from '../support/server.ts'
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts'

let gateway: TestSandbox
let shop: JccClient
/** Answers of the acquirer to refunds are lost. */
let isSilent = false

before(async () => {
  const databaseUrl = await freshDatabaseUrl()
  // Who sets its amount aside holds the payment's lock, so numbers made then have the order of that.
  await execute(databaseUrl, 'alter table operation add column turn bigserial')
  gateway = await startTestSandbox({
    databaseUrl,
    between: (simulator) => ({
      ...simulator,
      async refund(message) {
        const outcome = await simulator.refund(message)
        return isSilent ? { kind: 'unknown' } : outcome
      },
    }),
  })
  shop = jccClient(gateway.url)
})

/** Positions 1 and 2 of 500 and 300, and 200 that has no amount but a price. */
const CART = {
  cartItems: {
    items: [
      { positionId: '1', name: 'Shirt', quantity: { value: 1 }, itemAmount: 500 },
      { positionId: '2', name: 'Scarf', quantity: { value: 1 }, itemAmount: 300 },
      { positionId: 3, name: 'Socks', quantity: { value: 2 }, itemPrice: 100 },
    ],
  },
}

async function paidCart(): Promise<string> {
  const orderId = await register(shop, { orderBundle: JSON.stringify(CART) })
  await payByCard(gateway, orderId)
  return orderId
}

async function codeOf(method: string, orderId: string, fields: Fields): Promise<unknown> {
  return (await shop.call(`rest/${method}.do`, { orderId, ...fields }))['errorCode']
}

const position = (orderId: string, positionId: string, amount: string) =>
  codeOf('processRawPositionRefund', orderId, { positionId, amount })

async function refundedOf(orderId: string): Promise<unknown> {
  const status = await shop.call('rest/getOrderStatusExtended.do', { orderId })
  return (status['paymentAmountInfo'] as Answer)['refundedAmount']
}

test('jcc position refund: a position gives back its own amount and no more', async () => {
  const orderId = await paidCart()
  assert.equal(await position(orderId, '1', '200'), '0')
  assert.equal(await position(orderId, '1', '301'), '7')
  assert.equal(await position(orderId, '1', '300'), '0')
  assert.equal(await position(orderId, '1', '0'), '7')
  const asInTheSample = { positionId: '2', amount: '0' }
  assert.equal(await codeOf('processRawPositionOrderRefund', orderId, asInTheSample), '0')
  assert.equal(await position(orderId, '3', '0'), '0')
  assert.equal(await refundedOf(orderId), 1000)
  const status = await shop.call('rest/getOrderStatusExtended.do', { orderId })
  const refunds = status['refunds'] as readonly Answer[]
  assert.deepEqual(
    refunds.map(({ amount, externalRefundId }) => [amount, externalRefundId]),
    [200, 300, 300, 200].map((amount) => [amount, undefined]),
  )
})

test('jcc position refund: an unknown position and an order without a cart are refused', async () => {
  const orderId = await paidCart()
  assert.equal(await position(orderId, '4', '100'), '5')
  assert.equal(await position(orderId, '', '100'), '5')
  const bare = await register(shop)
  await payByCard(gateway, bare)
  assert.equal(await position(bare, '1', '100'), '5')
  assert.equal(await refundedOf(orderId), 0)
})

test('jcc position refund: after one, refunds are by position or by sum, and after a sum by sum', async () => {
  const orderId = await paidCart()
  assert.equal(await codeOf('refund', orderId, { amount: '100' }), '0')
  assert.equal(await position(orderId, '2', '100'), '0')
  assert.equal(await codeOf('refund', orderId, { amount: '100' }), '7')
  const forged = { amount: '100', externalRefundId: 'raw-position:2:9' }
  assert.equal(await codeOf('refund', orderId, forged), '5')
  assert.equal(await codeOf('processRawSumRefund', orderId, { amount: '100' }), '0')
  assert.equal(await position(orderId, '2', '100'), '7')
})

test('jcc raw refund: in the same instant too, no other comes after one', async () => {
  const { database } = gateway.sandbox.program
  for (let round = 0; round < 6; round += 1) {
    const orderId = await paidCart()
    const amount = { amount: '10' }
    const codes = await Promise.all([
      ...Array.from({ length: 6 }, () => codeOf('refund', orderId, amount)),
      ...['1', '2', '3'].map((positionId) => position(orderId, positionId, '10')),
      codeOf('processRawSumRefund', orderId, amount),
      ...Array.from({ length: 6 }, () => codeOf('refund', orderId, amount)),
    ])
    const { rows } = await database.run<{ way: string }>(sql('test_ways')`
      select split_part(reference, ':', 1) way from operation join payment using (payment_id)
      where order_id = ${orderId} and kind = 'refund' order by turn`)
    const ways = rows.map(({ way }) => ['raw-position', 'raw-sum'].indexOf(way))
    const inOrder = ways.toSorted((one, other) => one - other)
    assert.deepEqual(ways, inOrder, 'others, positions, sums')
    assert.equal(codes.filter((code) => code === '0').length, ways.length)
    assert.ok(ways.includes(1))
  }
})

test('jcc raw refund: one that the bank has not answered counts as one', async () => {
  const orderId = await paidCart()
  isSilent = true
  const pending = await codeOf('processRawSumRefund', orderId, { amount: '10' }).finally(() => {
    isSilent = false
  })
  assert.equal(pending, '7')
  assert.equal(await codeOf('refund', orderId, { amount: '10' }), '7')
  assert.equal(await position(orderId, '1', '10'), '7')
  assert.equal(await codeOf('processRawSumRefund', orderId, { amount: '10' }), '0')
})

test('jcc position refund: of many at once, those that succeed are those that moved money', async () => {
  const orderId = await paidCart()
  const many = (amount: string) =>
    Promise.all(Array.from({ length: 8 }, () => position(orderId, '1', amount)))
  const codes = [...(await many('100')), ...(await many('100'))]
  const successes = codes.filter((code) => code === '0').length
  assert.ok(successes >= 2 && successes <= 5, codes.join(' '))
  assert.ok(codes.every((code) => code === '0' || code === '7'))
  assert.equal(await refundedOf(orderId), successes * 100)
})

test('jcc carts: the positions of a deposit and of a refund add up to its amount', async () => {
  const orderId = await register(shop, {}, 'rest/registerPreAuth.do')
  await payByCard(gateway, orderId)
  const items = (...amounts: readonly number[]) =>
    JSON.stringify({ items: amounts.map((itemAmount) => ({ positionId: 1, itemAmount })) })
  const deposit = (amount: string, depositItems: string) =>
    codeOf('deposit', orderId, { amount, depositItems })
  assert.equal(await deposit('800', items(500, 301)), '8')
  assert.equal(await deposit('0', items(800)), '8')
  assert.equal(await deposit('800', '[]'), '8')
  assert.equal(await deposit('800', items(500, 300)), '0')
  const refund = (amount: string, refundItems: string) =>
    codeOf('refund', orderId, { amount, refundItems })
  assert.equal(await refund('300', items(299)), '8')
  assert.equal(await refund('300', items(300)), '0')
  assert.equal(await refund('0', items(500)), '0')
  assert.equal(await refundedOf(orderId), 800)
})
