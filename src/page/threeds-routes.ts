import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Gateway } from '../gateway/gateway.ts'
import type { BrowserFacts } from '../gateway/authentication-ports.ts'
import type { BrowserReturn, PaymentResult } from '../gateway/ports.ts'
import type { OrderRef } from '../gateway/session-token.ts'
import { forwardingPage, newNonce, onwardPage, pageHeaders } from './html.ts'
import { endPage, hopPage, methodDonePage } from './hop.ts'

export interface PageOptions {
  readonly gateway: Gateway
  readonly publicUrl: () => string
  /** Where a payer sees how an order ended, when its merchant has no page for that. */
  readonly resultUrl: (sessionToken: Buffer) => string
}

/**
 * Shops may show these pages in a frame, as issuers' pages are shown: there is nothing on them to
 * press. The shop's address cannot be known here.
 */
const IN_FRAMES = ['http:', 'https:']

/** Where the directory server and browsers reach us about one order. */
export function threedsUrls(publicUrl: string, ref: string) {
  return {
    notificationUrl: `${publicUrl}/3ds/${ref}/return`,
    resultsUrl: `${publicUrl}/3ds/${ref}/results`,
  }
}

/** The browser's and the directory server's part of 3-D Secure, the same for every dialect. */
export function addThreedsRoutes(app: FastifyInstance, options: PageOptions): void {
  app.register(async (scope) => {
    acceptForms(scope)
    addHop(scope, options)
    addReturn(scope, options)
  })
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
      done(null, body)
    })
    addResults(scope, options)
  })
}

function addHop(app: FastifyInstance, { gateway }: PageOptions): void {
  app.get<{ Params: { ref: string } }>('/3ds/:ref', async ({ params }, reply) => {
    const order = refOf(gateway, params.ref)
    if (order === undefined) return notFound(reply)
    const nonce = newNonce()
    const { origins } = await gateway.browserWays(order)
    const frames = { frames: origins, frameAncestors: IN_FRAMES }
    const headers = pageHeaders({ nonce, formAction: origins, ...frames })
    return reply.headers(headers).send(hopPage(nonce))
  })

  app.post('/3ds/method-done', async (_request, reply) => {
    const nonce = newNonce()
    const headers = pageHeaders({ nonce, frameAncestors: IN_FRAMES })
    return reply.headers(headers).send(methodDonePage(nonce))
  })

  app.post<{ Params: { ref: string } }>('/3ds/:ref/continue', async (request, reply) => {
    const order = refOf(gateway, request.params.ref)
    const part = readPart(request.body)
    if (order === undefined || part === undefined) return notFound(reply)
    const { next } = await gateway.continueAuthentication(order, {
      ...part,
      browser: browserOf(request, part.browser),
    })
    return { next: next ?? null }
  })
}

function addReturn(app: FastifyInstance, options: PageOptions): void {
  const { gateway } = options
  // Whatever comes through the browser proves nothing: it only says that the challenge is over.
  app.post<{ Params: { ref: string } }>('/3ds/:ref/return', async (request, reply) => {
    const { params, body } = request
    const order = refOf(gateway, params.ref)
    if (order === undefined) return notFound(reply)
    const { threeDSSessionData } = (body ?? {}) as { threeDSSessionData?: unknown }
    const data = typeof threeDSSessionData === 'string' ? threeDSSessionData : undefined
    const carried = data ?? (await gateway.heldStep(order))?.sessionData ?? ''
    const result = await gateway.finishAuthentication(order, carried)
    return leave(request, reply, { options, order, result })
  })

  app.get<{ Params: { ref: string } }>('/3ds/:ref/end', async (request, reply) => {
    const { params } = request
    const order = refOf(gateway, params.ref)
    if (order === undefined) return notFound(reply)
    const result = await gateway.inquire(order)
    return leave(request, reply, { options, order, result })
  })
}

function addResults(app: FastifyInstance, { gateway }: PageOptions): void {
  app.post<{ Params: { ref: string } }>('/3ds/:ref/results', async (request, reply) => {
    const order = refOf(gateway, request.params.ref)
    const message = order && (await gateway.receiveResults(order, request.body as Buffer))
    if (message === undefined) return notFound(reply)
    return message
  })
}

interface Ended {
  readonly options: PageOptions
  readonly order: OrderRef
  readonly result: PaymentResult
}

