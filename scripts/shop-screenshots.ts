import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { createShop } from '../examples/shop/server.ts'
import { DESKTOP, PHONE, shoot, withPage, withStudio } from './camera.ts'

// Buys in the example shop in its three ways, and takes a picture at each step that is worth one.

const OUT = fileURLToPath(new URL('../examples/shop/screenshots/', import.meta.url))

const GOOD = '4111111111111111'
const CHALLENGE = '4000000000002065'
const DECLINED = '4000000000000515'

interface Visit {
  readonly page: Page
  readonly take: (name: string) => Promise<void>
  /** Gives the open order a number and an end that are the same in every run. */
  readonly settleOrder: () => Promise<void>
}

const pay = (page: Page) => page.getByRole('button', { name: /^Pay / }).click()

const says = (page: Page, title: string) => page.getByRole('heading', { name: title }).waitFor()

const fieldIn = (page: Page, id: string) =>
  page.locator(`#${id} iframe`).contentFrame().getByRole('textbox')

async function enterCard(page: Page, number: string): Promise<void> {
  await fieldIn(page, 'number').fill(number)
  await fieldIn(page, 'expiry').fill('12 / 30')
  await fieldIn(page, 'code').fill('123')
}

async function byHostedFields({ page, take }: Visit): Promise<void> {
  await enterCard(page, '4111111111111112')
  await fieldIn(page, 'expiry').fill('12 / 20')
  await fieldIn(page, 'code').focus()
  await page.getByText('This card has expired').waitFor()
  await take('fields-errors')
  await enterCard(page, CHALLENGE)
  await page.getByLabel('Save this card').check()
  await take('fields')
  await pay(page)
  await page.waitForURL(/\/sandbox\/3ds\/acs/)
  await page.getByRole('textbox').fill('123456')
  await take('fields-challenge')
  await page.getByRole('button', { name: 'Confirm payment' }).click()
  await says(page, 'Thank you')
  await take('fields-paid')
}

async function byStoredCard({ page, take }: Visit): Promise<void> {
  await page.getByLabel('Saved card').check()
  await fieldIn(page, 'stored-code').fill('123')
  await take('stored')
  await pay(page)
  await says(page, 'Thank you')
  await take('stored-paid')
}

async function byHostedPage({ page, take, settleOrder }: Visit): Promise<void> {
  await page.getByLabel('Payment page').check()
  await take('page')
  await pay(page)
  await page.getByLabel('Use another card').waitFor()
  await settleOrder()
  await page.reload()
  await page.getByLabel('Use another card').check()
  await page.getByLabel('Card number').fill(GOOD)
  await page.getByLabel('Expiry date').fill('1230')
  await page.getByLabel('Security code').fill('123')
  await page.getByLabel('Name on card').fill('Terrance Tay')
  await take('page-hosted')
}

async function declined({ page, take }: Visit): Promise<void> {
  await enterCard(page, DECLINED)
  await pay(page)
  await says(page, 'Not paid')
  await take('declined')
}

const BUYS = [byHostedFields, byStoredCard, byHostedPage, declined]

await mkdir(OUT, { recursive: true })
await withStudio(async ({ sandbox, browser }) => {
  const shop = await createShop(sandbox.url)
  try {
    const url = await shop.listen({ host: '127.0.0.1', port: 0 })
    for (const [index, look] of [DESKTOP, PHONE].entries()) {
      const settleOrder = () =>
        sandbox.program.database.script(`update payment_order
          set merchant_reference = 'BHC-${20_001 + index}', expires_at = '2030-06-18 18:30:00+08'
          where status = 'open'`)
      for (const buy of BUYS) {
        await withPage(browser, look, async (page) => {
          const take = async (name: string) => {
            // The pointer rests in a corner, so that nothing looks hovered.
            await page.mouse.move(0, 0)
            await shoot(page, `${OUT}${name}-${look.device}.png`, true)
          }
          await page.goto(url)
          await buy({ page, take, settleOrder })
        })
      }
      await sandbox.program.database.script(
        "update payment_order set status = 'closed' where status = 'open'",
      )
    }
  } finally {
    await shop.close()
  }
})
process.stdout.write('The pictures are in examples/shop/screenshots\n')
