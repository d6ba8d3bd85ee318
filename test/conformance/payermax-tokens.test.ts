import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import type { Fields } from '../../src/sandbox/twoc2p-client.ts'
import { freshPan } from '../support/canaries.ts'
import {
  aCard,
  aDirectOrder,
  accepted,
  openPayerMaxShop,
  type PayerMaxClient,
  payerMaxOf,
  refusal,
  sandboxInfo,
  setConsole,
} from '../support/payermax.ts'
import { payerMaxOf as applicationOf } from '../../src/sandbox/payermax-client.ts'
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts'

let gateway: TestSandbox
let client: PayerMaxClient

before(async () => {
  gateway = await startTestSandbox()
  client = await payerMaxOf(gateway.url)
})

/** The request that the documentation prints, byte for byte. */
const PRINTED = `{
"merchantId": "SP328900011",
"bizType": "inquirePaymentToken",
"version": "2.6",
"userId": "r047281273",
"tokenScope": "tokenAcq",
"paymentTokenID": "PMTOKEN20221230182646924441600028843"
}`

const PRINTED_CARD = {
  tokenScope: 'tokenAcq',
  targetOrg: '',
  ifCVV: 'N',
  cardInfo: '444433******1111',
  paymentTokenID: 'PMTOKEN20221230182646924441600028843',
  accountDisplay: '',
  paymentTokenStatus: 'Activated',
  userId: 'r047281273',
  brand: 'VISA',
  paymentMethodType: 'CARD',
  paymentTokenExpiry: `${new Date().getUTCFullYear() + 3}-12-31T23:59:59.000Z`,
}

/** Binds a card without paying. @returns its paymentTokenID. */
async function bind(userId: string, fields: Fields = {}): Promise<string> {
  const bound = await accepted(client, 'applyPaymentToken', anApplication(userId, fields))
  assert.equal(bound['status'], 'SUCCESS')
  return String(bound['paymentTokenID'])
}

function anApplication(userId: string, fields: Fields = {}): Fields {
  return {
    requestId: randomUUID(),
    country: 'SA',
    paymentMethodType: 'CARD',
    userId,
    frontCallbackUrl: 'https://shop.example/bound',
    tokenScope: 'tokenAcq',
    cardInfo: { cardOrg: 'VISA', ...aCard() },
    ...fields,
  }
}

async function list(userId: string, fields: Fields = {}): Promise<Fields[]> {
  const asked = { userId, tokenScope: 'tokenAcq', ...fields }
  return (await accepted(client, 'inquirePaymentToken', asked))['tokenList'] as Fields[]
}

/** The older signature of a flat object without nested ones, as its documentation words it. */
function md5Of(fields: Fields, secretKey: string): string {
  const sorted = Object.keys(fields).toSorted()
  const joined = sorted.map((name) => `${name}=${String(fields[name])}`).join('&')
  return createHash('md5').update(`${joined}&key=${secretKey}`).digest('hex').toUpperCase()
}

function aTokenPayment(userId: string, paymentTokenID: string, detail: Fields = {}): Fields {
  const paymentDetail = { cardInfo: undefined, paymentTokenID, ...detail }
  return aDirectOrder({ userId, paymentDetail })
}

test('PaymentTokenID inquiries: the printed request is answered in the printed shape', async () => {
  for (const path of [
    '/delSuffixStart1',
    '/delSuffixStart2',
    '/delSuffixStart3',
    '/aggregate-pay-gate/api/gateway',
    '/aggregate-pay-gate/api/gateway/delSuffixStart1',
  ]) {
    const answer = await client.post(path, PRINTED)
    const data = { tokenList: [PRINTED_CARD] }
    assert.deepEqual(answer, { bizCode: '0000', message: 'success', data }, path)
  }
})

test('PaymentTokenID inquiries: a user with a card and a wallet has both, as printed', async () => {
  const body = PRINTED.replace('r047281273', 'czy_0088').replace(/,\n"paymentTokenID".*/, '')
  const answer = await client.post('/delSuffixStart1', body)
  const { tokenList } = answer['data'] as { tokenList: Fields[] }
  const [wallet, card, ...rest] = tokenList
  assert.deepEqual(rest, [])
  assert.match(String(wallet?.['paymentTokenExpiry']), /^21\d\d-\d\d-\d\dT.*Z$/)
  assert.deepEqual(
    { ...wallet, paymentTokenExpiry: '' },
    {
      tokenScope: 'tokenAcq',
      targetOrg: 'KAKAOPAY',
      ifCVV: '',
      cardInfo: '',
      paymentTokenID: 'ed27884948d3b6cd0d17052e46064baf',
      accountDisplay: '63-9****72180',
      paymentTokenStatus: 'Activated',
      userId: 'czy_0088',
      brand: '',
      paymentMethodType: 'AUTO_DEBIT',
      paymentTokenExpiry: '',
    },
  )
  assert.deepEqual(card, {
    ...PRINTED_CARD,
    cardInfo: '455701******1231',
    paymentTokenID: 'PMTOKEN20230710080439571142400031000',
    userId: 'czy_0088',
  })
  const one = body.replace(
    '"userId"',
    '"paymentTokenID": "ed27884948d3b6cd0d17052e46064baf", "userId"',
  )
  const only = (await client.post('/delSuffixStart1', one))['data'] as { tokenList: Fields[] }
  assert.deepEqual(only.tokenList, [wallet])
})

