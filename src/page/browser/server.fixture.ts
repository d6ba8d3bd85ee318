import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { PageAssets } from '../assets.ts'
import { documentOf } from '../document-routes.ts'
import { pageHeaders } from '../html.ts'
import type { RefusalCode, View, WayBack } from './view.ts'

// What the page talks to: the document and the policy are the real server's, the answers come from a
// script.

type Refused = { readonly error: RefusalCode; readonly field?: string }

/**
 * `lost` breaks the line in the middle of the answer. `dropped` breaks it before, and then the
 * browser itself may ask again.
 */
export type Reply = View | Refused | WayBack | 'lost' | 'dropped'

type Queue = readonly (Reply | Promise<Reply>)[]

/** Answers in order; the last one stays. */
export interface Script {
  readonly look: Queue
  readonly pay?: Queue
  readonly restart?: Queue
  readonly cancel?: Queue
  readonly return?: Queue
}

export interface Asked {
  /** `look`, or the last part of the path. */
  readonly what: string
  readonly body: unknown
  /** The same for what the browser itself sends again. */
  readonly key: string
}

export interface FakeOrder {
  readonly fragment: string
  readonly ref: string
  readonly asked: Asked[]
  /** How often the page asked so. */
  count(what: string): number
  /** The one body that was sent so. */
  body(what: string): unknown
}

export interface FakeServer {
  readonly origin: string
  order(script: Script): FakeOrder
  /** Lines are cut while this is true. */
  isDown: boolean
  close(): void
}

const STATIC: Readonly<Record<string, readonly [type: string, body: string]>> = {
  // Where the real server sends the browser on: to the bank, and to the shop.
  '/3ds/bank': ['text/html', '<title>Bank</title><h1>Bank</h1>'],
  '/3ds/end': ['text/html', '<title>Shop</title><h1>Shop</h1>'],
  '/logo.svg': [
    'image/svg+xml',
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" rx="10" fill="#1d4ed8"/><path d="M12 30c6-16 18-16 24 0" fill="none" stroke="#fff" stroke-width="5" stroke-linecap="round"/></svg>`,
  ],
  '/favicon.ico': ['', ''],
  '/nowhere': ['', ''],
}

const NONCE = 'dGVzdHMgbmVlZCBubyBsdWNr'

export async function startFakeServer(assets: PageAssets): Promise<FakeServer> {
  const orders = new Map<string, (asked: Asked) => Promise<Reply> | Reply | undefined>()
  const home = createServer((request, response) => void serve(request, response))
  const origin = await listen(home)

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', origin)
    const [, top = '', ref = '', action = 'look'] = pathname.split('/')
    if (fake.isDown) request.socket.destroy()
    else if (top === 'page') await answer(request, response, { ref, action })
    else if (top === 'page-assets') asset(response, pathname.replace('/page-assets/', ''))
    else if (pathname === '/payment/4.3/') {
      const headers = new Map(Object.entries(pageHeaders({ nonce: NONCE })))
      response.setHeaders(headers).end(documentOf(assets, NONCE))
    } else sendStatic(response, pathname)
  }

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    { ref, action }: { readonly ref: string; readonly action: string },
  ): Promise<void> {
    const sent = await text(request)
    const key = String(request.headers['idempotency-key'] ?? randomUUID())
    const body: unknown = sent === '' ? undefined : JSON.parse(sent)
    const reply = await orders.get(ref)?.({ what: action, body, key })
    if (reply === 'dropped') return void request.socket.destroy()
    if (reply === 'lost') return breakOff(response)
    const json = reply ?? { error: 'not_found' }
    response.writeHead('error' in json ? 422 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(json))
  }

  function asset(response: ServerResponse, path: string): void {
    const { type = 'text/plain', bytes } = assets.files.get(path) ?? {}
    response.setHeader('content-type', type).end(bytes)
  }

  const fake: FakeServer = {
    origin,
    isDown: false,
    order(script) {
      // Bytes whose base64 has all the signs that a fragment and a path must not have.
      const bytes = Buffer.from(`\u{fb}\u{ff}\u{fe}order ${orders.size}?`, 'latin1')
      const ref = bytes.toString('base64url')
      const asked: Asked[] = []
      const order: FakeOrder = {
        fragment: encodeURIComponent(bytes.toString('base64')),
        ref,
        asked,
        count: (what) => asked.filter((each) => each.what === what).length,
        body(what) {
          const bodies = asked.filter((each) => each.what === what)
          assert.equal(bodies.length, 1)
          return bodies[0]?.body
        },
      }
      orders.set(ref, (request) => {
        if (!asked.some(({ key }) => key === request.key)) asked.push(request)
        const queue = script[request.what as keyof Script] ?? []
        return queue[Math.min(order.count(request.what), queue.length) - 1]
      })
      return order
    },
    close() {
      home.close()
      home.closeAllConnections()
    },
  }
  return fake
}

async function listen(server: ReturnType<typeof createServer>): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function breakOff(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
  response.write('{', () => response.destroy())
}

function sendStatic(response: ServerResponse, pathname: string): void {
  const [type, body] = STATIC[pathname] ?? []
  if (type === undefined || body === undefined) response.writeHead(404).end()
  else if (body === '') response.writeHead(204).end()
  else response.setHeader('content-type', `${type}; charset=utf-8`).end(body)
}
