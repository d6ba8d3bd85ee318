import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

const SILENCE_MS_MAX = 20_000

/**
 * One keep-alive connection with one request under way. It reads just as much HTTP as the gateway
 * speaks, so that the driver leaves the machine to what is measured.
 */
export class Connection {
  readonly #socket: Socket
  readonly #host: string
  #received = ''
  #pending: PromiseWithResolvers<string> | undefined

  private constructor(socket: Socket, host: string) {
    this.#socket = socket
    this.#host = host
    socket.setNoDelay(true).setEncoding('latin1')
    socket.setTimeout(SILENCE_MS_MAX, () => socket.destroy(new Error('no answer in time')))
    socket.on('data', (text: unknown) => this.#receive(String(text)))
    socket.on('error', (error) => this.#pending?.reject(error))
    socket.on('close', () => this.#pending?.reject(new Error('the gateway hung up')))
  }

  static async open({ hostname, port, host }: URL): Promise<Connection> {
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    return new Connection(socket, host)
  }

  /** @param body JSON in ASCII. @throws Error for any answer but a 200 of stated length. */
  post(path: string, body: string): Promise<string> {
    this.#pending = Promise.withResolvers()
    this.#socket.write(
      `POST ${path} HTTP/1.1\r\nhost: ${this.#host}\r\ncontent-type: application/json\r\n` +
        `content-length: ${body.length}\r\n\r\n${body}`,
    )
    return this.#pending.promise
  }

  close(): void {
    this.#pending = undefined
    this.#socket.destroy()
  }

  #receive(text: string): void {
    this.#received += text
    const headEnd = this.#received.indexOf('\r\n\r\n')
    if (headEnd === -1) return
    const head = this.#received.slice(0, headEnd)
    const length = /\r\ncontent-length: ([0-9]+)/i.exec(head)?.[1]
    const body = this.#received.slice(headEnd + 4)
    if (!head.startsWith('HTTP/1.1 200 ') || length === undefined) {
      this.#pending?.reject(new Error(`unexpected answer: ${head.slice(0, 60)} ${body}`))
    } else if (body.length >= Number(length)) {
      this.#received = ''
      this.#pending?.resolve(body)
    }
  }
}
