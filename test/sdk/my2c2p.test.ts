import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import type { Fields, TwoC2pClient } from '../../src/sandbox/twoc2p-client.ts'
import { launchBrowser } from '../support/browser.ts'
import { freshPan } from '../support/canaries.ts'
import { cleanUpLater } from '../support/cleanup.ts'
import { eventually, openOrder, startTestSandbox, type TestSandbox } from '../support/sandbox.ts'
import { openShopSite, type ShopSite } from '../support/shop-page.ts'

// Pages that merchants have for 2C2P's browser script: only the script's host is another.

const V16 = '/2C2PFrontEnd/SecurePayment/api/my2c2p-sandbox.1.6.9.min.js'
const V17 = '/2C2PFrontEnd/SecurePayment/api/my2c2p.1.7.3.min.js'
const V20 = '/SecurePayment/api/pgw-securepay-sdk-2.0.0.min.js'
const FIELDS = '/2C2PPGW/secureField/my2c2p-secureFields.1.0.0.min.js'

let gateway: TestSandbox
let client: TwoC2pClient
let browser: Browser
let shop: ShopSite

const INPUTS = `
<label>Number <input type="text" data-encrypt="cardnumber" name="number"></label>
<span id="2c2pError-cardnumber"></span>
<label>Month <input type="text" data-encrypt="month" maxlength="2"></label>
<span id="2c2pError-month"></span>
<label>Year <input type="text" data-encrypt="year" maxlength="4"></label>
<span id="2c2pError-year"></span>
<label>CVV <input type="password" data-encrypt="cvv" maxlength="4"></label>
<input type="hidden" name="order" value="7">`

const pageOf = (scripts: readonly string[], inputs: string, code: string) =>
  `<!doctype html><html lang="en"><title>Shop</title>
<form id="2c2p-payment-form" action="/charge" method="POST">${inputs}<button>Pay</button></form>
${scripts.map((path) => `<script src="{{gateway}}${path}"></script>`).join('\n')}
<script>${code}</script></html>`

const PAGES = {
  // onSubmitForm, as its samples are written.
  '/1.6': pageOf(
    [V16],
    INPUTS,
    `My2c2p.onSubmitForm("2c2p-payment-form", function (errCode, errDesc) {
      if (errCode != 0) { document.title = errDesc + " (" + errCode + ")" }
    })`,
  ),
  '/1.7': pageOf(
    [V17],
    INPUTS,
    `function Checkout() {
      My2c2p.getEncrypted("2c2p-payment-form", function (encryptedData, errCode, errDesc) {
        if (errCode != 0) { document.title = errDesc + "(" + errCode + ")" }
        else { window.card = encryptedData }
      })
    }`,
  ),
  '/2.0': pageOf(
    [V20],
    INPUTS,
    `function Checkout() {
      const form = document.getElementById("2c2p-payment-form")
      My2c2p.getEncrypted(My2c2p.APIEnvironment.Sandbox, form, function (formData, errorCode, errorDesc) {
        window.card = formData
        window.error = [errorCode, errorDesc]
      })
    }`,
  ),
  '/fields': pageOf(
    [FIELDS, V17],
    '',
    `function Checkout() {
      My2c2p.getEncrypted("2c2p-payment-form", function (encryptedData, errCode, errDesc) {
        if (errCode == 0) document.getElementById("2c2p-payment-form").submit()
      })
    }`,
  ),
}

before(async () => {
  gateway = await startTestSandbox()
  client = await gateway.client('JT01')
  browser = await launchBrowser()
  shop = await openShopSite(
    Object.fromEntries(
      Object.entries(PAGES).map(([path, text]) => [
        path,
        ['text/html', text.replaceAll('{{gateway}}', gateway.url)],
      ]),
    ),
  )
})

after(async () => {
  await browser?.close()
})

async function openForm(path: keyof typeof PAGES): Promise<Page> {
  const context = await browser.newContext()
  cleanUpLater(() => context.close())
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  await page.goto(shop.url + path)
  return page
}

interface Typed {
  readonly cardnumber?: string
  readonly month?: string
  readonly year?: string
  readonly cvv?: string
}

async function type(page: Page, typed: Typed): Promise<void> {
  for (const [name, text] of Object.entries(typed)) {
    await page.locator(`[data-encrypt="${name}"]`).fill(String(text))
  }
}

const aCard = (pan: string): Typed => ({ cardnumber: pan, month: '1', year: '2031', cvv: '123' })

/** Pays with what the browser encrypted. @returns what inquiry says. */
async function payWith(securePayToken: unknown, more: Fields = {}, order: Fields = {}) {
  const paymentToken = await openOrder(client, order)
  const payment = { code: { channelCode: 'CC' }, data: { name: 'T', securePayToken, ...more } }
  const answer = await client.plain('payment', { paymentToken, payment })
  assert.equal(answer['respCode'], '2000', JSON.stringify(answer))
  return client.signed('paymentInquiry', { paymentToken })
}

const masked = (pan: string) => `${pan.slice(0, 6)}XXXXXX${pan.slice(-4)}`

