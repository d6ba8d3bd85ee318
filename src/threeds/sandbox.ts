import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { matching, needed, oneOf, optional, readElements, text } from './elements.ts'
import { MessageError } from './message-error.ts'
import { readMethodRequest, writeMethodData } from './method-data.ts'
import { type Challenge, createSandboxAcs, type SandboxAcs } from './sandbox-acs.ts'
import { answerDirectory } from './sandbox-directory.ts'
import { sendPage } from './sandbox-html.ts'
import { challengePage, gonePage, methodPage, returnPage } from './sandbox-page.ts'
import type { Send } from './server.ts'
import { readJsonObject } from './strict-json.ts'

export interface ThreedsSandboxOptions {
  /** Where payers' browsers reach the sandbox: scheme, host and port, without a slash at the end. */
  readonly publicUrl: () => string
  readonly clock: { now(): Date }
  /** Carries results messages to the 3DS server. */
  readonly send: Send
  /** For tests: shorter waits. */
  readonly waits?: Partial<Waits>
}

interface Waits {
  /** How long the directory server keeps a connection open that it never answers. */
  readonly silenceMs: number
  readonly resultsTimeoutMs: number
  readonly lateResultsMs: number
}

const WAITS: Waits = { silenceMs: 30_000, resultsTimeoutMs: 10_000, lateResultsMs: 3_000 }

const WRONG = 'That code is not right.'

/** The sandbox's directory server and ACS, with pages for browsers and an answer for tests. */
export function registerThreedsSandbox(app: FastifyInstance, options: ThreedsSandboxOptions): void {
  const waits = { ...WAITS, ...options.waits }
  app.register(async (scope) => {
    const acs = createSandboxAcs({ ...options, ...waits })
    scope.addHook('onClose', async () => acs.close())
    takeBytes(scope)
    addDirectory(scope, acs, { publicUrl: options.publicUrl, silenceMs: waits.silenceMs })
    addMethod(scope)
    addAcs(scope, acs)
    addAnswer(scope, acs)
  })
}

