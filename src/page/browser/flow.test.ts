import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import type { FakeOrder, FakeServer, Reply } from './server.fixture.ts'
import { fillCard, never, pay } from './states.fixture.ts'
import { aView } from './view.fixture.ts'
import type { View } from './view.ts'
import { later, says, title, visit } from './visit.fixture.ts'

// Where the page goes, what it asks for on the way, and what it does when nobody answers.

const STAY = [{ kind: 'stay' }] as const

const challengeAt = (abroad: string): View =>
  aView('processing', {
    next: { kind: 'challenge', acsUrl: `${abroad}/acs`, creq: 'Y3JlcQ', sessionData: 'session-2' },
  })

const methodAt = ({ origin, abroad }: FakeServer): View =>
  aView('processing', {
    next: {
      kind: 'method',
      methodUrl: `${abroad}/method`,
      authenticationId: '8a880dc0-d2d2-4067-bcb1-b08d1690b26e',
      sessionData: 'session-1',
      notificationUrl: `${origin}/method-done`,
    },
  })

async function fillAndPay(page: Page): Promise<void> {
  await fillCard(page)
  await pay(page)
}

// --- 3-D Secure

test('hosted page: the bank sees the browser, then the payer sees the bank', async () => {
  const paid = later()
  const goneOn = later()
  const script = { look: [aView()], pay: [paid.reply], continue: [goneOn.reply] }
  await visit(script, async ({ page, server, order }) => {
    await fillAndPay(page)
    paid.come(methodAt(server))
    await title(page, 'Checking with your bank…')
    goneOn.come(challengeAt(server.abroad))
    await page.waitForURL(`${server.abroad}/acs`)
    const { threeDSMethodData = '' } = server.posted.get('/method') ?? {}
    assert.deepEqual(JSON.parse(Buffer.from(threeDSMethodData, 'base64url').toString()), {
      threeDSServerTransID: '8a880dc0-d2d2-4067-bcb1-b08d1690b26e',
      threeDSMethodNotificationURL: `${server.origin}/method-done`,
    })
    const { browser: info, ...rest } = order.body('continue') as { browser: object }
    assert.deepEqual(rest, { sessionData: 'session-1', methodCompletion: 'Y' })
    assert.equal(Object.keys(info).length, 5)
    assert.deepEqual(server.posted.get('/acs'), {
      creq: 'Y3JlcQ',
      threeDSSessionData: 'session-2',
    })
  })
})

test('hosted page: a bank that never looks is not waited for', async () => {
  const paid = later()
  const script = { look: [aView()], pay: [paid.reply], continue: [aView('paid')], return: STAY }
  await visit(script, async ({ page, server, order }) => {
    await page.clock.install()
    await page.reload()
    await fillAndPay(page)
    const method = methodAt(server).next
    assert.ok(method?.kind === 'method')
    paid.come(aView('processing', { next: { ...method, methodUrl: `${server.abroad}/silent` } }))
    await title(page, 'Checking with your bank…')
    await page.clock.runFor(10_500)
    await title(page, 'Payment successful')
    assert.partialDeepStrictEqual(order.body('continue'), { methodCompletion: 'N' })
  })
})

test('hosted page: who comes back from the bank too early can go there again', async () => {
  const look = later()
  await visit({ look: [look.reply] }, async ({ page, server }) => {
    look.come(challengeAt(server.abroad))
    await title(page, 'Confirm with your bank')
    await page.getByRole('button', { name: 'Continue to your bank' }).click()
    await page.waitForURL(`${server.abroad}/acs`)
  })
})

test('hosted page: an address that is none is not gone to', async () => {
  const script = { look: [aView()], pay: [challengeAt('javascript:alert(1)//')] }
  await visit(script, async ({ page }) => {
    await fillAndPay(page)
    await title(page, 'Confirm with your bank')
  })
})

// --- The way back

test('hosted page: after a payment the shop is gone to, by itself', async () => {
  const way = later()
  await visit({ look: [aView()], pay: [aView('paid')], return: [way.reply] }, async (visited) => {
    const { page, server } = visited
    await page.clock.install()
    await page.reload()
    await fillAndPay(page)
    way.come({ kind: 'redirect', url: `${server.abroad}/thanks?order=1` })
    await says(page, 'You will be taken there in 5 sec.')
    for (let second = 0; second < 5; second += 1) await page.clock.runFor(1_100)
    await page.waitForURL(`${server.abroad}/thanks?order=1`)
  })
})

test('hosted page: the shop can want a form, and the payer can stay', async () => {
  const way = later()
  await visit({ look: [aView('paid')], return: [way.reply] }, async ({ page, server }) => {
    const fields = { submit: 'a&b', paymentResponse: '{"ok":"<é>"}' }
    way.come({ kind: 'post', url: `${server.abroad}/shop`, fields })
    await page.getByRole('button', { name: 'Stay here' }).click()
    assert.equal(await page.getByText('You will be taken there').count(), 0)
    await page.getByRole('button', { name: 'Continue to Blue Harbor Coffee' }).click()
    await page.waitForURL(`${server.abroad}/shop`)
    assert.deepEqual(server.posted.get('/shop'), fields)
  })
})

