import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { buildPage } from '../../../test/support/page-build.ts'
import { fillCard, pay, STATES } from './states.fixture.ts'
import { aView, CARDS } from './view.fixture.ts'
import type { StoredCard } from './view.ts'
import { focused, later, says, title, visit } from './visit.fixture.ts'

// What the page shows, and what is typed into it.

const CARD = { number: '5555555555554444', month: '12', year: '2029', code: '123' }
const LANGUAGES = ['en', 'th', 'el', 'ru', 'zh']

// --- Every state

const LOOKS = [
  [320, 'dark'],
  [1280, 'light'],
  [320, 'light'],
  [1280, 'dark'],
] as const

/** One language is seen in every look; each other in one of them, since axe takes its time. */
function looksOf(language: string): (typeof LOOKS)[number][] {
  const turn = LANGUAGES.indexOf(language)
  return LOOKS.filter((_, index) => turn === 0 || index === turn - 1)
}

for (const { name, script, route, act, says: words } of STATES) {
  test(`hosted page, ${name}: accessible, and never wider than the screen`, async () => {
    await visit(
      script,
      async ({ page }) => {
        await act?.(page)
        await says(page, words)
        for (const language of LANGUAGES) {
          await page.evaluate(chooseLanguage(language))
          await page.locator(`html[lang^=${language}]`).waitFor()
          for (const [width, colorScheme] of looksOf(language)) {
            await page.setViewportSize({ width, height: 800 })
            await page.emulateMedia({ colorScheme })
            const found = await page.evaluate<string[]>(AXE)
            assert.deepEqual(found, [], `${language}, ${width}, ${colorScheme}`)
          }
          await page.setViewportSize({ width: 320, height: 800 })
          const wide = await page.evaluate(() => document.documentElement.scrollWidth)
          assert.equal(wide, 320, language)
        }
      },
      { axe: true, ...(route === undefined ? {} : { route }) },
    )
  })
}

// By its own event, since a dialog keeps the mouse away from the switch.
const chooseLanguage = (language: string): string => `{
  const select = document.querySelector('.languages select')
  select.value = '${language}'
  select.dispatchEvent(new Event('change', { bubbles: true }))
}`

const AXE = `axe.run(document, {
  resultTypes: ['violations'], preload: false, rules: { 'target-size': { enabled: true } },
}).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))`

test('hosted page: what breaks the policy, and what axe looks for, is found', async () => {
  await visit(
    { look: [aView()] },
    async ({ page, faults }) => {
      await title(page, 'Card details')
      await page.evaluate(`document.querySelector('.amount').setAttribute('style', 'top: 0')`)
      await page.evaluate(`document.querySelector('label[for=expiry]').remove()`)
      const found = await page.evaluate<string[]>(AXE)
      assert.match(found.join(), /\blabel: /)
      assert.match(faults.splice(0).join(), /Content Security Policy/)
    },
    { axe: true },
  )
})

test('hosted page: a hostile merchant is text', async () => {
  const evil = `<img src=x onerror=alert(1)></script><script>alert(2)</script>"'&amp;`
  const order = { ...aView().order, description: evil, reference: evil }
  const merchant = { name: evil, logoUrl: 'javascript:alert(3)', color: 'red;}*{top:0}' }
  await visit({ look: [aView('open', { merchant, order })] }, async ({ page }) => {
    await page.getByRole('heading', { level: 1 }).getByText(evil).waitFor()
    assert.equal(await page.getByRole('definition').getByText(evil, { exact: true }).count(), 2)
    assert.equal(await page.locator('main img, main script').count(), 0)
    assert.equal(await page.locator('html').getAttribute('style'), null)
  })
})

test('hosted page: the merchant’s color is the accent where it can be seen', async () => {
  const merchant = { name: 'Shop', logoUrl: null, color: '#fde047' }
  await visit({ look: [aView('open', { merchant })] }, async ({ page }) => {
    const button = page.getByRole('button', { name: /^Pay / })
    const color = () => button.evaluate((element) => getComputedStyle(element).backgroundColor)
    await page.emulateMedia({ colorScheme: 'light' })
    assert.equal(await color(), 'rgb(15, 118, 110)')
    await page.emulateMedia({ colorScheme: 'dark' })
    assert.equal(await color(), 'rgb(253, 224, 71)')
  })
})

test('hosted page: the amount says whether it is to be paid, is paid, or never will be', async () => {
  const rows = [
    ['open', 'Amount to pay'],
    ['paid', 'Amount paid'],
    ['cancelled', 'Amount'],
    ['expired', 'Amount'],
  ] as const
  for (const [state, label] of rows) {
    await visit({ look: [aView(state)], return: [{ url: null }] }, async ({ page }) => {
      const amount = page.locator('.amount')
      await amount.waitFor()
      assert.equal(await amount.innerText(), `${label}\n1,000.00 THB`)
    })
  }
})

