import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import type { Fields, TwoC2pClient } from '../../src/sandbox/twoc2p-client.ts'
import { launchBrowser } from '../support/browser.ts'
import { cleanUpLater } from '../support/cleanup.ts'
import { openReturnPage } from '../support/listen.ts'
import {
  anOrder,
  eventually,
  freshInvoice,
  openShop,
  type Shop,
  startTestSandbox,
  type TestSandbox,
} from '../support/sandbox.ts'

const CHALLENGE = '4000000000002065'
const DECLINED = '4000000000000515'

let gateway: TestSandbox
let client: TwoC2pClient
let shop: Shop
let browser: Browser
/** What browsers brought to the merchant's own page. */
let returns: Fields[]
let returnUrl: string

before(async () => {
  gateway = await startTestSandbox()
  client = await gateway.client('JT01')
  shop = await openShop()
  returns = []
  returnUrl = `${await openReturnPage(keep)}/back`
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
})

function keep(body: string): void {
  const told = new URLSearchParams(body).get('paymentResponse')
  if (told !== null) returns.push(JSON.parse(Buffer.from(told, 'base64').toString()) as Fields)
}

interface Opened {
  readonly page: Page
  readonly invoiceNo: string
  readonly paymentToken: string
  /** The verdict that the shop's server heard, which inquiry must tell too. */
  outcome(): Promise<Fields>
}

/** Opens an order's hosted page in a browser of its own. */
async function open(order: Fields = {}): Promise<Opened> {
  const invoiceNo = freshInvoice()
  const fields = { request3DS: 'Y', backendReturnUrl: shop.url, frontendReturnUrl: returnUrl }
  const answer = await client.signed('paymentToken', anOrder({ ...fields, invoiceNo, ...order }))
  assert.equal(answer['respCode'], '0000', JSON.stringify(answer))
  const context = await browser.newContext({ locale: 'en-GB' })
  cleanUpLater(() => context.close())
  const page = await context.newPage()
  await page.goto(String(answer['webPaymentUrl']))
  const outcome = async () => {
    const told = await eventually(async () =>
      shop.heard
        .map((jws) => client.verify(jws))
        .findLast((heard) => heard['invoiceNo'] === invoiceNo),
    )
    const inquired = await client.signed('paymentInquiry', { invoiceNo })
    assert.equal(told['respCode'], inquired['respCode'])
    return inquired
  }
  return { page, invoiceNo, paymentToken: String(answer['paymentToken']), outcome }
}

async function enterCard(page: Page, number: string): Promise<void> {
  await page.getByLabel('Card number').fill(number)
  await page.getByLabel('Expiry date').fill('1230')
  await page.getByLabel('Security code').fill('123')
  await page.getByLabel('Name on card').fill('Terrance Tay')
}

const pay = (page: Page) => page.getByRole('button', { name: /^Pay / }).click()

async function backAtShop(page: Page, invoiceNo: string): Promise<Fields> {
  await page
    .getByRole('button', { name: /^Continue/ })
    .or(page.getByText('Back at the shop'))
    .click()
  await page.waitForURL(`${returnUrl}*`)
  const told = returns.find((brought) => brought['invoiceNo'] === invoiceNo)
  assert.ok(told)
  return told
}

test('hosted page: seed 001: two stored cards are shown, one is paid, and the shopper comes back', async () => {
  const customerToken = ['28052010234224845229', '7305201872122484776']
  const { page, invoiceNo, outcome } = await open({ customerToken })
  const cards = page.getByRole('radio')
  await page.getByText('•••• 4444').or(page.getByText('4444')).first().waitFor()
  assert.ok((await cards.count()) >= 2)
  await cards.nth(1).check()
  await page.getByLabel('Security code').fill('123')
  await pay(page)
  const told = await backAtShop(page, invoiceNo)
  assert.equal(told['respCode'], '2000')
  const inquired = await outcome()
  assert.equal(inquired['respCode'], '0000')
  assert.ok(customerToken.includes(String(inquired['customerToken'])))
})

test('hosted page: a new card is saved, and shown for the next order', async () => {
  const { page, invoiceNo, outcome } = await open({ tokenize: true })
  await enterCard(page, '3562808775869340')
  await page.getByLabel('Save this card').check()
  await pay(page)
  await backAtShop(page, invoiceNo)
  const { customerToken } = await outcome()
  assert.match(String(customerToken), /^[0-9]{20}$/)
  const next = await open({ customerToken: [customerToken], customerTokenOnly: true })
  const { paymentToken } = next
  const told = await client.plain('cardTokenInfo', { paymentToken })
  assert.equal((told['customerToken'] as Fields[])[0]?.['name'], 'Terrance Tay')
  await next.page.getByText('9340').first().waitFor()
  assert.equal(await next.page.getByLabel('Card number').count(), 0)
})

for (const [how, respCode] of [
  ['passed', '0000'],
  ['failed', '4081'],
  ['cancelled', '4081'],
] as const) {
  test(`hosted page: a challenge that is ${how} ends with ${respCode} everywhere`, async () => {
    const { page, invoiceNo, outcome } = await open()
    await enterCard(page, how === 'failed' ? '4000000000002099' : CHALLENGE)
    await pay(page)
    await page.waitForURL(/\/sandbox\/3ds\/acs/)
    if (how === 'cancelled') {
      await page.getByRole('button', { name: /cancel/i }).click()
    } else {
      await page.getByRole('textbox').fill('123456')
      await page.getByRole('button', { name: /confirm/i }).click()
    }
    await page.waitForURL(`${returnUrl}*`)
    assert.ok(returns.some((brought) => brought['invoiceNo'] === invoiceNo))
    assert.equal((await outcome())['respCode'], respCode)
  })
}

