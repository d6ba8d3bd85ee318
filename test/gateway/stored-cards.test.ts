import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { Pan } from '../../src/core/pan.ts'
import type { Gateway } from '../../src/gateway/gateway.ts'
import type { OpenOrder } from '../../src/gateway/open-order.ts'
import type { Pay } from '../../src/gateway/pay.ts'
import { freshInvoice, startTestSandbox, type TestSandbox } from '../support/sandbox.ts'
import { refusalOf } from '../support/refusals.ts'
import { freshPan } from '../support/canaries.ts'

const DIALECT = 'twoc2p'
const MERCHANT = { merchantId: 'JT01', dialect: DIALECT }
const EXPIRY = { year: 2030, month: 12 }

let sandbox: TestSandbox
let verbs: Gateway

before(async () => {
  sandbox = await startTestSandbox()
  verbs = sandbox.sandbox.program.gateway
})

function aPan(): Pan {
  return Pan.parse(freshPan()) ?? assert.fail('no card')
}

const aCard = (pan = aPan()) => ({ pan, expiry: EXPIRY, storedFor: undefined })

async function open(differences: Partial<OpenOrder['order']> = {}) {
  return verbs.openOrder({
    order: {
      ...MERCHANT,
      merchantReference: freshInvoice(),
      amount: { minor: 1_000n, currency: 'SGD' },
      description: 'item 1',
      captureMode: 'automatic',
      tokenize: 'no',
      threeds: 'none',
      customerId: undefined,
      storedFor: undefined,
      announcesExpiry: false,
      vaultTokenIds: [],
      notifyUrl: undefined,
      details: {},
      expiresAt: verbs.clock.in(60_000),
      ...differences,
    },
    idempotencyKey: undefined,
    canonical: '',
  })
}

const HOW: Omit<Pay, 'order' | 'instrument'> = {
  storeCard: false,
  initiator: 'customer',
  returnUrl: undefined,
  browser: {},
  reopens: false,
}

test('stored card: one card is one token per customer, and another for another customer', async () => {
  const card = aCard()
  const first = await verbs.storeVaultToken({ ...MERCHANT, customerId: 'anna', ...card })
  const again = await verbs.storeVaultToken({ ...MERCHANT, customerId: 'anna', ...card })
  const other = await verbs.storeVaultToken({ ...MERCHANT, customerId: 'ben', ...card })
  assert.deepEqual([first.isNew, again.isNew, other.isNew], [true, false, true])
  assert.equal(again.vaultToken.name, first.vaultToken.name)
  assert.notEqual(other.vaultToken.name, first.vaultToken.name)
  assert.equal(other.vaultToken.cardId, first.vaultToken.cardId)
  const byCard = await verbs.listVaultTokens({ ...MERCHANT, pan: card.pan })
  assert.deepEqual(
    byCard.map(({ customerId }) => customerId),
    ['anna', 'ben'],
  )
  assert.deepEqual(await verbs.listVaultTokens({ ...MERCHANT, pan: aPan() }), [])
  const elsewhere = { merchantId: 'JT02', dialect: DIALECT, customerId: 'anna' }
  assert.deepEqual(await verbs.listVaultTokens(elsewhere), [])
})

test('stored card: it pays an order of its customer, and nobody else’s', async () => {
  const stored = await verbs.storeVaultToken({ ...MERCHANT, customerId: 'carl', ...aCard() })
  const instrument = { kind: 'vaultToken' as const, vaultToken: stored.vaultToken }
  const theirs = await open({ customerId: 'carl' })
  const { payment } = await verbs.pay({ ...HOW, order: theirs, instrument })
  assert.equal(payment?.status, 'captured')
  for (const customerId of ['dora', undefined]) {
    const order = await open({ customerId })
    assert.equal(
      await refusalOf(verbs.pay({ ...HOW, order, instrument })),
      'vault_token_unknown',
      customerId,
    )
  }
})

test('stored card: switched off it does not pay, deleted it is gone for good', async () => {
  const card = aCard()
  const customerId = 'emil'
  const { vaultToken } = await verbs.storeVaultToken({ ...MERCHANT, customerId, ...card })
  const which = { ...MERCHANT, name: vaultToken.name }
  const off = await verbs.changeVaultToken(which, { isActive: false })
  assert.equal(off.isActive, false)
  const again = verbs.changeVaultToken(which, { isActive: false })
  assert.equal(await refusalOf(again), 'vault_token_unchanged')
  const order = await open({ customerId })
  const instrument = { kind: 'vaultToken' as const, vaultToken: off }
  assert.equal(await refusalOf(verbs.pay({ ...HOW, order, instrument })), 'vault_token_unknown')
  assert.deepEqual(await verbs.listVaultTokens({ ...MERCHANT, customerId }), [])
  const all = await verbs.listVaultTokens({ ...MERCHANT, customerId, withInactive: true })
  assert.equal(all.length, 1)

  await verbs.changeVaultToken(which, { isActive: true })
  const extended = await verbs.changeVaultToken(which, { expiry: { year: 2031, month: 1 } })
  assert.deepEqual(extended.expiry, { year: 2031, month: 1 })
  const deleted = await verbs.changeVaultToken(which, { isDeleted: true })
  assert.equal(deleted.isDeleted, true)
  assert.equal(
    await refusalOf(verbs.changeVaultToken(which, { isActive: true })),
    'vault_token_unknown',
  )
  const anew = await verbs.storeVaultToken({ ...MERCHANT, customerId, ...card })
  assert.equal(anew.isNew, true)
  assert.notEqual(anew.vaultToken.name, vaultToken.name)
})

