import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { type Config, ConfigError } from '../config.ts'
import { addBodySecret, bindServiceProvider, setPayerMaxAccount } from './payermax.ts'
import { withBase } from './with-base.ts'

interface AccountOptions {
  readonly merchantNo: string
  readonly appId: string
  readonly publicKey: string
  readonly keyVersion: string
  readonly overlapHours: number
  readonly paymentNotifyUrl?: string
  readonly refundNotifyUrl?: string
  readonly tokenNotifyUrl?: string
  readonly flatNotifications?: boolean
  readonly issuerCodes?: boolean
}

/** What a provider does for a merchant's PayerMax account. @param config read when it runs. */
export function addPayerMaxCommands(
  merchant: Command,
  config: () => Config,
  hours: (text: string) => number,
): void {
  merchant
    .command('payermax')
    .description("set a merchant's PayerMax account and public key; prints the platform's key")
    .argument('<id>', 'merchantID')
    .requiredOption('--merchant-no <number>', 'merchantNo, and merchantId of version 2.x')
    .requiredOption('--app-id <id>', 'appId')
    .requiredOption('--public-key <file>', "the merchant's RSA public key, base64 or PEM")
    .option('--key-version <version>', 'keyVersion of its requests', '1')
    .option('--overlap-hours <hours>', 'how long the key before it stays good', hours, 24)
    .option('--payment-notify-url <url>', 'payments whose order names no URL; captures, cancels')
    .option('--refund-notify-url <url>', 'refunds that name no URL')
    .option('--token-notify-url <url>', 'payment tokens')
    .option('--flat-notifications', 'payment tokens are told in the form of version 2.x')
    .option('--issuer-codes', "answers carry the issuer's own code")
    .action(async (id: string, options: AccountOptions) => {
      const publicKey = await readFile(options.publicKey, 'utf8')
      const { merchantNo: account, appId, keyVersion, overlapHours } = options
      const settings = settingsOf(options)
      const given = {
        merchantId: id,
        account,
        appId,
        publicKey,
        keyVersion,
        overlapHours,
        settings,
      }
      const platform = await withBase(config(), (base) => setPayerMaxAccount(base, given))
      process.stdout.write(`${id} is ${account}. The platform's public key:\n${platform}\n`)
    })
  merchant
    .command('payermax-secret')
    .description('give a merchant a new secret for the body signature of version 2.x')
    .argument('<id>', 'merchantID')
    .action(async (id: string) => {
      const secret = await withBase(config(), (base) => addBodySecret(base, id))
      process.stdout.write(`New body secret of ${id}, shown this once:\n${secret}\n`)
    })
  merchant
    .command('payermax-provider')
    .description('let a service provider act for a merchant; prints its merchant_auth_token')
    .argument('<id>', 'merchantID')
    .argument('<spMerchantNo>', "the service provider's own merchantNo")
    .action(async (id: string, provider: string) => {
      const code = await withBase(config(), (base) => bindServiceProvider(base, id, provider))
      process.stdout.write(`merchant_auth_token of ${provider}, shown this once:\n${code}\n`)
    })
}

function settingsOf(options: AccountOptions): Record<string, unknown> {
  const urls = {
    paymentNotifyUrl: options.paymentNotifyUrl,
    refundNotifyUrl: options.refundNotifyUrl,
    paymentTokenNotifyUrl: options.tokenNotifyUrl,
  }
  for (const url of Object.values(urls)) {
    if (url !== undefined && URL.parse(url)?.protocol !== 'https:') {
      throw new ConfigError('Notification URLs must start with https://')
    }
  }
  return {
    ...urls,
    isFlat: options.flatNotifications === true,
    showsIssuerCodes: options.issuerCodes === true,
  }
}
