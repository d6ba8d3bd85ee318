import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../support/browser.ts'
import { anOrder, type Answer, type Fields, jccClient, type JccClient } from '../support/jcc.ts'
import { checksumOf, type JccShop, openJccShop } from '../support/jcc-shop.ts'
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts'

// The payer's side of direct payments, in a browser.

let gateway: TestSandbox
let jcc: JccClient
let shop: JccShop
let browser: Browser

before(async () => {
  gateway = await startTestSandbox()
  jcc = jccClient(gateway.url)
  shop = await openJccShop()
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
})

const CARD = { pan: '5000001111111115', cvc: '123', expiry: '203012', cardHolderName: 'T CARD' }

/** Pays directly with the card that goes through 3-D Secure. */
async function payDirectly(fields: Fields = {}): Promise<Answer> {
  const { returnUrl: backUrl, callbackUrl: dynamicCallbackUrl } = shop
  const { returnUrl: _unused, ...order } = anOrder({ ...CARD, backUrl, dynamicCallbackUrl })
  const answer = await jcc.call('rest/instantPayment.do', { ...order, ...fields })
  assert.equal(answer['errorCode'], '0', JSON.stringify(answer))
  return answer
}

async function newPage(): Promise<Page> {
  return (await browser.newContext()).newPage()
}

async function answerChallenge(page: Page, code: string): Promise<void> {
  await page.getByRole('textbox').fill(code)
  await page.getByRole('button', { name: /^(?:Confirm|Submit|Continue)/ }).click()
}

async function statusOf(orderId: unknown): Promise<unknown> {
  const answer = await jcc.call('rest/getOrderStatusExtended.do', { orderId: String(orderId) })
  return answer['orderStatus']
}

test('jcc 3-D Secure: acsRedirect.do passes the challenge and comes back to the shop', async () => {
  const { orderId } = await payDirectly()
  assert.equal(await statusOf(orderId), 5)
  const page = await newPage()
  await page.goto(`${gateway.url}/payment/acsRedirect.do?orderId=${String(orderId)}`)
  await answerChallenge(page, '123456')
  await page.waitForURL(`${shop.returnUrl}?orderId=${String(orderId)}&lang=en`)
  assert.equal(await statusOf(orderId), 2)
  const heard = await shop.heard({ mdOrder: String(orderId), operation: 'deposited', status: '1' })
  assert.equal(heard.fields['checksum'], await checksumOf(gateway, heard))
})

test('jcc 3-D Secure: in two phases the money is held until it is deposited', async () => {
  const { orderId } = await payDirectly({ preAuth: 'true', language: 'el' })
  const page = await newPage()
  await page.goto(`${gateway.url}/payment/acsRedirect.do?orderId=${String(orderId)}`)
  await answerChallenge(page, '123456')
  await page.waitForURL(`${shop.returnUrl}?orderId=${String(orderId)}&lang=el`)
  assert.equal(await statusOf(orderId), 1)
  await shop.heard({ mdOrder: String(orderId), operation: 'approved', status: '1' })
  const deposited = await jcc.call('rest/deposit.do', { orderId: String(orderId), amount: '0' })
  assert.equal(String(deposited['errorCode']), '0')
  assert.equal(await statusOf(orderId), 2)
  await shop.heard({ mdOrder: String(orderId), operation: 'deposited', status: '1' })
})

test('jcc 3-D Secure: the white page takes the form that 3DS 1 posted', async () => {
  const answer = await payDirectly()
  const { orderId, acsUrl, paReq, termUrl } = answer as Record<string, string>
  const page = await newPage()
  const inputs = Object.entries({ MD: orderId, PaReq: paReq, TermUrl: termUrl }).map(
    ([name, value = '']) => `<input type="hidden" name="${name}" value="${value}">`,
  )
  await page.setContent(
    `<form method="post" action="${acsUrl ?? ''}">${inputs.join('')}<button>Go</button></form>`,
  )
  await page.getByRole('button', { name: 'Go' }).click()
  await answerChallenge(page, '123456')
  await page.waitForURL(`${shop.returnUrl}?orderId=${String(orderId)}&lang=en`)
  assert.equal(await statusOf(orderId), 2)
})

test('jcc 3-D Secure: who fails the challenge comes back to failUrl, and nothing is paid', async () => {
  const failUrl = `${shop.returnUrl}/failed`
  const { orderId } = await payDirectly({ pan: '5168494895055780', failUrl })
  const page = await newPage()
  await page.goto(`${gateway.url}/payment/acsRedirect.do?orderId=${String(orderId)}`)
  await answerChallenge(page, '123456')
  await page.waitForURL(`${failUrl}?orderId=${String(orderId)}&lang=en`)
  assert.equal(await statusOf(orderId), 6)
  await shop.heard({ mdOrder: String(orderId), operation: 'deposited', status: '0' })
})

test('jcc 3-D Secure: opened again after it is over, acsRedirect.do leads back to the shop', async () => {
  const { orderId } = await payDirectly()
  const page = await newPage()
  const url = `${gateway.url}/payment/acsRedirect.do?orderId=${String(orderId)}`
  await page.goto(url)
  await page.getByRole('textbox').waitFor()
  await page.goto(shop.returnUrl)
  // The payer went away in the middle, and comes back by the same link.
  await page.goto(url)
  await answerChallenge(page, '123456')
  await page.waitForURL(`${shop.returnUrl}?orderId=${String(orderId)}&lang=en`)
  await page.goto(url)
  await page.waitForURL(`${shop.returnUrl}?orderId=${String(orderId)}&lang=en`)
})

test('jcc 3-D Secure: an app is called back by its own scheme', async () => {
  const { orderId } = await payDirectly({ backUrl: 'sdk://done' })
  const page = await newPage()
  const [request] = await Promise.all([
    page.waitForEvent('request', (asked) => asked.url().startsWith('sdk:')),
    page
      .goto(`${gateway.url}/payment/acsRedirect.do?orderId=${String(orderId)}`)
      .then(() => answerChallenge(page, '123456')),
  ])
  assert.equal(request.url(), `sdk://done?orderId=${String(orderId)}&lang=en`)
  assert.equal(await statusOf(orderId), 2)
})
