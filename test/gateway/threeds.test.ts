import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Fields, TwoC2pClient } from '../../src/sandbox/twoc2p-client.ts'
import { THREEDS_TEST_CARDS } from '../../src/threeds/sandbox-cards.ts'
import {
  aCardPayment,
  eventually,
  freshInvoice,
  openOrder,
  openShop,
  type Shop,
  startTestSandbox,
  type TestSandbox,
} from '../support/sandbox.ts'

let gateway: TestSandbox
let client: TwoC2pClient
let shop: Shop

before(async () => {
  gateway = await startTestSandbox({ limits: { resultsGraceMs: 300 } })
  client = await gateway.client('JT01')
  shop = await openShop()
})

function cardThat(does: RegExp): string {
  const card = THREEDS_TEST_CARDS.find((candidate) => does.test(candidate.does))
  assert.ok(card, String(does))
  return card.pan
}

interface Step {
  readonly kind: 'method' | 'challenge'
  readonly creq: string
  readonly sessionData: string
}

/** What the address that Do Payment answered carries in its fragment. */
function stepOf(data: unknown): Step & { url: string } {
  const [url = '', carried = ''] = String(data).split('#')
  return { url, ...(JSON.parse(Buffer.from(carried, 'base64url').toString('utf8')) as Step) }
}

async function postJson(url: string, body: Fields): Promise<Fields> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return (await response.json()) as Fields
}

/** Answers the challenge in one call, and brings the browser's part back to us. */
async function answer(data: unknown, how: Fields): Promise<Response> {
  let step = stepOf(data)
  if (step.kind === 'method') {
    const { sessionData } = step
    const continued = await postJson(`${step.url}/continue`, { sessionData, methodCompletion: 'Y' })
    if (continued['next'] === null) return fetch(`${step.url}/end`, { redirect: 'manual' })
    step = { ...step, ...(continued['next'] as Step) }
  }
  const { creq, sessionData } = step
  const body = { creq, threeDSSessionData: sessionData, ...how }
  const told = await postJson(`${gateway.url}/sandbox/3ds/answer`, body)
  return comeBack(String(told['notificationUrl']), told)
}

