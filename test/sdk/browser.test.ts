import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import type { TwoC2pClient } from '../../src/sandbox/twoc2p-client.ts'
import { launchBrowser } from '../support/browser.ts'
import { freshPan } from '../support/canaries.ts'
import { cleanUpLater } from '../support/cleanup.ts'
import { installPackedSdk } from '../support/packed-sdk.ts'
import { openOrder, startTestSandbox, type TestSandbox } from '../support/sandbox.ts'
import { openShopSite, type ShopSite } from '../support/shop-page.ts'

// The packed SDK on a shop's own page, from a plain <script type="module">, in Chromium.

const CHALLENGE = '4000000000002065'
const WITH_METHOD = '4000000000002073'
const FAILS = '4000000000002099'

let gateway: TestSandbox
let client: TwoC2pClient
let browser: Browser
let shop: ShopSite

const PAGE = `<!doctype html><html lang="en"><title>Shop</title><main><h1>Shop</h1></main>
<script type="module">
  import * as sdk from '/sdk.js'
  window.sdk = sdk
  sdk.PGWSDK.initialize({ baseUrl: '{{gateway}}' })
  window.pay = (paymentToken, cardNo, more = {}) => sdk.PGWSDK.shared.proceedTransaction({
    paymentToken,
    payment: {
      code: { channelCode: 'CC' },
      data: { cardNo, expiryMonth: 12, expiryYear: 2030, securityCode: '123' },
    },
    ...more,
  })
  window.confirm3ds = async (paymentToken, cardNo, options = {}) => {
    const { data: url, responseCode } = await pay(paymentToken, cardNo)
    window.redirected = responseCode
    return sdk.PGWWebStep.modal({ paymentToken, url, ...options })
  }
  window.isReady = true
</script></html>`

before(async () => {
  gateway = await startTestSandbox()
  client = await gateway.client('JT01')
  browser = await launchBrowser()
  const { dir } = await installPackedSdk()
  const sdk = readFileSync(join(dir, 'node_modules/@tessera/sdk/dist/esm/index.js'), 'utf8')
  shop = await openShopSite({
    '/': ['text/html', PAGE.replace('{{gateway}}', gateway.url)],
    '/sdk.js': ['text/javascript', sdk],
  })
})

after(async () => {
  await browser?.close()
})

async function openShopPage(path = '/'): Promise<Page> {
  const context = await browser.newContext()
  cleanUpLater(() => context.close())
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  await page.goto(shop.url + path)
  await page.waitForFunction('window.isReady === true')
  return page
}

/** Runs code of the page's own. */
const run = <T>(page: Page, code: string): Promise<T> => page.evaluate<T>(code)

const verdictOf = async (paymentToken: string) =>
  (await client.signed('paymentInquiry', { paymentToken }))['respCode']

/** Types what the issuer asks for, into its page in the dialog. */
async function answerIssuer(page: Page, code: string): Promise<void> {
  const issuer = page.frameLocator('dialog iframe')
  await issuer.getByRole('textbox').fill(code)
  await issuer.getByRole('button', { name: /confirm|submit|verify/i }).click()
}

test('SDK in a browser: a stored card is shown, and a new one pays encrypted', async () => {
  const page = await openShopPage()
  const customerToken = ['28052010234224845229']
  const stored = await openOrder(client, { customerToken })
  const info = await run<{ customerTokens: { accountNo: string }[] }>(
    page,
    `sdk.PGWSDK.shared.customerTokenInfo({ paymentToken: '${stored}' })`,
  )
  assert.deepEqual(
    info.customerTokens.map(({ accountNo }) => accountNo),
    ['411111XXXXXX1111'],
  )
  const sent: string[] = []
  page.on('request', (request) => sent.push(request.postData() ?? ''))
  const paymentToken = await openOrder(client)
  const pan = freshPan()
  const { responseCode } = await run<{ responseCode: string }>(
    page,
    `pay('${paymentToken}', '${pan}')`,
  )
  assert.equal(responseCode, '2000')
  assert.equal(await verdictOf(paymentToken), '0000')
  assert.ok(sent.some((body) => body.includes('securePayToken')))
  assert.ok(sent.every((body) => !body.includes(pan)))
})

test('SDK in a browser: the client id is kept', async () => {
  const page = await openShopPage()
  const clientId = await run<string>(page, 'sdk.PGWSDK.shared.clientId()')
  await page.reload()
  await page.waitForFunction('window.isReady === true')
  assert.equal(await run(page, 'sdk.PGWSDK.shared.clientId()'), clientId)
})

