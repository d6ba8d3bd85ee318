import type { Command } from 'commander'
import type { Config } from '../config.ts'
import { publicKeyHash } from '../vault/apple-pay.ts'
import { hours } from './arguments.ts'
import {
  addAppleKey,
  addGoogleKey,
  googlePublicKey,
  listWalletKeys,
  type WalletKeyOptions,
} from './wallet-keys.ts'

/** Both wallets take days to move to a new key, and tell nobody when they have. */
const OVERLAP_HOURS = 720

/** Keys that payers' wallets encrypt to: `tessera vault apple-pay-key`, `google-pay-key`. */
export function addWalletCommands(vault: Command, config: () => Config): void {
  withKeyOptions(vault.command('apple-pay-key'))
    .description("make a merchant's next key for Apple Pay, and print the request for Apple")
    .argument('<merchant-id>')
    .argument('<merchant-identifier>', 'the one that Apple knows, such as merchant.com.example')
    .action(async (merchantId: string, recipient: string, options: WalletKeyOptions) => {
      const key = await addAppleKey(config(), { merchantId, recipient }, options)
      process.stderr.write(`New Apple Pay key ${publicKeyHash(key.publicKey)}. ${older(options)}`)
      process.stdout.write(key.certificateRequest)
    })
  withKeyOptions(vault.command('google-pay-key'))
    .description("make the gateway's next key for Google Pay, and print it for Google")
    .action(async (options: WalletKeyOptions) => {
      const { publicKey } = await addGoogleKey(config(), options)
      process.stderr.write(`New Google Pay key. ${older(options)}`)
      process.stdout.write(`${googlePublicKey(publicKey)}\n`)
    })
  vault
    .command('wallet-keys')
    .description("list a merchant's good keys for Apple Pay, or the gateway's for Google Pay")
    .argument('[merchant-id]')
    .action(async (merchantId: string | undefined) => {
      for (const line of await listWalletKeys(config(), merchantId)) {
        process.stdout.write(`${line}\n`)
      }
    })
}

function withKeyOptions(command: Command): Command {
  return command
    .option('--import <pem-file>', 'take a private key that was made elsewhere')
    .option('--overlap-hours <hours>', 'how long older keys stay good', hours, OVERLAP_HOURS)
}

function older({ overlapHours }: WalletKeyOptions): string {
  return `Older ones end in ${overlapHours} hours.\n`
}
