import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { freshPan } from '../support/canaries.ts'
import { anOrder, type Answer, type Fields, jccClient, type JccClient } from '../support/jcc.ts'
import { type JccShop, openJccShop, setSettings } from '../support/jcc-shop.ts'
import {
  aCardPayment,
  freshInvoice,
  openOrder,
  startTestSandbox,
  type TestSandbox,
} from '../support/sandbox.ts'

let gateway: TestSandbox
let jcc: JccClient
let shop: JccShop
before(async () => {
  gateway = await startTestSandbox()
  jcc = jccClient(gateway.url)
  shop = await openJccShop()
  await setSettings(gateway, 'CY01', { callbackUrl: shop.callbackUrl, callbackMethod: 'POST' })
})

interface Binding {
  readonly bindingId: string
  readonly maskedPan: string
  readonly expiryDate: string
  readonly clientId: string
  readonly bindingCategory?: string
}

async function bindingsOf(clientId: string, fields: Fields = {}): Promise<readonly Binding[]> {
  const answer = await jcc.call('rest/getBindings.do', { clientId, ...fields })
  return answer['bindings'] as readonly Binding[]
}

async function onlyBindingOf(clientId: string): Promise<Binding> {
  const [binding, ...others] = await bindingsOf(clientId)
  assert.ok(binding)
  assert.deepEqual(others, [])
  return binding
}

/** Pays with a new card for a customer. @returns the card's digits. */
async function payFor(clientId: string, fields: Fields = {}): Promise<string> {
  const pan = freshPan()
  const card = { pan, cvc: '123', expiry: '203412', cardHolderName: 'T HOLDER' }
  const paid = await jcc.call('rest/instantPayment.do', {
    ...anOrder({ clientId }),
    ...card,
    ...fields,
  })
  assert.equal(paid['errorCode'], '0', JSON.stringify(paid))
  return pan
}

const codeOf = async (method: string, fields: Fields) =>
  (await jcc.call(method, fields))['errorCode']