test('PaymentTokenID inquiries: the older MD5 field is taken, and answered in kind', async () => {
  const payermax = applicationOf(await sandboxInfo(gateway.url))
  const fields = {
    merchantId: 'SP328900011',
    bizType: 'inquirePaymentToken',
    version: '2.6',
    userId: 'nobody',
  }
  const sign = md5Of(fields, payermax.secretKey)
  const answer = await client.post('/delSuffixStart1', JSON.stringify({ ...fields, sign }), '')
  assert.equal(answer['bizCode'], '0000')
  assert.deepEqual(answer['data'], {
    tokenList: [],
    sign: md5Of({ tokenList: '' }, payermax.secretKey),
  })
  const wrong = JSON.stringify({ ...fields, userId: 'else', sign })
  const refused = await client.post('/delSuffixStart1', wrong, '')
  assert.equal(refused['bizCode'], '9998')
  assert.match(String(refused['message']), /^SIGN_VERIFY_FAILED/)
})

test('applyPaymentToken: a card is bound without a payment, listed, and asked about', async () => {
  const application = anApplication('binder')
  const bound = await accepted(client, 'applyPaymentToken', application)
  assert.match(String(bound['paymentTokenID']), /^PMTOKEN\d{35}$/)
  const [entry] = gateway.ledger.newest(1)
  assert.equal(entry?.kind, 'verify')
  assert.equal(entry?.minor, 0n)
  const { requestId } = application
  const asked = { userId: 'binder', tokenScope: 'tokenAcq', requestId }
  assert.deepEqual(await accepted(client, 'InquireApplyRequest', asked), bound)
  assert.deepEqual(await accepted(client, 'inquireApplyRequest', asked), bound)
  assert.deepEqual(await accepted(client, 'applyPaymentToken', application), bound)
  assert.equal(gateway.ledger.newest(1)[0]?.operationId, entry.operationId)
  const [token, ...others] = await list('binder')
  assert.deepEqual(others, [])
  assert.equal(token?.['paymentTokenID'], bound['paymentTokenID'])
  assert.equal(token?.['referralCode'], '')
  assert.equal(
    await refusal(client, 'InquireApplyRequest', { ...asked, userId: 'somebody' }),
    'ORDER_NOT_EXIST',
  )
})

test('applyPaymentToken: a card that its issuer declines is not bound', async () => {
  const cardInfo = { cardOrg: 'VISA', ...aCard({ cardIdentifierNo: '4000000000000416' }) }
  const application = anApplication('unlucky', { cardInfo })
  assert.equal((await accepted(client, 'applyPaymentToken', application))['status'], 'FAILED')
  assert.deepEqual(await list('unlucky'), [])
})

test('applyPaymentToken: a challenge leads the browser back with the request’s id', async () => {
  const cardInfo = { cardOrg: 'VISA', ...aCard({ cardIdentifierNo: '4000000000002065' }) }
  const application = anApplication('challenged', { cardInfo })
  const pending = await accepted(client, 'applyPaymentToken', application)
  assert.equal(pending['status'], 'PENDING')
  const response = await fetch(`${gateway.url}/sandbox/3ds/complete`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: pending['redirectUrl'], code: '123456' }),
  })
  const { back } = (await response.json()) as { back: { url: string } }
  const { requestId } = application
  assert.equal(back.url, `https://shop.example/bound?requestId=${String(requestId)}&status=SUCCESS`)
  const asked = { userId: 'challenged', tokenScope: 'tokenAcq', requestId }
  assert.equal((await accepted(client, 'InquireApplyRequest', asked))['status'], 'SUCCESS')
})

