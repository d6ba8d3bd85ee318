import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Acquirer } from '../../src/gateway/acquirer-ports.ts'
import type { Fields, TwoC2pClient } from '../../src/sandbox/twoc2p-client.ts'
import {
  aCardPayment,
  eventually,
  freshInvoice,
  openOrder,
  openShop,
  startTestSandbox,
  type TestSandbox,
} from '../support/sandbox.ts'

const REQUEST_LOST = '4000000000001000'
const ANSWER_LOST = '4000000000001018'
const SLOW = '4000000000001026'
const LATE = '4000000000001034'

let gateway: TestSandbox
let client: TwoC2pClient
/** What the line to the acquirer does with the next messages. */
const line: { drop?: keyof Acquirer } = {}

before(async () => {
  gateway = await startTestSandbox({
    limits: { acquirerTimeoutMs: 100, inDoubtAfterMs: 300 },
    between: (simulator) => losing(simulator),
  })
  client = await gateway.client('JT01')
})

/** Delivers every message, and loses the answer to the one kind that is named. */
function losing(simulator: Acquirer): Acquirer {
  const maybe =
    <M, T extends { kind: string }>(name: keyof Acquirer, send: (message: M) => Promise<T>) =>
    async (message: M) => {
      const outcome = await send(message)
      if (line.drop !== name) return outcome
      delete line.drop
      return { kind: 'unknown' as const }
    }
  return {
    ...simulator,
    capture: maybe('capture', (message) => simulator.capture(message)),
    refund: maybe('refund', (message) => simulator.refund(message)),
    void: maybe('void', (message) => simulator.void(message)),
  }
}

/** Pays by the card, waits for the shop to hear, and inquires. */
async function payAndHear(cardNo: string) {
  const shop = await openShop()
  const invoiceNo = freshInvoice()
  const paymentToken = await openOrder(client, { invoiceNo, backendReturnUrl: shop.url })
  const answer = await client.plain('payment', aCardPayment(paymentToken, { cardNo }))
  const meanwhile = await client.signed('paymentInquiry', { paymentToken })
  await shop.heardAtLeast(1)
  const told = client.verify(shop.heard[0] ?? '')
  const inquired = await client.signed('paymentInquiry', { paymentToken })
  const inquiry = { merchantId: 'JT01', dialect: 'twoc2p', merchantReference: invoiceNo }
  const { payment } = await gateway.sandbox.program.gateway.inquire(inquiry)
  const entries = gateway.ledger.about('JT01', payment?.paymentId ?? '')
  return { answer, meanwhile, told, inquired, payment, entries, shop }
}

const approvedKinds = (entries: readonly { kind: string; approved: boolean }[]) =>
  entries.filter(({ approved }) => approved).map(({ kind }) => kind)

test('recovery: an approval whose answer was lost is found and adopted', async () => {
  const { answer, meanwhile, told, inquired, payment, entries } = await payAndHear(ANSWER_LOST)
  assert.equal(answer['respCode'], '2001')
  assert.equal(meanwhile['respCode'], '2001')
  assert.equal(told['respCode'], '0000')
  assert.equal(inquired['respCode'], '0000')
  assert.match(String(inquired['approvalCode']), /^[0-9]{6}$/)
  assert.equal(payment?.status, 'captured')
  assert.deepEqual(approvedKinds(entries), ['sale'])
})

test('recovery: a request that never arrived ends as failed, and cannot arrive later', async () => {
  const { answer, told, inquired, payment, entries } = await payAndHear(REQUEST_LOST)
  assert.equal(answer['respCode'], '2001')
  assert.equal(told['respCode'], '4091')
  assert.equal(inquired['respCode'], '4091')
  assert.equal(payment?.status, 'failed')
  assert.deepEqual(approvedKinds(entries), ['reverse'])
})

test('recovery: whatever a late approval meets, both sides end in one truth', async () => {
  const { told, payment, entries } = await payAndHear(LATE)
  const paid = told['respCode'] === '0000'
  assert.equal(payment?.status, paid ? 'captured' : 'failed')
  await eventually(async () =>
    gateway.ledger.about('JT01', payment?.paymentId ?? '').some(({ kind }) => kind === 'sale')
      ? true
      : undefined,
  )
  const kinds = approvedKinds(gateway.ledger.about('JT01', payment?.paymentId ?? ''))
  assert.deepEqual(kinds, paid ? ['sale'] : ['reverse'])
  assert.ok(entries.length > 0)
})

test('recovery: a slow answer in time is simply an answer', async () => {
  const { answer, told } = await payAndHear(SLOW)
  assert.equal(answer['respCode'], '2000')
  assert.equal(told['respCode'], '0000')
})

test('recovery: an approval found too late is reversed', async () => {
  const old = await startTestSandbox({
    limits: { acquirerTimeoutMs: 50, inDoubtAfterMs: 100, adoptWithinMs: 0 },
  })
  const shopper = await old.client('JT01')
  const paymentToken = await openOrder(shopper)
  const request = aCardPayment(paymentToken, { cardNo: ANSWER_LOST })
  await shopper.plain('payment', request)
  const inquired = await eventually(async () => {
    const answer = await shopper.signed('paymentInquiry', { paymentToken })
    return answer['respCode'] === '2001' ? undefined : answer
  })
  assert.equal(inquired['respCode'], '4068')
  const kinds = approvedKinds(old.ledger.newest(10))
  assert.deepEqual(kinds.sort(), ['reverse', 'sale'])
})

for (const kind of ['capture', 'refund', 'void'] as const) {
  test(`recovery: a ${kind} whose answer was lost is settled once, as the acquirer booked it`, async () => {
    const { gateway: verbs } = gateway.sandbox.program
    const invoiceNo = freshInvoice()
    const mode: Fields = kind === 'refund' ? {} : { transactionMode: 'PREAUTH' }
    const paymentToken = await openOrder(client, { invoiceNo, amount: 10, ...mode })
    await client.plain('payment', aCardPayment(paymentToken))
    const inquiry = { merchantId: 'JT01', dialect: 'twoc2p', merchantReference: invoiceNo }
    const { payment } = await verbs.inquire(inquiry)
    assert.ok(payment)
    const { merchantId, paymentId } = payment

    line.drop = kind
    const result = await verbs[kind]({ merchantId, paymentId })
    assert.equal(result.state, 'sent')
    const settled = await eventually(async () => {
      const { payment: now } = await verbs.inquire(inquiry)
      return now?.status === payment.status || now?.status === 'voiding' ? undefined : now
    })
    const ended = { capture: 'captured', refund: 'refunded', void: 'voided' } as const
    assert.equal(settled.status, ended[kind])
    assert.equal(settled.capturingMinor + settled.refundingMinor, 0n)
    const booked = approvedKinds(gateway.ledger.about(merchantId, paymentId))
    assert.equal(booked.filter((name) => name === kind).length, 1)
  })
}
