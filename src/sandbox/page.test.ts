import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { launchBrowser } from '../../test/support/browser.ts'
import type { SandboxInfo } from './info.ts'
import { renderPage } from './page.ts'

// The page as a newcomer's browser shows it, under its own policy, with names that attack it.

const HOSTILE = ['<img src=x onerror=alert(1)>', '</script><script>alert(2)</script>', `"'&amp;<b>`]
const SECRET = 'A1B2C3D4E5F60718293A4B5C6D7E8F901A2B3C4D5E6F708192A3B4C5D6E7F809'
const BASE_URL = 'http://127.0.0.1:8080/payment/4.3'

const merchant = (id: string, name: string): SandboxInfo['merchants'][number] => {
  const jcc = { userName: `${id}-api`, password: 'hidden', callbackSecret: SECRET }
  return { id, name, currency: 'SGD', twoc2p: { merchantID: id, secretKey: SECRET }, jcc }
}

const card = (pan: string, does: string): SandboxInfo['testCards'][number] => {
  return { pan, brand: 'visa', expiry: '12/2029', cvv: '123', does }
}

const INFO: SandboxInfo = {
  baseUrls: {
    twoc2p: BASE_URL,
    jcc: 'http://127.0.0.1:8080/payment/rest/',
    payermax: `${BASE_URL}/aggregate-pay/api/gateway`,
  },
  merchants: [
    merchant('JT01', 'Demo shop JT01 (SGD)'),
    ...HOSTILE.map((name, index) => merchant(`EVIL${index}`, name)),
  ],
  testCards: [
    card('4111111111111111', 'approved without 3-D Secure'),
    card('4000000000000515', 'declined: insufficient funds'),
    card('4000000000001000', 'time-out: the acquirer never hears of it'),
    card('36259600000004', HOSTILE[0] ?? ''),
  ],
}

const CLAIMS = { merchantID: 'JT01', invoiceNo: 'hello-1', amount: 1000, currencyCode: 'SGD' }
const JWT = `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(JSON.stringify(CLAIMS)).toString('base64url')}.c2lnbmVk`
const CURL = `curl -s ${BASE_URL}/paymentToken -d '{"payload":"${JWT}"}'`

/** Base URL, three commands, then one for each merchant and card. */
const COPY_BUTTONS = 4 + INFO.merchants.length + INFO.testCards.length

let browser: Browser
let origin: string
const server = createServer((request, response) => {
  const { html, policy } = renderPage(INFO, CURL)
  const planted =
    '<p style="top:0">a</p><script>alert(3)</script><img src="http://localhost:1/" alt="">'
  const body = request.url === '/planted' ? html.replace('</main>', `${planted}</main>`) : html
  response.setHeader('content-security-policy', policy)
  response.setHeader('content-type', 'text/html; charset=utf-8')
  response.writeHead(request.url === '/' || request.url === '/planted' ? 200 : 404).end(body)
})

before(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
  server.close()
})