test('hosted page: a challenge that is abandoned fails in time, and the shop is told', async () => {
  const { page, outcome } = await open()
  await enterCard(page, CHALLENGE)
  await pay(page)
  await page.waitForURL(/\/sandbox\/3ds\/acs/)
  await page.close()
  await gateway.sandbox.program.database.script('update authentication set expires_at = now()')
  assert.equal((await outcome())['respCode'], '4081')
})

test('hosted page: after a decline another card pays the same order', async () => {
  const heardBefore = shop.heard.length
  const { page, invoiceNo, outcome } = await open()
  await enterCard(page, DECLINED)
  await pay(page)
  await page
    .getByText(/declined|did not approve/i)
    .first()
    .waitFor()
  assert.equal((await outcome())['respCode'], '4051')
  await enterCard(page, '4111111111111111')
  await pay(page)
  await backAtShop(page, invoiceNo)
  await shop.heardAtLeast(heardBefore + 2)
  assert.equal((await outcome())['respCode'], '0000')
})

test('hosted page: two tabs that pay the same order charge once', async () => {
  const first = await open()
  const second = await first.page.context().newPage()
  await second.goto(first.page.url())
  for (const page of [first.page, second]) await enterCard(page, '4111111111111111')
  await Promise.all([pay(first.page), pay(second)])
  assert.equal((await first.outcome())['respCode'], '0000')
  const booked = gateway.ledger
    .newest(1_000)
    .filter(({ merchantReference }) => merchantReference === first.invoiceNo)
  assert.equal(booked.length, 1)
})

test('hosted page: back after paying, and a reload, show that it is paid', async () => {
  const { page, invoiceNo, outcome } = await open()
  const address = page.url()
  await enterCard(page, '4111111111111111')
  await pay(page)
  await backAtShop(page, invoiceNo)
  await page.goto(address)
  await page
    .getByRole('heading', { name: /paid|successful|complete/i })
    .first()
    .waitFor()
  assert.equal(await page.getByLabel('Card number').count(), 0)
  assert.equal((await outcome())['respCode'], '0000')
})

test('hosted page: cancelled and expired orders say so and take no card', async () => {
  const cancelled = await open()
  await client.plain('cancelTransaction', { paymentToken: cancelled.paymentToken })
  await cancelled.page.reload()
  await cancelled.page
    .getByRole('heading', { name: /cancel/i })
    .first()
    .waitFor()
  const expired = await open({ paymentExpiry: '2027-10-01 12:00:00' })
  await gateway.sandbox.program.database.script(
    `update payment_order set expires_at = now() where expires_at = '2027-10-01 12:00:00+08'`,
  )
  await expired.page.reload()
  await expired.page
    .getByRole('heading', { name: /expired/i })
    .first()
    .waitFor()
})

test('hosted page: it asks nobody but us, and a hostile merchant is only text', async () => {
  await gateway.sandbox.program.database.script(
    `update merchant set name = '<img src=x onerror=alert(1)></script><script>alert(2)</script>'
      where merchant_id = 'JT02'`,
  )
  const hostile = await gateway.client('JT02')
  const order = anOrder({ currencyCode: 'MMK', description: '"><svg onload=alert(3)>' })
  const { webPaymentUrl } = await hostile.signed('paymentToken', order)
  const context = await browser.newContext()
  cleanUpLater(() => context.close())
  const page = await context.newPage()
  const asked: string[] = []
  const complaints: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).origin))
  page.on('console', (message) => complaints.push(message.text()))
  page.on('dialog', (dialog) => complaints.push(dialog.message()))
  await page.goto(String(webPaymentUrl))
  await page.getByText('"><svg onload=alert(3)>').first().waitFor()
  assert.deepEqual([...new Set(asked)], [gateway.url])
  assert.deepEqual(complaints, [])
})

test('hosted page: its interface refuses other origins, strangers’ orders and bad cards', async () => {
  const { paymentToken } = await open()
  const ref = Buffer.from(paymentToken, 'base64').toString('base64url')
  const send = (path: string, body: Fields, headers: Record<string, string> = {}) =>
    fetch(`${gateway.url}/page/${path}/pay`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  const card = { number: '4111111111111111', month: '12', year: '30', code: '123', name: 'T' }
  assert.equal((await send(ref, { card }, { origin: 'https://evil.example' })).status, 404)
  assert.equal((await send(`${ref.slice(0, -4)}AAAA`, { card })).status, 404)
  const table: [Fields, string, string][] = [
    [{ card: { ...card, number: '4111111111111112' } }, 'card_invalid', 'number'],
    [{ card: { ...card, month: '13' } }, 'card_invalid', 'month'],
    [{ card: { ...card, code: '12' } }, 'code_invalid', 'code'],
    [{ stored: { id: '28052010234224845229', code: '123' } }, 'card_invalid', ''],
    [{}, 'card_invalid', ''],
  ]
  for (const [body, error, field] of table) {
    const answer = await send(ref, body)
    assert.equal(answer.status, 422)
    assert.deepEqual(await answer.json(), { error, ...(field !== '' && { field }) })
  }
  assert.equal((await send(ref, { card: { ...card, month: '01', year: '20' } })).status, 422)
})