test('jcc bindings: a payment for a customer stores the card, once', async () => {
  const clientId = freshInvoice()
  const pan = await payFor(clientId)
  await payFor(clientId, { pan })
  const [binding, ...others] = await bindingsOf(clientId)
  assert.deepEqual(others, [])
  const { bindingId, ...rest } = binding ?? {}
  assert.match(String(bindingId), /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  assert.deepEqual(rest, {
    maskedPan: `${pan.slice(0, 6)}**${pan.slice(-4)}`,
    expiryDate: '203412',
    clientId,
    paymentWay: 'CARD',
    paymentSystem: 'VISA',
    displayLabel: `XXXXXXXXXXXX${pan.slice(-4)}`,
    bindingCategory: 'COMMON',
  })
  const heard = await shop.heard({ operation: 'bindingCreated', clientId })
  assert.equal(heard.method, 'POST')
  assert.deepEqual(
    [heard.fields['bindingId'], heard.fields['enabled'], heard.fields['mdOrder']],
    [bindingId, 'true', undefined],
  )
})

test('jcc bindings: nothing is stored unless the customer and the payer say so', async () => {
  const clientId = freshInvoice()
  await payFor(clientId, { bindingNotNeeded: 'true' })
  await payFor(clientId, { cvc: '999' })
  const answer = await jcc.call('rest/getBindings.do', { clientId })
  assert.deepEqual(answer, { errorCode: '2', errorMessage: 'Information not found', bindings: [] })
  assert.equal(await codeOf('rest/getBindings.do', {}), '1')
})

test('jcc bindings: VERIFY with FORCE_CREATE_BINDING stores without a charge', async () => {
  const clientId = freshInvoice()
  const features = ['VERIFY', 'FORCE_CREATE_BINDING']
  await payFor(clientId, { amount: '0', features, tii: 'RI' })
  const [binding] = await bindingsOf(clientId, { bindingType: 'R' })
  assert.equal(binding?.bindingCategory, 'RECURRENT')
  assert.deepEqual(await bindingsOf(clientId, { bindingType: 'C' }), [])
})

test('jcc bindings: a card is unbound, bound and extended, and each says when it was so', async () => {
  const clientId = freshInvoice()
  await payFor(clientId)
  const { bindingId } = await onlyBindingOf(clientId)
  assert.equal(await codeOf('rest/unBindCard.do', { bindingId }), '0')
  assert.deepEqual(await jcc.call('rest/unBindCard.do', { bindingId }), {
    errorCode: '2',
    errorMessage: "Binding isn't active",
  })
  assert.deepEqual(await bindingsOf(clientId), [])
  const all = await jcc.call('rest/getAllBindings.do', { clientId })
  assert.equal((all['bindings'] as readonly Binding[]).length, 1)
  const pay = { ...anOrder(), bindingId, cvc: '123' }
  assert.equal(await codeOf('rest/instantPayment.do', pay), '2')
  await shop.heard({ operation: 'bindingActivityChanged', bindingId, enabled: 'false' })
  assert.equal(await codeOf('rest/bindCard.do', { bindingId }), '0')
  assert.equal(await codeOf('rest/bindCard.do', { bindingId }), '2')
  await shop.heard({ operation: 'bindingActivityChanged', bindingId, enabled: 'true' })
  assert.equal(await codeOf('rest/extendBinding.do', { bindingId, newExpiry: '203506' }), '0')
  assert.equal((await bindingsOf(clientId))[0]?.expiryDate, '203506')
  assert.equal(await codeOf('rest/extendBinding.do', { bindingId, newExpiry: '202001' }), '1')
  assert.equal(await codeOf('rest/extendBinding.do', { bindingId, newExpiry: '203513' }), '1')
  assert.equal(await codeOf('rest/extendBinding.do', { bindingId }), '1')
  assert.equal(await codeOf('rest/unBindCard.do', { bindingId: 'nobody' }), '2')
  assert.equal(await codeOf('rest/unBindCard.do', {}), '1')
})

test('jcc bindings: createBindingNoPayment stores a card that pays later', async () => {
  const pan = freshPan()
  const clientId = freshInvoice()
  const card = { clientId, pan, expiryDate: '203412', cardholderName: 'TEST CARDHOLDER' }
  const { bindingId, ...rest } = await jcc.call('rest/createBindingNoPayment.do', card)
  assert.deepEqual(rest, {
    maskedPan: `${pan.slice(0, 6)}**${pan.slice(-4)}`,
    expiryDate: '203412',
    cardholderName: 'TEST CARDHOLDER',
    clientId,
    errorCode: 0,
    error: false,
  })
  const again = await jcc.call('rest/createBindingNoPayment.do', card)
  assert.deepEqual([again['errorCode'], again['error']], [2, true])
  for (const name of ['clientId', 'pan', 'expiryDate', 'cardholderName']) {
    assert.equal(await codeOf('rest/createBindingNoPayment.do', { ...card, [name]: '' }), 1, name)
  }
  const found = await jcc.call('rest/getBindingsByCardOrId.do', { pan })
  assert.deepEqual(found['bindings'], [
    { bindingId, maskedPan: rest['maskedPan'], expiryDate: '203412', clientId },
  ])
  const paid = await jcc.call('rest/instantPayment.do', {
    ...anOrder(),
    bindingId: String(bindingId),
    tii: 'U',
  })
  assert.equal((paid['orderStatus'] as Answer)['OrderStatus'], 2, JSON.stringify(paid))
})

test('jcc bindings: those of another merchant are nobody’s', async () => {
  const clientId = freshInvoice()
  const pan = await payFor(clientId)
  const { bindingId } = await onlyBindingOf(clientId)
  const other = jccClient(gateway.url, { userName: 'jt02-api', password: 'jt02-api_password' })
  for (const [method, fields] of [
    ['getBindings', { clientId }],
    ['getBindingsByCardOrId', { pan }],
    ['getBindingsByCardOrId', { bindingId }],
    ['unBindCard', { bindingId }],
    ['extendBinding', { bindingId, newExpiry: '203506' }],
    ['instantPayment', { ...anOrder(), bindingId, tii: 'U' }],
  ] as const) {
    const answer = await other.call(`rest/${method}.do`, fields)
    assert.equal(answer['errorCode'], '2', method)
  }
})

test('one vault: a card stored through one dialect is charged through the other', async () => {
  const stores = jccClient(gateway.url, { userName: 'jt01-api', password: 'jt01-api_password' })
  const twoc2p = await gateway.client('JT01')
  const names = async () => {
    const { rows } = await gateway.sandbox.program.database.run<{ dialect: string; name: string }>({
      name: 'test_names',
      text: `select dialect, name from vault_token_name where merchant_id = 'JT01'
        and vault_token_id = (select vault_token_id from vault_token where merchant_id = 'JT01'
          order by created_at desc limit 1)`,
      values: [],
    })
    return Object.fromEntries(rows.map(({ dialect, name }) => [dialect, name]))
  }
  // Stored through JCC, charged through 2C2P.
  const clientId = freshInvoice()
  await stores.call('rest/createBindingNoPayment.do', {
    clientId,
    pan: freshPan(),
    expiryDate: '203412',
    cardholderName: 'TEST CARDHOLDER',
  })
  const { twoc2p: customerToken = '' } = await names()
  const paymentToken = await openOrder(twoc2p, { customerToken: [customerToken] })
  const paid = await twoc2p.plain('payment', {
    paymentToken,
    payment: { code: { channelCode: 'CC' }, data: { customerToken, securityCode: '123' } },
  })
  assert.equal(paid['respCode'], '2000', JSON.stringify(paid))
  // Stored through 2C2P, charged through JCC.
  const tokenize = await openOrder(twoc2p, { tokenize: true })
  await twoc2p.plain('payment', aCardPayment(tokenize, { cardTokenize: true }))
  const { jcc: bindingId = '' } = await names()
  const charged = await stores.call('rest/instantPayment.do', {
    ...anOrder({ currency: '702' }),
    bindingId,
    cvc: '123',
  })
  assert.equal((charged['orderStatus'] as Answer)['OrderStatus'], 2, JSON.stringify(charged))
  // Removed in one, it is gone in both.
  assert.equal((await stores.call('rest/unBindCard.do', { bindingId }))['errorCode'], '0')
  const { twoc2p: other = '' } = await names()
  const removed = await twoc2p.plain('payment', {
    paymentToken: await openOrder(twoc2p, { customerToken: [other] }),
    payment: { code: { channelCode: 'CC' }, data: { customerToken: other, securityCode: '123' } },
  })
  assert.equal(removed['respCode'], '4202', JSON.stringify(removed))
})
