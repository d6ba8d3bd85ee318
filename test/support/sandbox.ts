import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cleanUpLater } from './cleanup.ts'
import { hearing, serve } from './listen.ts'
import { openLedger, type Ledger } from '../../src/acquirers/simulator/ledger.ts'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/cli/sandbox.ts'
import { readConfig } from '../../src/config.ts'
import { type Fields, twoC2pClient, type TwoC2pClient } from '../../src/sandbox/twoc2p-client.ts'
import { freshDatabaseUrl, testServer } from './database.ts'
import { freshCryptogram, freshPan } from './canaries.ts'

/** A running gateway on real HTTP and PostgreSQL, with the acquirer's book at hand. */
export interface TestSandbox {
  readonly sandbox: Sandbox
  readonly url: string
  readonly databaseUrl: string
  readonly dataDir: string
  readonly ledger: Ledger
  client(merchantID: string): Promise<TwoC2pClient>
}

export type TestSandboxOptions = Partial<Pick<SandboxOptions, 'between' | 'limits'>> & {
  readonly databaseUrl?: string
  readonly dataDir?: string
}

/** Starts a gateway for this test file and closes it after. Waiting is short, so tests are. */
export async function startTestSandbox(options: TestSandboxOptions = {}): Promise<TestSandbox> {
  const databaseUrl = options.databaseUrl ?? (await freshDatabaseUrl())
  const dataDir = options.dataDir ?? (await freshDataDir())
  const log = createWriteStream(join(dataDir, 'gateway.log'), { flags: 'a' })
  const sandbox = await startSandbox({
    config: { ...readConfig({}), port: 0, databaseUrl, dataDir },
    env: {},
    logSink: log,
    ...(options.between && { between: options.between }),
    limits: { acquirerTimeoutMs: 200, inDoubtAfterMs: 10_000, ...options.limits },
  })
  const ledger = openLedger(join(dataDir, 'simulator-ledger.sqlite'))
  cleanUpLater(async () => {
    ledger.close()
    await sandbox.close()
    log.end()
  })
  const { url } = sandbox
  return { sandbox, url, databaseUrl, dataDir, ledger, client: (id) => clientOf(url, id) }
}

export async function freshDataDir(): Promise<string> {
  const { runDir } = await testServer()
  await mkdir(join(runDir, 'gateways'), { recursive: true })
  return mkdtemp(join(runDir, 'gateways', 'g-'))
}

/** A merchant's client, with its secret as the sandbox shows it. */
export async function clientOf(url: string, merchantID: string): Promise<TwoC2pClient> {
  const response = await fetch(`${url}/sandbox`)
  const info = (await response.json()) as {
    merchants: { id: string; twoc2p: { merchantID: string; secretKey: string } }[]
  }
  const merchant = info.merchants.find(({ id }) => id === merchantID)
  if (merchant === undefined) throw new Error(`no merchant ${merchantID}`)
  return twoC2pClient({ baseUrl: `${url}/payment/4.3`, ...merchant.twoc2p })
}

let invoices = 0

export function freshInvoice(): string {
  invoices += 1
  return `t${process.pid}-${Date.now()}-${invoices}`
}

/** A payment token request with a fresh invoice; a test names only what it is about. */
export function anOrder(fields: Fields = {}): Fields {
  return {
    invoiceNo: freshInvoice(),
    description: 'item 1',
    amount: 1000,
    currencyCode: 'SGD',
    request3DS: 'N',
    ...fields,
  }
}

/** Opens an order. @returns its payment token. */
export async function openOrder(client: TwoC2pClient, fields: Fields = {}): Promise<string> {
  const answer = await client.signed('paymentToken', anOrder(fields))
  if (typeof answer['paymentToken'] !== 'string') throw new Error(JSON.stringify(answer))
  return answer['paymentToken']
}

/** A Do Payment request by card. */
export function aCardPayment(paymentToken: string, data: Fields = {}): Fields {
  const card = { cardNo: freshPan(), expiryMonth: '12', expiryYear: '2030', securityCode: '123' }
  return {
    paymentToken,
    payment: { code: { channelCode: 'CC' }, data: { name: 'T', ...card, ...data } },
  }
}

/** Pays an order with a card that is to be stored. @returns the inquiry's answer. */
export async function payAndStore(
  client: TwoC2pClient,
  data: Fields = {},
  order: Fields = {},
): Promise<Fields> {
  const paymentToken = await openOrder(client, { tokenize: true, ...order })
  await client.plain('payment', aCardPayment(paymentToken, { accountTokenization: true, ...data }))
  return client.signed('paymentInquiry', { paymentToken })
}

/** A Do Payment request by card scheme token. */
export function aSchemeTokenPayment(
  paymentToken: string,
  { blob, ...data }: Fields & { blob?: Fields } = {},
): Fields {
  const token = Buffer.from(
    JSON.stringify({
      channel: 'EXTERNAL',
      authMethod: 'CRYPTOGRAM_3DS',
      cryptogram: freshCryptogram(),
      eci: '05',
      ...blob,
    }),
  ).toString('base64')
  const card = { cardNo: freshPan(), expiryMonth: '12', expiryYear: '2030', token }
  return { paymentToken, payment: { code: { channelCode: 'CSTOKEN' }, data: { ...card, ...data } } }
}

/** A merchant's own server, hearing backend notifications. */
export interface Shop {
  readonly url: string
  /** The JWS payloads heard so far. */
  readonly heard: string[]
  /** Statuses for the next requests; 200 when empty. */
  readonly answers: number[]
  /** Resolves when this many were heard. */
  heardAtLeast(count: number): Promise<void>
}

export async function openShop(): Promise<Shop> {
  const { hear, ...told } = hearing<string>()
  const answers: number[] = []
  const base = await serve((_request, response, body) => {
    const { payload } = JSON.parse(body) as { payload: string }
    response.writeHead(answers.shift() ?? 200).end()
    hear(payload)
  })
  return { url: `${base}/notify`, answers, ...told }
}

/** Waits until `look` finds something; fails after `timeoutMs`. */
export async function eventually<T>(
  look: () => Promise<T | undefined>,
  timeoutMs = 15_000,
): Promise<T> {
  const end = Date.now() + timeoutMs
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > end) throw new Error('waited in vain')
    await sleep(25)
  }
}
