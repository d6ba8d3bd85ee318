import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import type { View } from '../../src/page/view.ts'
import { postgresPaymentStore } from '../../src/storage/postgres/payment-store.ts'
import type { Fields, TwoC2pClient } from '../../src/sandbox/twoc2p-client.ts'
import { freshCryptogram, freshPan } from '../support/canaries.ts'
import {
  aCardPayment,
  anOrder,
  eventually,
  freshInvoice,
  openShop,
  type Shop,
  startTestSandbox,
  type TestSandbox,
} from '../support/sandbox.ts'

// The hosted page's interface, as its script uses it and as others may.

const CHALLENGE = '4000000000002065'
const NOT_AUTHENTICATED = '4000000000002024'
const DECLINED = '4000000000000515'
const STORED = '28052010234224845229'

let gateway: TestSandbox
let client: TwoC2pClient
let shop: Shop

before(async () => {
  gateway = await startTestSandbox({ limits: { resultsGraceMs: 300 } })
  client = await gateway.client('JT01')
  shop = await openShop()
})

type Answer = View & { readonly error?: string }

interface Opened {
  readonly invoiceNo: string
  readonly paymentToken: string
  readonly ref: string
  look(): Promise<Answer>
  send(what: string, body?: Fields, key?: string): Promise<Answer>
  /** By a new card, one press of the button each time. */
  pay(number?: string, key?: string): Promise<Answer>
  respCode(): Promise<unknown>
  /** What the acquirer was asked about it. */
  booked(): readonly { approved: boolean; paymentId: string }[]
}

async function open(order: Fields = {}): Promise<Opened> {
  const invoiceNo = freshInvoice()
  const request = anOrder({ invoiceNo, backendReturnUrl: shop.url, ...order })
  const answer = await client.signed('paymentToken', request)
  assert.equal(answer['respCode'], '0000', JSON.stringify(answer))
  const paymentToken = String(answer['paymentToken'])
  const ref = Buffer.from(paymentToken, 'base64').toString('base64url')
  const url = `${gateway.url}/page/${ref}`
  const send = async (what: string, body: Fields = {}, key: string = randomUUID()) => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key }
    const text = JSON.stringify(body)
    const response = await fetch(`${url}/${what}`, { method: 'POST', headers, body: text })
    return (await response.json()) as Answer
  }
  return {
    invoiceNo,
    paymentToken,
    ref,
    look: async () => (await (await fetch(url)).json()) as Answer,
    send,
    pay: (number = freshPan(), key) =>
      send('pay', { card: { number, month: '12', year: '30', code: '123', name: 'T' } }, key),
    respCode: async () => (await client.signed('paymentInquiry', { invoiceNo }))['respCode'],
    booked: () =>
      gateway.ledger
        .newest(1_000, 'JT01')
        .filter((entry) => entry.merchantReference === invoiceNo)
        .map(({ approved, operationId }) => ({ approved, paymentId: operationId })),
  }
}

const heardOf = (invoiceNo: string) =>
  shop.heard
    .map((jws) => client.verify(jws))
    .filter((heard) => heard['invoiceNo'] === invoiceNo)
    .map((heard) => heard['respCode'])

// --- One press, one attempt

test('page interface: what a browser sends again after a decline is no second attempt', async () => {
  const order = await open()
  const key = randomUUID()
  assert.equal((await order.pay(DECLINED, key)).state, 'declined')
  const again = await order.pay(DECLINED, key)
  assert.deepEqual([again.state, again.mayRetry], ['declined', true])
  assert.equal(order.booked().length, 1)
  assert.equal((await order.pay(freshPan(), randomUUID())).state, 'paid')
  assert.equal((await order.pay(freshPan(), key)).state, 'paid')
  assert.deepEqual(
    order.booked().map(({ approved }) => approved),
    [true, false],
  )
})

test('page interface: of fifty equal requests at once one is an attempt, also where the order reopens', async () => {
  const order = await open()
  const key = randomUUID()
  const answers = await Promise.all(
    Array.from({ length: 50 }, async () => order.pay(DECLINED, key)),
  )
  assert.ok(answers.some(({ state }) => state === 'declined'))
  assert.ok(answers.every(({ state, error }) => state !== undefined || error === 'in_progress'))
  assert.equal(order.booked().length, 1)
  await gateway.sandbox.program.gateway.idle()
  assert.deepEqual(heardOf(order.invoiceNo), ['4051'])
})

