import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { freshPan } from '../support/canaries.ts'
import { anOrder, type Answer, type Fields, jccClient, type JccClient } from '../support/jcc.ts'
import { freshInvoice, startTestSandbox, type TestSandbox } from '../support/sandbox.ts'

let gateway: TestSandbox
let jcc: JccClient
before(async () => {
  gateway = await startTestSandbox()
  jcc = jccClient(gateway.url)
})

/** Declined with 51, which is action code 116. */
const DECLINED = '99005100'

const NOT_ALLOWED = {
  errorCode: '5',
  errorMessage: 'The operation is not allowed for the original order',
}

/** An order that its payer has paid, storing the card. */
async function paid(fields: Fields = {}): Promise<string> {
  const card = { pan: freshPan(), cvc: '123', expiry: '203412' }
  const order = anOrder({ clientId: freshInvoice(), ...fields })
  const answer = await jcc.call('rest/instantPayment.do', { ...order, ...card })
  return String(answer['orderId'])
}

/** An order that its payer has paid with a card stored before. */
async function paidAgain(fields: Fields = {}): Promise<string> {
  const { bindingInfo } = await statusOf(await paid())
  const { bindingId } = bindingInfo as { bindingId: string }
  const order = anOrder({ bindingId, cvc: '123', tii: 'F', ...fields })
  return String((await jcc.call('rest/instantPayment.do', order))['orderId'])
}

const declined = () => paidAgain({ amount: DECLINED })

const statusOf = (orderId: string) => jcc.call('rest/getOrderStatusExtended.do', { orderId })

const follow = (originalMdOrder: string, tii: string, fields: Fields = {}) =>
  jcc.call('industryPractice/paymentOrder.do', {
    originalMdOrder,
    orderNumber: freshInvoice(),
    tii,
    ...(tii === 'IPS' || tii === 'IPA' ? {} : { amount: '250' }),
    ...fields,
  })

/** Makes an order's payments so many days older. */
async function age(orderId: string, days: number): Promise<void> {
  await gateway.sandbox.program.database.run({
    name: 'age_payment',
    text: `update payment set created_at = created_at - make_interval(days => $2)
      where order_id = $1`,
    values: [orderId, days],
  })
}

const paymentOf = async (orderId: string) =>
  (await gateway.sandbox.program.gateway.inquire({ merchantId: 'CY01', orderId })).payment

test('jcc industry practice: a delayed charge is paid by the card of the original, linked to it', async () => {
  const original = await paidAgain({ currency: '840' })
  const body = { originalMdOrder: original, orderNumber: freshInvoice(), tii: 'IPD', amount: 250 }
  const response = await fetch(`${gateway.url}/payment/industryPractice/paymentOrder.do`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ userName: 'test_user', password: 'test_user_password', ...body }),
  })
  const { mdOrder, approvalCode, rrn, ...answer } = (await response.json()) as Answer
  assert.deepEqual(answer, { errorCode: '0', errorMessage: 'Success', actionCode: '0' })
  assert.match(String(approvalCode), /^[0-9A-Z]{6}$/)
  assert.match(String(rrn), /^[0-9]{12}$/)
  const status = await statusOf(String(mdOrder))
  assert.deepEqual(
    [status['orderStatus'], status['amount'], status['currency'], status['tii']],
    [2, 250, '840', 'DELAYED_CHARGES_MIT'],
  )
  assert.deepEqual(status['bindingInfo'], (await statusOf(original))['bindingInfo'])
  const payment = await paymentOf(String(mdOrder))
  const booked = await fetch(`${gateway.url}/sandbox/ledger?merchantID=CY01`)
  const { entries } = (await booked.json()) as { entries: readonly Answer[] }
  const entry = entries.find(({ operationId }) => operationId === payment?.paymentId)
  const { networkTransactionId } = (await paymentOf(original)) ?? {}
  assert.match(networkTransactionId ?? '', /^[0-9]{15}$/)
  assert.equal(entry?.['link'], networkTransactionId)
})

test('jcc industry practice: each has its own window and its own kind of original', async () => {
  const held = await jcc.call('rest/instantPayment.do', {
    ...anOrder({ clientId: freshInvoice(), preAuth: 'true' }),
    pan: freshPan(),
    cvc: '123',
    expiry: '203412',
  })
  const originals: Readonly<Record<string, string>> = {
    paid: await paid(),
    held: String(held['orderId']),
    declined: await declined(),
  }
  // After so many days in all: practice, original, whether it is allowed.
  const rows: readonly (readonly [number, string, string, boolean])[] = [
    [0, 'IPI', 'paid', true],
    [0, 'IPS', 'paid', false],
    [0, 'IPA', 'paid', false],
    [0, 'IPD', 'declined', false],
    [0, 'IPN', 'declined', false],
    [2, 'IPI', 'paid', false],
    [2, 'IPI', 'held', true],
    [29, 'IPS', 'declined', true],
    [31, 'IPS', 'declined', false],
    [89, 'IPD', 'paid', true],
    [91, 'IPD', 'paid', false],
    [179, 'IPA', 'held', true],
    [179, 'IPA', 'declined', true],
    [181, 'IPA', 'declined', false],
    [364, 'IPN', 'paid', true],
    [366, 'IPN', 'paid', false],
  ]
  let today = 0
  for (const [day, tii, name, isAllowed] of rows) {
    for (const orderId of Object.values(originals)) await age(orderId, day - today)
    today = day
    const answer = await follow(originals[name] ?? '', tii)
    const isRefused = answer['errorMessage'] === NOT_ALLOWED.errorMessage
    assert.equal(!isRefused, isAllowed, `${tii} of ${name} after ${day}: ${JSON.stringify(answer)}`)
  }
})

test('jcc industry practice: a resubmission asks for the amount of the original, and its decline is 5', async () => {
  const original = await declined()
  const answer = await follow(original, 'IPS', { amount: DECLINED })
  const { errorCode, errorMessage, actionCode, mdOrder } = answer
  assert.deepEqual([errorCode, actionCode], ['5', '116'])
  assert.match(String(errorMessage), /declined/)
  assert.equal((await follow(original, 'IPS', { amount: '250' }))['errorCode'], '5')
  const status = await statusOf(String(mdOrder))
  assert.deepEqual([status['orderStatus'], status['amount']], [6, Number(DECLINED)])
})

test('jcc industry practice: nothing is charged on what the merchant started, stored nowhere or cannot name', async () => {
  const original = await paid()
  const { mdOrder } = await follow(original, 'IPN')
  assert.deepEqual(await follow(String(mdOrder), 'IPN'), NOT_ALLOWED)
  const codes = async (orderId: string, fields: Fields = {}) =>
    (await follow(orderId, 'IPN', fields))['errorCode']
  assert.equal(await codes(await paid({ clientId: '' })), '2')
  assert.equal(await codes('none'), '6')
  assert.equal(await codes(original, { amount: '' }), '4')
  assert.equal(await codes(original, { tii: 'U' }), '5')
  const { bindingInfo } = await statusOf(original)
  const { bindingId } = bindingInfo as { bindingId: string }
  const payout = anOrder({ amount: DECLINED, bindingId })
  const { orderId: refused } = await jcc.call('rest/instantRefund.do', payout)
  assert.deepEqual(await follow(String(refused), 'IPS'), NOT_ALLOWED)
  await jcc.call('rest/unBindCard.do', { bindingId })
  assert.equal(await codes(original), '2')
})
