import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anOrder } from './order.fixture.ts'
import { isPastExpiry, type Order, purposeOf, refusePaying } from './order.ts'
import { Refusal } from './refusal.ts'

const EXPIRES = '2026-11-20T12:00:00.000Z'

test('order: only an open one that has not expired may be paid', () => {
  // status, milliseconds from its expiry, whether it may be paid.
  const rows = `
    open      -1800000 ok
    open      -1       ok
    open      0        order_expired
    open      1        order_expired
    open      86400000 order_expired
    paying    -1       order_in_progress
    paying    1        order_in_progress
    paid      -1       order_finished
    paid      1        order_finished
    closed    -1       order_finished
    closed    1        order_finished
    cancelled -1       order_cancelled
    cancelled 1        order_cancelled`
  for (const row of rows.trim().split('\n')) {
    const [status, after, expected] = row.trim().split(/ +/)
    const order = anOrder({ status: status as Order['status'] })
    const at = new Date(Date.parse(EXPIRES) + Number(after))
    assert.equal(
      outcomeOf(() => refusePaying(order, at)),
      expected,
      row,
    )
    assert.equal(isPastExpiry(order, at), Number(after) >= 0, row)
  }
})

test('order: one that sends money to a card takes none, whatever its status', () => {
  const at = new Date(Date.parse(EXPIRES) - 1)
  for (const status of ['open', 'paid', 'closed'] as const) {
    const order = anOrder({ captureMode: 'credit', status })
    assert.equal(
      outcomeOf(() => refusePaying(order, at)),
      'order_finished',
    )
  }
})

test('order: what the acquirer is asked for follows from how it is captured and stored', () => {
  const rows = `
    automatic no      sale
    automatic offered sale
    automatic only    verify
    manual    no      authorize
    manual    offered authorize
    manual    only    verify
    none      offered verify
    credit    no      credit
    credit    only    credit`
  for (const row of rows.trim().split('\n')) {
    const [captureMode, tokenize, expected] = row.trim().split(/ +/)
    const differences = { captureMode, tokenize } as Partial<Order>
    assert.equal(purposeOf(anOrder(differences)), expected, row)
  }
})

test('refusal: it is an error that says its code and nothing else', () => {
  const refusal = new Refusal('order_expired')
  assert.ok(refusal instanceof Error)
  assert.deepEqual(
    [refusal.name, refusal.message, refusal.code],
    ['Refusal', 'order_expired', 'order_expired'],
  )
})

function outcomeOf(work: () => void): string {
  try {
    work()
    return 'ok'
  } catch (error) {
    assert.ok(error instanceof Refusal)
    return error.code
  }
}
