import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { seToken, type SeTokenKey } from '../../sdk/src/index.ts'
import { freshPan } from '../support/canaries.ts'
import { type Answer, anOrder, jccClient, type JccClient, register } from '../support/jcc.ts'
import { freshInvoice, startTestSandbox, type TestSandbox } from '../support/sandbox.ts'

// What the SDK encrypts, against a running sandbox.

let gateway: TestSandbox
let jcc: JccClient
let key: SeTokenKey
before(async () => {
  gateway = await startTestSandbox()
  jcc = jccClient(gateway.url)
  const response = await fetch(`${gateway.url}/payment/se/keys.do`)
  const { keys } = (await response.json()) as { keys: [SeTokenKey] }
  key = keys[0]
})

const aCard = () => ({ pan: freshPan(), cvc: '123', expiryMonth: 6, expiryYear: 2030 })

test('sdk seToken: a card is paid at once, with the name that it says', async () => {
  const paid = await jcc.call('rest/instantPayment.do', {
    ...anOrder(),
    seToken: seToken(key, { ...aCard(), cardholderName: 'T/C HOLDER' }),
  })
  const status = paid['orderStatus'] as Answer
  assert.deepEqual(
    [status['OrderStatus'], status['cardholderName'], status['expiration']],
    [2, 'T C HOLDER', '203006'],
  )
})

test('sdk seToken: a registered order is paid with its own, and with no other', async () => {
  const mdOrder = await register(jcc)
  const token = seToken(key, { ...aCard(), mdOrder })
  const other = await jcc.call('rest/paymentorder.do', {
    MDORDER: await register(jcc),
    seToken: token,
  })
  assert.equal(other['errorCode'], 5)
  const paid = await jcc.call('rest/paymentorder.do', { MDORDER: mdOrder, seToken: token })
  assert.equal(paid['errorCode'], 0)
})

test('sdk seToken: a stored card is paid with its code', async () => {
  const clientId = freshInvoice()
  const { bindingId } = await jcc.call('rest/createBindingNoPayment.do', {
    clientId,
    pan: freshPan(),
    expiryDate: '203412',
    cardholderName: 'T HOLDER',
  })
  const mdOrder = await register(jcc, { clientId })
  const paid = await jcc.call('rest/paymentOrderBinding.do', {
    mdOrder,
    tii: 'F',
    seToken: seToken(key, { mdOrder, bindingId: String(bindingId), cvc: '123' }),
  })
  assert.equal(paid['errorCode'], 0)
})
