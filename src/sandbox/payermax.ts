import {
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  randomBytes,
  randomUUID,
} from 'node:crypto'
import { promisify } from 'node:util'
import { Pan } from '../core/pan.ts'
import { secretPlace, SHARED } from '../gateway/merchants.ts'
import type { Base, Program } from '../cli/compose.ts'
import { sql } from '../storage/postgres/database.ts'
import { postgresVaultTokenStore } from '../storage/postgres/vault-token-store.ts'
import { postgresWalletStore } from '../storage/postgres/wallet-store.ts'
import type { SandboxInfo } from './info.ts'

const PAYERMAX = 'payermax'

/** The demo merchant that speaks all dialects; its name here is the founding document's. */
const MERCHANT_ID = 'JT01'
const ACCOUNT = 'SP328900011'
const APP_ID = '3b242b56a8b64274bcc37dac281120e3'
const KEY_VERSION = '1'

/** Of the merchant's pair only; the gateway itself never needs it. */
const MERCHANT_PRIVATE = 'merchantPrivate'

const CARD_CUSTOMER = 'r047281273'
const WALLET_CUSTOMER = 'czy_0088'

/** What the founding document names: a user with one card, a user with a card and a wallet. */
const CARDS = [
  [CARD_CUSTOMER, 'PMTOKEN20221230182646924441600028843', '4444333322221111'],
  [WALLET_CUSTOMER, 'PMTOKEN20230710080439571142400031000', '4557010000071231'],
] as const
const WALLET = 'ed27884948d3b6cd0d17052e46064baf'

const DAY_MS = 86_400_000
const CENTURY_MS = 36_525 * DAY_MS

/** Makes the merchant's account and its key pairs, where they are missing. */
export async function seedPayerMaxAccount(base: Base): Promise<void> {
  const { merchants, clock } = base
  if ((await merchants.account(MERCHANT_ID, PAYERMAX)) !== undefined) return
  const [merchant, platform] = await Promise.all([newPair(), newPair()])
  await addSecret(base, MERCHANT_PRIVATE, pem(merchant.privateKey))
  await addSecret(base, 'merchantPublic', pem(merchant.publicKey))
  await addSecret(base, 'platformPrivate', pem(platform.privateKey))
  await addSecret(base, SHARED, randomBytes(16).toString('hex'))
  const account = { account: ACCOUNT, settings: { appId: APP_ID }, at: clock.now() }
  await merchants.setAccount(MERCHANT_ID, PAYERMAX, account)
}

/** Stores the cards and the wallet that the founding document names, where they are missing. */
export async function seedPayerMaxTokens(program: Program): Promise<void> {
  for (const [customerId, name, pan] of CARDS) {
    await keepCard(program, { customerId, name, pan })
  }
  const { clock, database } = program
  await postgresWalletStore(database).add({
    merchantId: MERCHANT_ID,
    name: WALLET,
    customerId: WALLET_CUSTOMER,
    paymentMethodType: 'AUTO_DEBIT',
    targetOrg: 'KAKAOPAY',
    accountDisplay: '63-9****72180',
    merchantMayInitiate: true,
    expiresAt: clock.in(CENTURY_MS),
    createdAt: clock.now(),
  })
}

/** What a tester needs to sign as the demo merchant and to verify our answers. */
export async function payerMaxInfo({ gateway }: Program): Promise<SandboxInfo['payermax']> {
  const access = await gateway.merchantAccess(MERCHANT_ID, PAYERMAX)
  const find = (kind: string) => access?.keys.find((key) => key.kind === kind)?.key
  const merchant = find(MERCHANT_PRIVATE)
  const platform = find('platformPrivate')
  const [secret] = access?.secrets ?? []
  if (merchant === undefined || platform === undefined || secret === undefined) {
    throw new Error('the demo merchant has no keys')
  }
  return {
    merchantId: ACCOUNT,
    merchantNo: ACCOUNT,
    appId: APP_ID,
    merchantPrivateKey: merchant.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    platformPublicKey: createPublicKey(platform)
      .export({ type: 'spki', format: 'der' })
      .toString('base64'),
    secretKey: secret.export().toString('utf8'),
    sampleUserId: WALLET_CUSTOMER,
  }
}

function newPair(): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> {
  return promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
}

function pem(key: KeyObject): string {
  const type = key.type === 'private' ? 'pkcs8' : 'spki'
  return key.export({ type, format: 'pem' }).toString()
}

async function addSecret({ merchants, vault, clock }: Base, kind: string, text: string) {
  const secretId = randomUUID()
  const sealed = await vault.sealSecret(MERCHANT_ID, secretPlace(PAYERMAX, secretId), text)
  const at = clock.now()
  const version = kind === SHARED ? '' : KEY_VERSION
  const entry = { secretId, kind, version, sealed, at, oldUntil: at }
  await merchants.addSecret(MERCHANT_ID, PAYERMAX, entry)
}

interface SeededCard {
  readonly customerId: string
  readonly name: string
  readonly pan: string
}

async function keepCard(program: Program, { customerId, name, pan: digits }: SeededCard) {
  const { database, vault, clock, dialects } = program
  // Also a removed one keeps its name: it stays removed.
  const { count } = await database.run(sql('sandbox_vault_token_name')`
    select from vault_token_name
    where merchant_id = ${MERCHANT_ID} and dialect = ${PAYERMAX} and name = ${name}`)
  if (count > 0) return
  const pan = Pan.parse(digits)
  if (pan === undefined) throw new TypeError('a test card is no card')
  const createdAt = clock.in(-DAY_MS)
  const names = Object.fromEntries(
    dialects.map((dialect) => [dialect.name, dialect.nameVaultToken(createdAt)]),
  )
  await postgresVaultTokenStore(database).keep({
    vaultTokenId: randomUUID(),
    merchantId: MERCHANT_ID,
    cardId: await vault.store(MERCHANT_ID, pan),
    customerId,
    names: { ...names, [PAYERMAX]: name },
    panMasked: String(pan),
    brand: pan.brand,
    expiry: { year: clock.now().getUTCFullYear() + 3, month: 12 },
    holder: undefined,
    usage: 'unscheduled',
    merchantMayInitiate: false,
    networkTransactionId: undefined,
    createdAt,
    notification: undefined,
  })
}
