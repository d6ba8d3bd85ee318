import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import Fastify, { type FastifyInstance } from 'fastify'
import { Pan } from '../core/pan.ts'
import type { AuthenticationRequest } from './areq.ts'
import { registerThreedsSandbox } from './sandbox.ts'
import {
  createThreedsServer,
  type ResultsReading,
  type Send,
  type ThreedsServer,
  type TransactionIds,
} from './server.ts'

/** A results message as it arrived, and what the 3DS server made of it. */
export interface Arrival {
  readonly body: string
  readonly reading: ResultsReading
}

/** A gateway's side of 3-D Secure on this machine, with the sandbox's directory server and ACS. */
export interface World {
  readonly app: FastifyInstance
  readonly url: string
  readonly server: ThreedsServer
  /** Gives up on the directory server at once. */
  readonly impatient: ThreedsServer
  readonly clock: { now(): Date; at: number }
  /** Registers what results are expected, as a payment row would hold it. */
  expect(ids: TransactionIds): void
  arrivals(threeDSServerTransactionId: string): readonly Arrival[]
  /** Waits until so many results messages have come. */
  arrived(threeDSServerTransactionId: string, count: number): Promise<void>
  /** What browsers posted to the notification URL. */
  readonly notified: URLSearchParams[]
  close(): Promise<void>
}

export const postJson: Send = async ({ url, body }) => {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url, { method: 'POST', headers, body })
  return { status: answer.status, body: await answer.text() }
}

export async function startWorld(): Promise<World> {
  const clock = { at: Date.UTC(2026, 10, 21, 11, 24, 5), now: () => new Date(clock.at) }
  const app = Fastify({ forceCloseConnections: 'idle' })
  const expected = new Map<string, TransactionIds>()
  const arrivals = new Map<string, Arrival[]>()
  const arriving = new EventTarget()
  const notified: URLSearchParams[] = []
  let url = ''
  const common = { clock, send: postJson, challengeWindowSize: '05' } as const
  const server = (timeoutMs: number): ThreedsServer =>
    createThreedsServer({
      ...common,
      timeoutMs,
      directoryServerUrl: `${url}/sandbox/3ds/directory`,
    })

  const waits = { lateResultsMs: 20, resultsTimeoutMs: 5_000, silenceMs: 60_000 }
  registerThreedsSandbox(app, { publicUrl: () => url, clock, send: postJson, waits })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  app.post<{ Params: { id: string }; Body: string }>('/results/:id', async ({ params, body }) => {
    const nobody = randomUUID()
    const ids = expected.get(params.id) ?? {
      threeDSServerTransactionId: nobody,
      dsTransactionId: nobody,
      acsTransactionId: nobody,
    }
    const reading = receiver.readResults(body, ids)
    arrivals.set(params.id, [...(arrivals.get(params.id) ?? []), { body, reading }])
    arriving.dispatchEvent(new Event(params.id))
    return reading.answer
  })
  app.post<{ Body: string }>('/notify', async ({ body }, reply) => {
    notified.push(new URLSearchParams(body))
    return reply
      .type('text/html')
      .send('<!doctype html><title>Back</title><h1>Back at the shop</h1>')
  })
  url = await app.listen({ host: '127.0.0.1', port: 0 })
  const receiver = server(10_000)
  return {
    app,
    url,
    server: receiver,
    impatient: server(50),
    clock,
    expect: (ids) => expected.set(ids.threeDSServerTransactionId, ids),
    arrivals: (id) => arrivals.get(id) ?? [],
    async arrived(id, count) {
      while ((arrivals.get(id) ?? []).length < count) await once(arriving, id)
    },
    notified,
    close: () => app.close(),
  }
}

export function aPan(digits: string): Pan {
  const pan = Pan.parse(digits)
  if (pan === undefined) throw new Error('a test uses no card number')
  return pan
}

/** A valid request for a card of the sandbox. */
export function anAuthenticationRequest(
  { url }: Pick<World, 'url'>,
  changes: Partial<AuthenticationRequest> = {},
): AuthenticationRequest {
  const threeDSServerTransactionId = randomUUID()
  return {
    threeDSServerTransactionId,
    version: '2.2.0',
    pan: aPan('4000000000002065'),
    expiry: { year: 2029, month: 12 },
    amount: { minor: 100_000n, currency: 'THB' },
    merchantId: 'JT01',
    merchantName: 'Demo shop',
    purchaseAt: new Date(Date.UTC(2026, 10, 21, 11, 24, 5)),
    notificationUrl: `${url}/notify`,
    resultsUrl: `${url}/results/${threeDSServerTransactionId}`,
    methodCompletion: 'U',
    challengePreference: 'none',
    ...changes,
  }
}

/**
 * Card, how it is answered; then the results messages, the letter in the CRes, and the judgment
 * on the last results, as `try` has it.
 */
export const CHALLENGES = `
  4000000000002065 code    Y - - 05 cavv                    Y proceed
  4000000000002065 pass    Y - - 05 cavv                    Y proceed
  4000000000002065 fail    N 01 - 07 -                      N refuse
  4000000000002065 cancel  N 01 01 07 -                     N refuse
  4000000000002065 timeout N 14 04 07 -                     N refuse
  4000000000002073 code    Y - - 05 cavv                    Y proceed
  4000000000002081 code    Y - - 05 cavv                    Y proceed
  4000000000002099 code    N 01 - 07 -                      N refuse
  4000000000002099 pass    N 01 - 07 -                      N refuse
  4000000000002107 code    N 01 01 07 -                     N refuse
  4000000000002115 code    N 14 04 07 -                     N refuse
  4000000000002123 code    nothing                          Y -
  4000000000002131 code    Y - - 05 cavv, Y - - 05 cavv     Y proceed
  4000000000002149 code    Y - - 05 cavv                    Y proceed
  4000000000002149 fail    N 01 - 07 -                      N refuse
  4000000000002156 code    refused                          Y -
  5200000000002045 code    Y - - 02 cavv                    Y proceed
  5200000000002045 cancel  N 01 01 00 -                     N refuse
  5000001111111115 code    Y - - 02 cavv                    Y proceed
  5555555555555599 code    Y - - 02 cavv                    Y proceed
  5168494895055780 code    N 01 - 00 -                      N refuse
  4012001038166662 code    Y - - 05 cavv                    Y proceed
`
