import { readFile } from 'node:fs/promises'
import { type Config, ConfigError } from '../config.ts'
import { APPLE_ROOT_CA_G3 } from '../vault/apple-root.ts'
import { readGoogleRootKeys } from '../vault/google-root-keys.ts'
import type { GooglePayTrust, WalletTrust } from '../vault/wallet-payments.ts'

/**
 * Whose signatures count in production: Apple's, and Google's where the gateway is registered there.
 *
 * @throws ConfigError for half of Google Pay's settings, and for a file that is not Google's.
 */
export async function walletTrustOf(config: Config): Promise<WalletTrust> {
  return { appleRoot: APPLE_ROOT_CA_G3, googlePay: await googlePayTrust(config) }
}

async function googlePayTrust({
  googlePayGateway: gatewayId,
  googlePayKeysFile: file,
}: Config): Promise<GooglePayTrust | undefined> {
  if (gatewayId === undefined && file === undefined) return undefined
  if (gatewayId === undefined || file === undefined) {
    throw new ConfigError(
      'TESSERA_GOOGLE_PAY_GATEWAY and TESSERA_GOOGLE_PAY_KEYS_FILE belong together',
    )
  }
  try {
    return { gatewayId, rootKeys: readGoogleRootKeys(await readFile(file, 'utf8')) }
  } catch {
    throw new ConfigError(`${file} must hold the keys that Google publishes for Google Pay`)
  }
}