function comeBack(url: string, { cres, threeDSSessionData }: Fields): Promise<Response> {
  const form = { cres: String(cres), threeDSSessionData: String(threeDSSessionData) }
  return fetch(url, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' })
}

async function start(cardNo: string, order: Fields = {}, request: Fields = {}) {
  const backendReturnUrl = shop.url
  const invoiceNo = freshInvoice()
  const fields = { request3DS: 'Y', backendReturnUrl, invoiceNo, ...order }
  const paymentToken = await openOrder(client, fields)
  const payment = { ...aCardPayment(paymentToken, { cardNo }), ...request }
  const answered = await client.plain('payment', payment)
  const outcome = async () => {
    const told = await eventually(async () =>
      shop.heard.map((jws) => client.verify(jws)).find((heard) => heard['invoiceNo'] === invoiceNo),
    )
    const inquired = await client.signed('paymentInquiry', { paymentToken })
    assert.equal(told['respCode'], inquired['respCode'])
    return inquired
  }
  return { paymentToken, answered, outcome }
}

test('3-D Secure: a frictionless card is paid at once, with its ECI', async () => {
  const { answered, outcome } = await start(cardThat(/^3-D Secure frictionless/))
  assert.equal(answered['respCode'], '2000')
  const inquired = await outcome()
  assert.equal(inquired['respCode'], '0000')
  assert.equal(inquired['eci'], '05')
})

test('3-D Secure: request3DS N asks nobody', async () => {
  const { answered, outcome } = await start(cardThat(/challenge, code/), { request3DS: 'N' })
  assert.equal(answered['respCode'], '2000')
  assert.equal((await outcome())['eci'], '07')
})

test('3-D Secure: a card that is stored after its challenge is stored with its holder', async () => {
  const cardNo = cardThat(/challenge, code/)
  const holder = { name: 'Held Through', email: 'held@shop.example' }
  const { payment } = aCardPayment('', { cardNo, ...holder, accountTokenization: true })
  const started = await start(cardNo, { tokenize: true }, { payment })
  assert.equal(started.answered['respCode'], '1001')
  await answer(started.answered['data'], { code: '123456' })
  const { customerToken } = await started.outcome()
  const paymentToken = await openOrder(client, { customerToken: [customerToken] })
  const told = await client.plain('cardTokenInfo', { paymentToken })
  const [card] = told['customerToken'] as Fields[]
  assert.deepEqual([card?.['name'], card?.['email']], ['Held Through', 'h***d@s**p.example'])
})

test('3-D Secure: a passed challenge is paid, and the browser goes back with the payment token', async () => {
  const responseReturnUrl = 'https://shop.example/back?token='
  const started = await start(cardThat(/challenge, code/), {}, { responseReturnUrl })
  assert.equal(started.answered['respCode'], '1001')
  assert.equal(started.answered['respDesc'], 'Redirect to authenticate ACS bank page')
  const meanwhile = await client.signed('paymentInquiry', { paymentToken: started.paymentToken })
  assert.equal(meanwhile['respCode'], '2001')
  const back = await answer(started.answered['data'], { code: '123456' })
  assert.equal(back.status, 303)
  const token = encodeURIComponent(started.paymentToken)
  assert.equal(back.headers.get('location'), `${responseReturnUrl}${token}`)
  const inquired = await started.outcome()
  assert.equal(inquired['respCode'], '0000')
  assert.equal(inquired['eci'], '05')
})

test('3-D Secure: a failed, a cancelled and a timed-out challenge charge nothing', async () => {
  for (const outcome of ['fail', 'cancel', 'timeout']) {
    const frontendReturnUrl = 'https://shop.example/back'
    const started = await start(cardThat(/challenge, code/), { frontendReturnUrl })
    const back = await answer(started.answered['data'], { outcome })
    const page = await back.text()
    assert.match(page, /action="https:\/\/shop\.example\/back"/)
    assert.match(page, /name="paymentResponse"/)
    const inquired = await started.outcome()
    assert.equal(inquired['respCode'], '4081', outcome)
    assert.equal(inquired['approvalCode'], '')
  }
})

test('3-D Secure: each card of the sandbox ends as its issuer and its line behave', async () => {
  const table: [RegExp, 'direct' | 'challenge', string, string][] = [
    [/frictionless: only attempted$/, 'direct', '0000', '06'],
    [/not authenticated$/, 'direct', '4081', ''],
    [/cannot authenticate now$/, 'direct', '0000', '07'],
    [/issuer rejects$/, 'direct', '4081', ''],
    [/information only$/, 'direct', '0000', '07'],
    [/answers an error$/, 'direct', '0000', '07'],
    [/answers nonsense$/, 'direct', '0000', '07'],
    [/after a 3DS method$/, 'challenge', '0000', '05'],
    [/always fails$/, 'challenge', '4081', ''],
    [/always canceled$/, 'challenge', '4081', ''],
    [/challenge: times out$/, 'challenge', '4081', ''],
    [/result is lost$/, 'challenge', '4081', ''],
    [/result comes twice$/, 'challenge', '0000', '05'],
    [/altered ids$/, 'challenge', '4081', ''],
  ]
  for (const [does, way, respCode, eci] of table) {
    const { answered, outcome } = await start(cardThat(does))
    assert.equal(answered['respCode'] === '1001', way === 'challenge', String(does))
    if (way === 'challenge') await answer(answered['data'], { code: '123456' })
    const inquired = await outcome()
    assert.equal(inquired['respCode'], respCode, String(does))
    assert.equal(inquired['eci'], eci, String(does))
  }
})

test('3-D Secure: what is insisted on is had in full, or the payment fails', async () => {
  for (const [does, respCode] of [
    [/^3-D Secure frictionless$/, '0000'],
    [/only attempted$/, '4081'],
    [/cannot authenticate now$/, '4081'],
    [/answers nonsense$/, '4081'],
  ] as const) {
    const { outcome } = await start(cardThat(does), { request3DS: 'F' })
    assert.equal((await outcome())['respCode'], respCode, String(does))
  }
  const { outcome } = await start('4111111111111111', { request3DS: 'F' })
  assert.equal((await outcome())['respCode'], '4081')
})

/** Passes the challenge at the issuer, but does not come back yet. */
async function passedAtIssuer(order: Fields = {}) {
  const started = await start(cardThat(/challenge, code 123456$/), order)
  const { creq, sessionData } = stepOf(started.answered['data'])
  const body = { creq, threeDSSessionData: sessionData, code: '123456' }
  const told = await postJson(`${gateway.url}/sandbox/3ds/answer`, body)
  return { ...started, told, url: String(told['notificationUrl']) }
}

test('3-D Secure: a CRes is only a knock: altered in any way it changes nothing', async () => {
  const { told, url, outcome } = await passedAtIssuer()
  await comeBack(url, { ...told, cres: 'bm9uc2Vuc2U' })
  assert.equal((await outcome())['respCode'], '0000')

  const failing = await start(cardThat(/always fails$/))
  const { creq, sessionData } = stepOf(failing.answered['data'])
  const body = { creq, threeDSSessionData: sessionData, code: '123456' }
  const failed = await postJson(`${gateway.url}/sandbox/3ds/answer`, body)
  const cres = JSON.parse(Buffer.from(String(failed['cres']), 'base64url').toString()) as Fields
  const forged = Buffer.from(JSON.stringify({ ...cres, transStatus: 'Y' })).toString('base64url')
  await comeBack(String(failed['notificationUrl']), { ...failed, cres: forged })
  assert.equal((await failing.outcome())['respCode'], '4081')
})

test('3-D Secure: coming back a hundred times at once charges once', async () => {
  const { told, url, outcome } = await passedAtIssuer()
  await Promise.all(Array.from({ length: 100 }, async () => comeBack(url, told)))
  const inquired = await outcome()
  assert.equal(inquired['respCode'], '0000')
  const reference = String(inquired['invoiceNo'])
  const booked = gateway.ledger.newest(1_000).filter((e) => e.merchantReference === reference)
  assert.equal(booked.length, 1)
})

test('3-D Secure: without what the browser carried there is no payment', async () => {
  const { told, url, outcome } = await passedAtIssuer()
  const other = await passedAtIssuer()
  const { threeDSSessionData } = other.told
  await comeBack(url, { ...told, threeDSSessionData })
  assert.equal((await outcome())['respCode'], '4081')
})

test('3-D Secure: a challenge that nobody answers in time fails, and the merchant is told', async () => {
  const { answered, outcome } = await start(cardThat(/challenge, code 123456$/))
  assert.equal(answered['respCode'], '1001')
  await gateway.sandbox.program.database.script('update authentication set expires_at = now()')
  assert.equal((await outcome())['respCode'], '4081')
  const late = await answer(answered['data'], { code: '123456' })
  assert.ok(late.status < 400)
  assert.equal((await outcome())['respCode'], '4081')
})

test('3-D Secure: what waits in the database opens nothing, and ends with the payment', async () => {
  const { told, url, outcome } = await passedAtIssuer()
  const waiting = async () => {
    const { rows } = await gateway.sandbox.program.database.run<{ waiting: bigint }>({
      name: 'waiting',
      text: `select count(*) waiting from authentication
        where session_key is not null or sealed_authentication_value is not null`,
      values: [],
    })
    return rows[0]?.waiting
  }
  const before = await waiting()
  await comeBack(url, told)
  await outcome()
  assert.equal(await waiting(), (before ?? 0n) - 1n)
})

test('3-D Secure: the acquirer gets the authentication, and a card can be kept', async () => {
  const order = { tokenize: true }
  const paymentToken = await openOrder(client, { request3DS: 'Y', ...order })
  const cardNo = cardThat(/challenge, code 123456$/)
  const request = aCardPayment(paymentToken, { cardNo, accountTokenization: true })
  const answered = await client.plain('payment', request)
  await answer(answered['data'], { code: '123456' })
  const inquired = await client.signed('paymentInquiry', { paymentToken })
  assert.equal(inquired['respCode'], '0000')
  assert.match(String(inquired['customerToken']), /^[0-9]{20}$/)
})

test('3-D Secure: a challenge is answered in one call, without a browser', async () => {
  for (const does of [/challenge, code 123456$/, /after a 3DS method$/]) {
    const responseReturnUrl = 'https://shop.example/back?token='
    const started = await start(cardThat(does), {}, { responseReturnUrl })
    const body = { url: started.answered['data'], code: '123456' }
    const told = await postJson(`${gateway.url}/sandbox/3ds/complete`, body)
    assert.equal(told['status'], 'captured')
    const url = `${responseReturnUrl}${encodeURIComponent(started.paymentToken)}`
    assert.deepEqual(told['back'], { kind: 'redirect', url })
    assert.equal((await started.outcome())['respCode'], '0000')
  }
})
