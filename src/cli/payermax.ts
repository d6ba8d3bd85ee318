import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  randomBytes,
  randomUUID,
} from 'node:crypto'
import { promisify } from 'node:util'
import { ConfigError } from '../config.ts'
import { secretPlace, SHARED } from '../gateway/merchants.ts'
import type { Base } from './base.ts'

const PAYERMAX = 'payermax'
const PLATFORM_PRIVATE = 'platformPrivate'

export interface PayerMaxAccount {
  readonly merchantId: string
  /** The wire's own name: merchantNo, and merchantId of the first generation. */
  readonly account: string
  readonly appId: string
  /** The merchant's public key: SubjectPublicKeyInfo in base64 on one line, or PEM. */
  readonly publicKey: string
  readonly keyVersion: string
  /** How long the public key before this one stays good. */
  readonly overlapHours: number
  readonly settings: Readonly<Record<string, unknown>>
}

/**
 * Says what a merchant is called in this dialect, and takes its public key.
 *
 * @returns the platform's public key, with which the merchant verifies: SubjectPublicKeyInfo in
 * base64 on one line.
 */
export async function setPayerMaxAccount(base: Base, given: PayerMaxAccount): Promise<string> {
  const { merchantId, account, appId, keyVersion } = given
  const key = publicKeyOf(given.publicKey)
  await checkMerchant(base, merchantId)
  if (!/^[A-Za-z0-9]{1,32}$/.test(account)) {
    throw new ConfigError('A merchantNo has 1 to 32 letters or digits')
  }
  if (!/^[A-Za-z0-9]{1,64}$/.test(appId)) {
    throw new ConfigError('An appId has 1 to 64 letters or digits')
  }
  const settings = { ...given.settings, appId }
  const at = base.clock.now()
  if (!(await base.merchants.setAccount(merchantId, PAYERMAX, { account, settings, at }))) {
    throw new ConfigError(`Another merchant is called ${account}`)
  }
  const pem = key.export({ type: 'spki', format: 'pem' }).toString()
  const { overlapHours } = given
  const added = { kind: 'merchantPublic', version: keyVersion, text: pem, overlapHours }
  await addKey(base, merchantId, added)
  return platformKey(base, merchantId)
}

/** Gives the merchant a secret for the first generation's body signature. @returns it. */
export async function addBodySecret(base: Base, merchantId: string): Promise<string> {
  await checkMerchant(base, merchantId)
  const text = randomBytes(16).toString('hex')
  await addKey(base, merchantId, { kind: SHARED, version: '', text, overlapHours: 24 })
  return text
}

/** Lets a service provider act for the merchant. @returns the code that it sends as a header. */
export async function bindServiceProvider(
  base: Base,
  merchantId: string,
  spMerchantNo: string,
): Promise<string> {
  await checkMerchant(base, merchantId)
  const text = randomBytes(20).toString('hex')
  const kind = `serviceProvider:${spMerchantNo}`
  await addKey(base, merchantId, { kind, version: spMerchantNo, text, overlapHours: 0 })
  return text
}

async function checkMerchant({ merchants }: Base, merchantId: string): Promise<void> {
  if ((await merchants.find(merchantId)) !== undefined) return
  throw new ConfigError(`There is no merchant ${merchantId}`)
}

/** The platform's key for one merchant, made when there is none. @returns its public half. */
async function platformKey(base: Base, merchantId: string): Promise<string> {
  const { merchants, vault, clock } = base
  const secrets = await merchants.secrets(merchantId, PAYERMAX, clock.now())
  const known = secrets.find(({ kind }) => kind === PLATFORM_PRIVATE)
  if (known !== undefined) {
    const place = secretPlace(PAYERMAX, known.secretId)
    const text = await vault.openSecret(merchantId, place, known.sealed)
    return oneLine(createPublicKey(createPrivateKey(text)))
  }
  const pair = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  const text = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  await addKey(base, merchantId, { kind: PLATFORM_PRIVATE, version: '1', text, overlapHours: 0 })
  return oneLine(pair.publicKey)
}

/** A merchant's key or secret in this dialect. */
export interface PayerMaxKey {
  readonly kind: string
  readonly version: string
  readonly text: string
  readonly overlapHours: number
}

/** Seals a key for a merchant; those of its kind before it stay good for a while. */
export async function addKey(base: Base, merchantId: string, key: PayerMaxKey): Promise<void> {
  const { merchants, vault, clock } = base
  const { kind, version, text } = key
  const secretId = randomUUID()
  const sealed = await vault.sealSecret(merchantId, secretPlace(PAYERMAX, secretId), text)
  const oldUntil = clock.in(key.overlapHours * 3_600_000)
  const entry = { secretId, kind, version, sealed, at: clock.now(), oldUntil }
  await merchants.addSecret(merchantId, PAYERMAX, entry)
}

/** SubjectPublicKeyInfo in base64 on one line. */
export function oneLine(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'der' }).toString('base64')
}

function publicKeyOf(text: string): KeyObject {
  const isPem = text.includes('-----BEGIN PUBLIC KEY-----')
  const der = Buffer.from(text.trim(), 'base64')
  let key: KeyObject
  try {
    key = createPublicKey(isPem ? text : { key: der, format: 'der', type: 'spki' })
  } catch {
    throw new ConfigError('The public key must be PEM, or SubjectPublicKeyInfo in base64')
  }
  const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {}
  if (key.asymmetricKeyType !== 'rsa' || modulusLength < 2048 || modulusLength > 4096) {
    throw new ConfigError('The public key must be RSA of 2048 to 4096 bits')
  }
  return key
}
