import { Command, Option } from 'commander'
import { type Config, ConfigError, readConfig } from '../config.ts'
import { connect } from '../storage/postgres/database.ts'
import { migrate } from '../storage/postgres/migrate.ts'
import { hours } from './arguments.ts'
import { buildAll, buildIfNeeded } from './build.ts'
import { VERSION } from './version.ts'
import { addJccCommands } from './jcc-commands.ts'
import { addPayerMaxCommands } from './payermax-commands.ts'
import { addMerchant, listMerchants, type NewMerchant, rotateSecret } from './merchant.ts'
import type { ClientKeyPurpose } from '../vault/ports.ts'
import { addWalletCommands } from './wallet-commands.ts'
import { withBase } from './with-base.ts'

type Env = Readonly<Record<string, string | undefined>>

/** Exit code of a configuration that cannot work (sysexits.h, EX_CONFIG). */
const EXIT_CONFIG = 78

/** The command line. @param args as in `process.argv`, without node and script. */
export async function runCommand(args: readonly string[], env: Env): Promise<void> {
  const program = new Command('tessera')
    .description('A self-hosted card-payment gateway with a card and token vault')
    .version(VERSION)
    .showHelpAfterError()
  addServers(program, env)
  addMerchantCommands(program, env)
  addVaultCommands(program, env)
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    // The message is for an operator; nothing a merchant sent can be in it.
    process.stderr.write(`tessera: ${error instanceof Error ? error.message : 'failed'}\n`)
    process.exitCode = error instanceof ConfigError ? EXIT_CONFIG : 1
  }
}

function addServers(program: Command, env: Env): void {
  program
    .command('sandbox')
    .description('run everything offline: embedded PostgreSQL, simulated acquirer, demo merchants')
    .action(async () => {
      await buildIfNeeded()
      const { startSandbox } = await import('./sandbox.ts')
      const sandbox = await startSandbox({ config: readConfig(env), env, logSink: stdout() })
      closeOnSignal(() => sandbox.close())
      process.stderr.write(summary(sandbox.url, sandbox.curl))
    })

  program
    .command('serve')
    .description('run the production gateway (needs DATABASE_URL and TESSERA_KEK_FILE)')
    .action(async () => {
      const { startServer } = await import('./serve.ts')
      const { program: server, url } = await startServer(readConfig(env), stdout())
      closeOnSignal(() => server.close())
      process.stderr.write(
        `Tessera ${VERSION} listens on ${url}\n` +
          'No acquirer link is configured: payments are declined with response code 92.\n',
      )
    })

  program
    .command('build')
    .description('build the hosted payment page and fields, and the client SDK')
    .action(buildAll)

  program
    .command('migrate')
    .description('bring the database (DATABASE_URL) to the newest tables')
    .action(async () => {
      const applied = await withDatabase(readConfig(env))
      process.stdout.write(
        applied.length === 0 ? 'The database is up to date.\n' : `Applied ${applied.join(', ')}.\n`,
      )
    })
}

function addMerchantCommands(program: Command, env: Env): void {
  const merchant = program.command('merchant').description('add and list merchants')
  addJccCommands(merchant, env)
  merchant
    .command('add')
    .description('add a merchant and print its 2C2P secret, this once')
    .requiredOption('--id <id>', 'merchantID, at most 25 characters')
    .requiredOption('--name <name>', 'name that payers see')
    .requiredOption('--currency <code>', 'ISO 4217 code of its base currency')
    .option('--time-zone <zone>', 'IANA time zone of the dates it is shown', 'UTC')
    .option('--notify-url <url>', 'where results go when an order names no other URL')
    .option('--return-url <url>', 'where browsers return when an order names no other URL')
    .option('--return-host <host...>', 'hosts that orders may send payers back to')
    .option('--color <#rrggbb>', 'accent of the hosted page')
    .option('--logo <file>', 'PNG, JPEG or WebP for the hosted page, at most 64 KiB')
    .option('--no-tokenization', 'it may not store cards')
    .action(async (options: NewMerchant) => {
      const secret = await addMerchant(readConfig(env), options)
      process.stdout.write(`Added ${options.id}. Its 2C2P secret, shown this once:\n${secret}\n`)
    })
  merchant
    .command('list')
    .description('list the merchants')
    .action(async () => {
      for (const { merchantId, currency, name } of await listMerchants(readConfig(env))) {
        process.stdout.write(`${merchantId}\t${currency}\t${name}\n`)
      }
    })
  merchant
    .command('rotate-secret')
    .description('give a merchant a new 2C2P secret and print it, this once')
    .argument('<id>', 'merchantID')
    .option('--overlap-hours <hours>', 'how long the old secret stays good', hours, 24)
    .action(async (id: string, options: { overlapHours: number }) => {
      const secret = await rotateSecret(readConfig(env), id, options.overlapHours)
      process.stdout.write(`New 2C2P secret of ${id}, shown this once:\n${secret}\n`)
    })
  addPayerMaxCommands(merchant, () => readConfig(env), hours)
}

interface RotateOptions {
  readonly purpose: ClientKeyPurpose
  readonly overlapHours: number
}

function addVaultCommands(program: Command, env: Env): void {
  const vault = program.command('vault').description('look after the keys of the card zone')
  vault
    .command('rotate-client-key')
    .description("make a new key for payers' clients to encrypt cards to")
    .addOption(
      new Option('--purpose <purpose>', 'what is encrypted to it')
        .choices(['securePay', 'seToken'])
        .default('securePay'),
    )
    .option('--overlap-hours <hours>', 'how long older keys stay good', hours, 24)
    .action(async ({ purpose, overlapHours }: RotateOptions) => {
      const { keyId } = await withBase(readConfig(env), ({ clientKeys }) =>
        clientKeys.rotate(purpose, overlapHours * 3_600_000),
      )
      process.stdout.write(`New client key ${keyId}. Older ones end in ${overlapHours} hours.\n`)
    })
  addWalletCommands(vault, () => readConfig(env))
}

async function withDatabase({ databaseUrl }: Config): Promise<readonly string[]> {
  if (databaseUrl === undefined) throw new ConfigError('DATABASE_URL must name the database')
  const database = connect(databaseUrl, { connections: 1 })
  try {
    return await migrate(database)
  } finally {
    await database.close()
  }
}

/** The first signal closes in order; a terminal's Ctrl-C under npm comes twice, so others wait. */
function closeOnSignal(close: () => Promise<void>): void {
  let closing: Promise<void> | undefined
  const onSignal = () => {
    closing ??= close().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
}

function stdout() {
  return { write: (line: string) => void process.stdout.write(line) }
}

function summary(url: string, curl: string): string {
  return `
Tessera ${VERSION}, sandbox

  Start here         ${url}/
  2C2P PGW 4.3       ${url}/payment/4.3
  JCC                ${url}/payment/rest/
  PayerMax           ${url}/aggregate-pay/api/gateway
  Merchants, cards   ${url}/sandbox
  OpenAPI            ${url}/openapi.json

Open a first order:

  ${curl}

Ctrl-C stops everything.

`
}