test('hosted page: times are the payer’s, and written as in the payer’s region', async () => {
  const rows = [
    ['en-GB', 'Asia/Bangkok', '21 Nov 2046, 23:30 GMT+7'],
    ['en-US', 'America/New_York', 'Nov 21, 2046, 11:30 AM EST'],
    ['de-DE', 'UTC', 'Nov 21, 2046, 4:30 PM UTC'],
  ] as const
  for (const [locale, timezoneId, time] of rows) {
    await visit(
      { look: [aView()] },
      async ({ page }) => {
        const told = await page.getByRole('definition').last().innerText()
        assert.equal(told.replaceAll(/\s/g, ' '), time)
      },
      { locale, timezoneId },
    )
  }
})

test('hosted page: a stored card is its brand and last four digits', async () => {
  const cards = [...CARDS, { ...CARDS[1], id: 'four', brand: null, lastFour: '9340' }]
  await visit({ look: [aView('open', { cards: cards as StoredCard[] })] }, async ({ page }) => {
    await title(page, 'Pay with')
    const shown = await page.locator('.masked').allInnerTexts()
    assert.deepEqual(shown, [
      'Visa •••• 1111',
      'Mastercard •••• 4444',
      'American Express •••• 0005',
      'Card •••• 9340',
    ])
    await page.getByRole('radio', { name: 'Visa ending in 1111' }).waitFor()
  })
})

test('hosted page: a label of two lines leaves the boxes beside each other', async () => {
  await visit({ look: [aView()] }, async ({ page }) => {
    await page.locator('.pair label').last().waitFor()
    const heights = await page.locator('.pair label').evaluateAll((labels) =>
      labels.map((label, index) => {
        label.textContent += ' and more'.repeat(index * 9)
        return label.getBoundingClientRect().height
      }),
    )
    assert.ok(Number(heights[1]) > Number(heights[0]))
    const [expiry, code] = await Promise.all(
      ['#expiry', '#code'].map(async (id) => (await page.locator(id).boundingBox())?.y),
    )
    assert.equal(expiry, code)
  })
})

test('hosted page: its script is small', async () => {
  const { files } = await buildPage()
  const scripts = [...files].filter(([name]) => name.endsWith('.js')).map(([, { bytes }]) => bytes)
  assert.ok(scripts.length > 0)
  assert.ok(gzipSync(Buffer.concat(scripts)).length < 60_000)
})

/** A field is emptied right after what it was for has ended. */
async function emptied(page: Page, field: string): Promise<void> {
  await page.waitForFunction(`document.querySelector('${field}')?.value === ''`)
}

// --- Paying

test('hosted page: a payment by keyboard alone', async () => {
  const script = { look: [aView()], pay: [aView('paid')], return: [{ url: null }] }
  await visit(script, async ({ page, order }) => {
    await title(page, 'Card details')
    const reached: string[] = []
    const typed: Record<string, string> = { number: '5555555555554444', expiry: '12/29' }
    Object.assign(typed, { code: '123', name: ' Terrance Tay ' })
    for (let presses = 0; presses < 12 && !reached.includes('submit'); presses += 1) {
      await page.keyboard.press('Tab')
      const at = await page.evaluate<string>(
        `document.activeElement.id || document.activeElement.type`,
      )
      reached.push(at)
      await page.keyboard.type(typed[at] ?? (at === 'checkbox' ? ' ' : ''))
    }
    assert.deepEqual(reached, [
      'select-one',
      'number',
      'expiry',
      'code',
      'name',
      'checkbox',
      'submit',
    ])
    await page.keyboard.press('Enter')
    await title(page, 'Payment successful')
    const { browser: info, ...rest } = order.body('pay') as { browser: Record<string, string> }
    assert.deepEqual(rest, { card: { ...CARD, name: 'Terrance Tay' }, save: true })
    assert.deepEqual(Object.keys(info).sort(), [
      'colorDepth',
      'language',
      'screenHeight',
      'screenWidth',
      'timeZoneOffset',
    ])
    assert.ok(Object.values(info).every((each) => /^\S+$/.test(each)))
  })
})

test('hosted page: digits group while they are typed, and the caret stays', async () => {
  await visit({ look: [aView()] }, async ({ page }) => {
    const number = page.getByLabel('Card number')
    await number.pressSequentially('37828224631')
    assert.equal(await number.inputValue(), '3782 822463 1')
    await page.getByText('American Express').waitFor({ state: 'attached' })
    await says(page, '4 digits on the front')
    await number.press('Home')
    for (let presses = 0; presses < 4; presses += 1) await number.press('ArrowRight')
    await number.pressSequentially('5')
    assert.equal(await number.inputValue(), '3782 582246 31')
    await number.pressSequentially('0')
    assert.equal(await number.inputValue(), '3782 508224 631')
    await number.press('Backspace')
    await number.press('Backspace')
    await number.press('ArrowLeft')
    await number.press('ArrowRight')
    await number.press('Backspace')
    assert.equal(await number.inputValue(), '3788 224631')
    await number.fill('4111 1111-1111  1111')
    assert.equal(await number.inputValue(), '4111 1111 1111 1111')
    const expiry = page.getByLabel('Expiry date')
    await expiry.pressSequentially('829')
    assert.equal(await expiry.inputValue(), '08 / 29')
    await expiry.fill('8/2029')
    assert.equal(await expiry.inputValue(), '08 / 2029')
  })
})

