import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { cleanUpLater } from '../../test/support/cleanup.ts'

/** What a request to it was. */
export interface Heard {
  readonly path: string
  readonly body: Record<string, unknown>
}

/** A server that answers as a test says, for what a gateway never does. */
export interface OddGateway {
  readonly url: string
  readonly heard: Heard[]
}

/** Starts one on loopback; it ends with the test file. */
export async function startOddGateway(
  answer: (response: ServerResponse, heard: Heard, request: IncomingMessage) => void,
): Promise<OddGateway> {
  const heard: Heard[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>
      const one = { path: request.url ?? '', body }
      heard.push(one)
      answer(response, one, request)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanUpLater(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard }
}

/** Answers JSON. */
export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