test('stored card: a charge by the merchant is linked to the payment that stored the card', async () => {
  const storedFor = { usage: 'recurring' as const, merchantMayInitiate: true }
  const customerId = 'finn'
  const first = await open({ customerId, tokenize: 'offered', storedFor })
  const card = { kind: 'card' as const, pan: aPan(), expiry: EXPIRY }
  const bought = await verbs.pay({ ...HOW, order: first, instrument: card, storeCard: true })
  const { vaultToken } = bought
  assert.ok(vaultToken)
  assert.deepEqual([vaultToken.usage, vaultToken.merchantMayInitiate], ['recurring', true])
  assert.match(vaultToken.networkTransactionId ?? '', /^[0-9]{15}$/)

  const next = await open({ customerId })
  const instrument = { kind: 'vaultToken' as const, vaultToken }
  const { payment } = await verbs.pay({ ...HOW, order: next, instrument, initiator: 'merchant' })
  assert.equal(payment?.status, 'captured')
  const [entry] = sandbox.ledger.about('JT01', payment.paymentId)
  assert.equal(entry?.link, vaultToken.networkTransactionId)
})

test('order: its id alone finds it, and another id finds nothing', async () => {
  const { merchantId, orderId } = await open()
  assert.deepEqual(await verbs.locateOrder(orderId), { merchantId, orderId })
  const otherMerchant = orderId.replace(/.{8}$/, '00000000')
  const otherOrder = orderId.replace(/^.{8}/, '00000000')
  for (const id of [otherMerchant, otherOrder, 'no id', '']) {
    assert.equal(await verbs.locateOrder(id), undefined)
  }
})

test('order: one that only verifies a card holds nothing and stores nothing', async () => {
  const order = await open({ captureMode: 'none' })
  const instrument = { kind: 'card' as const, pan: aPan(), expiry: EXPIRY }
  const { payment, vaultToken } = await verbs.pay({ ...HOW, order, instrument })
  assert.equal(payment?.status, 'verified')
  assert.equal(payment.amount.minor, 0n)
  assert.equal(vaultToken, undefined)
})

test('order: it is listed by the time it was opened, newest first', async () => {
  const from = verbs.clock.now()
  const opened = [await open(), await open(), await open()]
  const page = { by: 'opened', phases: ['unpaid'], offset: 0, limit: 2 } as const
  const query = { ...MERCHANT, ...page, from, to: verbs.clock.in(60_000) }
  const { total, results } = await verbs.listOrders(query)
  assert.equal(total, 3)
  const ids = results.map(({ order }) => order.orderId)
  const expected = opened
    .map(({ orderId }) => orderId)
    .toSorted()
    .toReversed()
  assert.deepEqual(ids, expected.slice(0, 2))
  const rest = await verbs.listOrders({ ...query, offset: 2 })
  assert.deepEqual(
    rest.results.map(({ order }) => order.orderId),
    expected.slice(2),
  )
  const nothing = await verbs.listOrders({ ...query, to: from })
  assert.deepEqual(nothing, { total: 0, results: [] })
})

test('order: what is added to its details joins what was there', async () => {
  const order = await open({ details: { a: 1, own: { b: 2, c: '2' } } })
  const amendment = { into: 'own', entries: { c: '3', d: '4' }, entriesMax: 3 }
  assert.equal(await verbs.amendOrder(order, amendment), true)
  const joined = { a: 1, own: { b: 2, c: '3', d: '4' } }
  assert.deepEqual((await verbs.findOrder(order)).details, joined)
  const added = { into: 'new', entries: { e: '5' }, entriesMax: 1 }
  assert.equal(await verbs.amendOrder(order, added), true)
  assert.equal(await verbs.amendOrder(order, { ...amendment, entries: { e: '5' } }), false)
  assert.deepEqual((await verbs.findOrder(order)).details, { ...joined, new: { e: '5' } })
  const unknown = { ...order, orderId: '0193a1b2-4222-7222-8222-222200000000' }
  assert.equal(await verbs.amendOrder(unknown, amendment), false)
})

test('order: one that announces it expires when nobody pays in time, and takes no payment then', async () => {
  const expiresAt = verbs.clock.in(-1)
  const announced = await open({ announcesExpiry: true, expiresAt })
  const silent = await open({ expiresAt })
  await verbs.expireOrders()
  assert.equal((await verbs.findOrder(announced)).status, 'expired')
  assert.equal((await verbs.findOrder(silent)).status, 'open')
  const instrument = { kind: 'card' as const, pan: aPan(), expiry: EXPIRY }
  for (const { merchantId, orderId } of [announced, silent]) {
    const order = await verbs.findOrder({ merchantId, orderId })
    assert.equal(await refusalOf(verbs.pay({ ...HOW, order, instrument })), 'order_expired')
  }
  assert.equal(await verbs.expireOrders(), 0)
})
