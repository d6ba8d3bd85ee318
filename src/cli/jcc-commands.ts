import { type Command, Option } from 'commander'
import { readConfig } from '../config.ts'
import {
  addApiUser,
  disableApiUser,
  listApiUsers,
  type NewApiUserOptions,
  permitApiUser,
  rotatePassword,
} from './api-user.ts'
import { hours, seconds } from './arguments.ts'
import { type JccOptions, setMerchantKey, setUpJcc } from './jcc-merchant.ts'

type Env = Readonly<Record<string, string | undefined>>

type Listed = 'callbackParams' | 'actingUsers'

/** As the command line has them: an option without its names is true. */
type GivenOptions = Omit<JccOptions, Listed> & {
  readonly [name in Listed]?: true | readonly string[]
}

type ApiUserOptions = Omit<NewApiUserOptions, 'merchantId' | 'userName'>

function addApiUserCommands(merchant: Command, env: Env): void {
  const apiUser = merchant.command('api-user').description('logins of merchants for the JCC API')
  apiUser
    .command('add')
    .description('add a login and print its password, this once')
    .argument('<merchant-id>')
    .argument('<login>', 'by custom it ends with -api')
    .option('--permission <name...>', 'what it may do; all but credit when absent')
    .option('--must-sign', 'it must sign its requests with the merchant key', false)
    .option('--with-open-token', 'it also gets a token that a browser may hold', false)
    .action(async (merchantId: string, userName: string, options: ApiUserOptions) => {
      const asked = { ...options, merchantId, userName }
      const { password, openToken } = await addApiUser(readConfig(env), asked)
      process.stdout.write(`Added ${userName}. Its password, shown this once:\n${password}\n`)
      if (openToken !== undefined) process.stdout.write(`Its open token:\n${openToken}\n`)
    })
  apiUser
    .command('permit')
    .description('set what a login may do')
    .argument('<login>')
    .requiredOption('--permission <name...>', 'all that it may do from now on')
    .action(async (userName: string, options: { permission: readonly string[] }) => {
      await permitApiUser(readConfig(env), userName, options.permission)
      process.stdout.write(`Set what ${userName} may do.\n`)
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

/** What sets a merchant up for the JCC API: `tessera merchant jcc`, `jcc-key`, `api-user`. */
export function addJccCommands(merchant: Command, env: Env): void {
  addApiUserCommands(merchant, env)
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
    .option('--own-authentication', 'payments may bring 3-D Secure values of the merchant’s own')
    .option('--no-own-authentication', 'they may not')
    .option('--callback-params [name...]', 'what callbacks also say; without a name nothing')
    .option(
      '--acting-users [login...]',
      'other merchants’ logins that may act for it; without one none',
    )
    .action(async (merchantId: string, given: GivenOptions) => {
      const { callbackParams, actingUsers, ...others } = given
      const proof = await setUpJcc(readConfig(env), merchantId, {
        ...others,
        ...(callbackParams && { callbackParams: namesIn(callbackParams) }),
        ...(actingUsers && { actingUsers: namesIn(actingUsers) }),
      })
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

function namesIn(given: true | readonly string[]): readonly string[] {
  return given === true ? [] : given
}
