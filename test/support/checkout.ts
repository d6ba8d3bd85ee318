import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { cleanUpLater } from './cleanup.ts'
import { serve } from './listen.ts'

const NAMES = { number: 'number', expiry: 'expiry', securityCode: 'code' } as const

const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>
<style>.field { height: 44px; border: 1px solid #555 }</style></head>
<body><main><h1>Checkout</h1><div class="field" id="number"></div><div class="field" id="expiry"></div>
<div class="field" id="code"></div><p id="problem" role="alert"></p><button>Pay</button></main>
<script src="{{gateway}}/sdk/fields.js"></script></body></html>`

/** Every message that reaches the page's window, or a port that was made in it. */
const RECORDER = `if (window === parent) {
  window.heard = []
  const record = (event) => heard.push(event.data)
  addEventListener('message', record)
  const Channel = MessageChannel
  window.MessageChannel = class extends Channel {
    constructor() {
      super()
      for (const port of [this.port1, this.port2]) port.addEventListener('message', record)
    }
  }
}`

/** A page of a merchant, with hosted fields in it. */
export interface Checkout {
  readonly page: Page
  /** The input inside a field. */
  field(name: keyof typeof NAMES): Locator
  /** Runs code of the page's own; `fields` is what it mounted. */
  run<T>(code: string): Promise<T>
  tokenize(): Promise<Outcome>
  /** What the page's listeners heard so far. */
  events(): Promise<readonly Heard[]>
}

export interface Outcome {
  readonly card?: Readonly<Record<string, string>>
  readonly error?: {
    readonly name: string
    readonly code: string
    readonly message: string
    readonly problems: Readonly<Record<string, { readonly code: string; readonly message: string }>>
  }
}

export type Heard = readonly [name: string, event: Readonly<Record<string, unknown>> | null]

export interface CheckoutOptions {
  readonly browser: Browser
  readonly gateway: string
  /** What `mount` is called with, over all three fields of a new card. */
  readonly mount?: object
  readonly context?: BrowserContextOptions
  /** Comes before the page does. */
  readonly prepare?: (page: Page) => Promise<unknown>
}

/** Opens a merchant's page: on another site than the gateway, as browsers see it. */
export async function openCheckout(options: CheckoutOptions): Promise<Checkout> {
  const { browser, gateway, mount, context: contextOptions } = options
  const context = await browser.newContext(contextOptions)
  cleanUpLater(() => context.close())
  await context.addInitScript(RECORDER)
  await context.addInitScript(axe.source)
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  await options.prepare?.(page)
  await page.goto(await servePage(PAGE.replace('{{gateway}}', gateway)))
  const run = <T>(code: string): Promise<T> => page.evaluate<T>(code)
  const setup = JSON.stringify({ merchantID: 'JT01', fields: NEW_CARD, ...mount })
  await run(`{
    window.events = []
    window.fields = TesseraFields.mount(${setup})
    for (const name of ['ready', 'change', 'focus', 'blur', 'submit']) {
      fields.on(name, (event) => events.push([name, event ?? null]))
    }
  }`)
  return {
    page,
    field: (name) => page.frameLocator(`#${NAMES[name]} iframe`).locator('input'),
    run,
    tokenize: () =>
      run(`fields.tokenize().then(
        (card) => ({ card }),
        ({ name, code, message, problems }) => ({ error: { name, code, message, problems } }),
      )`),
    events: () => run('events'),
  }
}

const NEW_CARD = {
  number: { element: '#number', label: 'Card number', placeholder: '0000 0000 0000 0000' },
  expiry: { element: '#expiry', label: 'Expiry date', placeholder: 'MM / YY' },
  securityCode: { element: '#code', label: 'Security code' },
}

/** Serves one page. @returns its address, on another host than the gateway's. */
export async function servePage(html: string): Promise<string> {
  const base = await serve((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(html)
  }, 'localhost')
  return `${base}/`
}

export interface TypedCard {
  readonly number: string
  readonly expiry?: string
  readonly code?: string
}

export async function enterCard(checkout: Checkout, card: TypedCard): Promise<void> {
  await checkout.field('number').fill(card.number)
  await checkout.field('expiry').fill(card.expiry ?? '12 / 30')
  await checkout.field('securityCode').fill(card.code ?? '123')
}

/** Runs code in a frame of the page's; `input` is what is typed into there. */
export async function inside<T>(page: Page, selector: string, code: string): Promise<T> {
  const element = await page.locator(`${selector} iframe`).elementHandle()
  const frame = await element?.contentFrame()
  if (frame === null || frame === undefined) throw new Error(`no frame in ${selector}`)
  await frame.locator('input').waitFor()
  return frame.evaluate<T>(`{ const input = document.querySelector('input'); ${code} }`)
}
