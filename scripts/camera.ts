import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { buildIfNeeded } from '../src/cli/build.ts'
import { type Sandbox, startSandbox } from '../src/cli/sandbox.ts'
import { readConfig } from '../src/config.ts'
import { launchBrowser } from '../test/support/browser.ts'
import { smallPng } from './small-png.ts'

const ALL_MS_MAX = 4 * 60_000
/** How long a page may take to get to what is pictured. */
export const STEP_MS_MAX = 15_000

const DEVICES = {
  desktop: { width: 1280, height: 900 },
  phone: { width: 360, height: 740 },
} as const

export interface Look {
  readonly device: keyof typeof DEVICES
  readonly colorScheme: 'light' | 'dark'
}

export const DESKTOP: Look = { device: 'desktop', colorScheme: 'light' }
export const PHONE: Look = { device: 'phone', colorScheme: 'light' }

/** A gateway of its own, and a browser. */
export interface Studio {
  readonly sandbox: Sandbox
  readonly browser: Browser
}

/** Runs the work with a fresh sandbox, and clears up after it. @throws Error when it takes long. */
export async function withStudio(work: (studio: Studio) => Promise<void>): Promise<void> {
  await buildIfNeeded()
  const closings: (() => Promise<void>)[] = []
  try {
    const dataDir = await mkdtemp(join(tmpdir(), 'tessera-screenshots-'))
    closings.push(() => rm(dataDir, { recursive: true, force: true }))
    const config = { ...readConfig({}), port: 0, dataDir, logLevel: 'silent' as const }
    const sandbox = await startSandbox({ config, env: {}, logSink: { write: () => {} } })
    closings.push(() => sandbox.close())
    const browser = await launchBrowser()
    closings.push(() => browser.close())
    await Promise.race([work({ sandbox, browser }), tooLate()])
  } finally {
    for (const close of closings.toReversed()) await close()
  }
}

async function tooLate(): Promise<never> {
  await sleep(ALL_MS_MAX, undefined, { ref: false })
  throw new Error(`not done within ${ALL_MS_MAX / 1_000} seconds`)
}

/** Runs the work on a page of its own, which looks the same on every machine. */
export async function withPage(
  browser: Browser,
  { device, colorScheme }: Look,
  work: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({
    viewport: DEVICES[device],
    deviceScaleFactor: 1,
    isMobile: device === 'phone',
    hasTouch: device === 'phone',
    colorScheme,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'Asia/Singapore',
  })
  context.setDefaultTimeout(STEP_MS_MAX)
  try {
    await work(await context.newPage())
  } finally {
    await context.close()
  }
}

/** Writes a picture of the page: of all of it, or of what is in sight. */
export async function shoot(page: Page, file: string, fullPage: boolean): Promise<void> {
  const png = await page.screenshot({ fullPage, animations: 'disabled', caret: 'hide' })
  await writeFile(file, smallPng(png))
}
