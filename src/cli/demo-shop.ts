import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The merchant's own server in a demonstration. */
export interface DemoShop {
  readonly url: string
  /** Resolves when this many requests were heard. */
  heard(least: number): Promise<void>
  close(): void
}

/** @param hear is given each request after `acknowledgement` has answered it. */
export async function listenAsShop(
  acknowledgement: string,
  hear: (body: string, request: IncomingMessage) => void,
): Promise<DemoShop> {
  let count = 0
  let arrived = () => {}
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      response.end(acknowledgement)
      hear(Buffer.concat(chunks).toString('utf8'), request)
      count += 1
      arrived()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/notify`,
    async heard(least) {
      while (count < least) {
        await new Promise<void>((resolve) => {
          arrived = resolve
        })
      }
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
