import type { FastifyInstance, FastifyReply } from 'fastify'
import { type CardHolder, type Expiry, parseExpiry } from '../core/card.ts'
import type { Order } from '../core/order.ts'
import { holdsPan, Pan, Sad } from '../core/pan.ts'
import { Refusal, type RefusalCode } from '../core/refusal.ts'
import type { Instrument } from '../gateway/pay.ts'
import type { PaymentResult } from '../gateway/ports.ts'
import type { OrderRef } from '../gateway/session-token.ts'
import { stepForm } from './step.ts'
import { browserOf, type PageOptions, refOf, wayBack } from './threeds-routes.ts'
import { viewOf } from './view.ts'

/** Attempts that an order takes on the hosted page before it is closed. */
const ATTEMPTS_MAX = 5

const NAME_LENGTH_MAX = 50

/** What the payer typed is wrong, or the order takes no payment. */
class PageError extends Error {
  readonly error: string
  readonly field: string | undefined

  constructor(error: string, field?: string) {
    super(error)
    this.error = error
    this.field = field
  }
}

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

    scope.get<Routed>('/page/:ref', async ({ params }) => show(options, orderRef(options, params)))

    scope.post<Routed>('/page/:ref/pay', async (request) => {
      const { params, body } = request
      const ref = orderRef(options, params)
      const order = await options.gateway.findOrder(ref)
      const { instrument, save, holder } = await readInstrument(options, order, body)
      const result = await options.gateway.pay({
        order,
        instrument,
        storeCard: save,
        ...(holder && { holder }),
        initiator: 'customer',
        returnUrl: undefined,
        browser: browserOf(request, fieldsOf(body)?.['browser']),
        reopens: (await options.gateway.attempts(order)) + 1 < ATTEMPTS_MAX,
      })
      return show(options, ref, result)
    })

    scope.post<Routed>('/page/:ref/cancel', async ({ params }) => {
      const ref = orderRef(options, params)
      await options.gateway.cancelOrder(ref)
      return show(options, ref)
    })

    scope.get<Routed>('/page/:ref/return', async ({ params }) => {
      const ref = orderRef(options, params)
      const result = await options.gateway.inquire(ref)
      const back = await wayBack(options, ref, result)
      const isOurs = back.kind === 'redirect' && back.url.startsWith(`${options.publicUrl()}/`)
      // This page may post to nobody else; the one at the end may, and does.
      return isOurs ? { kind: 'stay' } : { kind: 'redirect', url: `/3ds/${params.ref}/end` }
    })
  })
}

function orderRef({ gateway }: PageOptions, { ref }: { ref: string }): OrderRef {
  const order = refOf(gateway, ref)
  if (order === undefined) throw new PageError('not_found')
  return order
}

async function show(options: PageOptions, ref: OrderRef, known?: PaymentResult) {
  const { gateway } = options
  const result = await gateway.inquire(ref)
  const access = await gateway.merchantAccess(ref.merchantId, result.order.dialect)
  if (access === undefined) throw new Error('an order has no merchant')
  const cards = await gateway.orderCards(result.order)
  const at = gateway.clock.now()
  const view = viewOf({ result, merchant: access.merchant, cards, at })
  if (known?.next === undefined) return view
  return { ...view, next: stepForm(gateway, ref, known.next) }
}

type Fields = Readonly<Record<string, unknown>>

const fieldsOf = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null ? (value as Fields) : undefined

async function readInstrument(
  { gateway }: PageOptions,
  order: Order,
  body: unknown,
): Promise<{ instrument: Instrument; save: boolean; holder?: CardHolder | undefined }> {
  const { card, stored, save } = fieldsOf(body) ?? {}
  const chosen = fieldsOf(stored)
  if (chosen !== undefined) {
    const cards = await gateway.orderCards(order)
    const vaultToken = cards.find(({ name }) => name === chosen['id'])
    if (vaultToken === undefined) throw new PageError('card_invalid')
    const securityCode = codeOf(chosen['code'], vaultToken.card.brand)
    return { instrument: { kind: 'vaultToken', vaultToken, securityCode }, save: false }
  }
  const { customerTokenOnly } = order.details as { customerTokenOnly?: boolean }
  const typed = fieldsOf(card)
  if (typed === undefined || customerTokenOnly === true) throw new PageError('card_invalid')
  const pan = Pan.parse(textOf(typed['number']).replace(/[ -]/g, ''))
  if (pan === undefined) throw new PageError('card_invalid', 'number')
  const expiry = expiryOf(typed)
  const securityCode = codeOf(typed['code'], pan.brand)
  const instrument = { kind: 'card' as const, pan, expiry, securityCode }
  return { instrument, save: save === true, holder: holderOf(typed) }
}

/** A name that could not be one is not kept: what fills in forms also errs. */
function holderOf(typed: Fields): CardHolder | undefined {
  const name = textOf(typed['name'])
  const isName = name !== '' && name.length <= NAME_LENGTH_MAX && !holdsPan(name)
  return isName ? { name } : undefined
}

function expiryOf(typed: Fields): Expiry {
  const expiry = parseExpiry(textOf(typed['month']), textOf(typed['year']))
  if (expiry === undefined) throw new PageError('card_invalid', 'month')
  return expiry
}

function codeOf(value: unknown, brand: Pan['brand']): Sad {
  const form = brand === 'amex' ? /^[0-9]{3,4}$/ : /^[0-9]{3}$/
  const text = textOf(value)
  if (!form.test(text)) throw new PageError('code_invalid', 'code')
  return new Sad(text)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : ''
}

const REFUSALS: Partial<Record<RefusalCode, string>> = {
  card_expired: 'card_expired',
  order_in_progress: 'in_progress',
  order_finished: 'already_paid',
  order_cancelled: 'cancelled',
  order_expired: 'expired',
  order_not_found: 'not_found',
  vault_token_unknown: 'card_invalid',
}

const STATUSES: Readonly<Record<string, number>> = {
  not_found: 404,
  already_paid: 409,
  in_progress: 409,
  cancelled: 409,
  expired: 409,
}

async function answerFault(
  error: unknown,
  log: { error(fields: object, text: string): void },
  reply: FastifyReply,
): Promise<FastifyReply> {
  const refused = refusalOf(error)
  if (refused !== undefined) {
    return reply.code(STATUSES[refused.error] ?? 422).send(refused)
  }
  const { statusCode = 503 } = error as { statusCode?: number }
  if (statusCode < 500) return reply.code(statusCode).send({ error: 'card_invalid' })
  log.error({ err: error }, 'request_failed')
  return reply.code(503).send({ error: 'unavailable' })
}

function refusalOf(error: unknown): { error: string; field?: string } | undefined {
  if (error instanceof PageError) {
    return { error: error.error, ...(error.field !== undefined && { field: error.field }) }
  }
  const told = error instanceof Refusal ? REFUSALS[error.code] : undefined
  return told === undefined ? undefined : { error: told }
}
