import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Fields, TwoC2pClient } from '../../src/sandbox/twoc2p-client.ts'
import { freshPan } from '../support/canaries.ts'
import { anOrder as aJccOrder, jccClient, type JccClient } from '../support/jcc.ts'
import {
  aCard,
  accepted,
  aDirectOrder,
  type PayerMaxClient,
  payerMaxOf,
  refusal,
  sandboxInfo,
} from '../support/payermax.ts'
import { freshInvoice, openOrder, startTestSandbox, type TestSandbox } from '../support/sandbox.ts'

// One merchant that speaks all three dialects, and one customer of it.

let gateway: TestSandbox
let payerMax: PayerMaxClient
let jcc: JccClient
let twoC2p: TwoC2pClient

before(async () => {
  gateway = await startTestSandbox()
  const { merchants } = await sandboxInfo(gateway.url)
  const merchant = merchants.find(({ id }) => id === 'JT01')
  assert.ok(merchant)
  payerMax = await payerMaxOf(gateway.url)
  const { userName, password } = merchant.jcc
  jcc = jccClient(gateway.url, { userName, password })
  twoC2p = await gateway.client('JT01')
})

async function payerMaxNames(userId: string): Promise<readonly unknown[]> {
  const asked = { userId, tokenScope: 'tokenAcq' }
  const { tokenList } = await accepted(payerMax, 'inquirePaymentToken', asked)
  return (tokenList as Fields[]).map(({ paymentTokenID }) => paymentTokenID)
}

async function jccNames(clientId: string): Promise<readonly unknown[]> {
  const answer = await jcc.call('rest/getBindings.do', { clientId })
  return (answer['bindings'] as Fields[]).map(({ bindingId }) => bindingId)
}

async function twoC2pName(customerId: string): Promise<string> {
  const which = { merchantId: 'JT01', dialect: 'twoc2p', customerId }
  const [stored] = await gateway.sandbox.program.gateway.listVaultTokens(which)
  assert.ok(stored)
  return stored.name
}

async function payByPayerMax(userId: string, paymentTokenID: unknown): Promise<unknown> {
  const order = aDirectOrder({ userId, paymentDetail: { cardInfo: undefined, paymentTokenID } })
  return (await accepted(payerMax, 'orderAndPay', order))['status']
}

test('one vault: a card bound over PayerMax is listed and pays over all three, and is removed once', async () => {
  const customer = freshInvoice()
  const bound = await accepted(payerMax, 'applyPaymentToken', {
    requestId: customer,
    country: 'SA',
    paymentMethodType: 'CARD',
    userId: customer,
    frontCallbackUrl: 'https://shop.example/bound',
    tokenScope: 'tokenAcq',
    cardInfo: { cardOrg: 'VISA', ...aCard() },
  })
  const { paymentTokenID } = bound
  assert.deepEqual(await payerMaxNames(customer), [paymentTokenID])
  assert.equal(await payByPayerMax(customer, paymentTokenID), 'SUCCESS')

  const [bindingId] = await jccNames(customer)
  const byBinding = {
    ...aJccOrder({ clientId: customer }),
    bindingId: String(bindingId),
    cvc: '123',
  }
  const paid = await jcc.call('rest/instantPayment.do', byBinding)
  assert.equal(paid['errorCode'], '0', JSON.stringify(paid))

  const customerToken = await twoC2pName(customer)
  const paymentToken = await openOrder(twoC2p, { customerToken: [customerToken] })
  const payment = { code: { channelCode: 'CC' }, data: { customerToken, securityCode: '123' } }
  const answer = await twoC2p.plain('payment', { paymentToken, payment })
  assert.equal(answer['respCode'], '2000')
  const inquired = await twoC2p.signed('paymentInquiry', { paymentToken })
  assert.equal(inquired['respCode'], '0000')

  await accepted(payerMax, 'removePaymentToken', { userId: customer, paymentTokenID })
  assert.deepEqual(await jccNames(customer), [])
  assert.deepEqual(await payerMaxNames(customer), [])
  const opening = { description: 'item 1', amount: 1, currencyCode: 'SGD' }
  const named = { ...opening, invoiceNo: freshInvoice(), customerToken: [customerToken] }
  assert.equal((await twoC2p.signed('paymentToken', named))['respCode'], '9202')
})

test('one vault: a card stored over JCC is listed and pays over PayerMax, until it is unbound', async () => {
  const customer = freshInvoice()
  const card = { pan: freshPan(), cvc: '123', expiry: '203412', cardHolderName: 'T HOLDER' }
  const stored = await jcc.call('rest/instantPayment.do', {
    ...aJccOrder({ clientId: customer }),
    ...card,
  })
  assert.equal(stored['errorCode'], '0', JSON.stringify(stored))
  const [paymentTokenID, ...others] = await payerMaxNames(customer)
  assert.match(String(paymentTokenID), /^PMTOKEN\d{35}$/)
  assert.deepEqual(others, [])
  assert.equal(await payByPayerMax(customer, paymentTokenID), 'SUCCESS')

  const [bindingId] = await jccNames(customer)
  await jcc.call('rest/unBindCard.do', { bindingId: String(bindingId) })
  assert.deepEqual(await payerMaxNames(customer), [])
  const paymentDetail = { cardInfo: undefined, paymentTokenID }
  const order = aDirectOrder({ userId: customer, paymentDetail })
  assert.equal(await refusal(payerMax, 'orderAndPay', order), 'PAYMENT_TOKEN_ID_INVALID')
})
