import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import type { Sandbox } from '../src/cli/sandbox.ts'
import type { SandboxInfo } from '../src/sandbox/info.ts'
import { type TwoC2pClient, twoC2pClient } from '../src/sandbox/twoc2p-client.ts'
import {
  DESKTOP,
  type Look,
  PHONE,
  shoot,
  STEP_MS_MAX,
  type Studio,
  withPage,
  withStudio,
} from './camera.ts'
import { LANGUAGE_STATES, type PageState, STATES } from './page-states.ts'

const OUT = fileURLToPath(new URL('../docs/screenshots/', import.meta.url))

const SHOP = 'Blue Harbor Coffee'

/** Orders stay open until a moment that is the same in every run. */
const EXPIRY = '2030-06-18 18:30:00+08'

/** Shown for secrets that are made anew for each run; the sandbox never has this one. */
const SECRET = '0123456789ABCDEF'.repeat(4)

/** Letters that the machine needs a font for, by the language's code. */
const SAMPLES: Readonly<Record<string, string>> = { th: 'ก', 'zh-cn': '付' }

/** With a shop, and a browser for the shop's customers. */
interface ShopStudio extends Studio {
  readonly client: TwoC2pClient
  /** Written so far. */
  readonly names: string[]
}

const say = (text: string) => void process.stdout.write(`${text}\n`)

async function shootAll(studio: ShopStudio): Promise<void> {
  for (const look of [DESKTOP, PHONE]) {
    for (const state of STATES) await shootState(studio, state, look)
  }
  for (const state of STATES.filter(({ name }) => name === 'open')) {
    for (const look of [DESKTOP, PHONE]) {
      await shootState(studio, state, { ...look, colorScheme: 'dark' })
    }
  }
  for (const state of LANGUAGE_STATES) {
    const sample = SAMPLES[String(state.order?.['locale'])]
    if (sample === undefined || (await canDraw(studio.browser, sample))) {
      await shootState(studio, state, PHONE)
    } else say(`skipped ${state.name}: this machine has no font for it`)
  }
  for (const look of [DESKTOP, PHONE]) await shootStartPage(studio, look)
}

async function shootState(studio: ShopStudio, state: PageState, look: Look): Promise<void> {
  const { sandbox, client } = studio
  const invoiceNo = `BHC-${20_001 + studio.names.length}`
  const answer = await client.signed('paymentToken', {
    invoiceNo,
    description: 'Two bags of whole beans',
    amount: 42.5,
    currencyCode: 'SGD',
    request3DS: 'N',
    ...state.order,
  })
  const { webPaymentUrl } = answer
  if (typeof webPaymentUrl !== 'string') throw new Error(JSON.stringify(answer))
  const sql = (text: string) => sandbox.program.database.script(text)
  await sql(
    `update payment_order set expires_at = '${EXPIRY}' where merchant_reference = '${invoiceNo}'`,
  )
  const suffix = look.colorScheme === 'dark' ? `dark-${look.device}` : look.device
  const name = `page-${state.name}-${suffix}`
  await withPage(studio.browser, look, async (page) => {
    await page.goto(webPaymentUrl)
    await state.reach({ page, invoiceNo, sql }).catch((error: unknown) => {
      throw new Error(`${name} was not reached`, { cause: error })
    })
    await shootAs(studio, page, { name, fullPage: state.isScreenful !== true })
  })
}

/** As `npm start` shows it: at its usual address, whatever port was free. */
async function shootStartPage(studio: ShopStudio, look: Look): Promise<void> {
  await withPage(studio.browser, look, async (page) => {
    await page.route(`${studio.sandbox.url}/`, async (route) => {
      const response = await route.fetch()
      const html = (await response.text())
        .replaceAll(studio.sandbox.url, 'http://127.0.0.1:8080')
        .replaceAll(studio.sandbox.url.replace('http://', ''), '127.0.0.1:8080')
        .replaceAll(/\b[0-9A-F]{64}\b/g, SECRET)
      await route.fulfill({ response, body: html })
    })
    await page.goto(`${studio.sandbox.url}/`)
    await page.getByRole('heading').first().waitFor()
    // The whole of it is many screens long.
    await shootAs(studio, page, { name: `sandbox-start-${look.device}`, fullPage: false })
  })
}

async function shootAs(
  { names }: ShopStudio,
  page: Page,
  { name, fullPage }: { readonly name: string; readonly fullPage: boolean },
): Promise<void> {
  await shoot(page, join(OUT, `${name}.png`), fullPage)
  names.push(name)
}

/** Whether the letter looks different from one that no font has. */
async function canDraw(browser: Browser, letter: string): Promise<boolean> {
  const page = await browser.newPage()
  const pictures: Buffer[] = []
  for (const text of [letter, '\u0378']) {
    await page.setContent(`<p style="font: 40px sans-serif">${text}</p>`)
    pictures.push(await page.screenshot({ timeout: STEP_MS_MAX }))
  }
  await page.close()
  const [drawn, missing] = pictures
  return drawn !== undefined && missing !== undefined && !drawn.equals(missing)
}

async function openShop({ url, program }: Sandbox): Promise<TwoC2pClient> {
  await program.database.script(
    `update merchant set name = '${SHOP}', color = '#0f766e' where merchant_id = 'JT01'`,
  )
  // The gateway knows its merchants by heart for some seconds.
  const end = Date.now() + STEP_MS_MAX
  while (Date.now() < end) {
    const response = await fetch(`${url}/sandbox`)
    const { merchants, baseUrls } = (await response.json()) as SandboxInfo
    const merchant = merchants.find(({ name }) => name === SHOP)
    if (merchant !== undefined)
      return twoC2pClient({ baseUrl: baseUrls.twoc2p, ...merchant.twoc2p })
    await sleep(250)
  }
  throw new Error(`the sandbox never heard of ${SHOP}`)
}

await mkdir(OUT, { recursive: true })
await withStudio(async (given) => {
  const studio = { ...given, client: await openShop(given.sandbox), names: [] }
  await shootAll(studio)
  say(`${studio.names.length} pictures are in docs/screenshots`)
})
