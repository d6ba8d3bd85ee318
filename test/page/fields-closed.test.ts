import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../support/browser.ts'
import { freshPan } from '../support/canaries.ts'
import {
  type Checkout,
  type CheckoutOptions,
  enterCard,
  inside,
  openCheckout,
  servePage,
} from '../support/checkout.ts'
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts'

let gateway: TestSandbox
let browser: Browser

before(async () => {
  gateway = await startTestSandbox()
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
})

const open = (options: Partial<CheckoutOptions> = {}): Promise<Checkout> =>
  openCheckout({ browser, gateway: gateway.url, ...options })

// --- What the merchant's page gets

/** Digits that would give a card away, in the forms that somebody might send them in. */
function formsOf(pan: string): readonly string[] {
  const grouped = (gap: string) => pan.replace(/(.{4})(?=.)/g, `$1${gap}`)
  const base64 = Buffer.from(pan).toString('base64').slice(0, 20)
  return [
    pan,
    grouped(' '),
    grouped('-'),
    pan.slice(6, 12),
    base64,
    pan.split('').reverse().join(''),
  ]
}

test('hosted fields: nothing of the card but what is said to reach the merchant’s page does', async () => {
  const checkout = await open()
  const { page } = checkout
  const sent: string[] = []
  page.on('request', (request) => {
    sent.push(request.url(), JSON.stringify(request.headers()), request.postData() ?? '')
  })
  const console: string[] = []
  page.on('console', (message) => console.push(message.text()))
  const pan = freshPan()
  const code = '947'
  await enterCard(checkout, { number: `${pan.slice(0, 15)}x`, code })
  await enterCard(checkout, { number: pan.slice(0, 15), expiry: '12 / 20', code: '94' })
  assert.equal((await checkout.tokenize()).error?.code, 'card_invalid')
  await enterCard(checkout, { number: pan, code })
  const { card } = await checkout.tokenize()
  const { securePayToken = '' } = card ?? {}
  assert.match(securePayToken, /^0200[A-Za-z0-9+/]{512}[A-Za-z0-9+/]+=*$/)
  const got = async (): Promise<string> => {
    const heard = await checkout.run<string>(`JSON.stringify(heard)`)
    const shown = await page.content()
    const kept = await checkout.run<string>(
      `JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href,
        [...document.querySelectorAll('iframe')].map(({ src, name, title }) => [src, name, title])])`,
    )
    return [heard, shown, kept, ...sent, ...console].join('\n').replaceAll(securePayToken, '')
  }
  const all = await got()
  assert.match(all, /"kind":"change"/)
  assert.match(all, /"kind":"secured"/)
  for (const form of formsOf(pan)) assert.ok(!all.includes(form), 'a card in the page')
  assert.ok(!all.includes(code), 'a security code in the page')
  await assertClosed(checkout)
  // What would find a leak has to find one that is made.
  await inside(page, '#number', `parent.postMessage(input.value, '*')`)
  await page.waitForFunction('heard.some((data) => typeof data === "string")')
  const planted = await got()
  assert.ok(formsOf(pan).some((form) => planted.includes(form)))
})

/** The page has no way into its frames. */
async function assertClosed(checkout: Checkout): Promise<void> {
  const tries = ['frames[0].document', 'frames[0].tesseraField', 'frames[0].location.href']
  for (const code of tries) {
    const outcome = await checkout.run(`(() => {
      try { return String(${code}) } catch (error) { return error.name }
    })()`)
    assert.equal(outcome, 'SecurityError', code)
  }
}

test('hosted fields: other frames, second ports and hostile setups are not heard', async () => {
  const checkout = await open()
  const { page } = checkout
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  // A frame of somebody else, which asks every field on the page for everything it knows of.
  const stranger = await servePage(`<!doctype html><title>Ad</title><script>
    window.heard = []
    const ask = (frame) => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = ({ data }) => heard.push(data)
      const setup = { tessera: 'field', field: 'number', group: 'x', members: ['number'] }
      frame.postMessage(setup, '*', [port2])
      for (const kind of ['focus', 'clear', 'tokenize']) port1.postMessage({ kind, id: 1 })
    }
    const askAll = () => { for (let i = 0; i < parent.length; i += 1) ask(parent[i]) }
    askAll()
  </script>`)
  await checkout.run(
    `{
    const frame = document.createElement('iframe')
    frame.src = ${JSON.stringify(stranger)}
    document.body.append(frame)
    return new Promise((resolve) => frame.addEventListener('load', resolve))
  }`
      .replace(/^\{/, '(() => {')
      .replace(/\}$/, '})()'),
  )
  const pan = freshPan()
  await enterCard(checkout, { number: pan })
  const ad = page.frames().find((frame) => frame.url() === stranger)
  await ad?.evaluate('askAll()')
  // The page itself may connect once, and only before it has.
  await checkout.run(`{
    const { port1, port2 } = new MessageChannel()
    const styles = { base: { 'background-image': 'url(http://localhost/leak)', color: 'rgb(1, 2, 3)' } }
    frames[0].postMessage({ tessera: 'field', field: 'number', group: 'y', styles }, '*', [port2])
    port1.postMessage({ kind: 'clear' })
  }`)
  const { card } = await checkout.tokenize()
  assert.equal(card?.['maskedCardInfo'], `499999XXXXXX${pan.slice(-4)}`)
  assert.deepEqual(await ad?.evaluate('heard'), [])
  assert.equal(await checkout.field('number').inputValue(), pan.replace(/(.{4})(?=.)/g, '$1 '))
  assert.deepEqual(
    asked.filter((url) => url.includes('leak')),
    [],
  )
})