test('paymentTokenID: it pays for its owner, also by the merchant where that was agreed', async () => {
  const paymentTokenID = await bind('owner', { mitType: 'UNSCHEDULE' })
  const paid = await accepted(client, 'orderAndPay', aTokenPayment('owner', paymentTokenID))
  assert.equal(paid['status'], 'SUCCESS')
  const mit = { merchantInitiated: true, mitType: 'UNSCHEDULED', buyerInfo: undefined }
  const debited = aTokenPayment('owner', paymentTokenID, mit)
  assert.equal((await accepted(client, 'orderAndPay', debited))['status'], 'SUCCESS')
  assert.notEqual(gateway.ledger.newest(1)[0]?.link, '')
  const queried = await accepted(client, 'orderQuery', { outTradeNo: debited['outTradeNo'] })
  const [detail] = queried['paymentDetails'] as Fields[]
  assert.equal(detail?.['paymentTokenID'], paymentTokenID)
  const [listed] = await list('owner', { tokenScope: 'tokenMit' })
  assert.equal(listed?.['tokenScope'], 'tokenMit')
})

test('paymentTokenID: another user’s, a removed one and one without consent are invalid', async () => {
  const paymentTokenID = await bind('alice')
  const booked = gateway.ledger.newest(1)[0]?.operationId
  const pay = (userId: string, detail: Fields = {}) =>
    refusal(client, 'orderAndPay', aTokenPayment(userId, paymentTokenID, detail))
  assert.equal(await pay('mallory'), 'PAYMENT_TOKEN_ID_INVALID')
  const mit = { merchantInitiated: true, mitType: 'SCHEDULED' }
  assert.equal(await pay('alice', mit), 'PAYMENT_TOKEN_ID_INVALID')
  const remove = (userId: string) =>
    client.call('removePaymentToken', { userId, paymentTokenID, removeReason: 'test' })
  assert.equal((await remove('mallory'))['code'], 'PAYMENT_TOKEN_ID_INVALID')
  assert.equal((await list('alice')).length, 1)
  assert.deepEqual((await remove('alice'))['data'], {
    userId: 'alice',
    paymentTokenID,
    paymentTokenStatus: 'Deleted',
  })
  assert.equal(await pay('alice'), 'PAYMENT_TOKEN_ID_INVALID')
  assert.equal((await remove('alice'))['code'], 'PAYMENT_TOKEN_ID_INVALID')
  assert.deepEqual(await list('alice'), [])
  assert.equal(gateway.ledger.newest(1)[0]?.operationId, booked)
})

test('tokenForFutureUse: the payment binds its card; the same card is bound once', async () => {
  const cardInfo = aCard()
  const order = () =>
    aDirectOrder({ userId: 'saver', paymentDetail: { cardInfo, tokenForFutureUse: true } })
  const first = order()
  await accepted(client, 'orderAndPay', first)
  const queried = await accepted(client, 'orderQuery', { outTradeNo: first['outTradeNo'] })
  const [detail] = queried['paymentDetails'] as Fields[]
  await accepted(client, 'orderAndPay', order())
  const [token, ...others] = await list('saver')
  assert.deepEqual(others, [])
  assert.equal(token?.['paymentTokenID'], detail?.['paymentTokenID'])
})

test('totalAmount 0: the card is bound and nothing is charged, with mitType only', async () => {
  const paymentDetail = { tokenForFutureUse: true, mitType: 'SCHEDULED' }
  const order = aDirectOrder({ userId: 'zero', totalAmount: 0, paymentDetail })
  assert.equal((await accepted(client, 'orderAndPay', order))['status'], 'SUCCESS')
  assert.equal(gateway.ledger.newest(1)[0]?.kind, 'verify')
  assert.equal((await list('zero', { tokenScope: 'tokenRec' })).length, 1)
  const without = aDirectOrder({ totalAmount: 0, paymentDetail: { tokenForFutureUse: true } })
  assert.equal(await refusal(client, 'orderAndPay', without), 'AMOUNT_INVALID')
})

test('inquirePaymentToken: it is narrowed by scheme, method and scope', async () => {
  await bind('chooser')
  assert.equal((await list('chooser', { cardOrg: 'VISA' })).length, 1)
  assert.equal((await list('chooser', { cardOrg: 'MASTERCARD' })).length, 0)
  assert.equal((await list('chooser', { paymentMethodType: 'CARD', targetOrg: '' })).length, 1)
  assert.equal((await list('czy_0088', { targetOrg: 'KAKAOPAY' })).length, 1)
  for (const paymentMethodType of ['WALLET', 'AUTO_DEBIT']) {
    const [wallet, ...others] = await list('czy_0088', { paymentMethodType })
    assert.deepEqual([wallet?.['targetOrg'], others], ['KAKAOPAY', []])
  }
  assert.equal((await list('czy_0088', { paymentMethodType: 'ONE_TOUCH' })).length, 0)
  assert.equal((await list('chooser', { tokenScope: 'tokenMit' })).length, 0)
  assert.equal((await list('nobody')).length, 0)
})

