import { buildIfNeeded } from '../../src/cli/build.ts'
import { startSandbox } from '../../src/cli/sandbox.ts'
import { readConfig } from '../../src/config.ts'
import { createShop } from './server.ts'

const say = (text: string) => void process.stdout.write(`${text}\n`)

/** Opens the shop beside the sandbox that is running, or beside one that it starts. */
async function main(): Promise<void> {
  const { env } = process
  const running = env['TESSERA_URL'] ?? 'http://127.0.0.1:8080'
  const isRunning = await fetch(`${running}/sandbox`).then(
    ({ ok }) => ok,
    () => false,
  )
  const sandbox = isRunning ? undefined : await startOwn(env)
  const gateway = sandbox?.url ?? running
  const shop = await createShop(gateway)
  let closing: Promise<void> | undefined
  // A terminal's Ctrl-C under npm comes twice; both wait for the one end.
  const close = () => (closing ??= shop.close().then(() => sandbox?.close()))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => void close().then(() => process.exit(0)))
  }
  const port = Number(env['SHOP_PORT'] ?? 3000)
  await shop.listen({ host: '127.0.0.1', port }).catch(async (error: unknown) => {
    await close()
    throw error
  })
  const urls = `The shop       ${shop.listeningOrigin}/\nThe sandbox    ${gateway}/`
  say(`\n${urls}\n\nCtrl-C stops ${sandbox === undefined ? 'the shop' : 'both'}.\n`)
}

async function startOwn(env: NodeJS.ProcessEnv) {
  await buildIfNeeded()
  const config = { ...readConfig(env), logLevel: 'silent' as const }
  return startSandbox({ config, env, logSink: { write: () => {} } })
}

await main()
