import type { FastifyInstance } from 'fastify'
import type { Ledger } from '../acquirers/simulator/ledger.ts'
import {
  answerWalletRequest,
  findWalletRequest,
  type WalletRef,
} from '../acquirers/simulator/wallet.ts'
import type { Program } from '../cli/compose.ts'
import { acceptForms, notFound, refOf, wayBack } from '../page/threeds-routes.ts'
import { sendPage } from '../threeds/sandbox-html.ts'
import { WALLET_ANSWERS, walletOverPage, walletPage } from './wallet-page.ts'

const PAGE = '/sandbox/wallet/:merchantId/:operationId'

interface Routed {
  Params: WalletRef
}

/** The simulated wallet: its page for browsers, and an answer in one call for tests. */
export function addWallet(program: Program, ledger: Ledger): void {
  program.app.register(async (scope) => {
    acceptForms(scope)
    addPage(scope, program, ledger)
    addCompletion(scope, program, ledger)
  })
}

function addPage(app: FastifyInstance, { merchants }: Program, ledger: Ledger): void {
  app.get<Routed>(PAGE, async ({ params }, reply) => {
    const request = findWalletRequest(ledger, params)
    if (request === undefined) return notFound(reply)
    const { isOpen, wallet, returnUrl } = request
    if (!isOpen) return sendPage(reply, walletOverPage(wallet.targetOrg, returnUrl))
    const merchant = await merchants.find(params.merchantId)
    return sendPage(reply, walletPage(request, merchant?.name ?? params.merchantId))
  })

  app.post<Routed>(PAGE, async ({ params, body }, reply) => {
    const request = findWalletRequest(ledger, params)
    const { answer } = (body ?? {}) as { answer?: unknown }
    if (request === undefined || !isAnswer(answer)) return notFound(reply)
    give(ledger, params, answer)
    return reply.redirect(request.returnUrl, 303)
  })
}

type Answer = (typeof WALLET_ANSWERS)[number]

function isAnswer(answer: unknown): answer is Answer {
  return WALLET_ANSWERS.some((known) => known === answer)
}

/** Pending is no answer: its owner may come again. */
function give(ledger: Ledger, ref: WalletRef, answer: Answer): void {
  if (answer !== 'pending') answerWalletRequest(ledger, ref, answer === 'successful')
}

/**
 * The owner's whole part in one call: `POST /sandbox/wallet/complete` with the `url` that
 * orderAndPay answered and an `answer`. Answers the way back to the merchant.
 */
function addCompletion(app: FastifyInstance, program: Program, ledger: Ledger): void {
  const { gateway, page } = program
  app.post('/sandbox/wallet/complete', async ({ body }, reply) => {
    const { url, answer } = (body ?? {}) as { url?: unknown; answer?: unknown }
    const ref = refIn(url)
    const order = refOf(gateway, ref)
    if (order === undefined || !isAnswer(answer)) {
      const error = `url must be what orderAndPay answered, answer one of ${WALLET_ANSWERS.join()}`
      return reply.code(400).send({ error })
    }
    const { headers } = await program.app.inject({ method: 'GET', url: `/wallet/${ref}` })
    const asked = askedAt(headers.location)
    if (asked !== undefined) give(ledger, asked, answer)
    const result = await gateway.askWallet(order)
    return { status: result.payment?.status, back: await wayBack(page, order, result) }
  })
}

/** The order in an address that orderAndPay answered; empty where there is none. */
function refIn(url: unknown): string {
  const path = typeof url === 'string' ? URL.parse(url)?.pathname : undefined
  const [, ref = ''] = /^\/wallet\/([A-Za-z0-9_-]+)$/.exec(path ?? '') ?? []
  return ref
}

/** What the wallet's page is about; undefined where the browser was sent elsewhere. */
function askedAt(location = ''): WalletRef | undefined {
  const [, merchantId, operationId] = /^\/sandbox\/wallet\/([^/]+)\/([^/]+)$/.exec(location) ?? []
  if (merchantId === undefined || operationId === undefined) return undefined
  return { merchantId: decodeURIComponent(merchantId), operationId }
}
