import type { Page } from 'playwright-core'
import type { Script } from './server.fixture.ts'
import { aView, CARDS } from './view.fixture.ts'

/** A state of the page: what leads there, and the English words that show that it is reached. */
export interface State {
  readonly name: string
  readonly script: Script
  readonly route?: 'info'
  readonly act?: (page: Page) => Promise<void>
  readonly says: string
}

export const never = Promise.withResolvers<never>().promise

/** Has no page: whoever goes there stays where they are. */
const away = [{ url: '/nowhere' }] as const

export async function fillCard(page: Page): Promise<void> {
  await page.getByLabel('Card number').fill('5555555555554444')
  await page.getByLabel('Expiry date').fill('1229')
  await page.getByLabel('Security code').fill('123')
  await page.getByLabel('Name on card').fill('Terrance Tay')
}

export async function pay(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Pay / }).click()
}

async function fillAndPay(page: Page): Promise<void> {
  await fillCard(page)
  await pay(page)
}

export const STATES: readonly State[] = [
  { name: 'loading', script: { look: [never] }, says: 'Loading your payment' },
  {
    name: 'open',
    script: {
      look: [aView('open', { merchant: { name: 'Shop', logoUrl: '/logo.svg', color: '#be123c' } })],
    },
    says: 'Card details',
  },
  {
    name: 'wrong fields',
    script: { look: [aView()] },
    act: pay,
    says: 'Please check the 4 marked fields.',
  },
  {
    name: 'stored cards',
    script: { look: [aView('open', { cards: CARDS })] },
    says: 'Use another card',
  },
  {
    name: 'stored cards only',
    script: { look: [aView('open', { cards: CARDS, mayEnterCard: false })] },
    says: 'Expired 03/24',
  },
  {
    name: 'no card',
    script: { look: [aView('open', { cards: CARDS.slice(2), mayEnterCard: false })] },
    says: 'None of your saved cards',
  },
  {
    name: 'paying',
    script: { look: [aView()], pay: [never] },
    act: fillAndPay,
    says: 'Processing…',
  },
  {
    name: 'declined, may retry',
    script: { look: [aView('declined', { mayRetry: true })] },
    says: 'Your bank declined this payment',
  },
  {
    name: 'cancel?',
    script: { look: [aView()] },
    act: (page) => page.getByRole('button', { name: 'Cancel payment' }).click(),
    says: 'Keep paying',
  },
  {
    name: 'failed, may retry',
    script: { look: [aView('failed', { mayRetry: true })] },
    says: 'could not be completed, and you have not been charged',
  },
  {
    name: 'nothing to pay with',
    script: { look: [aView('open', { mayEnterCard: false })] },
    says: 'You cannot pay here',
  },
  {
    name: 'card to be saved only',
    script: { look: [aView('open', { charges: false, maySave: false })] },
    says: 'Save this card',
  },
  {
    name: 'card saved only',
    script: { look: [aView('paid', { charges: false })], return: away },
    says: 'Card saved',
  },
  {
    name: 'confirming',
    script: { look: [aView('confirming', { mayRetry: true })] },
    says: 'Start again',
  },
  {
    name: 'processing',
    script: { look: [aView('processing')] },
    says: 'Processing your payment',
  },
  {
    name: 'paid',
    script: { look: [aView('processing'), aView('paid')], return: away },
    says: 'Payment successful',
  },
  {
    name: 'already paid',
    script: { look: [aView('paid')], return: [{ url: null }] },
    says: 'Already paid',
  },
  { name: 'declined', script: { look: [aView('declined')], return: away }, says: 'declined' },
  { name: 'failed', script: { look: [aView('failed')], return: away }, says: 'Payment failed' },
  { name: 'expired', script: { look: [aView('expired')], return: away }, says: 'has expired' },
  { name: 'cancelled', script: { look: [aView('cancelled')], return: away }, says: 'cancelled' },
  {
    name: 'info: not paid',
    script: { look: [aView('open')] },
    route: 'info',
    says: 'Not paid yet',
  },
  {
    name: 'no order',
    script: { look: [{ error: 'not_found' }] },
    says: 'cannot find this payment',
  },
  { name: 'no connection', script: { look: ['lost'] }, says: 'No connection' },
  {
    name: 'connection lost',
    script: { look: [aView(), 'lost'], pay: ['lost'] },
    act: fillAndPay,
    says: 'We lost the connection',
  },
]
