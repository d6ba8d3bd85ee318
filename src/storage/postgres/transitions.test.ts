import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import { PAYMENT_TRANSITIONS, type PaymentStatus } from '../../core/payment.ts'
import { freshDatabase } from '../../../test/support/database.ts'
import { type Database, sql, sqlState } from './database.ts'

const STATUSES = Object.keys(PAYMENT_TRANSITIONS) as PaymentStatus[]
const MERCHANT = 'JT01'
const AT = new Date('2026-11-20T12:00:00Z')

let database: Database
let orderId: string

before(async () => {
  database = await freshDatabase()
  orderId = randomUUID()
  await database.run(sql('test_merchant')`
    insert into merchant (merchant_id, name, currency, time_zone, may_tokenize, created_at)
    values (${MERCHANT}, 'Shop', 'SGD', 'Asia/Singapore', true, ${AT})`)
  await database.run(sql('test_order')`
    insert into payment_order (merchant_id, order_id, dialect, merchant_reference, amount_minor,
      currency, description, capture_mode, tokenize, threeds, vault_token_ids, details,
      request_hash, expires_at, created_at)
    values (${MERCHANT}, ${orderId}, 'twoc2p', '1', 10, 'SGD', 'item 1', 'automatic', 'no', 'try',
      '{}', '{}', ${Buffer.alloc(32)}, ${AT}, ${AT})`)
})

/** A payment that stands there already, however it came to. */
async function aPayment(status: PaymentStatus): Promise<string> {
  const paymentId = randomUUID()
  await database.run(sql('test_payment')`
    insert into payment (merchant_id, payment_id, order_id, status, instrument, pan_masked,
      amount_minor, currency, trace_number, created_at)
    values (${MERCHANT}, ${paymentId}, ${orderId}, ${status}, 'card', '499999******0000', 10,
      'SGD', '1', ${AT})`)
  return paymentId
}

async function statusOf(paymentId: string): Promise<string | undefined> {
  const { rows } = await database.run<{ status: string }>(sql('test_status')`
    select status from payment where merchant_id = ${MERCHANT} and payment_id = ${paymentId}`)
  return rows[0]?.status
}

/** Moves a payment. @returns the SQLSTATE of the refusal; undefined when it was moved. */
async function move(paymentId: string, to: string): Promise<string | undefined> {
  try {
    const { count } = await database.run(sql('test_move')`
      update payment set status = ${to}
      where merchant_id = ${MERCHANT} and payment_id = ${paymentId}`)
    assert.equal(count, 1)
    return undefined
  } catch (error) {
    return sqlState(error) ?? assert.fail(String(error))
  }
}

test('transitions: the table of the database is the table of the core', async () => {
  const { rows } = await database.run<{ from_status: string; to_status: string }>(
    sql('test_transitions')`select from_status, to_status from payment_transition`,
  )
  const stored = rows.map((row) => `${row.from_status} ${row.to_status}`)
  const expected = STATUSES.flatMap((from) =>
    PAYMENT_TRANSITIONS[from].map((to) => `${from} ${to}`),
  )
  assert.deepEqual(stored.toSorted(), expected.toSorted())
  assert.ok(expected.length > 10)
})

test('transitions: for every two statuses, a payment goes from one to the other as the table says', async () => {
  const pairs = STATUSES.flatMap((from) => STATUSES.map((to) => ({ from, to })))
  for (const { from, to } of pairs) {
    // A payment may be written again with the status it has: that is no transition.
    const mayGo = from === to || PAYMENT_TRANSITIONS[from].includes(to)
    const paymentId = await aPayment(from)
    assert.equal(await move(paymentId, to), mayGo ? undefined : '23514', `${from} to ${to}`)
    assert.equal(await statusOf(paymentId), mayGo ? to : from, `${from} to ${to}`)
  }
  assert.equal(pairs.length, 169)
})

test('transitions: a payment goes to no status that nobody knows', async () => {
  for (const to of ['cancelled', 'Captured', '', 'captured ']) {
    const paymentId = await aPayment('authorizing')
    assert.equal(await move(paymentId, to), '23514', to)
    assert.equal(await statusOf(paymentId), 'authorizing')
  }
})

test('transitions: one row that may not go keeps back all that go with it', async () => {
  const good = await aPayment('authorizing')
  const bad = await aPayment('voided')
  const both = database.run(sql('test_both')`
    update payment set status = 'captured'
    where merchant_id = ${MERCHANT} and payment_id = any (${[good, bad]}::uuid[])`)
  await assert.rejects(both, (error) => sqlState(error) === '23514')
  assert.deepEqual([await statusOf(good), await statusOf(bad)], ['authorizing', 'voided'])
})
