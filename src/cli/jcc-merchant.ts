import { createPublicKey, generateKeyPair, randomBytes, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { type Config, ConfigError } from '../config.ts'
import { CALLBACK_PARAMS } from '../dialects/jcc/callback-extras.ts'
import { CALLBACK_KEY, MERCHANT_KEY, type Settings } from '../dialects/jcc/settings.ts'
import { secretPlace, SHARED } from '../gateway/merchants.ts'
import { postgresApiUserStore } from '../storage/postgres/api-user-store.ts'
import type { Base } from './base.ts'
import { refuseUnknownMerchant, withBase } from './with-base.ts'

const JCC = 'jcc'
const RSA_BITS = 2_048

/** What is to be set; undefined leaves it as it is. */
export interface JccOptions {
  readonly callbackUrl?: string
  readonly callbackMethod?: Settings['callbackMethod']
  readonly checksum?: Settings['checksum']
  readonly sessionTimeoutSecs?: number
  readonly numbersOrders?: boolean
  readonly multipleDeposits?: boolean
  readonly ownAuthentication?: boolean
  /** Names; none of them takes all away. */
  readonly callbackParams?: readonly string[]
  /** Logins of other merchants' API users; none of them takes all away. */
  readonly actingUsers?: readonly string[]
}

/** What the merchant needs to check callbacks with: a secret, or the gateway's public key. */
export type CallbackProof = { readonly secret: string } | { readonly publicKey: string }

/**
 * Sets a merchant up for the JCC API.
 *
 * @returns what a newly chosen checksum is checked with, shown this once.
 */
export function setUpJcc(
  config: Config,
  merchantId: string,
  options: JccOptions,
): Promise<CallbackProof | undefined> {
  const { callbackUrl, checksum } = options
  if (callbackUrl !== undefined && URL.parse(callbackUrl)?.protocol !== 'https:') {
    throw new ConfigError('A callback URL must start with https://')
  }
  const unknown = options.callbackParams?.find((name) => !CALLBACK_PARAMS.includes(name))
  if (unknown !== undefined) {
    throw new ConfigError(`Callbacks have no ${unknown}; there are ${CALLBACK_PARAMS.join(', ')}`)
  }
  return withBase(config, async (base) => {
    await refuseUnknownMerchant(base, merchantId)
    await refuseUnknownUsers(base, options.actingUsers)
    const current = await base.merchants.account(merchantId, JCC)
    await base.merchants.setAccount(merchantId, JCC, {
      account: current?.account ?? merchantId,
      settings: { ...current?.settings, ...options },
      at: base.clock.now(),
    })
    if (checksum === 'symmetric') return newSecret(base, merchantId)
    return checksum === 'asymmetric' ? newKey(base, merchantId) : undefined
  })
}

/** Keeps the key that a merchant signs its requests with; the one before it ends at once. */
export async function setMerchantKey(
  config: Config,
  merchantId: string,
  path: string,
): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new ConfigError(`${path} cannot be read`)
  })
  const pem = publicKeyIn(text)
  await withBase(config, async (base) => {
    await refuseUnknownMerchant(base, merchantId)
    await keep(base, merchantId, { kind: MERCHANT_KEY, text: pem })
  })
}

/** @throws ConfigError unless the text is a certificate or a public key, RSA of enough bits. */
function publicKeyIn(text: string): string {
  if (text.includes('PRIVATE KEY')) throw new ConfigError('That is a private key: keep it')
  try {
    const key = createPublicKey(text)
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
    if (key.asymmetricKeyType !== 'rsa' || bits < RSA_BITS) throw new TypeError('not fit')
    return key.export({ type: 'spki', format: 'pem' }).toString()
  } catch {
    throw new ConfigError(`It must be a certificate or public key in PEM, RSA of ${RSA_BITS} bits`)
  }
}

async function newSecret(base: Base, merchantId: string): Promise<CallbackProof> {
  const secret = randomBytes(20).toString('hex')
  await keep(base, merchantId, { kind: SHARED, text: secret })
  return { secret }
}

async function newKey(base: Base, merchantId: string): Promise<CallbackProof> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: RSA_BITS,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  await keep(base, merchantId, { kind: CALLBACK_KEY, text: privateKey })
  return { publicKey }
}

async function keep(
  { vault, merchants, clock }: Base,
  merchantId: string,
  { kind, text }: { readonly kind: string; readonly text: string },
): Promise<void> {
  const secretId = randomUUID()
  const sealed = await vault.sealSecret(merchantId, secretPlace(JCC, secretId), text)
  const at = clock.now()
  await merchants.addSecret(merchantId, JCC, {
    secretId,
    kind,
    version: '',
    sealed,
    at,
    oldUntil: at,
  })
}

async function refuseUnknownUsers(
  { database, clock }: Base,
  logins: readonly string[] = [],
): Promise<void> {
  const users = postgresApiUserStore(database)
  for (const login of logins) {
    if ((await users.find(login, clock.now())) === undefined) {
      throw new ConfigError(`There is no API user ${login}`)
    }
  }
}
