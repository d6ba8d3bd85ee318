import type { FastifyInstance } from 'fastify'
import type { Order } from '../core/order.ts'
import { stepPath } from '../gateway/browser-step.ts'
import type { Gateway } from '../gateway/gateway.ts'
import type { Merchant, PageTerms, PaymentResult } from '../gateway/ports.ts'
import type { OrderRef } from '../gateway/session-token.ts'
import { logoOf } from './logo.ts'
import { answerFault, PageError } from './page-error.ts'
import { readInstrument, toldBrowser } from './read-instrument.ts'
import { browserOf, type PageOptions, refOf, wayBack } from './threeds-routes.ts'
import { type View, viewOf } from './view.ts'

/** Attempts that an order takes from its payer before it is closed. */
export const ATTEMPTS_MAX = 5

interface Routed {
  Params: { ref: string }
}

/** The hosted page's own interface: for its script, from our own origin only. */
export function addHostedRoutes(app: FastifyInstance, options: PageOptions): void {
  app.register(async (scope) => {
    scope.setErrorHandler(async (error, request, reply) => answerFault(error, request.log, reply))
    scope.addHook('onRequest', async (request) => {
      const { origin } = request.headers
      // A page of somebody else may not pay in the payer's name.
      if (origin !== undefined && origin !== options.publicUrl()) throw new PageError('not_found')
    })
    addLooks(scope, options)
    addDeeds(scope, options)
  })
}

function addLooks(app: FastifyInstance, options: PageOptions): void {
  const { gateway } = options

  app.get<Routed>('/page/:ref', async ({ params }) => show(gateway, orderRef(gateway, params)))

  app.get<Routed>('/page/:ref/return', async ({ params }) => {
    const ref = orderRef(gateway, params)
    const back = await wayBack(options, ref, await gateway.inquire(ref))
    const isOurs = back.kind === 'redirect' && back.url.startsWith(`${options.publicUrl()}/`)
    // This page may post to nobody else; the one at the end may, and does.
    return { url: isOurs ? null : `/3ds/${params.ref}/end` }
  })

  app.get<Routed>('/page/:ref/logo', async ({ params }, reply) => {
    const order = await gateway.findOrder(orderRef(gateway, params))
    const logo = logoOf(await merchantOf(gateway, order))
    if (logo === undefined) throw new PageError('not_found')
    return reply
      .header('cache-control', 'private, max-age=300')
      .header('content-security-policy', "default-src 'none'")
      .header('x-content-type-options', 'nosniff')
      .type(logo.type)
      .send(logo.bytes)
  })
}

function addDeeds(app: FastifyInstance, { gateway }: PageOptions): void {
  app.post<Routed>('/page/:ref/pay', async (request) => {
    const { params, body } = request
    const key = request.headers['idempotency-key']
    const ref = orderRef(gateway, params)
    const order = await gateway.findOrder(ref)
    const terms = termsOf(gateway, order)
    const { instrument, save, holder } = await readInstrument(gateway, { order, terms }, body)
    const attempts = await gateway.attempts(order)
    const { initiator, authentication } = terms
    const { next } = await gateway.pay({
      order,
      instrument,
      storeCard: save || terms.storesCard === true,
      ...(holder && { holder }),
      initiator,
      // It is for one attempt: its value is erased with the outcome.
      ...(attempts === 0 && authentication && { authentication }),
      returnUrl: undefined,
      browser: browserOf(request, toldBrowser(body)),
      reopens: attempts + 1 < ATTEMPTS_MAX,
      attemptKey: typeof key === 'string' ? key : undefined,
    })
    const view = await show(gateway, ref)
    return { ...view, ...(next && { next: { url: stepPath(gateway.sessionTokens, ref, next) } }) }
  })

  app.post<Routed>('/page/:ref/restart', async ({ params }) => {
    const ref = orderRef(gateway, params)
    const { payment } = await gateway.inquire(ref)
    // Without the card's half that went with the browser the attempt fails, and its order reopens.
    if (payment?.reopens === true) await gateway.finishAuthentication(ref, '')
    return show(gateway, ref)
  })

  app.post<Routed>('/page/:ref/cancel', async ({ params }) => {
    const ref = orderRef(gateway, params)
    await gateway.cancelOrder(ref)
    return show(gateway, ref)
  })
}

function orderRef(gateway: Gateway, { ref }: Routed['Params']): OrderRef {
  const order = refOf(gateway, ref)
  if (order === undefined) throw new PageError('not_found')
  return order
}

async function show(gateway: Gateway, ref: OrderRef): Promise<View> {
  const result: PaymentResult = await gateway.inquire(ref)
  const { order } = result
  return viewOf({
    result,
    ref: gateway.sessionTokens.seal(ref).toString('base64url'),
    merchant: await merchantOf(gateway, order),
    cards: await gateway.orderCards(order),
    terms: termsOf(gateway, order),
    at: gateway.clock.now(),
  })
}

async function merchantOf(gateway: Gateway, { merchantId, dialect }: Order): Promise<Merchant> {
  const access = await gateway.merchantAccess(merchantId, dialect)
  if (access === undefined) throw new Error('an order has no merchant')
  return access.merchant
}

function termsOf(gateway: Gateway, order: Order): PageTerms {
  const voice = gateway.voice(order.dialect)
  if (voice === undefined) throw new Error('nobody speaks this dialect')
  return voice.pageTerms(order)
}
