import type { Merchant, MerchantAccount, MerchantStore, SealedSecret } from '../../gateway/ports.ts'
import { type Database, sql } from './database.ts'

interface MerchantRow {
  merchant_id: string
  name: string
  currency: string
  time_zone: string
  notify_url: string | null
  return_url: string | null
  may_tokenize: boolean
  return_hosts: string[]
  logo_url: string | null
  color: string | null
}

interface SecretRow extends Omit<SealedSecret, 'secretId'> {
  secret_id: string
}

/** What the command line and the sandbox add to the gateway's own view of merchants. */
export interface MerchantAdmin extends MerchantStore {
  /** @returns false when the merchant is there already. */
  add(merchant: Merchant, at: Date): Promise<boolean>
  list(): Promise<readonly Merchant[]>
  /**
   * Says what the merchant is called in a dialect, and its settings there.
   * @returns false when another merchant has this account.
   */
  setAccount(
    merchantId: string,
    dialect: string,
    account: MerchantAccount & { readonly at: Date },
  ): Promise<boolean>
  /** Adds a secret; those of its kind before it stay good until `oldUntil`. */
  addSecret(
    merchantId: string,
    dialect: string,
    secret: SealedSecret & { readonly at: Date; readonly oldUntil: Date },
  ): Promise<void>
}

export function postgresMerchantStore(database: Database): MerchantAdmin {
  return {
    async find(merchantId) {
      const { rows } = await database.run<MerchantRow>(
        sql('merchant_find')`select * from merchant where merchant_id = ${merchantId}`,
      )
      return rows[0] && toMerchant(rows[0])
    },

    async secrets(merchantId, dialect, at) {
      const { rows } = await database.run<SecretRow>(
        sql('merchant_secrets')`select secret_id, kind, version, sealed from merchant_secret
          where merchant_id = ${merchantId} and dialect = ${dialect}
            and (expires_at is null or expires_at > ${at}) order by created_at desc`,
      )
      return rows.map(({ secret_id, ...rest }) => ({ secretId: secret_id, ...rest }))
    },

    async account(merchantId, dialect) {
      const { rows } = await database.run<MerchantAccount>(
        sql('merchant_account')`select account, settings from merchant_account
          where merchant_id = ${merchantId} and dialect = ${dialect}`,
      )
      return rows[0]
    },

    async byAccount(dialect, account) {
      const { rows } = await database.run<{ merchant_id: string }>(
        sql('merchant_by_account')`select merchant_id from merchant_account
          where dialect = ${dialect} and account = ${account} limit 1`,
      )
      return rows[0]?.merchant_id
    },

    async byTag(tag) {
      const { rows } = await database.run<{ merchant_id: string }>(
        sql('merchant_by_tag')`select merchant_id from merchant where tag = ${tag}`,
      )
      return rows.map(({ merchant_id }) => merchant_id)
    },

    ...adminMethods(database),
  }
}

function adminMethods(database: Database): Omit<MerchantAdmin, keyof MerchantStore> {
  return {
    async add(merchant, at) {
      const { count } = await database.run(sql('merchant_add')`
        insert into merchant (merchant_id, name, currency, time_zone, notify_url, return_url,
          may_tokenize, return_hosts, logo_url, color, created_at)
        values (${merchant.merchantId}, ${merchant.name}, ${merchant.currency},
          ${merchant.timeZone}, ${merchant.notifyUrl}, ${merchant.returnUrl},
          ${merchant.mayTokenize}, ${merchant.returnHosts},
          ${merchant.logoUrl}, ${merchant.color}, ${at})
        on conflict do nothing`)
      return count === 1
    },

    async list() {
      const { rows } = await database.run<MerchantRow>(
        sql('merchant_list')`select * from merchant order by merchant_id limit 10000`,
      )
      return rows.map(toMerchant)
    },

    addSecret: (merchantId, dialect, secret) =>
      database.transaction(async (transaction) => {
        await transaction.run(sql('merchant_secret_expire')`
          update merchant_secret set expires_at = ${secret.oldUntil}
          where merchant_id = ${merchantId} and dialect = ${dialect}
            and kind = ${secret.kind}
            and (expires_at is null or expires_at > ${secret.oldUntil})`)
        await transaction.run(sql('merchant_secret_add')`
          insert into merchant_secret (merchant_id, secret_id, dialect, kind, version, sealed,
            created_at)
          values (${merchantId}, ${secret.secretId}, ${dialect}, ${secret.kind}, ${secret.version},
            ${secret.sealed}, ${secret.at})`)
      }),

    async setAccount(merchantId, dialect, { account, settings, at }) {
      const { count } = await database.run(sql('merchant_account_set')`
        insert into merchant_account (merchant_id, dialect, account, settings, created_at)
        select ${merchantId}, ${dialect}, ${account}, ${JSON.stringify(settings)}::jsonb,
          ${at}::timestamptz
        where not exists (select from merchant_account
          where dialect = ${dialect} and account = ${account} and merchant_id <> ${merchantId})
        on conflict (merchant_id, dialect) do update
          set account = excluded.account, settings = excluded.settings`)
      return count === 1
    },
  }
}

function toMerchant(row: MerchantRow): Merchant {
  return {
    merchantId: row.merchant_id,
    name: row.name,
    currency: row.currency,
    timeZone: row.time_zone,
    notifyUrl: row.notify_url ?? undefined,
    returnUrl: row.return_url ?? undefined,
    mayTokenize: row.may_tokenize,
    returnHosts: row.return_hosts,
    logoUrl: row.logo_url ?? undefined,
    color: row.color ?? undefined,
  }
}