test('page interface: the store takes a payment once, though its order is open again', async () => {
  const order = await open()
  const key = randomUUID()
  await order.pay(DECLINED, key)
  const { program } = gateway.sandbox
  const inquiry = { merchantId: 'JT01', dialect: 'twoc2p', merchantReference: order.invoiceNo }
  const { payment } = await program.gateway.inquire(inquiry)
  assert.ok(payment)
  // As the slower of two requests would, which looked before the faster had begun.
  const store = postgresPaymentStore(program.database)
  const { merchantId, paymentId } = payment
  const operation = await store.operation(merchantId, paymentId)
  assert.ok(operation)
  assert.equal(await store.begin(payment, operation), false)
  assert.equal(await store.refuse(payment, undefined), false)
  assert.equal((await program.gateway.findOrder(inquiry)).status, 'open')
})

// --- After an attempt without success

test('page interface: after a 3-D Secure without success another card may pay', async () => {
  const order = await open({ request3DS: 'Y' })
  const failed = await order.pay(NOT_AUTHENTICATED)
  assert.deepEqual([failed.state, failed.mayRetry], ['failed', true])
  assert.equal(await order.respCode(), '4081')
  assert.equal((await order.pay()).state, 'paid')
  assert.equal(await order.respCode(), '0000')
})

test('page interface: a card that cannot be authenticated as insisted leaves the order open', async () => {
  const order = await open({ request3DS: 'F' })
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const { state, mayRetry } = await order.pay()
    assert.deepEqual([state, mayRetry], ['failed', attempt < 5])
  }
  assert.equal((await order.pay()).error, 'already_paid')
  assert.deepEqual(order.booked(), [])
})

test('page interface: cancelled after a decline, the order is cancelled for its merchant too', async () => {
  const order = await open({ frontendReturnUrl: 'https://shop.example/back' })
  await order.pay(DECLINED)
  assert.equal(await order.respCode(), '4051')
  assert.equal((await order.send('cancel')).state, 'cancelled')
  assert.equal(await order.respCode(), '0003')
  const { url } = (await (await fetch(`${gateway.url}/page/${order.ref}/return`)).json()) as Fields
  const html = await (await fetch(`${gateway.url}${String(url)}`)).text()
  const [, told = ''] = /name="paymentResponse" value="([^"]+)"/.exec(html) ?? []
  const back = JSON.parse(Buffer.from(told, 'base64').toString()) as Fields
  assert.equal(back['respCode'], '0003')
  assert.equal((await order.pay()).error, 'cancelled')
})

// --- While the payer is at the issuer

