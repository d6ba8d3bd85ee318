import { createSecretKey, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { isSignedBy, readJws, signJws } from '../src/dialects/twoc2p/signing.ts'
import type { SandboxInfo } from '../src/sandbox/info.ts'
import { Connection } from './client.ts'
import { type Plan, runPlan } from './load.ts'
import { answerQuestions } from './worker.ts'

// The merchants and their payers, in a process of their own.

export type DriverQuestion =
  | ({ readonly kind: 'start'; readonly url: string } & Crowd)
  | { readonly kind: 'run'; readonly plan: Plan }
  /** @returns how many notifications came, once `count` did or when no more seem to come. */
  | { readonly kind: 'notified'; readonly count: number }

interface Crowd {
  readonly connections: number
  readonly merchants: number
  /** Merchants want to be told of each payment. */
  readonly notify: boolean
}

interface Merchant {
  readonly merchantID: string
  readonly currencyCode: string
  readonly key: KeyObject
}

const TEST_CARD = {
  name: 'Terrance Tay',
  email: 'terrance@example.com',
  cardNo: '4111111111111111',
  expiryMonth: '12',
  expiryYear: String(new Date().getFullYear() + 3),
  securityCode: '123',
}
const PAYMENT = JSON.stringify({ code: { channelCode: 'CC' }, data: TEST_CARD })
const NOTIFIED_WAIT_MS = 60_000

let merchants: readonly Merchant[] = []
let connections: readonly Connection[] = []
let backendReturnUrl: string | undefined
let notified = 0
let invoices = 0

async function start({ url, ...crowd }: { url: string } & Crowd): Promise<void> {
  const info = (await (await fetch(`${url}/sandbox`)).json()) as SandboxInfo
  merchants = info.merchants.slice(0, crowd.merchants).map(({ currency, twoc2p }) => ({
    merchantID: twoc2p.merchantID,
    currencyCode: currency,
    key: createSecretKey(Buffer.from(twoc2p.secretKey, 'utf8')),
  }))
  const opening = Array.from({ length: crowd.connections }, () => Connection.open(new URL(url)))
  connections = await Promise.all(opening)
  if (crowd.notify) backendReturnUrl = await listenAsShops()
}

/** Opens an order and pays it. In an open loop the first step began when it was meant to. */
async function payOnce(connection: Connection, startsAt: number) {
  const merchant = merchants[invoices % merchants.length]
  if (merchant === undefined) throw new Error('the sandbox has no merchants')
  const opened = await connection.post('/payment/4.3/paymentToken', orderBy(merchant))
  const openedAt = performance.now()
  const paymentToken = paymentTokenIn(opened, merchant)
  const body = `{"paymentToken":"${paymentToken}","locale":"en","payment":${PAYMENT}}`
  const paid = await connection.post('/payment/4.3/payment', body)
  const paidAt = performance.now()
  const { respCode } = JSON.parse(paid) as { respCode?: string }
  if (respCode !== '2000') throw new Error(`a payment was answered with ${paid}`)
  return { token: openedAt - startsAt, pay: paidAt - openedAt, both: paidAt - startsAt }
}

function orderBy({ merchantID, currencyCode, key }: Merchant): string {
  invoices += 1
  const invoiceNo = `bench-${process.pid}-${invoices}`
  const claims = { merchantID, invoiceNo, description: 'item 1', amount: 1000, currencyCode }
  const text = JSON.stringify({ ...claims, request3DS: 'N', backendReturnUrl })
  return `{"payload":"${signJws(text, key)}"}`
}

function paymentTokenIn(answer: string, { key }: Merchant): string {
  const { payload } = JSON.parse(answer) as { payload?: string }
  const jws = readJws(payload ?? '')
  if (jws === undefined || !isSignedBy(jws, key)) throw new Error(`not signed: ${answer}`)
  const claims = JSON.parse(jws.payload.toString()) as { respCode: string; paymentToken: string }
  if (claims.respCode !== '0000') throw new Error(`an order was answered with ${claims.respCode}`)
  return claims.paymentToken
}

/** Acknowledges every notification. */
async function listenAsShops(): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      notified += 1
      response.end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/notify`
}

async function countNotified(count: number): Promise<number> {
  const giveUpAt = performance.now() + NOTIFIED_WAIT_MS
  while (notified < count && performance.now() < giveUpAt) await sleep(50)
  return notified
}

answerQuestions<DriverQuestion>(async (question) => {
  if (question.kind === 'start') return start(question)
  if (question.kind === 'run') return runPlan(question.plan, connections, payOnce)
  return countNotified(question.count)
})
