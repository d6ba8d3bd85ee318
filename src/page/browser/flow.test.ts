import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import type { FakeOrder, FakeServer, Reply } from './server.fixture.ts'
import { fillCard, never, pay } from './states.fixture.ts'
import { aView } from './view.fixture.ts'
import type { View } from './view.ts'
import { later, says, title, visit } from './visit.fixture.ts'

// Where the page goes, what it asks for on the way, and what it does when nobody answers.

const STAY = [{ url: null }]

const toBank = (url: string): View => aView('confirming', { next: { url } })

async function fillAndPay(page: Page): Promise<void> {
  await fillCard(page)
  await pay(page)
}

// --- 3-D Secure

test('hosted page: from the card the payer goes to the bank', async () => {
  const script = { look: [aView()], pay: [toBank('/3ds/bank#carried')] }
  await visit(script, async ({ page, server }) => {
    await fillAndPay(page)
    await page.waitForURL(`${server.origin}/3ds/bank#carried`)
  })
})

test('hosted page: an address that is not ours is not gone to', async () => {
  for (const url of ['javascript:alert(1)//', 'https://evil.example/', '//evil.example/']) {
    await visit({ look: [aView()], pay: [toBank(url)] }, async ({ page }) => {
      await fillAndPay(page)
      await title(page, 'Taking you to your bank…')
    })
  }
})

test('hosted page: who comes back from the bank too early waits, or starts again', async () => {
  const script = {
    look: [aView('confirming', { mayRetry: true })],
    restart: [aView('failed', { mayRetry: true })],
  }
  await visit(script, async ({ page, order }) => {
    await title(page, 'Waiting for your bank')
    await page.getByRole('button', { name: 'Start again' }).click()
    await title(page, 'Card details')
    assert.equal(await page.getByText('could not be completed').count(), 0)
    assert.equal(order.count('restart'), 1)
  })
})

test('hosted page: who cannot start again is not asked to', async () => {
  await visit({ look: [aView('confirming'), aView('paid')], return: STAY }, async ({ page }) => {
    await title(page, 'Waiting for your bank')
    assert.equal(await page.getByRole('button', { name: 'Start again' }).count(), 0)
    await title(page, 'Payment successful')
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
    way.come({ url: '/3ds/end?order=1' })
    await says(page, 'You will be taken there in 5 sec.')
    for (let second = 0; second < 5; second += 1) await page.clock.runFor(1_100)
    await page.waitForURL(`${server.origin}/3ds/end?order=1`)
  })
})

test('hosted page: the payer can stay, and go when it pleases', async () => {
  await visit({ look: [aView('paid')], return: [{ url: '/3ds/end' }] }, async (visited) => {
    const { page, server } = visited
    await page.getByRole('button', { name: 'Stay here' }).click()
    assert.equal(await page.getByText('You will be taken there').count(), 0)
    await page.getByRole('button', { name: 'Continue to Blue Harbor Coffee' }).click()
    await page.waitForURL(`${server.origin}/3ds/end`)
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