test('hosted page: the result page shows the result, and pays nothing', async () => {
  const look = [aView('processing'), aView('declined', { mayRetry: true })]
  await visit(
    { look },
    async ({ page, order }) => {
      await title(page, 'Payment declined')
      assert.equal(await page.getByLabel('Card number').count(), 0)
      assert.deepEqual(new Set(order.asked.map(({ what }) => what)), new Set(['look']))
      await page.getByRole('link', { name: 'Try again' }).click()
      await title(page, 'Card details')
      assert.match(page.url(), /#\/token\/[^?]+$/)
    },
    { route: 'info' },
  )
})

// --- Cancelling

test('hosted page: cancelling asks first', async () => {
  const script = { look: [aView()], cancel: [aView('cancelled')], return: STAY }
  await visit(script, async ({ page, order }) => {
    const button = page.getByRole('button', { name: 'Cancel payment' })
    await button.click()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await button.click()
    await page.getByRole('button', { name: 'Keep paying' }).click()
    assert.equal(order.count('cancel'), 0)
    await button.click()
    await page.getByRole('button', { name: 'Yes, cancel it' }).click()
    await title(page, 'Payment cancelled')
    assert.equal(order.count('cancel'), 1)
  })
})

// --- When nobody answers

test('hosted page: a lost answer is looked for, and never paid for twice', async () => {
  const script = { look: [aView(), 'lost', aView('paid')], pay: ['lost'], return: STAY } as const
  await visit(script, async ({ page, order }) => {
    await fillAndPay(page)
    await title(page, 'We lost the connection')
    await page.getByRole('button', { name: 'Check the payment' }).click()
    await title(page, 'Payment successful')
    assert.equal(order.count('pay'), 1)
  })
})

test('hosted page: what the browser sends again by itself has the same key', async () => {
  await visit({ look: [aView()], pay: ['dropped', aView('paid')] }, async ({ page, order }) => {
    await fillAndPay(page)
    await page.getByRole('alert').getByText('The payment was not made').waitFor()
    assert.equal(order.count('pay'), 1)
    await pay(page)
    await title(page, 'Payment successful')
    assert.equal(order.count('pay'), 2)
  })
})

test('hosted page: a payment that never arrived can be made', async () => {
  const script = { look: [aView()], pay: [{ error: 'unavailable' }, aView('paid')] } as const
  await visit(script, async ({ page, order }) => {
    await fillAndPay(page)
    await page.getByRole('alert').getByText('The payment was not made').waitFor()
    await pay(page)
    await title(page, 'Payment successful')
    assert.equal(order.count('pay'), 2)
  })
})

test('hosted page: what another tab did in the meantime is shown', async () => {
  const rows: readonly (readonly [Reply, Reply, string])[] = [
    [{ error: 'already_paid' }, aView('paid'), 'Already paid'],
    [{ error: 'in_progress' }, aView('processing'), 'Processing your payment'],
    [{ error: 'expired' }, aView('expired'), 'This payment has expired'],
    [{ error: 'cancelled' }, aView('cancelled'), 'Payment cancelled'],
    [{ error: 'not_found' }, aView(), 'We cannot find this payment'],
  ]
  for (const [reply, then, heading] of rows) {
    await visit({ look: [aView(), then], pay: [reply], return: STAY }, async ({ page }) => {
      await fillAndPay(page)
      await title(page, heading)
    })
  }
})

test('hosted page: reloaded while it pays, it waits for the outcome', async () => {
  const look = [aView(), aView('processing'), 'lost', aView('paid')] as const
  await visit({ look, pay: [never], return: STAY }, async ({ page, order }) => {
    await fillAndPay(page)
    await page.getByRole('button', { name: 'Processing…' }).waitFor()
    await page.reload()
    await title(page, 'Processing your payment')
    await title(page, 'Payment successful')
    assert.equal(order.count('pay'), 1)
  })
})

test('hosted page: without a connection it says so, and tries again when told', async () => {
  const opened = async (page: Page, server: FakeServer, order: FakeOrder): Promise<void> => {
    server.isDown = true
    await page.evaluate(() => (location.hash = '#/token/AQID'))
    await title(page, 'No connection')
    server.isDown = false
    await page.getByRole('button', { name: 'Try again' }).click()
    await title(page, 'We cannot find this payment')
    await page.evaluate((fragment) => (location.hash = `#/token/${fragment}`), order.fragment)
    await title(page, 'Card details')
  }
  await visit({ look: [aView()] }, async ({ page, server, order }) => {
    await title(page, 'Card details')
    await opened(page, server, order)
  })
})

test('hosted page: a fragment that names no order asks for none', async () => {
  await visit({ look: [aView()] }, async ({ page, order }) => {
    await title(page, 'Card details')
    for (const fragment of ['#/token/%', '#/token/', '#/', '']) {
      await page.evaluate((hash) => (location.hash = hash), fragment)
      await title(page, 'We cannot find this payment')
    }
    assert.equal(order.asked.length, 1)
  })
})

// --- Languages

test('hosted page: the order’s language, else the browser’s, until the payer chooses', async () => {
  const rows: readonly (readonly [locale: string | null, browser: string, tag: string])[] = [
    ['th', 'en-US', 'th'],
    ['zh-cn', 'en-US', 'zh-CN'],
    ['el-GR', 'en-US', 'el'],
    ['xx', 'ru-RU', 'ru'],
    [null, 'fr-FR', 'en'],
  ]
  for (const [locale, language, tag] of rows) {
    await visit(
      { look: [aView('open', { locale })] },
      async ({ page }) => {
        await page.locator(`html[lang=${tag}] legend`).waitFor()
        await page.getByRole('combobox').selectOption({ label: 'Русский' })
        await page.getByRole('heading', { name: 'Данные карты' }).waitFor()
        await page.reload()
        await page.getByRole('heading', { name: 'Данные карты' }).waitFor()
        assert.equal(await page.title(), 'Оплата · Blue Harbor Coffee')
      },
      { locale: language },
    )
  }
})
