import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, createWriteStream, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The gateway in a process of its own, started as its users start it. */
export interface GatewayProcess {
  readonly pid: number
  readonly url: string
  readonly dataDir: string
  /** From the start of the process to its first "ready". */
  readonly readyMs: number
  stop(): Promise<void>
}

const MAIN = new URL('../src/main.ts', import.meta.url).pathname
const READY_MS_MAX = 60_000
const STOP_MS_MAX = 20_000

interface GatewayOptions {
  readonly databaseUrl: string
  readonly dataDir: string
  /** More options for Node, such as those of its profiler. */
  readonly nodeOptions: readonly string[]
}

/** Begins to start it, so that whoever cleans up has something to stop from the first moment. */
export function startGateway(options: GatewayOptions) {
  const log = join(options.dataDir, 'gateway.log')
  const logFile = openSync(log, 'a')
  const startedAt = performance.now()
  const flags = ['--disable-sigusr1', '--report-exclude-env', '--max-semi-space-size=20']
  const child = spawn(process.execPath, [...flags, ...options.nodeOptions, MAIN, 'sandbox'], {
    stdio: ['ignore', logFile, 'pipe'],
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: '0',
      DATABASE_URL: options.databaseUrl,
      TESSERA_DATA_DIR: options.dataDir,
    },
  })
  closeSync(logFile)
  const ended = once(child, 'exit')

  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    const kill = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX)
    await ended
    clearTimeout(kill)
  }

  const ready = async (): Promise<GatewayProcess> => {
    const { pid, stderr } = child
    if (stderr === null) throw new Error('the gateway has no standard error')
    const said = Promise.withResolvers<string>()
    let text = ''
    const giveUp = setTimeout(() => said.reject(new Error('it took too long')), READY_MS_MAX)
    stderr.pipe(createWriteStream(log, { flags: 'a' }))
    stderr.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const url = /Start here\s+(http:\S+?)\/?\s/.exec(text)?.[1]
      if (url !== undefined) said.resolve(url)
    })
    child.once('exit', () => said.reject(new Error(text.trim())))
    const url = await said.promise.catch(async (cause: unknown) => {
      const words = await readFile(log, 'utf8')
      throw new Error(`The gateway did not start: ${words.slice(-2_000)}`, { cause })
    })
    clearTimeout(giveUp)
    const { ok } = await fetch(`${url}/ready`)
    if (!ok || pid === undefined) throw new Error('The gateway listens but is not ready')
    const { dataDir } = options
    return { pid, url, dataDir, readyMs: performance.now() - startedAt, stop }
  }

  return { stop, ready: ready() }
}
