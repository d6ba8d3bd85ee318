import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Fields } from '../../src/sandbox/twoc2p-client.ts'
import {
  accepted as acceptedBy,
  aDirectOrder,
  openPayerMaxShop,
  type PayerMaxClient,
  type PayerMaxShop,
  payerMaxOf,
  refusal as refusalBy,
  setConsole,
} from '../support/payermax.ts'
import { eventually, startTestSandbox, type TestSandbox } from '../support/sandbox.ts'

let gateway: TestSandbox
let client: PayerMaxClient
/** Where the merchant hears of its payment tokens. */
let bound: PayerMaxShop
/** Whether the acquirer has a line to wallets. */
const line = { takesWallets: true }

before(async () => {
  gateway = await startTestSandbox({
    limits: { acquirerTimeoutMs: 100, inDoubtAfterMs: 300 },
    between: (simulator) => ({
      ...simulator,
      takesWallet: (wallet) => line.takesWallets && simulator.takesWallet?.(wallet) === true,
    }),
  })
  bound = await openPayerMaxShop()
  await setConsole(gateway, { paymentTokenNotifyUrl: bound.url })
  client = await payerMaxOf(gateway.url)
})

const accepted = (api: string, data: Fields) => acceptedBy(client, api, data)
const refusal = (api: string, data: Fields) => refusalBy(client, api, data)

/** The consent that the founding document prints. */
const SEEDED = { userId: 'czy_0088', paymentTokenID: 'ed27884948d3b6cd0d17052e46064baf' }

const KAKAO = { cardInfo: undefined, paymentMethodType: 'ONE_TOUCH', targetOrg: 'KAKAOPAY' }
const BINDING = { ...KAKAO, tokenForFutureUse: true, mitType: 'UNSCHEDULED' }

async function list(userId: string, fields: Fields = {}): Promise<Fields[]> {
  const asked = { userId, tokenScope: 'tokenAcq', ...fields }
  return (await accepted('inquirePaymentToken', asked))['tokenList'] as Fields[]
}

/** The owner's part: opens the address and answers. @returns the state that the browser brings back. */
async function answer(url: unknown, given: string): Promise<string | null> {
  const response = await fetch(`${gateway.url}/sandbox/wallet/complete`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url, answer: given }),
  })
  assert.equal(response.status, 200)
  const { back } = (await response.json()) as { back: { url: string } }
  return new URL(back.url).searchParams.get('status')
}

/** What the merchant is told of a payment token. */
async function heardOf(is: (data: Fields) => boolean): Promise<Fields> {
  return eventually(async () => {
    const about = bound.heard.filter(({ fields }) => fields['notifyType'] === 'TOKENIZATION')
    return about.map(({ fields }) => fields['data'] as Fields).find(is)
  })
}

async function statusOf({ outTradeNo }: Fields): Promise<unknown> {
  return (await accepted('orderQuery', { outTradeNo }))['status']
}

/** Agrees to be debited again. @returns the consent's name. */
async function bind(userId: string, detail: Fields = {}): Promise<string> {
  const order = aDirectOrder({ userId, paymentDetail: { ...BINDING, ...detail } })
  const { redirectUrl } = await accepted('orderAndPay', order)
  assert.equal(await answer(redirectUrl, 'successful'), 'SUCCESS')
  const queried = await accepted('orderQuery', { outTradeNo: order['outTradeNo'] })
  const [paid] = queried['paymentDetails'] as Fields[]
  return String(paid?.['paymentTokenID'])
}

function byConsent(userId: string, paymentTokenID: string, detail: Fields = {}): Fields {
  return aDirectOrder({ userId, paymentDetail: { ...KAKAO, paymentTokenID, ...detail } })
}

/** What the acquirer booked about an order, in short. */
function booked({ outTradeNo }: Fields): string[] {
  const reference = String(outTradeNo).toLowerCase()
  return gateway.ledger
    .newest(200)
    .filter(({ merchantReference }) => merchantReference === reference)
    .map(({ kind, responseCode }) => `${kind} ${responseCode}`)
    .toReversed()
}

