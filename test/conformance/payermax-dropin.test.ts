import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Fields } from '../../src/sandbox/twoc2p-client.ts'
import { freshPan } from '../support/canaries.ts'
import {
  accepted,
  aDirectOrder,
  type PayerMaxClient,
  payerMaxOf,
  refusal,
} from '../support/payermax.ts'
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts'
import { aClientCard, encryptAsClient } from '../support/secure-pay.ts'

let gateway: TestSandbox
let client: PayerMaxClient

before(async () => {
  gateway = await startTestSandbox()
  client = await payerMaxOf(gateway.url)
})

/** What the payer's page makes of a card, as it would with what the gateway publishes. */
async function encrypted(fields: Fields = {}): Promise<string> {
  const response = await fetch(`${gateway.url}/payment/4.3/securePayKey`)
  const { keyId, publicKey } = (await response.json()) as { keyId: string; publicKey: string }
  const key = { keyId, publicKey: Buffer.from(publicKey, 'base64') }
  return encryptAsClient(aClientCard({ cardNo: freshPan(), ...fields }), key)
}

const SESSION = { totalAmount: '39.99', currency: 'SAR', country: 'SA', userId: 'dropper' }

function openSession(fields: Fields = {}): Promise<Fields> {
  return accepted(client, 'applyDropinSession', { ...SESSION, ...fields })
}

async function anOrder(sessionKey: unknown, detail: Fields = {}, fields: Fields = {}) {
  const card = { cardInfo: undefined, paymentMethodType: undefined }
  const paymentDetail = { ...card, sessionKey, paymentToken: await encrypted(), ...detail }
  return aDirectOrder({ userId: 'dropper', ...fields, paymentDetail })
}

test('drop-in: a card that the payer’s page encrypted pays, and is bound where that was agreed', async () => {
  const session = await openSession({
    tokenForFutureUse: true,
    componentList: ['CARD', 'APPLEPAY'],
  })
  assert.match(String(session['sessionKey']), /^[0-9a-f]{32}$/)
  assert.deepEqual(session['notSupportedComponent'], ['APPLEPAY'])
  const order = await anOrder(session['sessionKey'], { tokenForFutureUse: true })
  assert.equal((await accepted(client, 'orderAndPay', order))['status'], 'SUCCESS')
  const asked = { userId: 'dropper', tokenScope: 'tokenAcq' }
  const { tokenList } = await accepted(client, 'inquirePaymentToken', asked)
  assert.equal((tokenList as Fields[]).length, 1)
})

test('drop-in: a session serves one order', async () => {
  const { sessionKey } = await openSession()
  const first = await anOrder(sessionKey)
  await accepted(client, 'orderAndPay', first)
  assert.equal(await refusal(client, 'orderAndPay', await anOrder(sessionKey)), 'ORDER_REPEAT')
  const { sessionKey: other } = await openSession()
  const orders = await Promise.all(Array.from({ length: 5 }, async () => anOrder(other)))
  const answers = await Promise.all(orders.map((order) => client.call('orderAndPay', order)))
  const codes = answers.map(({ code }) => code)
  assert.equal(codes.filter((code) => code === 'APPLY_SUCCESS').length, 1, codes.join())
})

test('drop-in: an order for something else than its session is refused', async () => {
  const { sessionKey } = await openSession()
  const booked = gateway.ledger.newest(1)[0]?.operationId
  for (const [detail, fields] of [
    [{}, { totalAmount: 40 }],
    [{}, { currency: 'USD' }],
    [{}, { country: 'AE' }],
    [{}, { userId: 'else' }],
    [{ tokenForFutureUse: true }, {}],
    [{ sessionKey: undefined }, {}],
    [{ sessionKey: 'f'.repeat(32) }, {}],
    [{ sessionKey: '../orders' }, {}],
    [{ paymentToken: 'CPT4f200d278f3a454b9e91c81edc641e2b' }, {}],
    [{ paymentToken: await encrypted({ at: 1 }) }, {}],
  ] as const) {
    const order = await anOrder(sessionKey, detail, fields)
    assert.equal(await refusal(client, 'orderAndPay', order), 'PARAMS_INVALID')
  }
  assert.equal(gateway.ledger.newest(1)[0]?.operationId, booked)
  const { sessionKey: free } = await openSession({ totalAmount: undefined })
  const order = await anOrder(free, {}, { totalAmount: 12.5 })
  assert.equal((await accepted(client, 'orderAndPay', order))['status'], 'SUCCESS')
})

test('drop-in: neither sessions nor bindings are orders', async () => {
  const { sessionKey } = await openSession()
  const outTradeNo = `session:${String(sessionKey)}`
  for (const api of ['orderQuery', 'orderClose']) {
    assert.equal(await refusal(client, api, { outTradeNo }), 'PARAMS_INVALID')
  }
})
