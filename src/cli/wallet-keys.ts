import { createPrivateKey, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { type Config, ConfigError } from '../config.ts'
import { publicKeyHash } from '../vault/apple-pay.ts'
import { isP256, pointOf } from '../vault/p256.ts'
import { GOOGLE_RECIPIENT, type NewWalletKey, type WalletRecipient } from '../vault/wallet-keys.ts'
import { refuseUnknownMerchant, withBase } from './with-base.ts'

/** Where the next key comes from, and how long those before it stay good. */
export interface WalletKeyOptions {
  readonly overlapHours: number
  /** File of a private key in PEM, made elsewhere; undefined makes one. */
  readonly import?: string
}

const MERCHANT_IDENTIFIER = /^[A-Za-z0-9][A-Za-z0-9.-]{0,254}$/

/** Adds the next key that Apple Pay encrypts a merchant's payments to. @throws ConfigError */
export async function addAppleKey(
  config: Config,
  { merchantId, recipient }: { readonly merchantId: string; readonly recipient: string },
  options: WalletKeyOptions,
): Promise<NewWalletKey> {
  if (!MERCHANT_IDENTIFIER.test(recipient)) {
    throw new ConfigError('A merchant identifier is letters, digits, points and hyphens')
  }
  return add(config, { purpose: 'applePay', merchantId, recipient }, options)
}

/** Adds the next key that Google Pay encrypts the gateway's payments to. @throws ConfigError */
export function addGoogleKey(config: Config, options: WalletKeyOptions): Promise<NewWalletKey> {
  return add(config, GOOGLE_RECIPIENT, options)
}

async function add(
  config: Config,
  whose: WalletRecipient,
  options: WalletKeyOptions,
): Promise<NewWalletKey> {
  const given = options.import === undefined ? undefined : await privateKeyIn(options.import)
  return withBase(config, async (base) => {
    if (whose.purpose === 'applePay') await refuseUnknownMerchant(base, whose.merchantId)
    return base.walletKeys.add(whose, options.overlapHours * 3_600_000, given)
  })
}

/** @throws ConfigError unless the file holds a private key of P-256 in PEM. */
async function privateKeyIn(path: string): Promise<KeyObject> {
  try {
    const key = createPrivateKey(await readFile(path))
    if (isP256(key)) return key
  } catch {
    // A file that cannot be read and one without a key are told in the same words.
  }
  throw new ConfigError(`${path} must hold a private key of P-256 in PEM`)
}

/** The good keys of a merchant, or Google Pay's, newest first, as one line each. */
export function listWalletKeys(
  config: Config,
  merchantId: string | undefined,
): Promise<readonly string[]> {
  return withBase(config, async (base) => {
    if (merchantId !== undefined) await refuseUnknownMerchant(base, merchantId)
    const whose =
      merchantId === undefined ? GOOGLE_RECIPIENT : { purpose: 'applePay' as const, merchantId }
    const keys = await base.walletKeys.list(whose)
    return keys.map(({ recipient = 'Google Pay', publicKey, goodUntil }) =>
      [recipient, nameOf(publicKey, recipient), goodUntil?.toISOString() ?? 'newest'].join('\t'),
    )
  })
}

function nameOf(publicKey: Buffer, recipient: string): string {
  return recipient === 'Google Pay' ? googlePublicKey(publicKey) : publicKeyHash(publicKey)
}

/** A public key as Google asks for it: base64 of its uncompressed point. */
export function googlePublicKey(publicKey: Buffer): string {
  return pointOf(publicKey).toString('base64')
}
