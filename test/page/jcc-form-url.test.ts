import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../support/browser.ts'
import { cleanUpLater } from '../support/cleanup.ts'
import { openReturnPage } from '../support/listen.ts'
import { anOrder, type Answer, type Fields, type JccClient, jccClient } from '../support/jcc.ts'
import { startTestSandbox } from '../support/sandbox.ts'

// formUrl in a payer's browser: the one hosted page, and the way back that JCC's documents promise.

let shop: JccClient
let browser: Browser
let shopUrl: string

before(async () => {
  const gateway = await startTestSandbox()
  shop = jccClient(gateway.url)
  shopUrl = await openReturnPage()
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
})

interface Opened {
  readonly page: Page
  readonly orderId: string
  status(): Promise<Answer>
}

async function open(fields: Fields = {}): Promise<Opened> {
  const urls = { returnUrl: `${shopUrl}/done`, failUrl: `${shopUrl}/failed?why=x` }
  const answer = await shop.call('rest/register.do', anOrder({ ...urls, ...fields }))
  const orderId = String(answer['orderId'])
  const context = await browser.newContext({ locale: 'en-GB' })
  cleanUpLater(() => context.close())
  const page = await context.newPage()
  await page.goto(String(answer['formUrl']))
  const status = () => shop.call('rest/getOrderStatusExtended.do', { orderId })
  return { page, orderId, status }
}

async function pay(page: Page, number: string): Promise<void> {
  await page.getByLabel('Card number').fill(number)
  await page.getByLabel('Expiry date').fill('1234')
  await page.getByLabel('Security code').fill('123')
  await page.getByLabel('Name on card').fill('TEST CARDHOLDER')
  await page.getByRole('button', { name: /^Pay / }).click()
}

async function goOn(page: Page, url: string): Promise<void> {
  await page
    .getByRole('button', { name: /^Continue/ })
    .or(page.getByText('Back at the shop'))
    .click()
  await page.waitForURL(url)
}

test('jcc page: a payer pays at formUrl and comes back with orderId and lang', async () => {
  const { page, orderId, status } = await open()
  await page.getByText('10.00').first().waitFor()
  await pay(page, '5555555555554444')
  await goOn(page, `${shopUrl}/done?orderId=${orderId}&lang=en`)
  assert.equal((await status())['orderStatus'], 2)
})

test('jcc page: a challenge is passed on the way, and the order is paid', async () => {
  const { page, orderId, status } = await open({ features: 'FORCE_TDS' })
  await pay(page, '4000000000002065')
  await page.waitForURL(/\/sandbox\/3ds\/acs/)
  await page.getByRole('textbox').fill('123456')
  await page.getByRole('button', { name: /confirm/i }).click()
  await page.waitForURL(`${shopUrl}/done?orderId=${orderId}&lang=en`)
  const { orderStatus, cardAuthInfo } = await status()
  assert.equal(orderStatus, 2)
  assert.equal(((cardAuthInfo as Answer)['secureAuthInfo'] as Answer)['eci'], 5)
})

test('jcc page: who cancels comes back to failUrl, and the order is declined', async () => {
  const { page, orderId, status } = await open()
  await page.getByRole('button', { name: 'Cancel payment' }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /cancel/i })
    .click()
  await page
    .getByRole('button', { name: /continue|back to/i })
    .or(page.getByText('Back at the shop'))
    .click()
  await page.waitForURL(`${shopUrl}/failed?why=x&orderId=${orderId}&lang=en`)
  assert.equal((await status())['orderStatus'], 6)
})

test('jcc page: a card that must be stored is, and its customer pays with it again', async () => {
  const clientId = `client-${Date.now()}`
  const first = await open({ clientId, features: 'FORCE_CREATE_BINDING' })
  await first.page.getByLabel('Card number').waitFor()
  assert.equal(await first.page.getByLabel('Save this card').count(), 0)
  await pay(first.page, '5555555555554444')
  await goOn(first.page, `${shopUrl}/done?orderId=${first.orderId}&lang=en`)
  const stored = (await first.status())['bindingInfo'] as Answer
  assert.equal(stored['clientId'], clientId)
  const bindingId = String(stored['bindingId'])
  assert.match(bindingId, /^[0-9a-f-]{36}$/)

  const offered = await open({ clientId })
  await offered.page.getByText('4444').first().waitFor()
  const fixed = await open({ clientId, bindingId })
  await fixed.page.getByText('4444').first().waitFor()
  assert.equal(await fixed.page.getByLabel('Card number').count(), 0)
  await fixed.page.getByLabel('Security code').fill('123')
  await fixed.page.getByRole('button', { name: /^Pay / }).click()
  await goOn(fixed.page, `${shopUrl}/done?orderId=${fixed.orderId}&lang=en`)
  const again = await fixed.status()
  assert.equal(again['paymentWay'], 'CARD_BINDING')
  assert.equal((again['bindingInfo'] as Answer)['bindingId'], bindingId)
  const strange = anOrder({ clientId: 'somebody else', bindingId })
  assert.equal((await shop.call('rest/register.do', strange))['errorCode'], '2')
})

test('jcc page: it speaks the language of its address', async () => {
  const { page } = await open({ language: 'el' })
  await page.getByText('Αριθμός κάρτας').first().waitFor()
})

test('jcc page: an address of no order says so, and the finish page shows how one ended', async () => {
  const { page, orderId } = await open()
  const base = new URL(page.url()).origin
  await page.goto(`${base}/payment/merchants/ecom/payment_en.html?mdOrder=none`)
  await page.getByText(/link/i).first().waitFor()
  await shop.call('rest/decline.do', { orderId })
  await page.goto(`${base}/payment/merchants/ecom/finish.html?orderId=${orderId}&lang=en`)
  await page
    .getByText(/cancel/i)
    .first()
    .waitFor()
})
