import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Payment } from '../../src/core/payment.ts'
import type { TwoC2pClient } from '../../src/sandbox/twoc2p-client.ts'
import {
  aCardPayment,
  freshInvoice,
  openOrder,
  openShop,
  startTestSandbox,
  type TestSandbox,
} from '../support/sandbox.ts'
import { refusalOf } from '../support/refusals.ts'

let gateway: TestSandbox
let client: TwoC2pClient

before(async () => {
  gateway = await startTestSandbox()
  client = await gateway.client('JT01')
})

/** Pays a new order by card. @returns its payment. */
async function paid(order: Record<string, unknown> = {}): Promise<Payment> {
  const invoiceNo = freshInvoice()
  const paymentToken = await openOrder(client, { invoiceNo, ...order })
  await client.plain('payment', aCardPayment(paymentToken))
  return paymentOf(invoiceNo)
}

async function paymentOf(merchantReference: string): Promise<Payment> {
  const inquiry = { merchantId: 'JT01', dialect: 'twoc2p', merchantReference }
  const { payment } = await gateway.sandbox.program.gateway.inquire(inquiry)
  assert.ok(payment)
  return payment
}

const times = <T>(count: number, work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)))

test('pay: 200 identical requests at once make one authorization', async () => {
  const shop = await openShop()
  const invoiceNo = freshInvoice()
  const paymentToken = await openOrder(client, { invoiceNo, backendReturnUrl: shop.url })
  const request = aCardPayment(paymentToken)
  const answers = await times(200, async () => client.plain('payment', request))
  const codes = answers.map((answer) => answer['respCode'])
  assert.equal(codes.filter((code) => code === '2000').length, 1)
  assert.ok(codes.every((code) => ['2000', '2001', '9041'].includes(String(code))))
  const { paymentId } = await paymentOf(invoiceNo)
  const booked = gateway.ledger
    .newest(1_000)
    .filter((entry) => entry.merchantReference === invoiceNo)
  assert.deepEqual(
    booked.map(({ operationId }) => operationId),
    [paymentId],
  )
  await shop.heardAtLeast(1)
  await gateway.sandbox.program.gateway.idle()
  assert.equal(shop.heard.length, 1)
})

test('capture: 200 at once never exceed the authorization', async () => {
  const payment = await paid({ transactionMode: 'PREAUTH', amount: 10 })
  assert.equal(payment.status, 'authorized')
  const { merchantId, paymentId } = payment
  const results = await times(200, async () =>
    refusalOf(gateway.sandbox.program.gateway.capture({ merchantId, paymentId, minor: 100n })),
  )
  assert.equal(results.filter((result) => result === 'done').length, 10)
  const refused = results.filter((result) => result !== 'done')
  const expected = ['amount_exceeds_authorized', 'payment_not_capturable']
  assert.ok(refused.every((result) => expected.includes(result)))
  await agrees(paymentId, { captured: 1_000n, refunded: 0n, status: 'captured' })
})

test('refund: 200 at once never exceed what was captured', async () => {
  const { merchantId, paymentId } = await paid({ amount: 10 })
  const results = await times(200, async () =>
    refusalOf(gateway.sandbox.program.gateway.refund({ merchantId, paymentId, minor: 150n })),
  )
  assert.equal(results.filter((result) => result === 'done').length, 6)
  await agrees(paymentId, { captured: 1_000n, refunded: 900n, status: 'captured' })
  const rest = await gateway.sandbox.program.gateway.refund({ merchantId, paymentId })
  assert.equal(rest.payment.status, 'refunded')
  await agrees(paymentId, { captured: 1_000n, refunded: 1_000n, status: 'refunded' })
})

