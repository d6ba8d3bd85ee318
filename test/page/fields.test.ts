import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import type { Fields, TwoC2pClient } from '../../src/sandbox/twoc2p-client.ts'
import { launchBrowser } from '../support/browser.ts'
import { freshPan } from '../support/canaries.ts'
import {
  type Checkout,
  type CheckoutOptions,
  enterCard,
  inside,
  openCheckout,
} from '../support/checkout.ts'
import { openOrder, startTestSandbox, type TestSandbox } from '../support/sandbox.ts'

const AMEX = '378282246310005'

let gateway: TestSandbox
let client: TwoC2pClient
let browser: Browser

before(async () => {
  gateway = await startTestSandbox()
  client = await gateway.client('JT01')
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
})

const open = (options: Partial<CheckoutOptions> = {}): Promise<Checkout> =>
  openCheckout({ browser, gateway: gateway.url, ...options })

/** Pays a fresh order as the merchant's server does. @returns what inquiry says of it. */
async function pay(data: Fields, order: Fields = {}): Promise<Fields> {
  const paymentToken = await openOrder(client, order)
  const payment = { code: { channelCode: 'CC' }, data }
  const answer = await client.plain('payment', { paymentToken, payment })
  assert.equal(answer['respCode'], '2000', JSON.stringify(answer))
  return client.signed('paymentInquiry', { paymentToken })
}

/** The states a field was in, as its page heard of them: brand, whether complete, what is wrong. */
async function changesOf(checkout: Checkout, field: string): Promise<readonly string[]> {
  const heard = await checkout.events()
  return heard.flatMap(([name, event]) => {
    if (name !== 'change' || event?.['field'] !== field) return []
    const { brand, isEmpty, isComplete, problem } = event
    const { code = '-' } = (problem ?? {}) as { code?: string }
    return [`${String(brand)} ${isEmpty ? 'empty' : isComplete ? 'complete' : 'part'} ${code}`]
  })
}

// --- Paying

test('hosted fields: a card typed by keyboard alone pays, and the page is told how far it is', async () => {
  const checkout = await open()
  const { page } = checkout
  await checkout.field('number').focus()
  const pan = freshPan()
  await page.keyboard.type(pan)
  await page.keyboard.press('Tab')
  await page.keyboard.type('1230')
  await page.keyboard.press('Tab')
  await page.keyboard.type('123')
  await page.keyboard.press('Enter')
  assert.equal(await checkout.field('number').inputValue(), pan.replace(/(.{4})(?=.)/g, '$1 '))
  assert.equal(await checkout.field('expiry').inputValue(), '12 / 30')
  const { card } = await checkout.tokenize()
  const { securePayToken, ...told } = card ?? {}
  assert.deepEqual(told, {
    maskedCardInfo: `499999XXXXXX${pan.slice(-4)}`,
    expMonthCardInfo: '12',
    expYearCardInfo: '2030',
    brand: 'visa',
  })
  const inquired = await pay({ securePayToken })
  assert.equal(inquired['respCode'], '0000')
  assert.equal(inquired['accountNo'], told['maskedCardInfo'])
  // Of some numbers the first 13 digits are one too, so there may be more than two states.
  const states = await changesOf(checkout, 'number')
  assert.deepEqual([states.at(0), states.at(-1)], ['visa part -', 'visa complete -'])
  const others = (await checkout.events()).filter(([name]) => name !== 'change')
  const namesOf = (field: string) =>
    others.filter(([, event]) => event?.['field'] === field).map(([name]) => name)
  assert.deepEqual(others[0], ['ready', null])
  assert.deepEqual(namesOf('number'), ['focus', 'blur'])
  assert.deepEqual(namesOf('expiry'), ['focus', 'blur'])
  assert.deepEqual(namesOf('securityCode'), ['focus', 'submit'])
})

