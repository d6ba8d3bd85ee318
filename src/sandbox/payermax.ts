import { createPublicKey, generateKeyPair, randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import { Pan } from '../core/pan.ts'
import type { Base } from '../cli/base.ts'
import type { Program } from '../cli/compose.ts'
import { addBodySecret, addKey, oneLine, setPayerMaxAccount } from '../cli/payermax.ts'
import { sql } from '../storage/postgres/database.ts'
import { postgresVaultTokenStore } from '../storage/postgres/vault-token-store.ts'
import { postgresWalletStore } from '../storage/postgres/wallet-store.ts'
import type { PayerMaxInfo } from './info.ts'

const PAYERMAX = 'payermax'

/** The demo merchant that the founding document names, and whose its stored cards are. */
const MERCHANT_ID = 'JT01'

/** Two, so that one can try to be the other; every one more makes the first start slower. */
const ACCOUNTS: Readonly<Record<string, { readonly account: string; readonly appId: string }>> = {
  [MERCHANT_ID]: { account: 'SP328900011', appId: '3b242b56a8b64274bcc37dac281120e3' },
  JT02: { account: 'SP328900012', appId: '5f07c6d2a9be4b4c8d1e63f2907ab514' },
}
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

/** Makes the merchants' accounts and their key pairs, where they are missing. */
export async function seedPayerMaxAccounts(base: Base): Promise<void> {
  for (const merchantId of Object.keys(ACCOUNTS)) await seedAccount(base, merchantId)
}

async function seedAccount(base: Base, merchantId: string): Promise<void> {
  const known = ACCOUNTS[merchantId]
  if (known === undefined) return
  if ((await base.merchants.account(merchantId, PAYERMAX)) !== undefined) return
  const pair = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  const text = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const key = { kind: MERCHANT_PRIVATE, version: KEY_VERSION, text, overlapHours: 0 }
  await addKey(base, merchantId, key)
  await addBodySecret(base, merchantId)
  await setPayerMaxAccount(base, {
    merchantId,
    ...known,
    publicKey: oneLine(pair.publicKey),
    keyVersion: KEY_VERSION,
    overlapHours: 0,
    settings: {},
  })
}

/** Stores the cards and the wallet that the founding document names, where they are missing. */
export async function seedPayerMaxTokens(program: Program): Promise<void> {
  for (const [customerId, name, pan] of CARDS) {
    await keepCard(program, { customerId, name, pan })
  }
  const { clock, database } = program
  await postgresWalletStore(database).keep({
    merchantId: MERCHANT_ID,
    name: WALLET,
    customerId: WALLET_CUSTOMER,
    paymentMethodType: 'AUTO_DEBIT',
    targetOrg: 'KAKAOPAY',
    accountDisplay: '63-9****72180',
    usage: 'unscheduled',
    merchantMayInitiate: true,
    notification: undefined,
    expiresAt: clock.in(CENTURY_MS),
    createdAt: clock.now(),
  })
}

/** What a tester needs to sign as a demo merchant and to verify our answers. */
export async function payerMaxInfo(
  { gateway }: Program,
  merchantId: string,
): Promise<PayerMaxInfo | undefined> {
  const known = ACCOUNTS[merchantId]
  if (known === undefined) return undefined
  const access = await gateway.merchantAccess(merchantId, PAYERMAX)
  const find = (kind: string) => access?.keys.find((key) => key.kind === kind)?.key
  const merchant = find(MERCHANT_PRIVATE)
  const platform = find('platformPrivate')
  const [secret] = access?.secrets ?? []
  if (merchant === undefined || platform === undefined || secret === undefined) {
    throw new Error('the demo merchant has no keys')
  }
  return {
    merchantId: known.account,
    merchantNo: known.account,
    appId: known.appId,
    merchantPrivateKey: merchant.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    platformPublicKey: oneLine(createPublicKey(platform)),
    secretKey: secret.export().toString('utf8'),
    sampleUserId: WALLET_CUSTOMER,
  }
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
