import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { launchBrowser } from '../../test/support/browser.ts'
import { aPan, anAuthenticationRequest, startWorld, type World } from './sandbox.fixture.ts'

// The ACS as a payer's browser shows it, under its own policy.

const HOSTILE = `"><img src=x onerror=alert(1)>'</dd>&amp;`

let world: World
let browser: Browser
before(async () => {
  world = await startWorld()
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await world?.close()
})

interface Opened {
  readonly page: Page
  readonly id: string
  readonly faults: readonly string[]
}

/** Posts a challenge from a shop's page, as the gateway's page does. */
async function withChallenge(
  options: BrowserContextOptions & { readonly pan?: string; readonly merchantName?: string },
  work: (opened: Opened) => Promise<void>,
): Promise<void> {
  const { pan = '4000000000002065', merchantName = 'Demo shop', ...contextOptions } = options
  const request = anAuthenticationRequest(world, { pan: aPan(pan), merchantName })
  const answer = await world.server.authenticate(request)
  assert.equal(answer.kind, 'challenge')
  const { acsUrl, creq, dsTransactionId, acsTransactionId } = answer
  const { threeDSServerTransactionId: id } = request
  world.expect({ threeDSServerTransactionId: id, dsTransactionId, acsTransactionId })
  const context = await browser.newContext(contextOptions)
  try {
    const page = await context.newPage()
    page.setDefaultTimeout(5_000)
    const faults = watch(page)
    await page.setContent(`<form method="post" action="${acsUrl}">
      <input name="creq" value="${creq}"><input name="threeDSSessionData" value="c2Vzc2lvbg">
      <button>Go</button></form>`)
    await page.getByRole('button').click()
    await page.getByRole('heading', { level: 1 }).waitFor()
    await work({ page, id, faults })
  } finally {
    await context.close()
  }
}