test('hosted fields: a stored card is paid with its security code alone', async () => {
  const fields = { securityCode: { element: '#code', label: 'Security code' } }
  const checkout = await open({ mount: { fields, brand: 'visa' } })
  await checkout.field('securityCode').fill('1234')
  assert.equal((await checkout.tokenize()).error?.problems['securityCode']?.code, 'code_wrong')
  await checkout.field('securityCode').fill('123')
  const { card } = await checkout.tokenize()
  const { securePayToken, ...told } = card ?? {}
  const nothing = { maskedCardInfo: '', expMonthCardInfo: '', expYearCardInfo: '' }
  assert.deepEqual(told, { ...nothing, brand: 'visa' })
  const customerToken = '28052010234224845229'
  const order = { customerToken: [customerToken] }
  assert.equal((await pay({ customerToken, securePayToken }, order))['respCode'], '0000')
})

test('hosted fields: two forms on one page keep their cards apart', async () => {
  const checkout = await open()
  await checkout.run(`{
    for (const id of ['number2', 'expiry2', 'code2']) {
      const element = document.createElement('div')
      element.id = id
      document.querySelector('main').append(element)
    }
    const field = (element) => ({ element, label: element })
    window.other = TesseraFields.mount({ merchantID: 'JT01', fields: {
      number: field('#number2'), expiry: field('#expiry2'), securityCode: field('#code2'),
    } })
  }`)
  const pan = freshPan()
  await enterCard(checkout, { number: pan })
  for (const [id, text] of Object.entries({ number2: AMEX, expiry2: '1 / 31', code2: '1234' })) {
    await checkout.page.frameLocator(`#${id} iframe`).locator('input').fill(text)
  }
  const { card } = await checkout.tokenize()
  assert.equal(card?.['maskedCardInfo'], `499999XXXXXX${pan.slice(-4)}`)
  assert.equal(await checkout.run('other.tokenize().then(({ brand }) => brand)'), 'amex')
})

test('hosted fields: a payer’s clock that is wrong by years does not matter', async () => {
  const checkout = await open()
  await checkout.page.clock.setFixedTime(new Date('2029-01-01'))
  await enterCard(checkout, { number: freshPan(), expiry: '12 / 31' })
  const { card } = await checkout.tokenize()
  const inquired = await pay({ securePayToken: card?.['securePayToken'] })
  assert.equal(inquired['respCode'], '0000')
})

// --- What is wrong

test('hosted fields: what is wrong is said when a field is left, and again with every key', async () => {
  const checkout = await open({ mount: { messages: { expiry_past: 'Too old' } } })
  const number = checkout.field('number')
  await number.fill(freshPan().replace(/.$/, (digit) => String((Number(digit) + 1) % 10)))
  assert.equal(await number.getAttribute('aria-invalid'), null)
  await checkout.field('expiry').fill('12 / 20')
  await checkout.field('securityCode').focus()
  assert.equal(await number.getAttribute('aria-invalid'), 'true')
  await number.fill(freshPan())
  assert.equal(await number.getAttribute('aria-invalid'), 'false')
  assert.equal(await number.getAttribute('aria-describedby'), null)
  assert.deepEqual(await changesOf(checkout, 'number'), [
    'visa part -',
    'visa part number_wrong',
    'visa complete -',
  ])
  const { error } = await checkout.tokenize()
  const { name, code, problems } = error ?? {}
  assert.deepEqual([name, code], ['FieldsError', 'card_invalid'])
  assert.deepEqual(problems, {
    expiry: { code: 'expiry_past', message: 'Too old' },
    securityCode: { code: 'code_missing', message: 'Enter the security code.' },
  })
  assert.ok(await inside(checkout.page, '#expiry', 'input === document.activeElement'))
  const described = checkout.page.frameLocator('#expiry iframe').locator('#problem')
  assert.equal(await described.textContent(), 'Too old')
  const classes = await checkout.run(
    '[...document.querySelectorAll(".field")].map((e) => e.className)',
  )
  assert.deepEqual(classes, [
    'field tessera-complete',
    'field tessera-invalid tessera-focus',
    'field tessera-invalid',
  ])
})

test('hosted fields: the number decides how long the security code is', async () => {
  const checkout = await open()
  await enterCard(checkout, { number: AMEX, code: '123' })
  await checkout.field('number').focus()
  await checkout.field('number').fill(freshPan())
  await checkout.field('number').fill(AMEX)
  await checkout.field('securityCode').fill('1234')
  const { card } = await checkout.tokenize()
  assert.equal(card?.['brand'], 'amex')
  assert.deepEqual(await changesOf(checkout, 'securityCode'), [
    'amex empty -',
    'amex part -',
    'amex part code_wrong',
    'visa complete -',
    'amex part -',
    'amex complete -',
  ])
})

