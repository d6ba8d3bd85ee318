import type { Page } from 'playwright-core'
import type { Fields } from '../src/sandbox/twoc2p-client.ts'

/** One order's hosted page, open in a browser. */
export interface Visit {
  readonly page: Page
  readonly invoiceNo: string
  /** Runs SQL in the gateway's database. */
  readonly sql: (text: string) => Promise<void>
}

/** Something the hosted page can show, and how a payer gets there. */
export interface PageState {
  readonly name: string
  /** What the order has that others have not. */
  readonly order?: Fields
  /** Shows what is in sight only: what lies over the page covers no more. */
  readonly isScreenful?: boolean
  /** Leaves the page as the picture shows it, however often pictures are made. */
  reach(visit: Visit): Promise<void>
}

/** What the sandbox does with each: `src/sandbox` and `src/threeds` list them all. */
const CARDS = {
  good: '4111111111111111',
  declined: '4000000000000515',
  challenge: '4000000000002065',
  failing: '4000000000002099',
  notAuthenticated: '4000000000002024',
} as const

const CUSTOMER_TOKENS = ['28052010234224845229', '7305201872122484776']

/** A shop that takes its payers back itself: the page counts down on a result. */
const WITH_RETURN: Fields = { frontendReturnUrl: 'https://blueharbor.example/thanks' }