test('hosted fields: a page that speaks for itself gets no more than by the script', async () => {
  const url = await servePage('<!doctype html><title>Shop</title><body></body>')
  const page = await browser.newPage()
  await page.goto(url)
  const requested: string[] = []
  page.on('request', (request) => requested.push(request.url()))
  await page.evaluate(`new Promise((resolve) => {
    const frame = document.createElement('iframe')
    frame.src = ${JSON.stringify(`${gateway.url}/sdk/fields/frame?merchant=JT01`)}
    frame.addEventListener('load', () => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = resolve
      const base = {
        color: 'rgb(1, 2, 3)', 'background-image': 'url(http://localhost/leak1)', position: 'fixed',
        'font-family': 'x; } body { background: url(http://localhost/leak2) }',
        'background-color': 'url(http://localhost/leak3)',
      }
      const styles = { base, 'body': { color: 'red' } }
      const label = '<img src=x onerror=alert(1)>'
      const setup = { tessera: 'field', field: 'number', group: 'z', members: ['number'], label, styles,
        messages: { number_missing: label }, locale: 'en', colorScheme: 'dark', placeholder: label }
      frame.contentWindow.postMessage(setup, '*', [port2])
    })
    document.body.append(frame)
  })`)
  const style = await inside<Record<string, string>>(
    page,
    'body',
    '({ ...getComputedStyle(input) })',
  )
  const { color, backgroundImage, position, backgroundColor } = style
  assert.deepEqual(
    { color, backgroundImage, position, backgroundColor },
    {
      color: 'rgb(1, 2, 3)',
      backgroundImage: 'none',
      position: 'static',
      backgroundColor: 'rgba(0, 0, 0, 0)',
    },
  )
  assert.equal(await page.frameLocator('iframe').locator('img').count(), 0)
  assert.deepEqual(
    requested.filter((each) => each.includes('leak')),
    [],
  )
  await page.close()
})

// --- Where they may stand

async function ancestors(query: string): Promise<string> {
  const response = await fetch(`${gateway.url}/sdk/fields/frame${query}`)
  assert.equal(response.status, 200)
  const policy = response.headers.get('content-security-policy') ?? ''
  assert.doesNotMatch(policy, /unsafe/)
  return /frame-ancestors ([^;]*)/.exec(policy)?.[1] ?? ''
}

test('hosted fields: they stand on the merchant’s registered hosts only', async () => {
  const { database } = gateway.sandbox.program
  const hosts = `'{shop.example,*.shop.example,"x; script-src *"}'`
  await database.script(`update merchant set return_hosts = ${hosts} where merchant_id = 'JT02';
    update merchant set return_hosts = '{}' where merchant_id = 'JT03'`)
  assert.equal(await ancestors('?merchant=JT01'), '*')
  assert.equal(await ancestors('?merchant=JT02'), 'https://shop.example:* https://*.shop.example:*')
  const none = [
    '?merchant=JT03',
    '?merchant=NOBODY',
    '',
    '?merchant=JT01&merchant=JT02',
    '?merchant=%00',
  ]
  for (const query of none) assert.equal(await ancestors(query), "'none'", query)
})

test('hosted fields: a page that came over plain http is told so', async () => {
  const page = await browser.newPage()
  const script = await (await fetch(`${gateway.url}/sdk/fields.js`)).text()
  await page.route('http://shop.test/**', (route) =>
    route.fulfill({
      contentType: route.request().url().endsWith('.js') ? 'text/javascript' : 'text/html',
      body: route.request().url().endsWith('.js')
        ? script
        : '<!doctype html><div id="code"></div><script src="/sdk/fields.js"></script>',
    }),
  )
  await page.goto('http://shop.test/')
  const code = await page.evaluate<string>(`TesseraFields.mount({
    merchantID: 'JT01', fields: { securityCode: { element: '#code', label: 'Security code' } },
  }).tokenize().catch((error) => error.code)`)
  assert.equal(code, 'insecure')
  await page.close()
})

test('hosted fields: a frame that is led elsewhere is told nothing', async () => {
  const elsewhere = await servePage(`<!doctype html><title>Elsewhere</title><p>Here</p><script>
    window.heard = []
    onmessage = ({ data }) => heard.push(data)
  </script>`)
  const prepare = (page: Page) =>
    page.route('**/sdk/fields/frame*', (route) =>
      route.fulfill({ status: 302, headers: { location: elsewhere } }),
    )
  const { page } = await open({ prepare })
  for (const id of ['number', 'expiry', 'code']) {
    await page.frameLocator(`#${id} iframe`).getByText('Here').waitFor()
  }
  await page.evaluate(`for (let i = 0; i < 3; i += 1) frames[i].postMessage('the last', '*')`)
  for (const frame of page.frames().filter((each) => each.url() === elsewhere)) {
    await frame.waitForFunction('heard.includes("the last")')
    assert.deepEqual(await frame.evaluate('heard'), ['the last'])
  }
})

test('hosted fields: on a page where they may not stand they say so, in the end', async () => {
  const checkout = await open({ mount: { merchantID: 'NOBODY' } })
  await checkout.page.clock.install()
  const asked = checkout.tokenize()
  await checkout.page.clock.fastForward(20_000)
  assert.equal((await asked).error?.code, 'unreachable')
  const texts = await checkout.page.frames()[1]?.locator('input').count()
  assert.equal(texts, 0)
})