test('page interface: a payer who left the issuer’s page may start again', async () => {
  const order = await open({ request3DS: 'Y' })
  const sent = await order.pay(CHALLENGE)
  assert.equal(sent.state, 'confirming')
  assert.match(String(sent.next?.url), new RegExp(`^/3ds/${order.ref}#[\\w-]+$`))
  const reloaded = await order.look()
  assert.deepEqual([reloaded.state, reloaded.mayRetry], ['confirming', true])
  assert.equal(reloaded.next, undefined)
  assert.equal((await order.pay()).error, 'in_progress')

  const given = await order.send('restart')
  assert.deepEqual([given.state, given.mayRetry], ['failed', true])
  assert.equal((await order.pay()).state, 'paid')
  // The issuer's page, still open elsewhere, comes back with what it had.
  const json = Buffer.from(String(sent.next?.url).replace(/^.*#/, ''), 'base64url').toString()
  const { sessionData } = JSON.parse(json) as { sessionData: string }
  const form = new URLSearchParams({ threeDSSessionData: sessionData })
  const address = `${gateway.url}/3ds/${order.ref}/return`
  await fetch(address, { method: 'POST', body: form, redirect: 'manual' })
  assert.equal((await order.send('restart')).state, 'paid')
  assert.equal(order.booked().length, 1)
  await eventually(async () => (heardOf(order.invoiceNo).length === 2 ? true : undefined))
  assert.deepEqual(new Set(heardOf(order.invoiceNo)), new Set(['0000', '4081']))
})

test('page interface: what was paid through Do Payment is not started again here', async () => {
  const order = await open({ request3DS: 'Y' })
  const payment = aCardPayment(order.paymentToken, { cardNo: CHALLENGE })
  assert.equal((await client.plain('payment', payment))['respCode'], '1001')
  assert.equal((await order.look()).mayRetry, false)
  assert.equal((await order.send('restart')).state, 'confirming')
  assert.equal(await order.respCode(), '2001')
})

// --- The merchant's own terms

test('page interface: the merchant’s own 3-D Secure result serves one attempt', async () => {
  const order = await open({ request3DS: 'Y', eci: '05', cavv: freshCryptogram() })
  assert.equal((await order.pay(DECLINED)).state, 'declined')
  const { eci, respCode } = await client.signed('paymentInquiry', { invoiceNo: order.invoiceNo })
  assert.deepEqual([eci, respCode], ['05', '4051'])
  assert.equal((await order.pay(CHALLENGE)).state, 'confirming')

  const forced = await open({ request3DS: 'F', eci: '05', cavv: freshCryptogram() })
  assert.equal((await forced.pay()).state, 'paid')
})

test('page interface: an order without the card channel takes no card', async () => {
  const order = await open({ paymentChannel: ['CSTOKEN'], customerToken: [STORED] })
  const { mayEnterCard, cards } = await order.look()
  assert.deepEqual([mayEnterCard, cards], [false, []])
  assert.equal((await order.pay()).error, 'card_invalid')
  const stored = { stored: { id: STORED, code: '123' } }
  assert.equal((await order.send('pay', stored)).error, 'card_invalid')
  assert.deepEqual(order.booked(), [])
})

test('page interface: a stored card shows its last four digits, and asks for its code', async () => {
  const order = await open({ customerToken: [STORED] })
  const [card] = (await order.look()).cards
  assert.match(String(card?.lastFour), /^[0-9]{4}$/)
  assert.equal(card?.asksCode, true)
  assert.equal((await order.send('pay', { stored: { id: STORED } })).error, 'code_invalid')
})

test('page interface: where the merchant initiates, nobody is asked for a code or a challenge', async () => {
  const order = await open({
    request3DS: 'Y',
    customerToken: [STORED],
    transactionInitiator: 'M',
    previousPaymentID: 'ccpp_1',
  })
  assert.equal((await order.look()).cards[0]?.asksCode, false)
  assert.equal((await order.pay(CHALLENGE)).state, 'paid')
})

test('page interface: a card that is only stored is not charged', async () => {
  const order = await open({ tokenizeOnly: true })
  assert.equal((await order.look()).charges, false)
  assert.equal((await order.pay()).state, 'paid')
  assert.equal(await order.respCode(), '4200')
})

// --- What stands around it

test('page interface: every page names the icon, which is there', async () => {
  const icon = await fetch(`${gateway.url}/favicon.ico`)
  assert.deepEqual([icon.status, icon.headers.get('content-type')], [200, 'image/x-icon'])
  assert.deepEqual([...Buffer.from(await icon.arrayBuffer()).subarray(0, 4)], [0, 0, 1, 0])
  const { ref } = await open()
  for (const path of ['/payment/4.3/', `/3ds/${ref}`]) {
    assert.match(
      await (await fetch(gateway.url + path)).text(),
      /<link rel="icon" href="\/favicon.ico"/,
    )
  }
})

test('page interface: a merchant’s logo comes from us', async () => {
  const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
  const { look, ref } = await open()
  const address = `/page/${ref}/logo`
  assert.equal((await look()).merchant.logoUrl, null)
  assert.equal((await fetch(gateway.url + address)).status, 404)
  await gateway.sandbox.program.database.script(
    `update merchant set logo_url = 'data:image/png;base64,${png.toString('base64')}'
      where merchant_id = 'JT01'`,
  )
  const logoUrl = await eventually(async () => (await look()).merchant.logoUrl ?? undefined)
  assert.equal(logoUrl, address)
  const logo = await fetch(gateway.url + logoUrl)
  assert.equal(logo.headers.get('content-type'), 'image/png')
  assert.equal(logo.headers.get('content-security-policy'), "default-src 'none'")
  assert.deepEqual(Buffer.from(await logo.arrayBuffer()), png)
})