test('SDK in a browser: the issuer asks in a dialog over the page, which closes by itself', async () => {
  for (const card of [CHALLENGE, WITH_METHOD]) {
    const page = await openShopPage()
    const paymentToken = await openOrder(client, { request3DS: 'Y' })
    const ended = run<Ended>(page, `confirm3ds('${paymentToken}', '${card}')`)
    await answerIssuer(page, '123456')
    const { responseCode, additionalInfo } = await ended
    assert.deepEqual([responseCode, additionalInfo.resultInfo.code], ['2000', '00'])
    assert.equal(await run(page, 'window.redirected'), '1001')
    assert.equal(await page.locator('dialog').count(), 0)
    assert.equal(page.url(), `${shop.url}/`)
    assert.equal(await verdictOf(paymentToken), '0000')
  }
})

interface Ended {
  readonly responseCode: string
  readonly additionalInfo: { readonly resultInfo: { readonly code: string } }
}

test('SDK in a browser: a challenge that fails closes the dialog with a failed payment', async () => {
  const page = await openShopPage()
  const paymentToken = await openOrder(client, { request3DS: 'Y' })
  const ended = run<Ended>(page, `confirm3ds('${paymentToken}', '${FAILS}')`)
  await answerIssuer(page, '123456')
  const { responseCode, additionalInfo } = await ended
  assert.deepEqual([responseCode, additionalInfo.resultInfo.code], ['2000', '01'])
  assert.equal(await verdictOf(paymentToken), '4081')
})

test('SDK in a browser: a payer who closes the dialog leaves a payment in progress', async () => {
  for (const close of [
    (page: Page) => page.getByRole('button', { name: 'Zurück zum Laden' }).click(),
    (page: Page) => page.keyboard.press('Escape'),
  ]) {
    const page = await openShopPage()
    const paymentToken = await openOrder(client, { request3DS: 'Y' })
    const options = `{ title: 'Ihre Bank', closeLabel: 'Zurück zum Laden' }`
    const ended = run<Ended>(page, `confirm3ds('${paymentToken}', '${CHALLENGE}', ${options})`)
    await page.getByRole('dialog', { name: 'Ihre Bank' }).waitFor()
    await close(page)
    assert.equal((await ended).responseCode, '2001')
    assert.equal(await page.locator('dialog').count(), 0)
  }
})

test('SDK in a browser: a signal closes the dialog, and the call is aborted', async () => {
  const page = await openShopPage()
  const paymentToken = await openOrder(client, { request3DS: 'Y' })
  await run(page, 'void (window.controller = new AbortController())')
  const ended = run<string>(
    page,
    `confirm3ds('${paymentToken}', '${CHALLENGE}', { signal: controller.signal })
      .catch((error) => error.code)`,
  )
  await page.getByRole('dialog').waitFor()
  await run(page, 'controller.abort()')
  assert.equal(await ended, 'aborted')
  assert.equal(await page.locator('dialog').count(), 0)
})

test('SDK in a browser: a redirect leads to the issuer and back to a page that knows the order', async () => {
  const page = await openShopPage()
  const paymentToken = await openOrder(client, { request3DS: 'Y' })
  const back = `${shop.url}/?paid=`
  await run(
    page,
    `pay('${paymentToken}', '${CHALLENGE}', { responseReturnUrl: '${back}' })
      .then(({ data }) => sdk.PGWWebStep.redirect(data))`,
  )
  await page.getByRole('textbox').fill('123456')
  await page.getByRole('button', { name: /confirm|submit|verify/i }).click()
  await page.waitForURL(`${back}*`)
  await page.waitForFunction('window.isReady === true')
  const read = `new Promise((resolve) =>
    sdk.PGWWebViewNavigation.inquiry(location.href, resolve, '${back}'))`
  assert.equal(await run(page, read), paymentToken)
  assert.equal(await verdictOf(paymentToken), '0000')
})

test('SDK in a browser: nothing but a page of the web is opened', async () => {
  const page = await openShopPage()
  const codes = await run<string[]>(
    page,
    `Promise.all(['javascript:document.title = 1', 'data:text/html,x', ''].flatMap((url) => [
      sdk.PGWWebStep.modal({ paymentToken: 't', url }).catch((error) => error.code),
      Promise.resolve().then(() => sdk.PGWWebStep.redirect(url)).catch((error) => error.code),
    ]))`,
  )
  assert.deepEqual(
    codes,
    Array.from({ length: 6 }, () => 'invalidRequest'),
  )
  assert.equal(await page.title(), 'Shop')
})