test('refund: of many at once that expect the same sum to be left, exactly one goes through', async () => {
  const { merchantId, paymentId } = await paid({ amount: 10 })
  const { gateway: verbs } = gateway.sandbox.program
  for (let left = 1_000n; left > 400n; left -= 100n) {
    const request = { merchantId, paymentId, minor: 100n, expectedMinor: left }
    const results = await times(20, async () => refusalOf(verbs.refund(request)))
    assert.equal(results.filter((result) => result === 'done').length, 1)
    assert.equal(results.filter((result) => result === 'captured_otherwise').length, 19)
  }
  await agrees(paymentId, { captured: 1_000n, refunded: 600n, status: 'captured' })
  const twins = { merchantId, paymentId, minor: 100n, expectedMinor: 400n, reference: 'r-2' }
  const repeated = await times(20, async () => verbs.refund(twins))
  assert.equal(new Set(repeated.map(({ operationId }) => operationId)).size, 1)
  await agrees(paymentId, { captured: 1_000n, refunded: 700n, status: 'captured' })
})

test('void and capture: of a whole void and a part of it captured at once exactly one wins', async () => {
  for (let round = 0; round < 20; round += 1) {
    const { merchantId, paymentId } = await paid({ transactionMode: 'PREAUTH', amount: 10 })
    const request = { merchantId, paymentId }
    const { gateway: verbs } = gateway.sandbox.program
    const results = await Promise.all([
      refusalOf(verbs.void(request)),
      refusalOf(verbs.capture({ ...request, minor: 400n })),
    ])
    assert.equal(results.filter((result) => result === 'done').length, 1, results.join())
    const entries = gateway.ledger.about(merchantId, paymentId)
    const kinds = entries.filter(({ approved }) => approved).map(({ kind }) => kind)
    assert.equal(kinds.length, 2, kinds.join())
  }
})

test('refund: a repeat with the same reference moves no more money', async () => {
  const { merchantId, paymentId } = await paid({ amount: 10 })
  const { gateway: verbs } = gateway.sandbox.program
  const request = { merchantId, paymentId, minor: 100n, reference: 'r-1' }
  const results = await times(20, async () => verbs.refund(request))
  assert.equal(new Set(results.map(({ operationId }) => operationId)).size, 1)
  assert.equal(
    await refusalOf(verbs.refund({ ...request, minor: 200n })),
    'operation_reference_in_use',
  )
  await agrees(paymentId, { captured: 1_000n, refunded: 100n, status: 'captured' })
})

/** Payment row, journal and the acquirer's book tell the same story. */
async function agrees(
  paymentId: string,
  expected: { captured: bigint; refunded: bigint; status: string },
): Promise<void> {
  const { rows } = await gateway.sandbox.program.database.run<{
    status: string
    captured: bigint
    refunded: bigint
    pending: bigint
    journal_captured: bigint
    journal_refunded: bigint
  }>({
    name: 'agrees',
    text: `select status, captured_minor captured, refunded_minor refunded,
        capturing_minor + refunding_minor pending,
        (select coalesce(sum(amount_minor), 0)::bigint from operation where payment_id = $1
          and state = 'approved' and (kind = 'capture' or kind = 'authorize' and not exists (
            select from operation other where other.payment_id = $1 and other.kind = 'capture'))
        ) journal_captured,
        (select coalesce(sum(amount_minor), 0)::bigint from operation where payment_id = $1
          and state = 'approved' and kind = 'refund') journal_refunded
      from payment where payment_id = $1`,
    values: [paymentId],
  })
  const { captured, refunded, status } = expected
  assert.deepEqual(rows, [
    {
      status,
      captured,
      refunded,
      pending: 0n,
      journal_captured: captured,
      journal_refunded: refunded,
    },
  ])
  const booked = gateway.ledger.about('JT01', paymentId).filter(({ approved }) => approved)
  const sum = (...kinds: string[]) =>
    booked
      .filter(({ kind }) => kinds.includes(kind))
      .reduce((total, { minor }) => total + minor, 0n)
  assert.equal(sum('sale', 'capture'), captured)
  assert.equal(sum('refund'), refunded)
}
