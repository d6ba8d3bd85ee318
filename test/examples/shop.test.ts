import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import axe from 'axe-core'
import type { Browser, FrameLocator, Page } from 'playwright-core'
import { createShop } from '../../examples/shop/server.ts'
import type { TwoC2pClient } from '../../src/sandbox/twoc2p-client.ts'
import { launchBrowser } from '../support/browser.ts'
import { freshPan } from '../support/canaries.ts'
import { cleanUpLater } from '../support/cleanup.ts'
import { freshDatabaseUrl } from '../support/database.ts'
import { freshDataDir, startTestSandbox, type TestSandbox } from '../support/sandbox.ts'

const START = fileURLToPath(new URL('../../examples/shop/start.ts', import.meta.url))

const CHALLENGE = '4000000000002065'
const FAILING = '4000000000002099'
const DECLINED = '4000000000000515'

let gateway: TestSandbox
let client: TwoC2pClient
let browser: Browser
let shopUrl: string

before(async () => {
  gateway = await startTestSandbox()
  client = await gateway.client('JT01')
  const shop = await createShop(gateway.url)
  shopUrl = await shop.listen({ host: '127.0.0.1', port: 0 })
  cleanUpLater(() => shop.close())
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
})

/** Opens the shop; whatever its page complains of fails the test. */
async function visit(): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB' })
  cleanUpLater(() => context.close())
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  page.on('pageerror', (error) => assert.fail(error))
  await page.goto(`${shopUrl}/`)
  return page
}

const fieldIn = (page: Page | FrameLocator, id: string) =>
  page.locator(`#${id} iframe`).contentFrame().getByRole('textbox')

async function enterCard(page: Page, pan: string): Promise<void> {
  await fieldIn(page, 'number').fill(pan)
  await fieldIn(page, 'expiry').fill('12 / 30')
  await fieldIn(page, 'code').fill('123')
}

const pay = (page: Page) => page.getByRole('button', { name: /^Pay / }).click()

const says = (page: Page, title: string) => page.getByRole('heading', { name: title }).waitFor()

async function answerChallenge(page: Page): Promise<void> {
  await page.waitForURL(/\/sandbox\/3ds\/acs/)
  await page.getByRole('textbox').fill('123456')
  await page.getByRole('button', { name: /confirm/i }).click()
}

/** What the acquirer booked for the order that the page shows, and what inquiry says of it. */
async function outcome(page: Page): Promise<{ booked: number; respCode: unknown }> {
  const invoiceNo = new URL(page.url()).search.slice(1)
  const { respCode } = await client.signed('paymentInquiry', { invoiceNo })
  const entries = gateway.ledger.newest(1_000)
  const booked = entries.filter(({ merchantReference }) => merchantReference === invoiceNo).length
  return { booked, respCode }
}

test('example shop: sells by hosted fields, saves the card, and sells by the saved card', async () => {
  const page = await visit()
  const pan = freshPan()
  await enterCard(page, pan)
  await page.getByLabel('Save this card').check()
  await pay(page)
  await says(page, 'Thank you')
  await page.getByText(`499999••••••${pan.slice(-4)}`).waitFor()
  assert.deepEqual(await outcome(page), { booked: 1, respCode: '0000' })

  await page.getByRole('link', { name: 'Back to the shop' }).click()
  await page.getByLabel('Saved card').check()
  await page.getByLabel('Your cards').selectOption({ label: `499999••••••${pan.slice(-4)}` })
  await fieldIn(page, 'stored-code').fill('123')
  await fieldIn(page, 'stored-code').press('Enter')
  await says(page, 'Thank you')
  await page.getByText(`499999••••••${pan.slice(-4)}`).waitFor()
  assert.deepEqual(await outcome(page), { booked: 1, respCode: '0000' })
})

test('example shop: sells by the card that the sandbox has stored from the start', async () => {
  const page = await visit()
  await page.getByLabel('Saved card').check()
  await fieldIn(page, 'stored-code').fill('123')
  await pay(page)
  await says(page, 'Thank you')
  await page.getByText('411111••••••1111').waitFor()
  assert.deepEqual(await outcome(page), { booked: 1, respCode: '0000' })
})