export const STATES: readonly PageState[] = [
  { name: 'open', reach: ({ page }) => formIsReady(page) },
  {
    name: 'open-filled',
    order: { tokenize: true },
    reach: async ({ page }) => {
      await enterCard(page, CARDS.good)
      await page.getByLabel('Save this card').check()
      await lookAway(page)
    },
  },
  {
    name: 'open-errors',
    reach: async ({ page }) => {
      await page.getByLabel('Card number').fill('4111111111111112')
      await page.getByLabel('Expiry date').fill('0120')
      await pay(page)
      await page.getByText('Please check the 4 marked fields.').waitFor()
      await lookAway(page)
    },
  },
  {
    name: 'stored-cards',
    order: { customerToken: CUSTOMER_TOKENS },
    reach: ({ page }) => page.getByRole('radio').nth(2).waitFor(),
  },
  {
    name: 'stored-only',
    order: { customerToken: CUSTOMER_TOKENS, customerTokenOnly: true },
    reach: ({ page }) => page.getByRole('radio').nth(1).waitFor(),
  },
  {
    name: 'processing',
    reach: async ({ page }) => {
      // Never answered, so that the page goes on waiting; it ends with the page.
      await page.route('**/page/*/pay', () => {})
      await enterCard(page, CARDS.good)
      await pay(page)
      await page.getByRole('button', { name: 'Processing' }).waitFor()
      await lookAway(page)
    },
  },
  {
    name: 'declined-try-again',
    reach: async ({ page }) => {
      await enterCard(page, CARDS.declined)
      await pay(page)
      await page.getByText('Your bank declined this payment').waitFor()
      await lookAway(page)
    },
  },
  {
    name: 'failed-try-again',
    order: { request3DS: 'Y' },
    reach: async ({ page }) => {
      await enterCard(page, CARDS.notAuthenticated)
      await pay(page)
      await page.getByText('The payment could not be completed').waitFor()
      await lookAway(page)
    },
  },
  {
    name: 'confirming',
    order: { request3DS: 'Y' },
    reach: async ({ page }) => {
      const address = page.url()
      await enterCard(page, CARDS.challenge)
      await pay(page)
      await page.waitForURL(/\/sandbox\/3ds\/acs/)
      await page.goto(address)
      await heading(page, 'Waiting for your bank')
      await page.getByRole('button', { name: 'Start again' }).waitFor()
    },
  },
  {
    name: 'card-only-saved',
    order: { tokenizeOnly: true },
    reach: ({ page }) => formIsReady(page),
  },
  {
    name: 'nothing-to-pay-with',
    order: { paymentChannel: ['CSTOKEN'] },
    reach: ({ page }) => heading(page, 'You cannot pay here'),
  },
  {
    name: 'challenge-wrong-code',
    order: { request3DS: 'Y' },
    reach: async ({ page }) => {
      await enterCard(page, CARDS.challenge)
      await pay(page)
      await answerChallenge(page, '000000')
      await page.getByRole('alert').waitFor()
      await lookAway(page)
    },
  },
  {
    name: 'paid',
    order: WITH_RETURN,
    reach: async ({ page }) => {
      await enterCard(page, CARDS.good)
      await pay(page)
      await heading(page, 'Payment successful')
      await page.getByText('You will be taken there').waitFor()
    },
  },
  {
    name: 'already-paid',
    order: WITH_RETURN,
    reach: async ({ page }) => {
      await enterCard(page, CARDS.good)
      await pay(page)
      await heading(page, 'Payment successful')
      await page.reload()
      await heading(page, 'Already paid')
      await page.getByText('You will be taken there').waitFor()
    },
  },
  {
    name: 'failed-authentication',
    order: { request3DS: 'Y' },
    reach: async ({ page }) => {
      await enterCard(page, CARDS.failing)
      await pay(page)
      await answerChallenge(page, '123456')
      await page.waitForURL(/#\/info\//)
      await page.getByRole('heading', { name: /declined|failed|not paid/i }).waitFor()
    },
  },
  {
    name: 'cancel-question',
    isScreenful: true,
    reach: async ({ page }) => {
      await page.getByRole('button', { name: 'Cancel payment' }).click()
      await page.getByRole('dialog').waitFor()
      await lookAway(page)
    },
  },
  {
    name: 'cancelled',
    order: WITH_RETURN,
    reach: async ({ page }) => {
      await page.getByRole('button', { name: 'Cancel payment' }).click()
      await page.getByRole('button', { name: 'Yes, cancel it' }).click()
      await heading(page, 'Payment cancelled')
      await page.getByText('You will be taken there').waitFor()
    },
  },
  {
    name: 'expired',
    order: WITH_RETURN,
    reach: async ({ page, sql, invoiceNo }) => {
      await formIsReady(page)
      await sql(
        `update payment_order set expires_at = now() where merchant_reference = '${invoiceNo}'`,
      )
      await page.reload()
      await heading(page, 'This payment has expired')
      await page.getByText('You will be taken there').waitFor()
    },
  },
  {
    name: 'unknown-order',
    reach: async ({ page }) => {
      await page.goto(page.url().replace(/#.*$/, '#/token/bm8gc3VjaCBvcmRlcg'))
      await heading(page, 'We cannot find this payment')
    },
  },
]

/** The empty form in each language the page speaks, besides English. */
export const LANGUAGE_STATES: readonly PageState[] = ['th', 'el', 'ru', 'zh-cn'].map((locale) => ({
  name: `open-${locale}`,
  order: { locale },
  reach: ({ page }) => formIsReady(page),
}))

const heading = (page: Page, name: string): Promise<void> =>
  page.getByRole('heading', { name }).waitFor()

/** In whatever language: the number of the card can be typed. */
const formIsReady = (page: Page): Promise<void> => page.locator('#number').waitFor()

const pay = (page: Page): Promise<void> => page.getByRole('button', { name: /^Pay / }).click()

async function enterCard(page: Page, number: string): Promise<void> {
  await page.getByLabel('Card number').fill(number)
  await page.getByLabel('Expiry date').fill('1230')
  await page.getByLabel('Security code').fill('123')
  await page.getByLabel('Name on card').fill('Terrance Tay')
}

async function answerChallenge(page: Page, code: string): Promise<void> {
  await page.waitForURL(/\/sandbox\/3ds\/acs/)
  await page.getByRole('textbox').fill(code)
  await page.getByRole('button', { name: 'Confirm payment' }).click()
}

/** The pointer rests in a corner, so that nothing looks hovered. */
const lookAway = (page: Page): Promise<void> => page.mouse.move(0, 0)