test('expired cards: they are listed as Expired and do not pay', async () => {
  const paymentTokenID = await bind('late')
  const { database } = gateway.sandbox.program
  await database.run({
    name: 'expire_card',
    text: 'update vault_token set expiry_year = 2020 where customer_id = $1',
    values: ['late'],
  })
  const [token] = await list('late')
  assert.equal(token?.['paymentTokenStatus'], 'Expired')
  const order = aTokenPayment('late', paymentTokenID)
  assert.equal(await refusal(client, 'orderAndPay', order), 'AUTH_EXPIRED')
})

test('one vault: a card bound here is listed and removed under its other names', async () => {
  const paymentTokenID = await bind('shared')
  const { program } = gateway.sandbox
  const which = { merchantId: 'JT01', dialect: 'twoc2p', customerId: 'shared' }
  const [elsewhere] = await program.gateway.listVaultTokens(which)
  assert.match(elsewhere?.name ?? '', /^\d{20}$/)
  const name = elsewhere?.name ?? ''
  await program.gateway.changeVaultToken({ ...which, name }, { isDeleted: true })
  assert.deepEqual(await list('shared'), [])
  const order = aTokenPayment('shared', paymentTokenID)
  assert.equal(await refusal(client, 'orderAndPay', order), 'PAYMENT_TOKEN_ID_INVALID')
})

test('TOKENIZATION: bindings, payments that bind, and removals are told', async () => {
  const shop = await openPayerMaxShop()
  await setConsole(gateway, { paymentTokenNotifyUrl: shop.url })
  const requestId = randomUUID()
  const paymentTokenID = await bind('told', { requestId, mitType: 'SCHEDULE' })
  await shop.heardAtLeast(1)
  const [bound] = shop.heard
  assert.ok(bound && client.isOurs(bound.body, bound.sign))
  assert.equal(bound.fields['notifyType'], 'TOKENIZATION')
  assert.equal(bound.fields['appId'], undefined)
  assert.equal(bound.fields['merchantAppId'], '3b242b56a8b64274bcc37dac281120e3')
  const data = bound.fields['data'] as Fields
  assert.equal(data['paymentTokenID'], paymentTokenID)
  assert.equal(data['requestId'], requestId)
  assert.equal(data['status'], 'SUCCESS')
  assert.equal(data['supportMIT'], true)
  assert.equal(data['tokenScope'], 'tokenRec')

  const paymentDetail = { tokenForFutureUse: true }
  const order = aDirectOrder({ userId: 'told', paymentDetail })
  await accepted(client, 'orderAndPay', order)
  await shop.heardAtLeast(2)
  const created = shop.heard[1]?.fields['data'] as Fields
  assert.equal(created['outTradeNo'], order['outTradeNo'])
  assert.equal(created['paymentTokenStatus'], 'Activated')

  await accepted(client, 'removePaymentToken', { userId: 'told', paymentTokenID })
  await shop.heardAtLeast(3)
  const removed = shop.heard[2]?.fields['data'] as Fields
  assert.equal(removed['paymentTokenID'], paymentTokenID)
  assert.equal(removed['paymentTokenStatus'], 'Deleted')
  assert.equal(removed['outTradeNo'], '')

  const declined = { cardOrg: 'VISA', ...aCard({ cardIdentifierNo: '4000000000000416' }) }
  await accepted(client, 'applyPaymentToken', anApplication('told', { cardInfo: declined }))
  await shop.heardAtLeast(4)
  const failed = shop.heard[3]?.fields ?? {}
  assert.equal((failed['data'] as Fields)['status'], 'FAILED')
})

test('TOKENIZATION, first generation: one flat object, signed in itself too', async () => {
  const shop = await openPayerMaxShop()
  shop.answers.push('{"bizCode":"0000","message":"success"}')
  await setConsole(gateway, { paymentTokenNotifyUrl: shop.url, isFlat: true })
  const payermax = applicationOf(await sandboxInfo(gateway.url))
  const paymentTokenID = await bind('flat')
  await shop.heardAtLeast(1)
  const [heard] = shop.heard
  assert.ok(heard && client.isOurs(heard.body, heard.sign))
  const { sign, ...fields } = heard.fields
  assert.equal(fields['merchantId'], 'SP328900011')
  assert.equal(fields['paymentTokenID'], paymentTokenID)
  assert.equal(fields['code'], undefined)
  assert.equal(sign, md5Of(fields, payermax.secretKey))
})

test('one vault: removal over 2C2P’s or another name keeps the card of another customer', async () => {
  const cardInfo = { cardOrg: 'VISA', ...aCard({ cardIdentifierNo: freshPan() }) }
  const one = await bind('first', { cardInfo })
  await bind('second', { cardInfo })
  await accepted(client, 'removePaymentToken', { userId: 'first', paymentTokenID: one })
  assert.equal((await list('first')).length, 0)
  assert.equal((await list('second')).length, 1)
})
