import { randomBytes, randomUUID } from 'node:crypto'
import { ConfigError } from '../config.ts'
import type { CardHolder } from '../core/card.ts'
import { Pan } from '../core/pan.ts'
import { secretPlace, SHARED } from '../gateway/merchants.ts'
import type { Merchant } from '../gateway/ports.ts'
import type { Base } from '../cli/base.ts'
import { JCC_MERCHANT, keepApiUser } from './api-users.ts'
import { sql } from '../storage/postgres/database.ts'

const TWOC2P = 'twoc2p'
const JCC = 'jcc'

/** The documented demo merchants of 2C2P's sandbox, and one in JCC's currency; secrets are ours. */
const MERCHANTS: readonly (readonly [string, string, string])[] = [
  ['JT01', 'SGD', 'Asia/Singapore'],
  ['JT02', 'MMK', 'Asia/Yangon'],
  ['JT03', 'IDR', 'Asia/Jakarta'],
  ['JT04', 'THB', 'Asia/Bangkok'],
  ['JT05', 'PHP', 'Asia/Manila'],
  ['JT06', 'HKD', 'Asia/Hong_Kong'],
  ['JT07', 'MYR', 'Asia/Kuala_Lumpur'],
  ['JT08', 'VND', 'Asia/Ho_Chi_Minh'],
  [JCC_MERCHANT, 'EUR', 'Asia/Nicosia'],
]

/** The stored cards that the founding documents name, each a real vaulted test card. */
const CUSTOMER_TOKENS: readonly (readonly [string, string, string])[] = [
  ['JT01', '28052010234224845229', '4111111111111111'],
  ['JT01', '7305201872122484776', '5555555555554444'],
  ['JT04', '28052010234224845229', '4111111111111111'],
  ['JT04', '20052010380915759367', '5555555555554444'],
]

const HOLDER: CardHolder = { name: 'Terrance Tay', email: 'terrance@shop.example' }

const SECRET_LENGTH_MIN = 32

/**
 * Adds the demo merchants and what they have stored, where they are missing.
 *
 * @param env `TESSERA_SANDBOX_SECRET_JT01` and so on set a secret; else it is made once.
 * @throws ConfigError when a secret from the environment is too short.
 */
export async function seedMerchants(
  base: Base,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  for (const [merchantId, currency, timeZone] of MERCHANTS) {
    await base.merchants.add(demoMerchant(merchantId, currency, timeZone), base.clock.now())
    await keepSecret(
      base,
      { merchantId, dialect: TWOC2P },
      env[`TESSERA_SANDBOX_SECRET_${merchantId}`],
    )
    await keepSecret(base, { merchantId, dialect: JCC })
    await keepApiUser(base, merchantId)
  }
  for (const [merchantId, name, pan] of CUSTOMER_TOKENS) {
    await keepCustomerToken(base, { merchantId, name, pan })
  }
}

/** Ids of the demo merchants, in order. */
export function demoMerchantIds(): readonly string[] {
  return MERCHANTS.map(([merchantId]) => merchantId)
}

function demoMerchant(merchantId: string, currency: string, timeZone: string): Merchant {
  return {
    merchantId,
    name: `Demo shop ${merchantId} (${currency})`,
    currency,
    timeZone,
    notifyUrl: undefined,
    returnUrl: undefined,
    mayTokenize: true,
    returnHosts: ['*'],
    logoUrl: undefined,
    color: undefined,
  }
}

interface SecretOf {
  readonly merchantId: string
  readonly dialect: string
}

async function keepSecret(base: Base, { merchantId, dialect }: SecretOf, given?: string) {
  if (given !== undefined && given.length < SECRET_LENGTH_MIN) {
    const name = `TESSERA_SANDBOX_SECRET_${merchantId}`
    throw new ConfigError(`${name} must have at least ${SECRET_LENGTH_MIN} characters`)
  }
  const now = base.clock.now()
  const [newest] = await base.merchants.secrets(merchantId, dialect, now)
  const current =
    newest &&
    (await base.vault.openSecret(merchantId, secretPlace(dialect, newest.secretId), newest.sealed))
  if (current !== undefined && (given === undefined || given === current)) return
  const secret = given ?? randomBytes(32).toString('hex').toUpperCase()
  const secretId = randomUUID()
  const place = secretPlace(dialect, secretId)
  const sealed = await base.vault.sealSecret(merchantId, place, secret)
  const entry = { secretId, kind: SHARED, version: '', sealed, at: now, oldUntil: now }
  await base.merchants.addSecret(merchantId, dialect, entry)
}

interface CustomerToken {
  readonly merchantId: string
  readonly name: string
  readonly pan: string
}

async function keepCustomerToken({ database, vault, clock }: Base, entry: CustomerToken) {
  const pan = Pan.parse(entry.pan)
  if (pan === undefined) throw new TypeError('a test card is no card')
  const { merchantId, name } = entry
  const cardId = await vault.store(merchantId, pan)
  const now = clock.now()
  await database.run(sql('sandbox_vault_token')`
    with stored as (
      insert into vault_token (merchant_id, vault_token_id, card_id, pan_masked, brand, expiry_year,
        expiry_month, card_holder, created_at)
      values (${merchantId}, ${randomUUID()}, ${cardId}, ${String(pan)}, ${pan.brand},
        ${now.getUTCFullYear() + 3}, 12, ${JSON.stringify(HOLDER)}, ${now})
      on conflict do nothing
      returning vault_token_id
    )
    insert into vault_token_name (merchant_id, dialect, name, vault_token_id)
    select ${merchantId}, ${TWOC2P}, ${name}, vault_token_id from stored`)
}
