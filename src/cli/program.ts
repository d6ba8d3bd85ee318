import { Command, InvalidArgumentError, Option } from 'commander'
import { type Config, ConfigError, readConfig } from '../config.ts'
import { connect } from '../storage/postgres/database.ts'
import { migrate } from '../storage/postgres/migrate.ts'
import { buildAll, buildIfNeeded } from './build.ts'
import {
  addApiUser,
  disableApiUser,
  listApiUsers,
  type NewApiUserOptions,
  rotatePassword,
} from './api-user.ts'
import { VERSION } from './compose.ts'
import { type JccOptions, setMerchantKey, setUpJcc } from './jcc-merchant.ts'
import { addMerchant, listMerchants, type NewMerchant, rotateSecret } from './merchant.ts'
import { withBase } from './with-base.ts'

type Env = Readonly<Record<string, string | undefined>>

type ApiUserOptions = Omit<NewApiUserOptions, 'merchantId' | 'userName'>

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
  addApiUserCommands(merchant, env)
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
}

function addVaultCommands(program: Command, env: Env): void {
  const vault = program.command('vault').description('look after the keys of the card zone')
  vault
    .command('rotate-client-key')
    .description("make a new key for payers' clients to encrypt cards to (securePayToken)")
    .option('--overlap-hours <hours>', 'how long older keys stay good', hours, 24)
    .action(async ({ overlapHours }: { overlapHours: number }) => {
      const { keyId } = await withBase(readConfig(env), ({ clientKeys }) =>
        clientKeys.rotate('securePay', overlapHours * 3_600_000),
      )
      process.stdout.write(`New client key ${keyId}. Older ones end in ${overlapHours} hours.\n`)
    })
}

function addApiUserCommands(merchant: Command, env: Env): void {
  const apiUser = merchant.command('api-user').description('logins of merchants for the JCC API')
  apiUser
    .command('add')
    .description('add a login and print its password, this once')
    .argument('<merchant-id>')
    .argument('<login>', 'by custom it ends with -api')
    .option('--permission <name...>', 'what it may do; everything when absent')
    .option('--must-sign', 'it must sign its requests with the merchant key', false)
    .option('--with-open-token', 'it also gets a token that a browser may hold', false)
    .action(async (merchantId: string, userName: string, options: ApiUserOptions) => {
      const asked = { ...options, merchantId, userName }
      const { password, openToken } = await addApiUser(readConfig(env), asked)
      process.stdout.write(`Added ${userName}. Its password, shown this once:\n${password}\n`)
      if (openToken !== undefined) process.stdout.write(`Its open token:\n${openToken}\n`)
    })
  apiUser
    .command('rotate')
    .description('give a login a new password and print it, this once')
    .argument('<login>')
    .option('--overlap-hours <hours>', 'how long the old password stays good', hours, 24)
    .action(async (userName: string, options: { overlapHours: number }) => {
      const password = await rotatePassword(readConfig(env), userName, options.overlapHours)
      process.stdout.write(`New password of ${userName}, shown this once:\n${password}\n`)
    })
  apiUser
    .command('list')
    .description('list the logins of a merchant')
    .argument('<merchant-id>')
    .action(async (merchantId: string) => {
      for (const user of await listApiUsers(readConfig(env), merchantId)) {
        const { userName, permissions, mustSign, isDisabled } = user
        const notes = [mustSign ? 'must sign' : '', isDisabled ? 'disabled' : '']
        process.stdout.write(
          `${[userName, permissions.join(','), ...notes].join('\t').trimEnd()}\n`,
        )
      }
    })
  apiUser
    .command('disable')
    .description('shut a login out at once')
    .argument('<login>')
    .action(async (userName: string) => {
      await disableApiUser(readConfig(env), userName)
      process.stdout.write(`Disabled ${userName}.\n`)
    })
}

function addJccCommands(merchant: Command, env: Env): void {
  merchant
    .command('jcc')
    .description('set a merchant up for the JCC API; what is not named stays as it is')
    .argument('<merchant-id>')
    .option('--callback-url <url>', 'where callbacks go that no order directs elsewhere')
    .addOption(new Option('--callback-method <method>').choices(['GET', 'POST']))
    .addOption(
      new Option(
        '--checksum <kind>',
        'proof of callbacks; its new key is printed, this once',
      ).choices(['symmetric', 'asymmetric', 'none']),
    )
    .option('--session-timeout-secs <seconds>', 'how long orders may be paid', seconds)
    .option('--numbers-orders', 'orders without a number get one')
    .option('--multiple-deposits', 'a deposit may leave the rest held')
    .action(async (merchantId: string, options: JccOptions) => {
      const proof = await setUpJcc(readConfig(env), merchantId, options)
      process.stdout.write(`Set up ${merchantId} for the JCC API.\n`)
      if (proof === undefined) return
      const shown = 'secret' in proof ? `${proof.secret}\n` : proof.publicKey
      process.stdout.write(`Callbacks are checked with this, shown this once:\n${shown}`)
    })
  merchant
    .command('jcc-key')
    .description('keep the certificate or public key that a merchant signs its requests with')
    .argument('<merchant-id>')
    .argument('<pem-file>')
    .action(async (merchantId: string, path: string) => {
      await setMerchantKey(readConfig(env), merchantId, path)
      process.stdout.write(`Kept the key of ${merchantId}.\n`)
    })
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

function hours(text: string): number {
  if (!/^[0-9]{1,4}$/.test(text)) throw new InvalidArgumentError('It must be a number of hours.')
  return Number(text)
}

function seconds(text: string): number {
  if (!/^[1-9][0-9]{0,7}$/.test(text)) throw new InvalidArgumentError('It must be seconds.')
  return Number(text)
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
  Merchants, cards   ${url}/sandbox
  OpenAPI            ${url}/openapi.json

Open a first order:

  ${curl}

Ctrl-C stops everything.

`
}
