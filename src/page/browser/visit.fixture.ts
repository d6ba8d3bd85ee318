import assert from 'node:assert/strict'
import { after } from 'node:test'
import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { launchBrowser } from '../../../test/support/browser.ts'
import { buildPage } from '../../../test/support/page-build.ts'
import {
  type FakeOrder,
  type FakeServer,
  type Reply,
  type Script,
  startFakeServer,
} from './server.fixture.ts'

// The page as it is built, in a real browser, under the policy that it is served with.

interface World {
  readonly server: FakeServer
  readonly browser: Browser
}

let world: Promise<World> | undefined

// Not in `before`: when no test of the file is asked for, `after` does not wait for it.
async function start(): Promise<World> {
  return { server: await startFakeServer(await buildPage()), browser: await launchBrowser() }
}

after(async () => {
  if (world === undefined) return
  const { browser, server } = await world
  await browser.close()
  server.close()
})

export interface Visit {
  readonly server: FakeServer
  readonly page: Page
  readonly order: FakeOrder
  readonly faults: string[]
}

type Options = BrowserContextOptions & { readonly route?: string; readonly axe?: boolean }

/** Opens an order in a browser of its own; whatever breaks the policy fails the test. */
export async function visit(
  script: Script,
  work: (visit: Visit) => Promise<void>,
  { route = 'token', axe: withAxe = false, ...options }: Options = {},
): Promise<void> {
  world ??= start()
  const { browser, server } = await world
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options })
  try {
    if (withAxe) await context.addInitScript(axe.source)
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    const faults: string[] = []
    page.on('console', (message) => {
      if (!message.text().startsWith('Failed to load resource')) faults.push(message.text())
    })
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('dialog', (dialog) => {
      faults.push(dialog.message())
      void dialog.dismiss()
    })
    page.on('request', (request) => {
      const { origin } = new URL(request.url())
      if (origin !== server.origin) faults.push(request.url())
    })
    const order = server.order(script)
    await page.goto(`${server.origin}/payment/4.3/#/${route}/${order.fragment}?from=test`)
    await work({ server, page, order, faults })
    assert.deepEqual(faults, [])
  } finally {
    await context.close()
  }
}

export const title = (page: Page, name: string): Promise<void> =>
  page.getByRole('heading', { name }).waitFor()
export const says = (page: Page, words: string | RegExp): Promise<void> =>
  page.getByText(words).first().waitFor()
export const focused = (page: Page, label: string): Locator =>
  page.locator(`:focus`).and(page.getByLabel(label))

/** A reply that comes when the test wants it. */
export function later(): { reply: Promise<Reply>; come: (reply: Reply) => void } {
  const { promise: reply, resolve: come } = Promise.withResolvers<Reply>()
  return { reply, come }
}
