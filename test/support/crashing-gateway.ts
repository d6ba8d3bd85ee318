import { readConfig } from '../../src/config.ts'
import { startSandbox } from '../../src/cli/sandbox.ts'
import type { Acquirer } from '../../src/gateway/acquirer-ports.ts'

/**
 * A gateway of its own process that dies as by `kill -9` at one place: after the acquirer has
 * answered and before the outcome is committed, or before the message is sent.
 */
const [dataDir = '', databaseUrl = '', place = '', verb = ''] = process.argv.slice(2)

function dying(simulator: Acquirer): Acquirer {
  const die =
    <M>(send: (message: M) => Promise<unknown>) =>
    async (message: M) => {
      if (place === 'before') process.kill(process.pid, 'SIGKILL')
      await send(message)
      process.kill(process.pid, 'SIGKILL')
      return new Promise<never>(() => {})
    }
  return verb === 'capture'
    ? { ...simulator, capture: die((message) => simulator.capture(message)) }
    : { ...simulator, authorize: die((message) => simulator.authorize(message)) }
}

const sandbox = await startSandbox({
  config: { ...readConfig({}), port: 0, dataDir, databaseUrl },
  env: {},
  logSink: { write: () => {} },
  between: dying,
})
process.stdout.write(`${sandbox.url}\n`)
