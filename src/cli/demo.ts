import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { demonstrateJcc } from './demo-jcc.ts'
import { demonstratePayerMax } from './demo-payermax.ts'
import { heading, paint, say } from './demo-print.ts'
import { listenAsShop } from './demo-shop.ts'
import { startSandbox } from './sandbox.ts'
import { readConfig } from '../config.ts'
import type { SandboxInfo } from '../sandbox/info.ts'
import { type Exchange, type Fields, twoC2pClient } from '../sandbox/twoc2p-client.ts'

/** Card Scheme Token, server to server, as the product's documents print it; decoded, in color. */
async function demonstrateTwoC2p(info: SandboxInfo): Promise<void> {
  const merchant = info.merchants.find(({ id }) => id === 'JT01')
  if (merchant === undefined) throw new Error('the sandbox has no merchant JT01')
  const client = twoC2pClient({ baseUrl: info.baseUrls.twoc2p, ...merchant.twoc2p, seen: show })
  const shop = await listenAsShop('', (body) => {
    const { payload } = JSON.parse(body) as { payload: string }
    show({
      path: 'backend notification',
      signed: true,
      request: client.verify(payload),
      answer: {},
    })
  })
  try {
    const invoiceNo = `demo-${Date.now()}`
    const { paymentToken } = await client.signed('paymentToken', {
      invoiceNo,
      description: 'item 1',
      amount: 1000,
      currencyCode: 'SGD',
      paymentChannel: ['CSTOKEN'],
      request3ds: 'N',
      backendReturnUrl: shop.url,
    })
    await client.plain('payment', doPayment(String(paymentToken)))
    await shop.heard(1)
    await client.signed('paymentInquiry', { paymentToken, invoiceNo, locale: 'en' })
  } finally {
    shop.close()
  }
}

function doPayment(paymentToken: string): Fields {
  const blob = {
    channel: 'EXTERNAL',
    authMethod: 'CRYPTOGRAM_3DS',
    cryptogram: 'ADV9E+S06yWaAAGTQHQlGgADFA==',
    eci: '05',
  }
  return {
    payment: {
      code: { channelCode: 'CSTOKEN' },
      data: {
        name: 'Terrance Tay',
        email: 'terrance@example.com',
        cardNo: '4111111111111111',
        expiryMonth: '12',
        expiryYear: String(new Date().getFullYear() + 3),
        token: Buffer.from(JSON.stringify(blob)).toString('base64'),
      },
    },
    clientIP: '175.139.9.173',
    paymentToken,
    locale: 'en',
    clientID: '30c7cf51-75c4-4265-a70a-effddfbbb0ff',
  }
}

function show({ path, signed, request, answer }: Exchange): void {
  const isNotification = path === 'backend notification'
  const how = signed ? 'JWT, HS256' : 'plain JSON'
  say(`\n${heading(isNotification ? '<' : '>', path, how)}`)
  say(paint(request, hideCard))
  if (isNotification) return
  say(heading('<', path))
  say(paint(answer, hideCard))
}

function hideCard(name: string, value: unknown): unknown {
  if (name === 'cardNo' && typeof value === 'string')
    return value.replace(/^\d+(?=\d{4}$)/, (d) => 'X'.repeat(d.length))
  if (name === 'token') return '(base64 of channel, authMethod, cryptogram, eci)'
  return value
}

const DEMONSTRATIONS: Readonly<Record<string, (info: SandboxInfo) => Promise<void>>> = {
  '2c2p': demonstrateTwoC2p,
  jcc: demonstrateJcc,
  payermax: demonstratePayerMax,
}

/** Uses the sandbox that is running, or one of its own for as long as it takes. */
async function main(dialect = '2c2p'): Promise<void> {
  const demonstrate = DEMONSTRATIONS[dialect]
  if (demonstrate === undefined) {
    return say(`There are demonstrations of ${Object.keys(DEMONSTRATIONS).join(', ')}`)
  }
  const running = process.env['TESSERA_URL'] ?? 'http://127.0.0.1:8080'
  const found = await fetch(`${running}/sandbox`).catch(() => undefined)
  if (found?.ok === true) {
    say(`Using the sandbox at ${running}`)
    return demonstrate((await found.json()) as SandboxInfo)
  }
  say('No sandbox is running: starting one for this demonstration')
  const dataDir = await mkdtemp(join(tmpdir(), 'tessera-demo-'))
  const config = { ...readConfig({}), port: 0, dataDir, logLevel: 'silent' as const }
  const sandbox = await startSandbox({ config, env: {}, logSink: { write: () => {} } })
  try {
    const info = await fetch(`${sandbox.url}/sandbox`)
    await demonstrate((await info.json()) as SandboxInfo)
  } finally {
    await sandbox.close()
    await rm(dataDir, { recursive: true })
  }
}

await main(process.argv[2])