/** Whatever a sender calls its body, it arrives as it is. */
function takeBytes(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  scope.setErrorHandler(async (error: { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500
    if (status >= 500) request.log.error({ err: error }, 'threeds_sandbox_failed')
    await reply.code(status).send({ error: status >= 500 ? 'Something broke.' : 'Bad request.' })
  })
}

function addDirectory(
  scope: FastifyInstance,
  acs: SandboxAcs,
  { publicUrl, silenceMs }: { publicUrl: () => string; silenceMs: number },
): void {
  const closing = new AbortController()
  scope.addHook('preClose', async () => closing.abort())
  scope.post('/sandbox/3ds/directory', async (request, reply) => {
    const answer = answerDirectory(bytesOf(request.body), { publicUrl, acs })
    if (answer === undefined) {
      await sleep(silenceMs, undefined, { signal: closing.signal }).catch(() => undefined)
      reply.hijack()
      reply.raw.destroy()
      return reply
    }
    return reply.type('application/json; charset=utf-8').send(answer)
  })
}

function addMethod(scope: FastifyInstance): void {
  scope.post('/sandbox/3ds/method', async (request, reply) => {
    const asked = readMethodRequest(fieldOf(formOf(request.body), 'threeDSMethodData') ?? '')
    if (asked === undefined) return sendPage(reply.code(400), gonePage())
    if (Object.hasOwn(request.query as object, 'hangs'))
      return sendPage(reply, methodPage(undefined))
    const { threeDSServerTransID, threeDSMethodNotificationURL: notificationUrl } = asked
    const methodData = writeMethodData({ threeDSServerTransID })
    return sendPage(reply, methodPage({ notificationUrl, methodData }))
  })
}

function addAcs(scope: FastifyInstance, acs: SandboxAcs): void {
  scope.post('/sandbox/3ds/acs', async (request, reply) => {
    const form = formOf(request.body)
    const creq = fieldOf(form, 'creq') ?? ''
    const sessionData = fieldOf(form, 'threeDSSessionData')
    const challenge = acs.find(creq)
    if (challenge === undefined || !isSessionData(sessionData))
      return sendPage(reply.code(400), gonePage())
    const told = await settle(acs, challenge, {
      action: fieldOf(form, 'action'),
      code: fieldOf(form, 'code') ?? '',
    })
    const { purchase, notificationUrl } = challenge
    if (told.kind === 'open')
      return sendPage(reply, challengePage({ purchase, creq, sessionData, ...told }))
    const { merchantName } = purchase
    const { cres } = told
    return sendPage(reply, returnPage({ notificationUrl, cres, sessionData, merchantName }))
  })
}

type Told =
  | { readonly kind: 'open'; readonly error?: string }
  | { readonly kind: 'ended'; readonly cres: string }

/** What the payer did on the page; without an action the page is only being opened. */
async function settle(
  acs: SandboxAcs,
  challenge: Challenge,
  { action, code }: { action: string | undefined; code: string },
): Promise<Told> {
  if (challenge.ended !== undefined) return { kind: 'ended', cres: await challenge.ended }
  if (action === 'cancel') return { kind: 'ended', cres: await acs.end(challenge, 'cancel') }
  if (action !== 'confirm') return { kind: 'open' }
  if (code.trim() === '') return { kind: 'open', error: 'Enter the six digits of your code.' }
  const answer = await acs.answer(challenge, code)
  if (answer.kind === 'ended') return answer
  const tries = answer.triesLeft === 1 ? 'one try' : `${answer.triesLeft} tries`
  return { kind: 'open', error: `${WRONG} You have ${tries} left.` }
}

const ANSWER = {
  creq: needed(text(4096)),
  threeDSSessionData: optional(matching(/^[A-Za-z0-9_-]{0,1024}$/)),
  code: optional(text(12)),
  outcome: optional(oneOf('pass', 'fail', 'cancel', 'timeout')),
}

/** For tests without a browser: what the page does, in one call. */
function addAnswer(scope: FastifyInstance, acs: SandboxAcs): void {
  scope.post('/sandbox/3ds/answer', async (request, reply) => {
    const asked = readAnswer(bytesOf(request.body))
    if (typeof asked === 'string') return reply.code(400).send({ error: asked })
    const { creq, threeDSSessionData = '', code, outcome } = asked
    const challenge = acs.find(creq)
    if (challenge === undefined)
      return reply.code(404).send({ error: 'There is no such challenge.' })
    const told =
      outcome === undefined
        ? await acs.answer(challenge, code ?? '')
        : { kind: 'ended' as const, cres: await acs.end(challenge, outcome) }
    if (told.kind === 'wrong')
      return reply.code(422).send({ error: WRONG, triesLeft: told.triesLeft })
    const { notificationUrl } = challenge
    return { notificationUrl, cres: told.cres, threeDSSessionData }
  })
}

function readAnswer(body: Uint8Array) {
  try {
    const asked = readElements(ANSWER, readJsonObject(body))
    const isOne = (asked.code === undefined) !== (asked.outcome === undefined)
    return isOne ? asked : 'Say either code or outcome.'
  } catch (error) {
    if (error instanceof MessageError) return `Wrong or missing: ${error.element}.`
    throw error
  }
}

// --- Bodies

function bytesOf(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0)
}

function formOf(body: unknown): URLSearchParams {
  return new URLSearchParams(bytesOf(body).toString('utf8'))
}

/** @returns undefined when the field is missing or there twice. */
function fieldOf(form: URLSearchParams, name: string): string | undefined {
  const values = form.getAll(name)
  return values.length === 1 ? values[0] : undefined
}

function isSessionData(data: string | undefined): boolean {
  return data === undefined || /^[A-Za-z0-9_-]{0,1024}$/.test(data)
}
