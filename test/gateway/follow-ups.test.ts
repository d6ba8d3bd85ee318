import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Payment } from '../../src/core/payment.ts'
import type { Acquirer, AcquirerOutcome } from '../../src/gateway/acquirer-ports.ts'
import type { Gateway } from '../../src/gateway/gateway.ts'
import type { TwoC2pClient } from '../../src/sandbox/twoc2p-client.ts'
import {
  aCardPayment,
  freshInvoice,
  openOrder,
  startTestSandbox,
  type TestSandbox,
} from '../support/sandbox.ts'
import { refusalOf } from '../support/refusals.ts'

let sandbox: TestSandbox
let verbs: Gateway
let client: TwoC2pClient
/** The acquirer refuses the next void. */
let refusesVoid = false
/** Answers of the acquirer to captures and refunds are lost. */
let isSilent = false

before(async () => {
  sandbox = await startTestSandbox({ between: stubborn })
  verbs = sandbox.sandbox.program.gateway
  client = await sandbox.client('JT01')
})

function stubborn(simulator: Acquirer): Acquirer {
  const unlessSilent = async (outcome: Promise<AcquirerOutcome>) => {
    const answer = await outcome
    return isSilent ? { kind: 'unknown' as const } : answer
  }
  return {
    ...simulator,
    capture: (message) => unlessSilent(simulator.capture(message)),
    refund: (message) => unlessSilent(simulator.refund(message)),
    async void(message) {
      if (!refusesVoid) return simulator.void(message)
      refusesVoid = false
      return { kind: 'declined', responseCode: '12' }
    },
  }
}

/** An order of ten units paid by card: a payment of 1000 minor units. */
async function paid(order: Record<string, unknown> = {}): Promise<Payment> {
  const invoiceNo = freshInvoice()
  const paymentToken = await openOrder(client, { invoiceNo, amount: 10, ...order })
  await client.plain('payment', aCardPayment(paymentToken))
  const inquiry = { merchantId: 'JT01', dialect: 'twoc2p', merchantReference: invoiceNo }
  const { payment } = await verbs.inquire(inquiry)
  assert.ok(payment)
  return payment
}

const held = () => paid({ transactionMode: 'PREAUTH' })

/** Status, authorized, captured and refunded, as the database has them now. */
async function inShort({ merchantId, paymentId }: Payment): Promise<string> {
  const payment = await verbs.findPayment(merchantId, paymentId)
  assert.ok(payment)
  const { status, authorizedMinor, capturedMinor, refundedMinor } = payment
  return `${status} ${authorizedMinor} ${capturedMinor} ${refundedMinor}`
}

test('capture: the last one captures a part and ends the authorization', async () => {
  const payment = await held()
  const { state } = await verbs.capture({ ...payment, minor: 400n, isFinal: true })
  assert.equal(state, 'approved')
  assert.equal(await inShort(payment), 'captured 1000 400 0')
  assert.equal(await refusalOf(verbs.capture({ ...payment, minor: 1n })), 'payment_not_capturable')
  await verbs.refund(payment)
  assert.equal(await inShort(payment), 'refunded 1000 400 400')
})

test('void: a part is released, and no more than the rest is captured', async () => {
  const payment = await held()
  await verbs.void({ ...payment, minor: 400n })
  assert.equal(await inShort(payment), 'authorized 600 0 0')
  const tooMuch = verbs.capture({ ...payment, minor: 601n })
  assert.equal(await refusalOf(tooMuch), 'amount_exceeds_authorized')
  await verbs.capture(payment)
  assert.equal(await inShort(payment), 'captured 600 600 0')
})

test('void: a part that the acquirer does not release stays authorized', async () => {
  const payment = await held()
  refusesVoid = true
  const { state, responseCode } = await verbs.void({ ...payment, minor: 400n })
  assert.deepEqual([state, responseCode], ['declined', '12'])
  assert.equal(await inShort(payment), 'authorized 1000 0 0')
})

test('void: it takes back a whole fresh capture, which can then not be refunded', async () => {
  const payment = await paid()
  await verbs.void(payment)
  assert.equal(await inShort(payment), 'voided 1000 1000 0')
  assert.equal(await refusalOf(verbs.refund(payment)), 'payment_not_refundable')
  const kinds = sandbox.ledger.about('JT01', payment.paymentId).map(({ kind }) => kind)
  assert.deepEqual(kinds, ['sale', 'void'])
})

test('void: a capture that the acquirer does not take back stays captured', async () => {
  const payment = await paid()
  refusesVoid = true
  await verbs.void(payment)
  assert.equal(await inShort(payment), 'captured 1000 1000 0')
  await verbs.refund(payment)
  assert.equal(await inShort(payment), 'refunded 1000 1000 1000')
})

test('void: a capture of which something was refunded is not taken back', async () => {
  const payment = await paid()
  await verbs.refund({ ...payment, minor: 1n })
  assert.equal(await refusalOf(verbs.void(payment)), 'payment_not_voidable')
})

test('refund: nothing is left to refund twice, and a repeat of all is answered as the first', async () => {
  const payment = await paid()
  const whole = { ...payment, reference: 'whole' }
  const first = await verbs.refund(whole)
  const again = await verbs.refund(whole)
  assert.equal(again.operationId, first.operationId)
  assert.equal(await refusalOf(verbs.refund(payment)), 'payment_not_refundable')
})

test('capture and refund: of nothing, while all of it is under way, no message is sent', async () => {
  const rows = [
    [await held(), 'capture', 'amount_exceeds_authorized'],
    [await paid(), 'refund', 'amount_exceeds_captured'],
  ] as const
  for (const [payment, kind, refusal] of rows) {
    isSilent = true
    const { state } = await verbs[kind](payment).finally(() => {
      isSilent = false
    })
    assert.equal(state, 'sent')
    assert.equal(await refusalOf(verbs[kind](payment)), refusal)
    const kinds = (await verbs.operations(payment)).map((operation) => operation.kind)
    assert.deepEqual(kinds, ['authorize', kind])
  }
})

test('operations: a payment tells all that its acquirer was asked, in order', async () => {
  const payment = await held()
  await verbs.capture({ ...payment, minor: 700n, isFinal: true })
  await verbs.refund({ ...payment, minor: 200n, reference: 'r-1' })
  await verbs.refund({ ...payment, minor: 300n, reference: `r-2-${payment.paymentId}` })
  const operations = await verbs.operations(payment)
  const told = operations.map(({ kind, amount, state }) => `${kind} ${amount.minor} ${state}`)
  assert.deepEqual(told, [
    'authorize 1000 approved',
    'capture 700 approved',
    'refund 200 approved',
    'refund 300 approved',
  ])
  const reference = `r-2-${payment.paymentId}`
  const found = await verbs.operationByReference('JT01', 'refund', reference)
  assert.equal(found?.operationId, operations[3]?.operationId)
  assert.equal(await verbs.operationByReference('JT01', 'capture', reference), undefined)
  assert.match(found?.rrn ?? '', /^[0-9]{12}$/)
})
