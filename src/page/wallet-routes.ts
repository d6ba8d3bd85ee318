import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isPastExpiry } from '../core/order.ts'
import { Refusal } from '../core/refusal.ts'
import type { Gateway } from '../gateway/gateway.ts'
import type { PaymentResult } from '../gateway/ports.ts'
import type { OrderRef } from '../gateway/session-token.ts'
import { ATTEMPTS_MAX } from './hosted-routes.ts'
import {
  browserOf,
  notFound,
  type PageOptions,
  refOf,
  sendBack,
  wayBack,
} from './threeds-routes.ts'

// A message is at its acquirer within these two seconds, or its answer is lost.
const LOOKS_MAX = 10
const BETWEEN_LOOKS_MS = 200

interface Routed {
  Params: { ref: string }
}

/**
 * The address of an order that a wallet pays: it leads on to the wallet's page while the owner has
 * to agree there, and back to the merchant otherwise. Opened again, it leads to the same place.
 */
export function addWalletRoutes(app: FastifyInstance, options: PageOptions): void {
  const { gateway } = options
  app.get<Routed>('/wallet/:ref', { exposeHeadRoute: false }, async (request, reply) => {
    const order = refOf(gateway, request.params.ref)
    if (order === undefined) return notFound(reply)
    const result = await onceAsked(options, order, await visit(options, order, request))
    const { walletUrl } = result
    void reply.header('cache-control', 'no-store')
    if (walletUrl !== undefined) return reply.redirect(walletUrl, 303)
    return sendBack(reply, await wayBack(options, order, result))
  })

  // Whatever comes through the browser proves nothing: the wallet itself is asked.
  app.get<Routed>('/wallet/:ref/return', async ({ params }, reply) => {
    const order = refOf(gateway, params.ref)
    if (order === undefined) return notFound(reply)
    const result = await gateway.askWallet(order)
    return sendBack(reply, await wayBack(options, order, result))
  })
}

/** An attempt that another visit has just begun may not have reached the wallet yet. */
async function onceAsked(
  { gateway }: PageOptions,
  ref: OrderRef,
  visited: PaymentResult,
): Promise<PaymentResult> {
  let result = visited
  for (let looks = 1; looks < LOOKS_MAX && isOnItsWay(gateway, result); looks += 1) {
    await gateway.clock.sleep(BETWEEN_LOOKS_MS)
    result = await gateway.askWallet(ref)
  }
  return result
}

function isOnItsWay({ clock }: Gateway, { order, payment, walletUrl }: PaymentResult): boolean {
  const isAsking = payment?.instrument === 'wallet' && payment.status === 'authorizing'
  return isAsking && walletUrl === undefined && !isPastExpiry(order, clock.now())
}

/** Starts an attempt where none is under way; of two visits at once one does. */
async function visit(
  { gateway, publicUrl }: PageOptions,
  ref: OrderRef,
  request: FastifyRequest,
): Promise<PaymentResult> {
  const asked = await gateway.askWallet(ref)
  const { order } = asked
  const terms = gateway.voice(order.dialect)?.pageTerms(order)
  const isOver = order.status !== 'open' || isPastExpiry(order, gateway.clock.now())
  if (terms?.wallet === undefined || isOver) return asked
  const { wallet, initiator } = terms
  const sealed = gateway.sessionTokens.seal(ref).toString('base64url')
  const attempts = await gateway.attempts(order)
  const instrument = {
    kind: 'wallet' as const,
    wallet,
    returnUrl: `${publicUrl()}/wallet/${sealed}/return`,
    asksConsent: order.storedFor !== undefined,
  }
  try {
    return await gateway.pay({
      order,
      instrument,
      storeCard: false,
      initiator,
      returnUrl: undefined,
      browser: browserOf(request, undefined),
      reopens: attempts + 1 < ATTEMPTS_MAX,
    })
  } catch (error) {
    if (error instanceof Refusal) return gateway.askWallet(ref)
    throw error
  }
}