test('hosted fields: a message that comes while the mouse is pressed waits for the click', async () => {
  const checkout = await open()
  const { page } = checkout
  await checkout.run(`{
    window.clicks = 0
    document.querySelector('button').addEventListener('click', () => (clicks += 1))
    fields.on('change', ({ problem }) => {
      document.querySelector('#problem').textContent = problem?.message ?? ''
      document.querySelector('#problem').style.height = problem ? '200px' : '0'
    })
  }`)
  await checkout.field('number').fill('4')
  const { x, y, height } = (await page.getByRole('button').boundingBox()) ?? {
    x: 0,
    y: 0,
    height: 0,
  }
  await page.mouse.move(x + 5, y + height / 2)
  await page.mouse.down()
  await page.waitForFunction('heard.some(({ state }) => state?.problem)')
  assert.equal(await page.locator('#problem').textContent(), '')
  await page.mouse.up()
  await page.getByText('This card number is not complete.').waitFor()
  assert.equal(await checkout.run('clicks'), 1)
})

test('hosted fields: options that cannot work are refused by name', async () => {
  const checkout = await open()
  const element = '#number'
  const table: readonly (readonly [options: object, message: RegExp])[] = [
    [{}, /merchantID/],
    [{ merchantID: 'JT01' }, /fields must name/],
    [{ merchantID: 'JT01', fields: { pin: { element, label: 'PIN' } } }, /fields\.pin/],
    [{ merchantID: 'JT01', fields: { number: { element: '#no', label: 'N' } } }, /element/],
    [{ merchantID: 'JT01', fields: { number: { element } } }, /label/],
    ...['url(x)', 'red; top: 0', 'x}', 'image-set("x")', 'var(--x)', '\\75rl(x)'].map(
      (color) => [{ merchantID: 'JT01', styles: { base: { color } } }, /color/] as const,
    ),
    [{ merchantID: 'JT01', styles: { base: { position: 'fixed' } } }, /position/],
    [{ merchantID: 'JT01', styles: { hover: { color: 'red' } } }, /color/],
  ]
  for (const [options, message] of table) {
    const said = await checkout.run<string>(`(() => {
      try { TesseraFields.mount(${JSON.stringify(options)}) } catch (error) { return String(error) }
    })()`)
    assert.match(said, /^TypeError: /)
    assert.match(said, message)
  }
  assert.equal(await checkout.page.locator('iframe').count(), 3)
})

// --- Looks

test('hosted fields: styles, placeholder and states are the page’s', async () => {
  const styles = {
    base: { color: 'rgb(10, 20, 30)', 'font-size': '20px', padding: '0 7px', outline: 'none' },
    placeholder: { color: 'rgb(40, 50, 60)' },
    focus: { color: 'rgb(70, 80, 90)' },
    invalid: { color: 'rgb(200, 0, 0)' },
  }
  const checkout = await open({ mount: { styles } })
  const number = checkout.field('number')
  const style = (name: string, pseudo = '') =>
    inside(checkout.page, '#number', `getComputedStyle(input, '${pseudo}').${name}`)
  assert.equal(await number.getAttribute('placeholder'), '0000 0000 0000 0000')
  assert.equal(await style('color'), 'rgb(10, 20, 30)')
  assert.equal(await style('fontSize'), '20px')
  assert.equal(await style('paddingLeft'), '7px')
  assert.equal(await style('color', '::placeholder'), 'rgb(40, 50, 60)')
  await number.fill('4')
  assert.equal(await style('color'), 'rgb(70, 80, 90)')
  assert.equal(await style('outlineStyle'), 'none')
  await checkout.field('expiry').focus()
  assert.equal(await style('color'), 'rgb(200, 0, 0)')
})

