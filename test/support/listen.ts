import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { cleanUpLater } from './cleanup.ts'

export type Answerer = (request: IncomingMessage, response: ServerResponse, body: string) => void

/** Serves until the test file is done; requests are answered once they are whole. @returns the base URL. */
export async function serve(answer: Answerer, host = '127.0.0.1'): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => answer(request, response, Buffer.concat(chunks).toString('utf8')))
  })
  server.listen(0, host)
  await once(server, 'listening')
  cleanUpLater(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://${host}:${(server.address() as AddressInfo).port}`
}

/** What a merchant's server has heard so far. */
export interface Hearing<T> {
  readonly heard: T[]
  hear(one: T): void
  /** Resolves when this many were heard. */
  heardAtLeast(count: number): Promise<void>
}

export function hearing<T>(): Hearing<T> {
  const heard: T[] = []
  let arrived = () => {}
  return {
    heard,
    hear(one) {
      heard.push(one)
      arrived()
    },
    async heardAtLeast(count) {
      while (heard.length < count) {
        await new Promise<void>((resolve) => {
          arrived = resolve
        })
      }
    },
  }
}

/** Where a payer's browser comes back to. @returns the site's base URL. */
export function openReturnPage(came: (body: string) => void = () => {}): Promise<string> {
  return serve((_request, response, body) => {
    came(body)
    response.setHeader('content-type', 'text/html')
    response.end('<!doctype html><title>Shop</title><h1>Back at the shop</h1>')
  })
}
