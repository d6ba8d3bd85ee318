import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Acquirer } from '../../src/gateway/acquirer-ports.ts'
import { sql } from '../../src/storage/postgres/database.ts'
import { freshPan } from '../support/canaries.ts'
import { type Answer, jccClient, type JccClient } from '../support/jcc.ts'
import { type JccShop, openJccShop } from '../support/jcc-shop.ts'
import { eventually, freshInvoice, startTestSandbox, type TestSandbox } from '../support/sandbox.ts'

const REQUEST_LOST = '4000000000001000'
const ANSWER_LOST = '4000000000001018'
const LATE = '4000000000001034'

let gateway: TestSandbox
let jcc: JccClient
let shop: JccShop
/** How often each order's money was asked for, and how many inquiries stay unanswered. */
const line = { sent: new Map<string, number>(), deaf: 0 }

before(async () => {
  gateway = await startTestSandbox({
    // Whatever its age, a credit that is found is adopted.
    limits: { acquirerTimeoutMs: 100, inDoubtAfterMs: 300, adoptWithinMs: 0 },
    between: counting,
  })
  jcc = jccClient(gateway.url)
  shop = await openJccShop()
})

function counting(simulator: Acquirer): Acquirer {
  return {
    ...simulator,
    credit(message) {
      const { merchantReference } = message
      line.sent.set(merchantReference, (line.sent.get(merchantReference) ?? 0) + 1)
      return simulator.credit(message)
    },
    query(...which) {
      if (line.deaf === 0) return simulator.query(...which)
      line.deaf -= 1
      return Promise.resolve({ kind: 'unknown' })
    },
  }
}

/** Recovery looks at once, and not only after a pause. */
const lookNow = () =>
  gateway.sandbox.program.database.script(
    "update operation set due_at = now() where state = 'sent' and attempts > 0",
  )

/** Sends money to a card, and waits until the shop hears what became of it. */
async function sendAndHear(pan: string) {
  const orderNumber = freshInvoice()
  const answer = await jcc.call('rest/instantRefund.do', {
    orderNumber,
    pan,
    expiry: '203412',
    amount: '1500',
    currency: '978',
    dynamicCallbackUrl: shop.callbackUrl,
    language: 'en',
  })
  const { fields: told } = await eventually(async () => {
    await lookNow()
    return shop.callbacks.find(({ fields }) => fields['orderNumber'] === orderNumber)
  })
  const status = await jcc.call('rest/getOrderStatusExtended.do', { orderNumber })
  return { orderNumber, answer, told, status, entries: () => entriesOf(orderNumber) }
}

/** What the acquirer booked; our own journal has one message, whatever became of it. */
async function entriesOf(merchantReference: string) {
  const { gateway: verbs } = gateway.sandbox.program
  const inquiry = { merchantId: 'CY01', dialect: 'jcc', merchantReference }
  const { payment } = await verbs.inquire(inquiry)
  assert.ok(payment)
  const journal = await verbs.operations(payment)
  assert.deepEqual(
    journal.map(({ kind }) => kind),
    ['credit'],
  )
  return gateway.ledger
    .about('CY01', payment.paymentId)
    .filter(({ approved }) => approved)
    .map(({ kind }) => kind)
}

function assertInDoubt({ errorCode, errorMessage, orderStatus }: Answer): void {
  assert.equal(errorCode, '0')
  assert.match(String(errorMessage), /not finished yet/)
  const { OrderStatus } = orderStatus as Answer
  assert.equal(OrderStatus, 7)
}

/** Payment row and journal tell the same story, and nothing was ever taken. */
async function sumsOf(orderNumber: string): Promise<unknown> {
  const { rows } = await gateway.sandbox.program.database.run(
    sql('test_credit')`select payment.status, payment_order.status as ordered,
        credited_minor as credited, authorized_minor + captured_minor + refunded_minor as others,
        (select string_agg(kind || ' ' || state, ',') from operation
          where operation.payment_id = payment.payment_id) as journal
      from payment join payment_order using (merchant_id, order_id)
      where merchant_reference = ${orderNumber}`,
  )
  return rows[0]
}

test('credit: one whose answer was lost is found, told as sent, and not sent again', async () => {
  line.deaf = 1
  const { orderNumber, answer, told, status, entries } = await sendAndHear(ANSWER_LOST)
  assertInDoubt(answer)
  assert.equal(line.deaf, 0)
  assert.deepEqual([told['operation'], told['status']], ['refunded', '1'])
  assert.equal(status['orderStatus'], 4)
  assert.deepEqual(await entries(), ['credit'])
  assert.equal(line.sent.get(orderNumber), 1)
  assert.deepEqual(await sumsOf(orderNumber), {
    status: 'credited',
    ordered: 'paid',
    credited: 1_500n,
    others: 0n,
    journal: 'credit approved',
  })
})

test('credit: one that never arrived ends as failed, and cannot arrive later', async () => {
  const { orderNumber, answer, told, status, entries } = await sendAndHear(REQUEST_LOST)
  assertInDoubt(answer)
  assert.deepEqual([told['operation'], told['status']], ['refunded', '0'])
  assert.deepEqual([status['orderStatus'], status['actionCode']], [6, 910])
  assert.deepEqual(await entries(), ['reverse'])
  assert.equal(line.sent.get(orderNumber), 1)
  assert.deepEqual(await sumsOf(orderNumber), {
    status: 'failed',
    ordered: 'closed',
    credited: 0n,
    others: 0n,
    journal: 'credit failed',
  })
})

test('credit: whatever a late one meets, both sides end in one truth', async () => {
  const { orderNumber, answer, told, entries } = await sendAndHear(LATE)
  assertInDoubt(answer)
  const isSent = told['status'] === '1'
  const { status } = (await sumsOf(orderNumber)) as { status: string }
  assert.equal(status, isSent ? 'credited' : 'failed')
  await eventually(async () => {
    const all = gateway.ledger.newest(20, 'CY01')
    const found = all.find((entry) => entry.merchantReference === orderNumber)
    return found?.kind === 'credit' ? found : undefined
  })
  assert.deepEqual(await entries(), isSent ? ['credit'] : ['reverse'])
  assert.equal(line.sent.get(orderNumber), 1)
})

test('credit: the database mixes it with no other money', async () => {
  const { orderNumber } = await sendAndHear(freshPan())
  const { database } = gateway.sandbox.program
  for (const change of [
    'authorized_minor = 1',
    'captured_minor = 1',
    'refunded_minor = 1',
    'credited_minor = 1501',
    'credited_minor = -1',
    "status = 'captured'",
    "status = 'declined'",
  ]) {
    const moved = database.script(`update payment set ${change} from payment_order
      where payment_order.order_id = payment.order_id
        and merchant_reference = '${orderNumber}'`)
    await assert.rejects(moved, { code: '23514' }, change)
  }
})
