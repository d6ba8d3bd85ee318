import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { aPayment } from './payment.fixture.ts'
import {
  type Payment,
  PAYMENT_TRANSITIONS,
  type PaymentStatus,
  refuseCapture,
  refuseRefund,
  refuseVoid,
} from './payment.ts'
import { Refusal } from './refusal.ts'

const STATUSES = Object.keys(PAYMENT_TRANSITIONS) as PaymentStatus[]

function outcomeOf(work: () => void): string {
  try {
    work()
    return 'ok'
  } catch (error) {
    assert.ok(error instanceof Refusal)
    return error.code
  }
}

function rowsOf(table: string): { row: string; status: PaymentStatus; cells: string[] }[] {
  return table
    .trim()
    .split('\n')
    .map((line) => {
      const [status = '', ...cells] = line.trim().split(/ +/)
      assert.ok(STATUSES.includes(status as PaymentStatus), line)
      return { row: line, status: status as PaymentStatus, cells }
    })
}

test('payment: its status goes from a first to each last one, and from no last one further', () => {
  const ends = STATUSES.filter((status) => PAYMENT_TRANSITIONS[status].length === 0)
  assert.deepEqual(ends.toSorted(), [
    'credited',
    'declined',
    'failed',
    'refunded',
    'reversed',
    'verified',
    'voided',
  ])
  const reached = new Set<PaymentStatus>(['authenticating', 'crediting'])
  for (const status of reached) for (const next of PAYMENT_TRANSITIONS[status]) reached.add(next)
  assert.deepEqual([...reached].toSorted(), STATUSES.toSorted())
})

test('payment: nothing goes back to an unknown outcome, nor to itself', () => {
  for (const status of STATUSES) {
    const next = PAYMENT_TRANSITIONS[status]
    assert.equal(next.includes('authorizing'), status === 'authenticating', status)
    assert.equal(next.includes('authenticating'), false, status)
    assert.equal(next.includes(status), false, status)
    assert.equal(new Set(next).size, next.length, status)
  }
})

test('payment: money that goes to a card is taken from none, and the reverse', () => {
  assert.deepEqual(PAYMENT_TRANSITIONS.crediting, ['credited', 'declined', 'failed'])
  for (const status of STATUSES) {
    const next = PAYMENT_TRANSITIONS[status]
    assert.equal(next.includes('credited'), status === 'crediting', status)
    assert.equal(next.includes('crediting'), false, status)
  }
})

test('payment: money that was taken can only be given back', () => {
  assert.deepEqual(PAYMENT_TRANSITIONS.captured, ['refunded', 'voiding'])
  assert.deepEqual(PAYMENT_TRANSITIONS.voiding.toSorted(), ['authorized', 'captured', 'voided'])
  const toVoided = STATUSES.filter((status) => PAYMENT_TRANSITIONS[status].includes('voided'))
  assert.deepEqual(toVoided, ['voiding'])
})

test('payment: it is captured while authorized, and never past what was authorized', () => {
  // status, authorized, captured, capturing, asked for.
  const rows = rowsOf(`
    authorized  10 0  0  1  ok
    authorized  10 0  0  10 ok
    authorized  10 0  0  11 amount_exceeds_authorized
    authorized  10 4  0  6  ok
    authorized  10 4  0  7  amount_exceeds_authorized
    authorized  10 0  4  6  ok
    authorized  10 0  4  7  amount_exceeds_authorized
    authorized  10 4  5  1  ok
    authorized  10 4  5  2  amount_exceeds_authorized
    authorized  10 0  10 1  amount_exceeds_authorized
    authorized  0  0  0  1  amount_exceeds_authorized
    captured    10 10 0  1  payment_not_capturable
    captured    10 10 0  11 payment_not_capturable
    authorizing 10 0  0  1  payment_not_capturable
    voiding     10 0  0  1  payment_not_capturable
    voided      10 0  0  1  payment_not_capturable
    refunded    10 10 0  1  payment_not_capturable
    verified    0  0  0  1  payment_not_capturable
    crediting   0  0  0  1  payment_not_capturable
    credited    0  0  0  1  payment_not_capturable
    declined    0  0  0  1  payment_not_capturable
    reversed    0  0  0  1  payment_not_capturable
    failed      0  0  0  1  payment_not_capturable`)
  for (const { row, status, cells } of rows) {
    const [authorizedMinor, capturedMinor, capturingMinor, minor = 0n] = cells
      .slice(0, 4)
      .map(BigInt)
    const sums = { authorizedMinor, capturedMinor, capturingMinor } as Partial<Payment>
    const payment = aPayment({ status, ...sums })
    assert.equal(
      outcomeOf(() => refuseCapture(payment, minor)),
      cells[4],
      row,
    )
  }
})

