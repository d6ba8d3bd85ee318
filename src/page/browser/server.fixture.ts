import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { PageBuild } from '../../../test/support/page-build.ts'
import type { RefusalCode, Return, View } from './view.ts'

// What the page talks to: our server, under the policy that the real one has, with answers from a
// script; and on another port, which is another origin, a bank and a shop.

type Refused = { readonly error: RefusalCode; readonly field?: string }

/**
 * `lost` breaks the line in the middle of the answer. `dropped` breaks it before, and then the
 * browser itself may ask again.
 */
export type Reply = View | Refused | Return | 'lost' | 'dropped'

type Queue = readonly (Reply | Promise<Reply>)[]

/** Answers in order; the last one stays. */
export interface Script {
  readonly look: Queue
  readonly pay?: Queue
  readonly continue?: Queue
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
  /** The origin of the bank and of the shop. */
  readonly abroad: string
  /** Forms that arrived abroad, by path. */
  readonly posted: Map<string, Record<string, string>>
  order(script: Script): FakeOrder
  /** Lines are cut while this is true. */
  isDown: boolean
  close(): void
}

const STATIC: Readonly<Record<string, readonly [type: string, body: string]>> = {
  // The notification page of the real server speaks so too.
  '/method-done': [
    'text/html',
    `<script>parent.postMessage({ tessera: 'method-done' }, location.origin)</script>`,
  ],
  '/logo.svg': [
    'image/svg+xml',
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" rx="10" fill="#1d4ed8"/><path d="M12 30c6-16 18-16 24 0" fill="none" stroke="#fff" stroke-width="5" stroke-linecap="round"/></svg>`,
  ],
  '/favicon.ico': ['', ''],
  '/nowhere': ['', ''],
}

const NONCE = 'dGVzdHMgbmVlZCBubyBsdWNr'

export async function startFakeServer(build: PageBuild): Promise<FakeServer> {
  const orders = new Map<string, (asked: Asked) => Promise<Reply> | Reply | undefined>()
  const posted = new Map<string, Record<string, string>>()
  const home = createServer((request, response) => void serve(request, response))
  const foreign = createServer((request, response) => void serveAbroad(request, response))
  const origin = await listen(home)
  const abroad = await listen(foreign)

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', origin)
    const [, top = '', ref = '', action = 'look'] = pathname.split('/')
    if (fake.isDown) request.socket.destroy()
    else if (top === 'page') await answer(request, response, { ref, action })
    else if (top === 'page-assets') await asset(response, pathname.replace('/page-assets/', ''))
    else if (pathname === '/payment/4.3/') {
      response.setHeader('content-security-policy', policy(abroad))
      send(response, 'text/html', document(build))
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

  async function asset(response: ServerResponse, path: string): Promise<void> {
    const type = extname(path) === '.css' ? 'text/css' : 'text/javascript'
    send(response, type, await readFile(join(build.dir, path)))
  }

  async function serveAbroad(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? ''
    posted.set(path, Object.fromEntries(new URLSearchParams(await text(request))))
    const page = path === '/method' ? methodPage(origin) : `<title>abroad</title><h1>${path}</h1>`
    send(response, 'text/html', page)
  }

  const fake: FakeServer = {
    origin,
    abroad,
    posted,
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
      for (const server of [home, foreign]) {
        server.close()
        server.closeAllConnections()
      }
    },
  }
  return fake
}

async function listen(server: ReturnType<typeof createServer>): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function send(response: ServerResponse, type: string, body: string | Buffer): void {
  response.setHeader('content-type', `${type}; charset=utf-8`)
  response.end(body)
}

function breakOff(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
  response.write('{', () => response.destroy())
}

function sendStatic(response: ServerResponse, pathname: string): void {
  const [type, body] = STATIC[pathname] ?? []
  if (type === undefined || body === undefined) response.writeHead(404).end()
  else if (body === '') response.writeHead(204).end()
  else send(response, type, body)
}

function policy(abroad: string): string {
  return [
    `default-src 'none'`,
    `script-src 'nonce-${NONCE}'`,
    `style-src 'nonce-${NONCE}'`,
    `img-src 'self'`,
    `connect-src 'self'`,
    // The method form is ours, and its answer comes back to us inside the frame.
    `form-action 'self' ${abroad}`,
    `frame-src 'self' ${abroad}`,
    `frame-ancestors 'none'`,
    `base-uri 'none'`,
    `require-trusted-types-for 'script'`,
    `trusted-types 'none'`,
  ].join('; ')
}

/** The page as the real server sends it. */
function document({ script, styles }: PageBuild): string {
  const links = styles.map(
    (path) => `<link rel="stylesheet" nonce="${NONCE}" href="/page-assets/${path}">`,
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>Payment</title>
${links.join('\n')}
<script type="module" nonce="${NONCE}" src="/page-assets/${script}"></script>
</head>
<body><div id="app"></div></body>
</html>
`
}

/** The bank looks at the browser, then sends its frame to our notification page. */
function methodPage(origin: string): string {
  return `<form method="post" action="${origin}/method-done"></form><script>document.forms[0].submit()</script>`
}