test('My2c2p 1.6: a form is posted with the encrypted card and without the clear one', async () => {
  const page = await openForm('/1.6')
  const pan = freshPan()
  await type(page, aCard(pan.replace(/(.{4})/g, '$1 ').trim()))
  await page.getByRole('button', { name: 'Pay' }).click()
  await page.waitForURL('**/charge')
  const form = shop.posted.at(-1)
  assert.ok(form)
  const { encryptedCardInfo, ...others } = Object.fromEntries(form)
  assert.deepEqual(others, {
    order: '7',
    maskedCardInfo: masked(pan),
    expMonthCardInfo: '1',
    expYearCardInfo: '2031',
  })
  const { respCode, accountNo } = await payWith(encryptedCardInfo)
  assert.deepEqual([respCode, accountNo], ['0000', masked(pan)])
})

test('My2c2p 1.6: a form with a wrong card is not posted, and the page hears why', async () => {
  const page = await openForm('/1.6')
  const count = shop.posted.length
  await type(page, { ...aCard(freshPan()), year: '2020' })
  await page.getByRole('button', { name: 'Pay' }).click()
  await page.waitForFunction('document.title !== "Shop"')
  assert.equal(await page.title(), 'card already expired(year) (7)')
  assert.equal(await page.locator('id=2c2pError-year').textContent(), 'card already expired(year)')
  await type(page, { year: '2031', cardnumber: '4111111111111112' })
  await page.getByRole('button', { name: 'Pay' }).click()
  assert.equal(await page.title(), 'card number is invalid (2)')
  assert.equal(await page.locator('id=2c2pError-year').textContent(), '')
  assert.equal(
    await page.locator('id=2c2pError-cardnumber').textContent(),
    'card number is invalid',
  )
  assert.equal(shop.posted.length, count)
})

test('My2c2p 1.7: the card is handed over and pays, and the form holds it too', async () => {
  const page = await openForm('/1.7')
  const pan = freshPan()
  await type(page, aCard(pan))
  await page.evaluate('Checkout()')
  const card = await eventually(() => page.evaluate<Fields | undefined>('window.card'))
  assert.deepEqual(
    { ...card, encryptedCardInfo: '' },
    {
      encryptedCardInfo: '',
      maskedCardInfo: masked(pan),
      expMonthCardInfo: '1',
      expYearCardInfo: '2031',
    },
  )
  assert.equal(
    await page.locator('input[name=encryptedCardInfo]').inputValue(),
    card['encryptedCardInfo'],
  )
  assert.equal(await page.locator('[data-encrypt][name]').count(), 0)
  assert.equal((await payWith(card['encryptedCardInfo']))['respCode'], '0000')
})

test('My2c2p 1.7: what is wrong is told before the call returns', async () => {
  const page = await openForm('/1.7')
  await type(page, { ...aCard(freshPan()), cvv: '12' })
  assert.equal(await page.evaluate('Checkout(), document.title'), 'invalid cvv(10)')
})

test('My2c2p 2.0: the security code of a stored card is encrypted alone', async () => {
  const page = await openForm('/2.0')
  await type(page, { cvv: '123' })
  await page.evaluate('Checkout()')
  const card = await eventually(() => page.evaluate<Fields | undefined>('window.card'))
  assert.deepEqual(await page.evaluate('window.error'), [0, ''])
  assert.equal(card['maskedCardInfo'], '')
  const customerToken = '28052010234224845229'
  const order = { customerToken: [customerToken] }
  const paid = await payWith(card['encryptedCardInfo'], { customerToken }, order)
  assert.equal(paid['respCode'], '0000')
})

test('My2c2p 2.0: a gateway that cannot be asked for its key is code 99', async () => {
  const page = await openForm('/2.0')
  await page.route('**/securePayKey', (route) => route.abort())
  await type(page, aCard(freshPan()))
  await page.evaluate('Checkout()')
  const error = await eventually(() => page.evaluate<unknown[] | undefined>('window.error'))
  assert.deepEqual(error, [99, 'The payment gateway cannot be reached.'])
  assert.deepEqual(await page.evaluate('window.card'), {
    encryptedCardInfo: '',
    maskedCardInfo: '',
    expMonthCardInfo: '',
    expYearCardInfo: '',
  })
})

test('My2c2p secure fields: an empty form gets its inputs, which pay', async () => {
  const page = await openForm('/fields')
  assert.equal(await page.locator('._2c2pPaymentField').count(), 4)
  await page.evaluate('Checkout()')
  assert.equal(
    await page.locator('id=2c2pError-cardnumber').textContent(),
    'card number is required',
  )
  const pan = freshPan()
  await page.locator('._2c2pCard').fill(pan)
  await page.locator('._2c2pMonth').fill('01')
  await page.locator('._2c2pYear').fill('2031')
  await page.locator('._2c2pCvv').fill('123')
  await page.evaluate('Checkout()')
  await page.waitForURL('**/charge')
  const form = shop.posted.at(-1)
  assert.equal((await payWith(form?.get('encryptedCardInfo')))['accountNo'], masked(pan))
})

test('My2c2p: the script is served at the addresses of 2C2P, and nothing else is', async () => {
  for (const path of [V16, V17, V20, FIELDS, V20.toLowerCase()]) {
    const response = await fetch(gateway.url + path)
    assert.equal(response.status, 200, path)
    assert.match(response.headers.get('content-type') ?? '', /^text\/javascript/)
    assert.match(await response.text(), /My2c2p/)
  }
  for (const name of ['x.js', 'my2c2p.1.7.3.js', 'my2c2p.min.js']) {
    const response = await fetch(`${gateway.url}/SecurePayment/api/${name}`)
    assert.equal(response.status, 404, name)
    await response.text()
  }
})