test('payment: it is refunded once something is captured, and never past that', () => {
  // status, captured, refunded, refunding, asked for.
  const rows = rowsOf(`
    captured    10 0  0  1  ok
    captured    10 0  0  10 ok
    captured    10 0  0  11 amount_exceeds_captured
    captured    10 4  0  6  ok
    captured    10 4  0  7  amount_exceeds_captured
    captured    10 0  4  6  ok
    captured    10 0  4  7  amount_exceeds_captured
    captured    10 4  5  1  ok
    captured    10 4  5  2  amount_exceeds_captured
    captured    10 0  10 1  amount_exceeds_captured
    authorized  4  0  0  4  ok
    authorized  4  0  0  5  amount_exceeds_captured
    authorized  4  4  0  1  amount_exceeds_captured
    authorized  0  0  0  1  payment_not_refundable
    refunded    10 10 0  1  payment_not_refundable
    refunded    10 0  0  1  payment_not_refundable
    authorizing 0  0  0  1  payment_not_refundable
    voiding     0  0  0  1  payment_not_refundable
    voided      0  0  0  1  payment_not_refundable
    verified    0  0  0  1  payment_not_refundable
    crediting   0  0  0  1  payment_not_refundable
    credited    0  0  0  1  payment_not_refundable
    declined    0  0  0  1  payment_not_refundable
    reversed    0  0  0  1  payment_not_refundable
    failed      0  0  0  1  payment_not_refundable`)
  for (const { row, status, cells } of rows) {
    const [capturedMinor, refundedMinor, refundingMinor, minor = 0n] = cells.slice(0, 4).map(BigInt)
    const sums = { capturedMinor, refundedMinor, refundingMinor } as Partial<Payment>
    const payment = aPayment({ status, ...sums })
    assert.equal(
      outcomeOf(() => refuseRefund(payment, minor)),
      cells[4],
      row,
    )
  }
})

test('payment: an authorization is voided in parts or whole, a fresh capture only whole', () => {
  // status, authorized, captured, capturing, refunded, asked for, hours since the capture.
  const rows = rowsOf(`
    authorized  10 0  0  0 10 -  ok
    authorized  10 0  0  0 4  -  ok
    authorized  10 0  0  0 11 -  amount_exceeds_authorized
    authorized  10 1  0  0 10 -  payment_not_voidable
    authorized  10 1  0  0 9  -  ok
    authorized  10 0  1  0 10 -  payment_not_voidable
    authorized  10 4  4  0 3  -  payment_not_voidable
    captured    10 10 0  0 10 1  ok
    captured    10 10 0  0 9  1  payment_not_voidable
    captured    10 10 0  0 10 25 payment_not_voidable
    captured    10 10 0  1 10 1  payment_not_voidable
    captured    10 10 0  0 10 -  payment_not_voidable
    authorizing 10 0  0  0 10 -  payment_not_voidable
    refunded    10 10 0  10 10 1 payment_not_voidable
    voiding     10 0  0  0 10 -  payment_not_voidable
    voided      10 0  0  0 10 -  payment_not_voidable
    verified    0  0  0  0 0  -  payment_not_voidable
    crediting   0  0  0  0 0  -  payment_not_voidable
    credited    0  0  0  0 0  1  payment_not_voidable
    declined    0  0  0  0 0  -  payment_not_voidable
    reversed    0  0  0  0 0  -  payment_not_voidable
    failed      0  0  0  0 0  -  payment_not_voidable`)
  const now = Date.parse('2026-11-20T12:00:00Z')
  const capturedAfter = new Date(now - 24 * 3_600_000)
  for (const { row, status, cells } of rows) {
    const [authorizedMinor, capturedMinor, capturingMinor, refundedMinor, minor = 0n] = cells
      .slice(0, 5)
      .map(BigInt)
    const [hours, expected] = cells.slice(5)
    const settledAt = hours === '-' ? undefined : new Date(now - Number(hours) * 3_600_000)
    const sums = { authorizedMinor, capturedMinor, capturingMinor, refundedMinor }
    const payment = aPayment({ status, ...(sums as Partial<Payment>), settledAt })
    assert.equal(
      outcomeOf(() => refuseVoid(payment, minor, capturedAfter)),
      expected,
      row,
    )
  }
})

// A shopkeeper's tally is the model. Amounts are small, so that sums often land on the limit.
test('payment: captures and refunds add up and never pass their limits', () => {
  const step = fc.record({ kind: fc.constantFrom('capture', 'refund'), minor: fc.bigInt(1n, 9n) })
  fc.assert(
    fc.property(fc.bigInt(1n, 20n), fc.array(step), (authorizedMinor, steps) => {
      let [captured, refunded] = [0n, 0n]
      for (const { kind, minor } of steps) {
        const sums = { authorizedMinor, capturedMinor: captured, refundedMinor: refunded }
        const isWhole = captured === authorizedMinor
        const payment = aPayment({ ...sums, status: isWhole ? 'captured' : 'authorized' })
        if (kind === 'capture') {
          const isFree = captured + minor <= authorizedMinor
          assert.equal(outcomeOf(() => refuseCapture(payment, minor)) === 'ok', isFree)
          if (isFree) captured += minor
        } else {
          const isFree = refunded + minor <= captured
          assert.equal(outcomeOf(() => refuseRefund(payment, minor)) === 'ok', isFree)
          if (isFree) refunded += minor
        }
      }
    }),
  )
})
