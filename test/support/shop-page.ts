import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { cleanUpLater } from './cleanup.ts'

/** A shop's own little site, on another host than the gateway's, as browsers see it. */
export interface ShopSite {
  readonly url: string
  /** What forms posted to it. */
  readonly posted: URLSearchParams[]
}

/** @param pages texts by path, with their type; a path that is not there is a plain "Back" page. */
export async function openShopSite(
  pages: Readonly<Record<string, readonly [type: string, text: string]>>,
): Promise<ShopSite> {
  const posted: URLSearchParams[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8')
      if (request.method === 'POST') posted.push(new URLSearchParams(body))
      const { pathname } = new URL(request.url ?? '/', 'http://localhost')
      const [type, text] = pages[pathname] ?? ['text/html', '<title>Shop</title><h1>Back</h1>']
      response.setHeader('content-type', `${type}; charset=utf-8`)
      response.end(text)
    })
  })
  server.listen(0, 'localhost')
  await once(server, 'listening')
  cleanUpLater(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://localhost:${(server.address() as AddressInfo).port}`, posted }
}