function watch(page: Page): readonly string[] {
  const faults: string[] = []
  page.on('console', (message) => faults.push(`console: ${message.text()}`))
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`))
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    const isOurs = request.url().startsWith(`${world.url}/`) || request.url().startsWith('data:')
    if (!isOurs) faults.push(`request: ${request.url()}`)
  })
  return faults
}

const codeField = (page: Page) => page.getByLabel('One-time code')
const confirm = (page: Page) => page.getByRole('button', { name: 'Confirm payment' }).click()
const backAtShop = (page: Page) => page.getByRole('heading', { name: 'Back at the shop' }).waitFor()

function verdicts(id: string): readonly string[] {
  return world
    .arrivals(id)
    .map(({ reading }) =>
      reading.kind === 'results'
        ? `${reading.transStatus} ${reading.transStatusReason ?? ''}${reading.challengeCancel ?? ''}`
        : reading.kind,
    )
}

test('ACS page: shows the purchase, and the right code brings the payer back authenticated', async () => {
  await withChallenge({}, async ({ page, id, faults }) => {
    const shown = await page.getByRole('main').innerText()
    for (const text of ['THB 1,000.00', 'Demo shop', '2065', '21 Nov 2026'])
      assert.ok(shown.includes(text), text)
    assert.ok(!shown.includes('4000000000002065'))
    assert.equal(await page.evaluate<string>('document.activeElement.id'), 'code')
    await page.keyboard.type('123456')
    await page.keyboard.press('Enter')
    await backAtShop(page)
    assert.deepEqual(verdicts(id), ['Y '])
    const posted = world.notified.at(-1)
    assert.equal(posted?.get('threeDSSessionData'), 'c2Vzc2lvbg')
    const response = world.server.readChallengeResponse(posted?.get('cres') ?? '')
    assert.equal(response?.threeDSServerTransactionId, id)
    assert.equal(response?.transStatus, 'Y')
    assert.deepEqual(faults, [])
  })
})

test('ACS page: a wrong code is told at the field, and the third brings the payer back', async () => {
  await withChallenge({}, async ({ page, id, faults }) => {
    await confirm(page)
    await page.getByRole('alert').getByText('Enter the six digits of your code.').waitFor()
    for (const left of ['2 tries', 'one try']) {
      await codeField(page).fill('111111')
      await confirm(page)
      const alert = page.getByRole('alert')
      await alert.getByText(`That code is not right. You have ${left} left.`).waitFor()
      assert.equal(await codeField(page).getAttribute('aria-invalid'), 'true')
      const described = await codeField(page).getAttribute('aria-describedby')
      assert.equal(described?.split(' ')[0], await alert.getAttribute('id'))
      assert.match(await page.title(), /^Error: /)
    }
    assert.deepEqual(verdicts(id), [])
    await codeField(page).fill('111111')
    await confirm(page)
    await backAtShop(page)
    assert.deepEqual(verdicts(id), ['N 19'])
    assert.deepEqual(faults, [])
  })
})

test('ACS page: a mistake may be corrected, and spaces in a code do not matter', async () => {
  await withChallenge({}, async ({ page, id }) => {
    await codeField(page).fill('111111')
    await confirm(page)
    await page.getByRole('alert').waitFor()
    await codeField(page).fill('123 456')
    await confirm(page)
    await backAtShop(page)
    assert.deepEqual(verdicts(id), ['Y '])
  })
})

test('ACS page: canceling brings the payer back, and says so', async () => {
  await withChallenge({}, async ({ page, id, faults }) => {
    await page.getByRole('button', { name: 'Cancel' }).click()
    await backAtShop(page)
    assert.deepEqual(verdicts(id), ['N 0101'])
    assert.deepEqual(faults, [])
  })
})

test('ACS page: without JavaScript the payer goes back by a button', async () => {
  await withChallenge({ javaScriptEnabled: false }, async ({ page, id }) => {
    await codeField(page).fill('123456')
    await confirm(page)
    await page.getByRole('button', { name: 'Continue' }).click()
    await backAtShop(page)
    assert.deepEqual(verdicts(id), ['Y '])
  })
})

test('ACS page: a hostile merchant name is text', async () => {
  await withChallenge({ merchantName: HOSTILE }, async ({ page, faults }) => {
    const name = HOSTILE.slice(0, 40)
    assert.equal(await page.getByText(name, { exact: true }).count(), 1)
    assert.equal(await page.locator('img, script').count(), 0)
    assert.deepEqual(faults, [])
  })
})

test('ACS page: planted faults against the policy are found', async () => {
  await withChallenge({}, async ({ page, faults }) => {
    await page.evaluate(`document.body.insertAdjacentHTML('beforeend',
      '<p style="top:0">a</p><img src="http://localhost:1/"><img src=x onerror=alert(1)>')`)
    await page.evaluate(`new Promise((resolve) => setTimeout(resolve, 50))`)
    const refused = faults.filter((fault) => fault.includes('Content Security Policy'))
    assert.ok(refused.length >= 3, faults.join('\n'))
  })
})

test('ACS page: a challenge that is not there says so, and shows nothing of what was sent', async () => {
  const answer = await fetch(`${world.url}/sandbox/3ds/acs`, {
    method: 'POST',
    body: new URLSearchParams({ creq: 'PHNjcmlwdD4', threeDSSessionData: '<script>' }),
  })
  assert.equal(answer.status, 400)
  const text = await answer.text()
  assert.match(text, /no longer valid/)
  assert.doesNotMatch(text, /script>|PHNj/)
})

test('ACS page: its policy allows nothing but its own style, form and frame', async () => {
  const answer = await world.server.authenticate(anAuthenticationRequest(world))
  const creq = answer.kind === 'challenge' ? answer.creq : ''
  const open = async () => {
    const body = new URLSearchParams({ creq })
    const { headers } = await fetch(`${world.url}/sandbox/3ds/acs`, { method: 'POST', body })
    assert.equal(headers.get('cache-control'), 'no-store')
    return headers.get('content-security-policy') ?? ''
  }
  const [, nonce = ''] = /style-src 'nonce-([^']+)'/.exec(await open()) ?? []
  assert.equal(Buffer.from(nonce, 'base64').length, 16)
  const policy = await open()
  assert.ok(!policy.includes(nonce), 'a nonce is used once')
  assert.equal(
    policy.replace(/nonce-[^']+/, 'nonce'),
    `default-src 'none'; style-src 'nonce'; script-src 'none'; img-src data:; base-uri 'none'; ` +
      `form-action 'self'; frame-ancestors http: https:`,
  )
})

interface Findings {
  readonly violations: readonly { readonly id: string; readonly nodes: { html: string }[] }[]
  readonly passes: readonly { readonly id: string }[]
}

async function assertAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source)
  const { violations, passes } = await page.evaluate<Findings>(
    `axe.run(document, { rules: { 'target-size': { enabled: true } } })`,
  )
  assert.deepEqual(
    violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`),
    [],
  )
  for (const rule of ['color-contrast', 'target-size', 'region', 'page-has-heading-one', 'label'])
    assert.ok(
      passes.some(({ id }) => id === rule),
      `${rule} was not checked`,
    )
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [320, 1024]) {
    test(`ACS page: accessible and no wider than the screen, ${colorScheme}, ${width} pixels`, async () => {
      const viewport = { width, height: 720 }
      const merchantName = 'W'.repeat(40)
      const options = { colorScheme, viewport, merchantName, bypassCSP: true }
      await withChallenge(options, async ({ page }) => {
        await page.evaluate(`document.querySelector('details').open = true`)
        await assertAccessible(page)
        await codeField(page).fill('111111')
        await confirm(page)
        await page.getByRole('alert').waitFor()
        await assertAccessible(page)
        assert.equal(await page.evaluate<number>('document.documentElement.scrollWidth'), width)
      })
    })
  }
}
