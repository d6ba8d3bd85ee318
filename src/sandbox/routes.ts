import type { FastifyInstance } from 'fastify'
import type { Ledger } from '../acquirers/simulator/ledger.ts'
import { TEST_CARDS } from '../acquirers/simulator/test-cards.ts'
import { THREEDS_TEST_CARDS } from '../threeds/sandbox-cards.ts'
import { sendPage } from '../threeds/sandbox-html.ts'
import type { Program } from '../cli/compose.ts'
import { signJws } from '../dialects/twoc2p/signing.ts'
import { demoApiUser } from './api-users.ts'
import type { SandboxInfo } from './info.ts'
import { addChallengeCompletion } from './complete-challenge.ts'
import { addWallet } from './wallet.ts'
import { demoMerchantIds } from './merchants.ts'
import { renderPage } from './page.ts'
import { payerMaxInfo } from './payermax.ts'

const LEDGER_ENTRIES_MAX = 1_000

/** The sandbox's own addresses: the page, its content as JSON, and the acquirer's book. */
export function addSandboxRoutes(program: Program, ledger: Ledger): void {
  const app: FastifyInstance = program.app
  addChallengeCompletion(program)
  addWallet(program, ledger)
  app.get('/sandbox', async () => sandboxInfo(program))

  app.get('/sandbox/ledger', async ({ query }) => {
    const { merchantID, limit } = query as { merchantID?: string; limit?: string }
    const most = /^[0-9]{1,4}$/.test(limit ?? '') ? Number(limit) : 100
    const entries = ledger.newest(Math.min(most, LEDGER_ENTRIES_MAX), merchantID)
    return { entries: entries.map((entry) => ({ ...entry, minor: entry.minor.toString() })) }
  })

  app.get('/', async (_request, reply) => {
    return sendPage(reply, renderPage(await sandboxInfo(program), await firstCurl(program)))
  })
}

async function sandboxInfo(program: Program): Promise<SandboxInfo> {
  const merchants = await Promise.all(demoMerchantIds().map((id) => demoMerchant(program, id)))
  const expiry = `12/${program.clock.now().getUTCFullYear() + 3}`
  return {
    baseUrls: {
      twoc2p: `${program.publicUrl()}/payment/4.3`,
      jcc: `${program.publicUrl()}/payment/rest/`,
      payermax: `${program.publicUrl()}/aggregate-pay/api/gateway`,
    },
    merchants,
    testCards: [...TEST_CARDS, ...THREEDS_TEST_CARDS].map(({ pan, brand, cvv, does }) => ({
      pan,
      brand,
      expiry,
      cvv,
      does,
    })),
  }
}

/** A curl command that opens an order, with a fresh invoice number, signed and ready to run. */
export async function firstCurl(program: Program): Promise<string> {
  const [id = ''] = demoMerchantIds()
  const access = await program.gateway.merchantAccess(id, 'twoc2p')
  const [secret] = access?.secrets ?? []
  if (access === undefined || secret === undefined) throw new Error('a demo merchant is missing')
  const claims = {
    merchantID: id,
    invoiceNo: `hello-${program.clock.now().getTime()}`,
    description: 'First payment',
    amount: 1000,
    currencyCode: access.merchant.currency,
  }
  const body = JSON.stringify({ payload: signJws(JSON.stringify(claims), secret) })
  return `curl -s ${program.publicUrl()}/payment/4.3/paymentToken -d '${body}'`
}

async function demoMerchant(program: Program, id: string) {
  const { name, currency } = (await accessOf(program, id, 'twoc2p')).merchant
  const secretKey = await secretOf(program, id, 'twoc2p')
  const callbackSecret = await secretOf(program, id, 'jcc')
  return {
    id,
    name,
    currency,
    twoc2p: { merchantID: id, secretKey },
    jcc: { ...demoApiUser(id), callbackSecret },
    payermax: await payerMaxInfo(program, id),
  }
}

async function secretOf(program: Program, id: string, dialect: string): Promise<string> {
  const [secret] = (await accessOf(program, id, dialect)).secrets
  if (secret === undefined) throw new Error('a demo merchant has no secret')
  return secret.export().toString('utf8')
}

async function accessOf({ gateway }: Program, id: string, dialect: string) {
  const access = await gateway.merchantAccess(id, dialect)
  if (access === undefined) throw new Error('a demo merchant is missing')
  return access
}