/** Opens the page in a browser of its own, and closes that when the work is done. */
async function withPage(
  options: BrowserContextOptions & { readonly path?: string },
  work: (page: Page, faults: readonly string[]) => Promise<void>,
): Promise<void> {
  const { path = '/', ...contextOptions } = options
  const context = await browser.newContext(contextOptions)
  try {
    const page = await context.newPage()
    page.setDefaultTimeout(5_000)
    const faults: string[] = []
    page.on('console', (message) => faults.push(`console: ${message.text()}`))
    page.on('pageerror', (error) => faults.push(`error: ${error.message}`))
    page.on('dialog', (dialog) => {
      faults.push(`dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
    page.on('request', (request) => {
      const isOurs = request.url().startsWith(`${origin}/`) || request.url().startsWith('data:')
      if (!isOurs) faults.push(`request: ${request.url()}`)
    })
    await page.goto(`${origin}${path}`, { waitUntil: 'load' })
    await work(page, faults)
  } finally {
    await context.close()
  }
}

const copyButton = (page: Page, name: string) =>
  page.getByRole('button', { name: `Copy ${name}`, exact: true })

test('sandbox page: nothing breaks its policy, and no other host is asked', async () => {
  await withPage({}, async (page, faults) => {
    await copyButton(page, 'the secret key of JT01').click()
    await page.getByText('Copied', { exact: true }).waitFor()
    assert.deepEqual(faults, [])
  })
})

test('sandbox page: planted faults against the policy are found', async () => {
  await withPage({ path: '/planted' }, async (_page, faults) => {
    const refused = faults.filter((fault) => fault.includes('Content Security Policy'))
    assert.equal(refused.length, 3, faults.join('\n'))
  })
})

test('sandbox page: the nonce is new and long, and nothing is allowed around it', () => {
  const nonces = [1, 2].map(() => {
    const { html, policy } = renderPage(INFO, CURL)
    const [, nonce = ''] = /script-src 'nonce-([^']+)'/.exec(policy) ?? []
    assert.equal(Buffer.from(nonce, 'base64').length, 16)
    assert.equal(
      policy,
      `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; ` +
        `img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; ` +
        `frame-ancestors 'none'`,
    )
    assert.ok(html.includes(`<style nonce="${nonce}">`))
    assert.ok(html.includes(`<script nonce="${nonce}">`))
    return nonce
  })
  assert.notEqual(nonces[0], nonces[1])
})

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [320, 1280]) {
    test(`sandbox page: accessible, ${colorScheme}, ${width} pixels wide`, async () => {
      const options = { colorScheme, viewport: { width, height: 800 }, bypassCSP: true }
      await withPage(options, async (page) => {
        await openDetails(page)
        await page.evaluate(axe.source)
        const { violations, passes } = await page.evaluate<Findings>(
          `axe.run(document, { rules: { 'target-size': { enabled: true } } })`,
        )
        const told = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)
        assert.deepEqual(told, [])
        for (const rule of ['color-contrast', 'target-size', 'region', 'page-has-heading-one']) {
          assert.ok(
            passes.some(({ id }) => id === rule),
            `${rule} was not checked`,
          )
        }
      })
    })
  }
}

interface Findings {
  readonly violations: readonly { readonly id: string; readonly nodes: { html: string }[] }[]
  readonly passes: readonly { readonly id: string }[]
}

async function openDetails(page: Page): Promise<void> {
  await page.evaluate(`for (const each of document.querySelectorAll('details')) each.open = true`)
}

test('sandbox page: nothing is wider than a small phone, whatever is opened', async () => {
  await withPage({ viewport: { width: 320, height: 640 } }, async (page) => {
    await openDetails(page)
    assert.equal(await page.evaluate<number>('document.documentElement.scrollWidth'), 320)
    assert.equal(await page.evaluate<number>('document.body.scrollWidth'), 320)
  })
})

test('sandbox page: copying copies the text and says so', async () => {
  await withPage({ permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
    const copied = async (name: string): Promise<string> => {
      await copyButton(page, name).click()
      await page.getByRole('status').getByText(`Copied ${name}`, { exact: true }).waitFor()
      return page.evaluate<string>('navigator.clipboard.readText()')
    }
    assert.equal(await copied('the secret key of JT01'), SECRET)
    assert.equal(await copied('card 4111111111111111'), '4111111111111111')
    assert.equal(await copied('the base URL of 2C2P PGW 4.3'), BASE_URL)
    const opens = await copied('the command that opens an order')
    assert.equal(opens.slice(0, CURL.length), CURL)
    assert.match(await copied('the command that pays'), /"cardNo": "4111111111111111"/)
    assert.match(await copied('the command that asks for the result'), /invoiceNo: "hello-1"/)
  })
})

test('sandbox page: copying works where the browser has no clipboard API', async () => {
  await withPage({ permissions: ['clipboard-read', 'clipboard-write'] }, async (page, faults) => {
    await page.evaluate(`navigator.clipboard.writeText = () => Promise.reject(new Error('no'))`)
    await copyButton(page, 'the secret key of EVIL1').click()
    await page.getByRole('status').getByText('Copied the secret key of EVIL1').waitFor()
    assert.equal(await page.evaluate<string>('navigator.clipboard.readText()'), SECRET)
    assert.deepEqual(faults, [])
  })
})

test('sandbox page: hostile names are text', async () => {
  await withPage({}, async (page, faults) => {
    for (const name of HOSTILE) {
      assert.equal(await page.getByRole('rowheader').getByText(name, { exact: true }).count(), 1)
    }
    assert.equal(
      await page
        .getByRole('cell')
        .getByText(HOSTILE[0] ?? '')
        .count(),
      1,
    )
    assert.equal(await page.locator('img, b').count(), 0)
    assert.equal(await page.locator('script').count(), 1)
    assert.deepEqual(faults, [])
  })
})

test('sandbox page: the keyboard reaches every button, and shows where it is', async () => {
  await withPage({}, async (page) => {
    const reached = new Set<string>()
    for (let presses = 0; presses < 80 && reached.size < COPY_BUTTONS; presses += 1) {
      await page.keyboard.press('Tab')
      const { name, outline } = await page.evaluate<{ name: string; outline: string }>(
        `({ name: document.activeElement.dataset.name ?? '',
            outline: getComputedStyle(document.activeElement).outlineStyle })`,
      )
      assert.equal(outline, 'solid')
      if (name !== '') reached.add(name)
    }
    assert.equal(reached.size, COPY_BUTTONS)
    await page.keyboard.press('Enter')
    await page
      .getByRole('status')
      .getByText(/^Copied card/)
      .waitFor()
  })
})

test('sandbox page: without JavaScript all but copying works', async () => {
  await withPage({ javaScriptEnabled: false }, async (page, faults) => {
    assert.equal(await page.getByRole('button', { name: /^Copy/ }).count(), 0)
    const secret = page.locator('.secret code').first()
    assert.equal(await secret.isVisible(), false)
    await page.locator('.secret summary').first().click()
    assert.equal(await secret.isVisible(), true)
    assert.ok(await page.getByText(CURL).isVisible())
    assert.deepEqual(faults, [])
  })
})

test('sandbox page: every dialect has its base URL, and an odd command does no harm', () => {
  const others = { jcc: 'http://127.0.0.1:8080/jcc', acme: 'http://acme/' }
  const baseUrls = { ...INFO.baseUrls, ...others }
  const { html } = renderPage({ ...INFO, baseUrls }, 'curl <nothing>')
  assert.ok(html.includes('speaks 2C2P PGW 4.3, JCC, PayerMax, and acme.'))
  assert.ok(html.includes('<code>http://127.0.0.1:8080/jcc</code>'))
  assert.ok(html.includes('curl &#60;nothing&#62;'))
  const { html: empty } = renderPage({ ...INFO, merchants: [], testCards: [] }, '')
  assert.ok(empty.includes('INVOICE_NO'))
})
