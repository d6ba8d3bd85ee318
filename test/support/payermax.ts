import assert from 'node:assert/strict'
import type { SandboxInfo } from '../../src/sandbox/info.ts'
import { payerMaxClient, type PayerMaxClient } from '../../src/sandbox/payermax-client.ts'
import type { Fields } from '../../src/sandbox/twoc2p-client.ts'
import { freshPan } from './canaries.ts'
import { hearing, serve } from './listen.ts'
import { eventually, freshInvoice, type TestSandbox } from './sandbox.ts'

export type { PayerMaxClient }

/** What the sandbox shows a tester. */
export async function sandboxInfo(url: string): Promise<SandboxInfo> {
  const response = await fetch(`${url}/sandbox`)
  return (await response.json()) as SandboxInfo
}

/** The demo merchant's client, with its keys as the sandbox shows them. */
export async function payerMaxOf(url: string): Promise<PayerMaxClient> {
  return payerMaxClient(await sandboxInfo(url))
}

/** The answer's data, once the request was accepted. */
export async function accepted(client: PayerMaxClient, api: string, data: Fields): Promise<Fields> {
  const answer = await client.call(api, data)
  assert.equal(answer['code'], 'APPLY_SUCCESS', JSON.stringify(answer))
  return answer['data'] as Fields
}

/** The code of a refused request. */
export async function refusal(client: PayerMaxClient, api: string, data: Fields): Promise<string> {
  const answer = await client.call(api, data)
  assert.equal(answer['data'], undefined)
  return String(answer['code'])
}

/** Sets what the demo merchant has in its console, besides its application. */
export async function setConsole({ sandbox }: TestSandbox, settings: Fields): Promise<void> {
  const { merchants, clock } = sandbox.program
  const at = clock.now()
  const known = await merchants.account('JT01', 'payermax')
  assert.ok(known)
  await merchants.setAccount('JT01', 'payermax', {
    account: known.account,
    settings: { appId: known.settings['appId'], ...settings },
    at,
  })
  // Accounts are kept in memory for some seconds.
  await eventually(async () => {
    const access = await sandbox.program.gateway.merchantAccess('JT01', 'payermax')
    const isSet = Object.entries(settings).every(
      ([name, value]) => access?.settings[name] === value,
    )
    return isSet ? true : undefined
  })
}

/** A card that nobody has, as orderAndPay takes it. */
export function aCard(fields: Fields = {}): Fields {
  return {
    cardIdentifierNo: freshPan(),
    cardHolderFullName: 'James Smith',
    cardExpirationMonth: '03',
    cardExpirationYear: '30',
    cvv: '123',
    ...fields,
  }
}

/** A direct card payment; a test names only what it is about. */
export function aDirectOrder({
  paymentDetail,
  ...fields
}: Fields & { paymentDetail?: Fields } = {}): Fields {
  return {
    outTradeNo: freshInvoice(),
    integrate: 'Direct_Payment',
    subject: 'River Game',
    totalAmount: 39.99,
    currency: 'SAR',
    country: 'SA',
    userId: 'u1',
    terminalType: 'WEB',
    frontCallbackUrl: 'https://shop.example/back',
    paymentDetail: {
      paymentMethodType: 'CARD',
      buyerInfo: { clientIp: '176.16.34.144', userAgent: 'Chrome' },
      cardInfo: aCard(),
      ...paymentDetail,
    },
    ...fields,
  }
}

/** One notification as a merchant's server got it. */
export interface Heard {
  readonly body: string
  readonly sign: string
  readonly fields: Fields
}

export interface PayerMaxShop {
  readonly url: string
  readonly heard: Heard[]
  /** Bodies for the next answers; the documented acknowledgement when empty. */
  readonly answers: string[]
  heardAtLeast(count: number): Promise<void>
}

const ACKNOWLEDGED = '{"code":"SUCCESS","msg":"Success"}'

/** A merchant's own server, hearing notifications. */
export async function openPayerMaxShop(): Promise<PayerMaxShop> {
  const { hear, ...told } = hearing<Heard>()
  const answers: string[] = []
  const base = await serve((request, response, body) => {
    response.end(answers.shift() ?? ACKNOWLEDGED)
    const { sign } = request.headers
    hear({ body, sign: String(sign), fields: JSON.parse(body) as Fields })
  })
  return { url: `${base}/notify`, answers, ...told }
}
