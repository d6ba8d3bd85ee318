import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import type { Fields } from '../../src/sandbox/twoc2p-client.ts'
import { launchBrowser } from '../support/browser.ts'
import { freshPan } from '../support/canaries.ts'
import { cleanUpLater } from '../support/cleanup.ts'
import { openReturnPage } from '../support/listen.ts'
import { accepted, aDirectOrder, type PayerMaxClient, payerMaxOf } from '../support/payermax.ts'
import { startTestSandbox } from '../support/sandbox.ts'

let client: PayerMaxClient
let browser: Browser
let shopUrl: string

before(async () => {
  const gateway = await startTestSandbox()
  client = await payerMaxOf(gateway.url)
  shopUrl = `${await openReturnPage()}/back`
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
})

interface Opened {
  readonly page: Page
  readonly outTradeNo: unknown
  readonly tradeToken: unknown
}

/** Opens an order's cashier in a browser of its own. */
async function open(fields: Fields = {}, paymentDetail: Fields = {}): Promise<Opened> {
  const hosted = { integrate: 'Hosted_Checkout', frontCallbackUrl: `${shopUrl}?shop=1` }
  const order = { ...aDirectOrder({ ...hosted, ...fields }), paymentDetail }
  const { redirectUrl, tradeToken } = await accepted(client, 'orderAndPay', order)
  const context = await browser.newContext({ locale: 'en-GB' })
  cleanUpLater(() => context.close())
  const page = await context.newPage()
  await page.goto(String(redirectUrl))
  return { page, outTradeNo: (order as Fields)['outTradeNo'], tradeToken }
}

async function enterCard(page: Page, number: string): Promise<void> {
  await page.getByLabel('Card number').fill(number)
  await page.getByLabel('Expiry date').fill('1230')
  await page.getByLabel('Security code').fill('123')
  await page.getByLabel('Name on card').fill('James Smith')
}

/** Pays and goes back. @returns what the browser brought to the merchant's own page. */
async function payAndReturn(page: Page): Promise<URLSearchParams> {
  await page.getByRole('button', { name: /^Pay / }).click()
  const next = page.getByRole('button', { name: /^Continue/ })
  await next.or(page.getByText('Back at the shop')).click()
  await page.waitForURL(`${shopUrl}*`)
  return new URL(page.url()).searchParams
}

test('hosted cashier: a card pays in a browser, which comes back with the order’s names', async () => {
  const { page, outTradeNo, tradeToken } = await open()
  await enterCard(page, freshPan())
  const brought = await payAndReturn(page)
  assert.deepEqual(Object.fromEntries(brought), {
    shop: '1',
    outTradeNo,
    tradeToken,
    status: 'SUCCESS',
  })
  const queried = await accepted(client, 'orderQuery', { outTradeNo })
  assert.equal(queried['status'], 'SUCCESS')
})

test('hosted cashier: a card that its payer saves is a payment token, and offered next time', async () => {
  const userId = 'saver'
  const detail = { tokenForFutureUse: true, paymentMethodType: 'CARD' }
  const first = await open({ userId, country: 'SA' }, detail)
  await enterCard(first.page, freshPan())
  await first.page.getByRole('checkbox').check()
  await payAndReturn(first.page)
  const asked = { userId, tokenScope: 'tokenAcq' }
  const { tokenList } = await accepted(client, 'inquirePaymentToken', asked)
  const [stored] = tokenList as Fields[]
  assert.equal(stored?.['paymentTokenStatus'], 'Activated')

  const { page, outTradeNo } = await open({ userId })
  const lastFour = String(stored?.['cardInfo']).slice(-4)
  await page.getByRole('radio', { name: new RegExp(lastFour) }).check()
  await page.getByLabel('Security code').fill('123')
  await payAndReturn(page)
  const queried = await accepted(client, 'orderQuery', { outTradeNo })
  const [paid] = queried['paymentDetails'] as Fields[]
  assert.equal(paid?.['paymentTokenID'], stored?.['paymentTokenID'])
})

test('wallet page: it is accessible, keeps its policy, and brings its owner back with the answer', async () => {
  const detail = { paymentMethodType: 'ONE_TOUCH', targetOrg: 'KAKAOPAY', tokenForFutureUse: true }
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page, outTradeNo } = await open({ userId: 'owner', country: 'KR' }, detail)
    const faults: string[] = []
    page.on('console', (message) => faults.push(message.text()))
    page.on('pageerror', (error) => faults.push(error.message))
    await page.emulateMedia({ colorScheme })
    await page.reload()
    await page.getByRole('heading', { name: 'Agree to the payment' }).waitFor()
    await page.evaluate(axe.source)
    const { violations } = await page.evaluate<{ violations: { id: string }[] }>(
      `axe.run(document, { rules: { 'target-size': { enabled: true } } })`,
    )
    assert.deepEqual(violations, [])
    await page.getByText('may take later payments').waitFor()
    const isLight = colorScheme === 'light'
    await page.getByRole('button', { name: isLight ? 'Successful' : 'Failed' }).click()
    await page.waitForURL(`${shopUrl}*`)
    const { searchParams } = new URL(page.url())
    assert.equal(searchParams.get('outTradeNo'), outTradeNo)
    assert.equal(searchParams.get('status'), isLight ? 'SUCCESS' : 'PENDING')
    await page.goBack()
    await page.getByRole('heading', { name: 'This payment is over' }).waitFor()
    assert.deepEqual(faults, [])
  }
})