test('hosted fields: without styles a field that has the focus shows it, in light and in dark', async () => {
  const checkout = await open({ context: { colorScheme: 'dark' } })
  await checkout.run(`document.documentElement.style.colorScheme = 'light dark'`)
  await checkout.run(`{
    fields.destroy()
    const number = { element: '#number', label: 'Card number' }
    window.fields = TesseraFields.mount({ merchantID: 'JT01', fields: { number } })
  }`)
  const style = (name: string, element = 'input') =>
    inside(checkout.page, '#number', `getComputedStyle(${element}).${name}`)
  assert.equal(await style('outlineStyle'), 'none')
  await checkout.field('number').focus()
  assert.equal(await style('outlineStyle'), 'solid')
  assert.equal(await style('colorScheme', 'document.documentElement'), 'light dark')
})

test('hosted fields: axe finds nothing, in the page and in its frames', async () => {
  const checkout = await open()
  await enterCard(checkout, { number: '4111', expiry: '12 / 20', code: '1' })
  await checkout.tokenize()
  const violations = () =>
    checkout.run<readonly string[]>(`(async () => {
      axe.configure({ allowedOrigins: ['<unsafe_all_origins>'] })
      const { violations } = await axe.run(document, { resultTypes: ['violations'] })
      return violations.map(({ id, nodes }) => id + ': ' + nodes[0].html)
    })()`)
  for (const frame of checkout.page.frames()) {
    await frame.evaluate(`axe.configure({ allowedOrigins: ['<unsafe_all_origins>'] })`)
  }
  assert.deepEqual(await violations(), [])
  await inside(
    checkout.page,
    '#number',
    `input.removeAttribute('aria-label'); input.placeholder = ''`,
  )
  assert.match((await violations()).join(), /\blabel: /)
})

// --- Their life

test('hosted fields: cleared, moved and destroyed, they do as they are told', async () => {
  const checkout = await open()
  await enterCard(checkout, { number: freshPan() })
  await checkout.run('fields.clear()')
  await checkout.run('fields.focus("expiry")')
  await checkout.page.waitForFunction('events.at(-1)[0] === "focus"')
  for (const name of ['number', 'expiry', 'securityCode'] as const) {
    assert.equal(await checkout.field(name).inputValue(), '')
  }
  // Browsers load a frame anew when it moves.
  await checkout.run(`document.body.append(document.querySelector('#number'))`)
  const asked = checkout.tokenize()
  assert.equal((await asked).error?.problems['number']?.code, 'number_missing')
  const pan = freshPan()
  await enterCard(checkout, { number: pan })
  assert.ok((await checkout.tokenize()).card)
  await checkout.run('fields.destroy()')
  assert.equal(await checkout.page.locator('iframe').count(), 0)
  assert.equal((await checkout.tokenize()).error?.code, 'destroyed')
})

for (const [what, answer] of [
  ['no answer', undefined],
  ['garbage', { status: 200, body: 'no JSON' }],
  ['an error', { status: 503, body: '{"respCode":"0999"}' }],
  ['another key', { status: 200, body: '{"keyId":"0123456789abcdef","algorithm":"none"}' }],
] as const) {
  test(`hosted fields: ${what} in place of the key is told, and trying again works`, async () => {
    let isBroken = true
    const prepare = (page: Page) =>
      page.route('**/securePayKey', (route) => {
        if (!isBroken) return route.continue()
        return answer === undefined ? route.abort() : route.fulfill(answer)
      })
    const checkout = await open({ prepare })
    await enterCard(checkout, { number: freshPan() })
    const { error } = await checkout.tokenize()
    assert.equal(error?.code, 'unreachable')
    assert.doesNotMatch(JSON.stringify(error), /[0-9]{4}/)
    isBroken = false
    assert.ok((await checkout.tokenize()).card)
  })
}

test('hosted fields: script and frame have less than 12 KB, compressed', async () => {
  const folder = new URL('../../dist/fields/', import.meta.url)
  const names = (await readdir(folder, { recursive: true })).filter((name) =>
    /\.(js|css)$/.test(name),
  )
  const sizes = await Promise.all(
    names.map(async (name) => gzipSync(await readFile(new URL(name, folder))).length),
  )
  assert.equal(names.length, 3)
  assert.ok(sizes.reduce((sum, size) => sum + size, 0) < 12 * 1024)
})