test('hosted page: wrong fields are said at once, together, and until they are right', async () => {
  await visit({ look: [aView()] }, async ({ page, order }) => {
    const number = page.getByLabel('Card number')
    await number.fill('4111 1111 1111 1112')
    await number.press('Tab')
    await says(page, 'This is not a card number.')
    assert.equal(await number.getAttribute('aria-invalid'), 'true')
    assert.match((await number.getAttribute('aria-describedby')) ?? '', /number-problem/)
    await page.getByLabel('Expiry date').fill('01 / 24')
    // The problem of the field that is left must not move the button away from under the mouse.
    await pay(page)
    await page.getByRole('alert').getByText('Please check the 4 marked fields.').waitFor()
    await focused(page, 'Card number').waitFor()
    await number.fill('4111111111111111')
    await page.getByRole('alert').getByText('Please check the 3 marked fields.').waitFor()
    assert.equal(await number.getAttribute('aria-invalid'), 'false')
    await page.getByLabel('Name on card').fill('4111 1111 1111 1111')
    await says(page, 'Enter a name, not a number.')
    assert.equal(order.count('pay'), 0)
  })
})

test('hosted page: what the server refuses is said at its field', async () => {
  const pays = [
    { error: 'card_invalid', field: 'number' },
    { error: 'card_expired', field: 'year' },
    { error: 'code_invalid', field: 'code' },
  ] as const
  await visit({ look: [aView()], pay: pays }, async ({ page, order }) => {
    await fillCard(page)
    for (const [index, label] of ['Card number', 'Expiry date', 'Security code'].entries()) {
      await pay(page)
      await focused(page, label).waitFor()
      assert.equal(await page.getByLabel(label).getAttribute('aria-invalid'), 'true')
      assert.equal(order.count('pay'), index + 1)
    }
    await emptied(page, '#code')
  })
})

for (const [state, words, end] of [
  ['declined', 'Your bank declined this payment', 'Payment declined'],
  ['failed', 'The payment could not be completed', 'Payment failed'],
] as const) {
  test(`hosted page: after it is ${state} the card is still there, its security code is not`, async () => {
    const pays = [aView(state, { mayRetry: true }), aView(state)]
    await visit({ look: [aView()], pay: pays }, async ({ page }) => {
      await fillCard(page)
      await pay(page)
      const alert = page.getByRole('alert').filter({ hasText: words })
      await alert.getByText('you have not been charged').waitFor()
      assert.equal(await page.getByLabel('Card number').inputValue(), '5555 5555 5555 4444')
      await emptied(page, '#code')
      await page.getByLabel('Security code').fill('124')
      await pay(page)
      await title(page, end)
      await says(page, 'you have not been charged')
      assert.equal(await page.getByLabel('Card number').count(), 0)
    })
  })
}

test('hosted page: a stored card is paid with its security code, if it asks for one', async () => {
  const parts = { cards: CARDS, mayEnterCard: false, mayRetry: true }
  const script = { look: [aView('open', parts)], pay: [aView('declined', parts), aView('paid')] }
  await visit(script, async ({ page, order }) => {
    assert.equal(await page.getByRole('radio', { name: /American Express/ }).isDisabled(), true)
    assert.equal(await page.getByRole('radio').count(), 3)
    await pay(page)
    await focused(page, 'Security code').waitFor()
    await page.getByLabel('Security code').fill('987')
    await pay(page)
    await says(page, 'Your bank declined this payment')
    await page.getByRole('radio', { name: 'Mastercard ending in 4444' }).check()
    assert.equal(await page.getByLabel('Security code').count(), 0)
    await pay(page)
    await title(page, 'Payment successful')
    const stored = order.asked.filter(({ what }) => what === 'pay').map(({ body }) => body)
    assert.partialDeepStrictEqual(stored, [
      { stored: { id: 'one', code: '987' } },
      { stored: { id: 'two', code: '' } },
    ])
  })
})

test('hosted page: a second press pays no second time', async () => {
  const { reply, come } = later()
  await visit({ look: [aView()], pay: [reply] }, async ({ page, order }) => {
    await fillCard(page)
    await page.getByRole('button', { name: /^Pay / }).dblclick()
    await page.evaluate(`document.querySelector('form').requestSubmit()`)
    assert.equal(await page.getByRole('button', { name: 'Processing…' }).isDisabled(), true)
    assert.equal(await page.getByRole('button', { name: 'Cancel payment' }).isDisabled(), true)
    come(aView('paid'))
    await title(page, 'Payment successful')
    assert.equal(order.count('pay'), 1)
  })
})