/** Sends the browser on. Our result page stands in no frame; whoever made the frame closes it. */
async function leave(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  { options, order, result }: Ended,
): Promise<FastifyReply> {
  const back = await wayBack(options, order, result)
  const isOurs = back.kind === 'redirect' && back.url.startsWith(`${options.publicUrl()}/`)
  if (!isOurs || headers['sec-fetch-dest'] !== 'iframe') return sendBack(reply, back)
  const nonce = newNonce()
  return reply.headers(pageHeaders({ nonce, frameAncestors: IN_FRAMES })).send(endPage(nonce))
}

/** The merchant's own way back, or our result page. */
export async function wayBack(
  { gateway, resultUrl }: PageOptions,
  order: OrderRef,
  result: PaymentResult,
): Promise<BrowserReturn> {
  const { merchantId, dialect } = result.order
  const access = await gateway.merchantAccess(merchantId, dialect)
  const voice = gateway.voice(dialect)
  if (access === undefined || voice === undefined) throw new Error('an order has no merchant')
  const { returnUrl } = await gateway.browserWays(order)
  const sessionToken = gateway.sessionTokens.seal(order)
  const way = { merchant: access.merchant, sessionToken, returnUrl }
  const back = voice.returnToMerchant(result, way)
  return back.kind === 'stay' ? { kind: 'redirect', url: resultUrl(sessionToken) } : back
}

/** Sends the browser on as its merchant says: a redirect, a form, a link of an app. */
export function sendBack(reply: FastifyReply, back: BrowserReturn): FastifyReply {
  if (back.kind === 'redirect' && /^https?:/i.test(back.url)) return reply.redirect(back.url, 303)
  if (back.kind === 'stay') return notFound(reply)
  const nonce = newNonce()
  // The issuer's page may post to web addresses only, and a redirect would count as one: an app's
  // own scheme is reached from a page of ours.
  if (back.kind === 'redirect') {
    return reply.headers(pageHeaders({ nonce })).send(onwardPage(nonce, back.url))
  }
  const headers = pageHeaders({ nonce, formAction: ['https:', 'http:'] })
  return reply.headers(headers).send(forwardingPage(nonce, back))
}

/** The order that a base64url session token names. */
export function refOf({ sessionTokens }: Gateway, ref: string): OrderRef | undefined {
  const sealed = Buffer.from(ref, 'base64url')
  return sealed.toString('base64url') === ref ? sessionTokens.open(sealed) : undefined
}

interface Part {
  readonly sessionData: string
  readonly methodCompletion: 'Y' | 'N'
  readonly browser: unknown
}

function readPart(body: unknown): Part | undefined {
  const { sessionData, methodCompletion, browser } = (body ?? {}) as Record<string, unknown>
  if (typeof sessionData !== 'string') return undefined
  return { sessionData, methodCompletion: methodCompletion === 'Y' ? 'Y' : 'N', browser }
}

const NUMBERS = ['colorDepth', 'screenHeight', 'screenWidth', 'timeZoneOffset'] as const

/** What a browser says with its request, and what its script tells of it. */
export function browserOf(request: FastifyRequest, told: unknown): BrowserFacts {
  return {
    ip: request.ip,
    ...textOf(request.headers, 'acceptHeader', 'accept'),
    ...textOf(request.headers, 'userAgent', 'user-agent'),
    ...readBrowser(told),
  }
}

/** What a browser tells of itself, as far as it can be true. */
function readBrowser(told: unknown): BrowserFacts {
  const { language, ...others } = (told ?? {}) as { language?: unknown } & Record<string, unknown>
  const facts: { -readonly [Name in keyof BrowserFacts]: BrowserFacts[Name] } = {}
  if (typeof language === 'string' && /^[A-Za-z0-9-]{1,35}$/.test(language)) {
    facts.language = language
  }
  for (const name of NUMBERS) {
    const value = others[name]
    if (typeof value === 'string' && /^-?[0-9]{1,6}$/.test(value)) facts[name] = Number(value)
  }
  return facts
}

function textOf(headers: Readonly<Record<string, unknown>>, name: string, header: string) {
  const value = headers[header]
  return typeof value === 'string' ? { [name]: value.slice(0, 2_048) } : {}
}

/** Reads what browsers post. */
export function acceptForms(app: FastifyInstance): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(String(body))))
    },
  )
}

export function notFound(reply: FastifyReply): FastifyReply {
  return reply.code(404).send({ error: 'not_found' })
}
