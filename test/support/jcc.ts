import { parseExpiry } from '../../src/core/card.ts'
import { Pan, Sad } from '../../src/core/pan.ts'
import { freshInvoice, type TestSandbox } from './sandbox.ts'
import { freshPan } from './canaries.ts'

export type Fields = Readonly<Record<string, string | readonly string[]>>
export type Answer = Readonly<Record<string, unknown>>

/** The API user of the documents, in the demo merchant CY01. */
export const USER = { userName: 'test_user', password: 'test_user_password' }

/** A merchant's server: calls a method with a form, as the documents show. */
export interface JccClient {
  readonly url: string
  call(method: string, fields?: Fields): Promise<Answer>
}

export function jccClient(url: string, credentials: Fields = USER): JccClient {
  return {
    url,
    async call(method, fields = {}) {
      const response = await fetch(`${url}/payment/${method}`, {
        method: 'POST',
        body: formOf({ ...credentials, ...fields }),
      })
      if (response.status !== 200) throw new Error(`${method}: HTTP ${response.status}`)
      return (await response.json()) as Answer
    },
  }
}

/** A form whose lists say their name several times. */
export function formOf(fields: Fields): URLSearchParams {
  const entries = Object.entries(fields).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : value).map((one): [string, string] => [name, one]),
  )
  return new URLSearchParams(entries)
}

/** An order with a fresh number; a test names only what it is about. */
export function anOrder(fields: Fields = {}): Fields {
  return {
    orderNumber: freshInvoice(),
    amount: '1000',
    currency: '978',
    returnUrl: 'https://shop.example/done',
    ...fields,
  }
}

/** Registers an order. @returns its id. */
export async function register(
  client: JccClient,
  fields: Fields = {},
  method = 'rest/register.do',
): Promise<string> {
  const answer = await client.call(method, anOrder(fields))
  if (typeof answer['orderId'] !== 'string') throw new Error(JSON.stringify(answer))
  return answer['orderId']
}

/** Pays an order with a card, as any of the paying methods would. */
export async function payByCard(
  { sandbox }: TestSandbox,
  orderId: string,
  digits = freshPan(),
): Promise<void> {
  const { gateway } = sandbox.program
  const ref = await gateway.locateOrder(orderId)
  const pan = Pan.parse(digits)
  const expiry = parseExpiry('12', '2034')
  if (ref === undefined || pan === undefined || expiry === undefined) throw new Error('no order')
  await gateway.pay({
    order: await gateway.findOrder(ref),
    instrument: { kind: 'card', pan, expiry, securityCode: new Sad('123') },
    storeCard: false,
    initiator: 'customer',
    returnUrl: undefined,
    browser: {},
    details: { cardholderName: 'TEST CARDHOLDER' },
    reopens: false,
  })
}