test('example shop: sells by the hosted page, and a decline there is no end', async () => {
  const page = await visit()
  await page.getByLabel('Payment page').check()
  await pay(page)
  await page.waitForURL(/\/payment\/4\.3\//)
  await page.getByLabel('Use another card').check()
  const enter = async (pan: string) => {
    await page.getByLabel('Card number').fill(pan)
    await page.getByLabel('Expiry date').fill('1230')
    await page.getByLabel('Security code').fill('123')
    await page.getByLabel('Name on card').fill('Terrance Tay')
    await pay(page)
  }
  await enter(DECLINED)
  await page.getByText('Your bank declined this payment').waitFor()
  const pan = freshPan()
  await enter(pan)
  await page.getByRole('button', { name: /^Continue/ }).click()
  await page.waitForURL(`${shopUrl}/order?*`)
  await page.getByText(`499999••••••${pan.slice(-4)}`).waitFor()
  await says(page, 'Thank you')
  assert.deepEqual(await outcome(page), { booked: 2, respCode: '0000' })
})

test('example shop: an issuer that wants to see the payer gets to, and then it is paid', async () => {
  const page = await visit()
  await enterCard(page, CHALLENGE)
  await pay(page)
  await answerChallenge(page)
  await page.waitForURL(`${shopUrl}/order?*`)
  await says(page, 'Thank you')
  assert.deepEqual(await outcome(page), { booked: 1, respCode: '0000' })
})

for (const [what, pan, respCode] of [
  ['a declined card', DECLINED, '4051'],
  ['a payer who is not the cardholder', FAILING, '4081'],
] as const) {
  test(`example shop: ${what} is told, and may try another card`, async () => {
    const page = await visit()
    await enterCard(page, pan)
    await pay(page)
    if (pan === FAILING) await answerChallenge(page)
    await says(page, 'Not paid')
    assert.equal((await outcome(page)).respCode, respCode)
    await page.getByRole('link', { name: 'Back to the shop' }).click()
    await enterCard(page, freshPan())
    await pay(page)
    await says(page, 'Thank you')
  })
}

test('example shop: a wrong card is told at its fields, and no order is opened', async () => {
  const page = await visit()
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  await fieldIn(page, 'number').fill('4111111111111112')
  await pay(page)
  await page.getByText('This is not a card number').waitFor()
  await page.getByText('Enter the expiry date.').waitFor()
  await page.getByText('Enter the security code.').waitFor()
  assert.deepEqual(
    asked.filter((path) => path === '/buy'),
    [],
  )
  await enterCard(page, freshPan())
  await pay(page)
  await says(page, 'Thank you')
})

test('example shop: believes what the gateway signed, and nobody else', async () => {
  const page = await visit()
  await enterCard(page, DECLINED)
  await pay(page)
  await says(page, 'Not paid')
  const invoiceNo = new URL(page.url()).search.slice(1)
  const claims = { invoiceNo, respCode: '0000', amount: 42.5, accountNo: '411111XXXXXX1111' }
  const send = (payload: string) =>
    fetch(`${shopUrl}/notification`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ payload }),
    })
  const stranger = await gateway.client('JT02')
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const forged = [stranger.sign(claims), `${part({ alg: 'none' })}.${part(claims)}.`, 'x']
  for (const payload of forged) assert.equal((await send(payload)).status, 500)
  const stateOf = async () => (await fetch(`${shopUrl}/orders/${invoiceNo}`)).json()
  assert.deepEqual(await stateOf(), { state: 'declined', card: '400000XXXXXX0515' })
  // Signed, but for another amount.
  assert.equal((await send(client.sign({ ...claims, amount: 1 }))).status, 200)
  assert.deepEqual(await stateOf(), { state: 'declined', card: '400000XXXXXX0515' })
  assert.equal((await send(client.sign(claims))).status, 200)
  assert.deepEqual(await stateOf(), { state: 'paid', card: '411111XXXXXX1111' })
  // A repeat of the first one comes late.
  assert.equal((await send(client.sign({ ...claims, respCode: '4051' }))).status, 200)
  assert.deepEqual(await stateOf(), { state: 'paid', card: '411111XXXXXX1111' })
})

test('example shop: axe finds nothing, whatever way is chosen', async () => {
  const page = await visit()
  await page.evaluate(axe.source)
  for (const way of ['Card', 'Saved card', 'Payment page']) {
    await page.getByLabel(way, { exact: true }).check()
    const found = await page.evaluate<
      readonly string[]
    >(`axe.run(document, { iframes: false }).then(
      ({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))`)
    assert.deepEqual(found, [], way)
  }
})

for (const [what, isRunning] of [
  ['beside the sandbox that is running', true],
  ['with a sandbox of its own', false],
] as const) {
  test(`example shop: one command starts it ${what}, and a signal ends it`, async () => {
    const env = {
      PATH: process.env['PATH'] ?? '',
      SHOP_PORT: '0',
      PORT: '0',
      DATABASE_URL: await freshDatabaseUrl(),
      TESSERA_DATA_DIR: await freshDataDir(),
      // Nobody listens on port 1.
      TESSERA_URL: isRunning ? gateway.url : 'http://127.0.0.1:1',
    }
    const shop = spawn(process.execPath, [START], { env, stdio: ['ignore', 'pipe', 'inherit'] })
    cleanUpLater(() => void shop.kill('SIGKILL'))
    const [text] = (await once(shop.stdout, 'data')) as [Buffer]
    const [shopAt = '', sandboxAt = ''] = text.toString().match(/http:\S+/g) ?? []
    assert.equal(sandboxAt === `${gateway.url}/`, isRunning)
    assert.match(await (await fetch(shopAt)).text(), new RegExp(`src="${sandboxAt}sdk/fields.js"`))
    const bought = await fetch(`${shopAt}buy`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"way":"page"}',
    })
    const { url } = (await bought.json()) as { url: string }
    assert.ok(url.startsWith(`${sandboxAt}payment/4.3/#/token/`))
    const ended = once(shop, 'exit')
    shop.kill('SIGINT')
    shop.kill('SIGINT')
    assert.deepEqual(await ended, [0, null])
  })
}

test('example shop: its server has less than 100 lines', async () => {
  const text = await readFile(new URL('../../examples/shop/server.ts', import.meta.url), 'utf8')
  assert.ok(text.split('\n').length <= 100)
})