/** How many operations an operator hears of whose outcome is not known. */
async function countInDoubt(): Promise<number> {
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text()
  const [, count] = /^tessera_operations_in_doubt (\d+)$/m.exec(metrics) ?? []
  assert.ok(count)
  return Number(count)
}

const expireOrders = () =>
  gateway.sandbox.program.database.script(`update payment_order set expires_at = now()
    where status in ('open', 'paying')`)

test('wallets: the owner agrees on its page; payment, consent and notifications follow', async () => {
  const shop = await openPayerMaxShop()
  const order = aDirectOrder({ userId: 'binder', notifyUrl: shop.url, paymentDetail: BINDING })
  const pending = await accepted('orderAndPay', order)
  assert.equal(pending['status'], 'PENDING')
  assert.deepEqual(await accepted('orderAndPay', order), pending)
  const first = await fetch(String(pending['redirectUrl']), { redirect: 'manual' })
  const page = first.headers.get('location') ?? ''
  assert.match(page, /^\/sandbox\/wallet\/JT01\//)
  // Asked again, and opened again, it is the same request of the same wallet.
  assert.deepEqual(await accepted('orderAndPay', order), pending)
  const second = await fetch(String(pending['redirectUrl']), { redirect: 'manual' })
  assert.equal(second.headers.get('location'), page)
  assert.equal(await statusOf(order), 'PENDING')
  assert.equal(await answer(pending['redirectUrl'], 'successful'), 'SUCCESS')
  assert.deepEqual(booked(order), ['sale 00'])

  await shop.heardAtLeast(1)
  const { data: payment } = shop.heard[0]?.fields ?? {}
  const { outTradeNo } = order
  const token = await heardOf((data) => data['outTradeNo'] === outTradeNo)
  const queried = await accepted('orderQuery', { outTradeNo })
  const { paymentDetails } = queried
  const [paid] = paymentDetails as Fields[]
  const paymentTokenID = paid?.['paymentTokenID']
  assert.match(String(paymentTokenID), /^[0-9a-f]{32}$/)
  assert.deepEqual(paid, {
    paymentMethodType: 'ONE_TOUCH',
    payAmount: 39.99,
    payCurrency: 'SAR',
    exchangeRate: '1',
    targetOrg: 'KAKAOPAY',
    paymentTokenID,
  })
  assert.deepEqual((payment as Fields)['paymentDetails'], paymentDetails)
  const [listed, ...others] = await list('binder')
  assert.deepEqual(others, [])
  assert.match(String(listed?.['accountDisplay']), /^63-9\*{4}\d{5}$/)
  const { referralCode: _referral, ...shown } = listed ?? {}
  for (const [name, value] of Object.entries(shown)) {
    assert.equal(token[name], value, name)
  }
  assert.equal(shown['paymentTokenID'], paymentTokenID)
  assert.equal(token['supportMIT'], true)
  const flat = { merchantId: 'SP328900011', bizType: 'inquirePaymentToken', version: '2.6' }
  const older = JSON.stringify({ ...flat, userId: 'binder', tokenScope: 'tokenAcq' })
  const { data } = await client.post('/delSuffixStart1', older)
  assert.deepEqual((data as Fields)['tokenList'], [shown])
})

test('wallets: a consent pays at once, for its customer and for its merchant, and is refunded', async () => {
  const paymentTokenID = await bind('payer')
  const bought = byConsent('payer', paymentTokenID)
  const paid = await accepted('orderAndPay', bought)
  assert.deepEqual([paid['status'], paid['redirectUrl']], ['SUCCESS', undefined])
  const mit = { merchantInitiated: true, mitType: 'UNSCHEDULED', buyerInfo: undefined }
  const debited = byConsent('payer', paymentTokenID, { ...mit, targetOrg: undefined })
  assert.equal((await accepted('orderAndPay', debited))['status'], 'SUCCESS')
  const { outTradeNo } = debited
  const [detail] = (await accepted('orderQuery', { outTradeNo }))['paymentDetails'] as Fields[]
  assert.equal(detail?.['paymentTokenID'], paymentTokenID)
  const outRefundNo = `r${String(outTradeNo)}`
  const refund = { outRefundNo, refundAmount: 9.99, refundCurrency: 'SAR', outTradeNo }
  assert.equal((await accepted('refund', refund))['status'], 'REFUND_PENDING')
  const queried = await accepted('refundQuery', { outRefundNo })
  assert.equal(queried['status'], 'REFUND_SUCCESS')
  assert.deepEqual(booked(debited), ['sale 00', 'refund 00'])
  for (const [subject, status] of [
    ['FAILED', 'FAILED'],
    ['PENDING', 'PENDING'],
  ]) {
    const driven = { ...byConsent('payer', paymentTokenID), subject }
    assert.equal((await accepted('orderAndPay', driven))['status'], status)
  }
  assert.equal((await list('payer')).length, 1)
})

test('wallets: the printed consent pays for its user', async () => {
  const method = { paymentMethodType: 'AUTO_DEBIT' }
  const order = byConsent(SEEDED.userId, SEEDED.paymentTokenID, method)
  assert.equal((await accepted('orderAndPay', order))['status'], 'SUCCESS')
})

test('wallets: the hosted cashier leads straight to the wallet; unasked, nothing is bound', async () => {
  const hosted = { integrate: 'Hosted_Checkout', userId: 'once' }
  const order = aDirectOrder({ ...hosted, subject: 'FAILED', paymentDetail: KAKAO })
  const { redirectUrl } = await accepted('orderAndPay', order)
  assert.equal(await answer(redirectUrl, 'successful'), 'SUCCESS')
  const { paymentDetails } = await accepted('orderQuery', { outTradeNo: order['outTradeNo'] })
  assert.equal((paymentDetails as Fields[])[0]?.['paymentTokenID'], undefined)
  assert.deepEqual(await list('once'), [])
})

test('wallets: mitType at zero binds without a debit', async () => {
  const order = aDirectOrder({ userId: 'zero', totalAmount: 0, paymentDetail: BINDING })
  const { redirectUrl } = await accepted('orderAndPay', order)
  assert.equal(await answer(redirectUrl, 'successful'), 'SUCCESS')
  assert.deepEqual(booked(order), ['verify 00'])
  assert.equal((await list('zero', { tokenScope: 'tokenMit' })).length, 1)
})

test('wallets: an owner who refuses may come again until the order ends, which is then FAILED', async () => {
  const shop = await openPayerMaxShop()
  const open = async () => {
    const order = aDirectOrder({ notifyUrl: shop.url, paymentDetail: KAKAO })
    const { redirectUrl } = await accepted('orderAndPay', order)
    assert.equal(await answer(redirectUrl, 'failed'), 'PENDING')
    return { order, redirectUrl }
  }
  const again = await open()
  assert.equal(await answer(again.redirectUrl, 'successful'), 'SUCCESS')
  assert.deepEqual(booked(again.order), ['sale 05', 'sale 00'])
  const closed = await open()
  await accepted('orderClose', { outTradeNo: closed.order['outTradeNo'] })
  const expired = await open()
  await expireOrders()
  await shop.heardAtLeast(3)
  assert.deepEqual(
    await Promise.all([again, closed, expired].map(({ order }) => statusOf(order))),
    ['SUCCESS', 'FAILED', 'FAILED'],
  )
  const told = shop.heard.map(({ fields }) => [
    fields['code'],
    (fields['data'] as Fields)['status'],
  ])
  assert.deepEqual(told, [
    ['APPLY_SUCCESS', 'SUCCESS'],
    ['PAYMENT_FAILED', 'FAILED'],
    ['PAYMENT_FAILED', 'FAILED'],
  ])
})

test('wallets: an owner who never answers is told of when the order expires, and pays no more', async () => {
  const shop = await openPayerMaxShop()
  const order = aDirectOrder({ notifyUrl: shop.url, paymentDetail: BINDING, userId: 'late' })
  const { redirectUrl } = await accepted('orderAndPay', order)
  const inDoubt = await countInDoubt()
  const visited = await fetch(String(redirectUrl), { redirect: 'manual' })
  const page = `${gateway.url}${visited.headers.get('location') ?? ''}`
  assert.equal(await answer(redirectUrl, 'pending'), 'PENDING')
  const { outTradeNo } = order
  assert.equal(await refusal('orderClose', { outTradeNo }), 'PAYMENT_PROCESSING')
  assert.equal(await countInDoubt(), inDoubt)
  await expireOrders()
  await gateway.sandbox.program.database.script('update operation set due_at = now()')
  await shop.heardAtLeast(1)
  const { data } = shop.heard[0]?.fields ?? {}
  assert.equal((data as Fields)['status'], 'CLOSED')
  assert.equal(await statusOf(order), 'CLOSED')
  const body = new URLSearchParams({ answer: 'successful' })
  await fetch(page, { method: 'POST', body, redirect: 'manual' })
  assert.deepEqual(booked(order), ['sale 09', 'reverse 00'])
  assert.equal(await statusOf(order), 'CLOSED')
  assert.deepEqual(await list('late'), [])
})

test('wallets: an owner who agrees and never comes back has paid all the same', async () => {
  const shop = await openPayerMaxShop()
  const order = aDirectOrder({ notifyUrl: shop.url, paymentDetail: BINDING, userId: 'gone' })
  const { redirectUrl } = await accepted('orderAndPay', order)
  const visited = await fetch(String(redirectUrl), { redirect: 'manual' })
  const page = `${gateway.url}${visited.headers.get('location') ?? ''}`
  const body = new URLSearchParams({ answer: 'successful' })
  const answered = await fetch(page, { method: 'POST', body, redirect: 'manual' })
  assert.equal(answered.status, 303)
  await shop.heardAtLeast(1)
  assert.equal(await statusOf(order), 'SUCCESS')
  assert.equal((await list('gone')).length, 1)
  assert.equal((await list('gone', { tokenScope: 'tokenMit' })).length, 1)
})

test('wallets: lost requests and answers end in one truth, and in one debit', async () => {
  const consent = await bind('unlucky')
  // 990101 never arrives, of 990102 the answer is lost.
  for (const [totalAmount, kinds] of [
    [990_101, []],
    [990_102, ['sale 00']],
  ] as const) {
    const order = { ...byConsent('unlucky', consent), totalAmount }
    assert.equal((await accepted('orderAndPay', order))['status'], 'PENDING')
    const ended = await eventually(async () => {
      const now = await statusOf(order)
      return now === 'PENDING' ? undefined : now
    })
    assert.equal(ended, kinds.length === 0 ? 'FAILED' : 'SUCCESS')
    const [sale] = booked(order)
    assert.equal(sale, kinds[0])
  }
  // Of 990103 the answer comes slowly: whoever comes meanwhile is not sent away.
  for (const totalAmount of [990_102, 990_103]) {
    const order = aDirectOrder({ totalAmount, paymentDetail: KAKAO })
    const { redirectUrl } = await accepted('orderAndPay', order)
    const visits = await Promise.all(
      Array.from({ length: 10 }, async () => fetch(String(redirectUrl), { redirect: 'manual' })),
    )
    const pages = new Set(visits.map(({ headers }) => headers.get('location')))
    assert.equal(pages.size, 1)
    assert.match([...pages].join(), /^\/sandbox\/wallet\/JT01\//)
    assert.equal(await answer(redirectUrl, 'successful'), 'SUCCESS')
    assert.deepEqual(booked(order), ['sale 00'])
  }
})

test('wallets: what cannot be paid is refused with its documented code', async () => {
  const paymentTokenID = await bind('careful', { mitType: undefined })
  const orders: [string, Fields][] = [
    ['PARAMS_INVALID', aDirectOrder({ paymentDetail: { ...KAKAO, targetOrg: undefined } })],
    ['CONTRACT_INVALID', aDirectOrder({ paymentDetail: { ...KAKAO, targetOrg: 'OVO' } })],
    ['AUTH_NOT_SUPPORT', aDirectOrder({ captureMode: 'MANUAL', paymentDetail: KAKAO })],
    ['AUTH_NOT_SUPPORT', { ...byConsent('careful', paymentTokenID), captureMode: 'MANUAL' }],
    ['PAYMENT_TOKEN_ID_INVALID', byConsent('mallory', paymentTokenID)],
    ['PAYMENT_TOKEN_ID_INVALID', byConsent('careful', paymentTokenID, { targetOrg: 'DANA' })],
    [
      'PAYMENT_TOKEN_ID_INVALID',
      byConsent('careful', paymentTokenID, { paymentMethodType: 'AUTO_DEBIT' }),
    ],
    [
      'PAYMENT_TOKEN_ID_INVALID',
      byConsent('careful', paymentTokenID, { paymentMethodType: 'CARD' }),
    ],
    [
      'PAYMENT_TOKEN_ID_INVALID',
      byConsent('careful', paymentTokenID, { merchantInitiated: true, mitType: 'UNSCHEDULED' }),
    ],
  ]
  for (const [code, order] of orders) {
    assert.equal(await refusal('orderAndPay', order), code, JSON.stringify(order))
    assert.deepEqual(booked(order), [])
  }
  const expired = await bind('careless')
  await gateway.sandbox.program.database.script(
    "update wallet_consent set expires_at = now() where customer_id = 'careless'",
  )
  await accepted('removePaymentToken', { userId: 'careful', paymentTokenID })
  const removed = byConsent('careful', paymentTokenID)
  assert.equal(await refusal('orderAndPay', removed), 'PAYMENT_TOKEN_ID_INVALID')
  assert.equal(await refusal('orderAndPay', byConsent('careless', expired)), 'AUTH_EXPIRED')
})

test('wallets: without an acquirer that takes them nobody has signed for them', async () => {
  const consent = await bind('stranded')
  line.takesWallets = false
  const asked = aDirectOrder({ paymentDetail: KAKAO })
  assert.equal(await refusal('orderAndPay', asked), 'CONTRACT_INVALID')
  assert.equal(await refusal('orderAndPay', byConsent('stranded', consent)), 'CONTRACT_INVALID')
  line.takesWallets = true
})

test('wallets: a consent is removed like a card, and the removal is told', async () => {
  const others = { ...SEEDED, userId: 'mallory' }
  assert.equal(await refusal('removePaymentToken', others), 'PAYMENT_TOKEN_ID_INVALID')
  await accepted('removePaymentToken', SEEDED)
  const data = await heardOf(({ userId }) => userId === SEEDED.userId)
  assert.deepEqual(
    { ...data, paymentTokenExpiry: '' },
    {
      tokenScope: 'tokenAcq',
      targetOrg: 'KAKAOPAY',
      ifCVV: '',
      cardInfo: '',
      paymentTokenID: SEEDED.paymentTokenID,
      accountDisplay: '63-9****72180',
      paymentTokenStatus: 'Deleted',
      userId: SEEDED.userId,
      brand: '',
      paymentMethodType: 'AUTO_DEBIT',
      paymentTokenExpiry: '',
      outTradeNo: '',
      country: 'UN',
      requestId: '',
      referralCode: '',
      supportMIT: true,
      status: 'SUCCESS',
    },
  )
  assert.equal(await refusal('removePaymentToken', SEEDED), 'PAYMENT_TOKEN_ID_INVALID')
  const wallets = await list(SEEDED.userId, { paymentMethodType: 'AUTO_DEBIT' })
  assert.deepEqual(wallets, [])
})
