import type { ClientKeyStore, KeyPairPurpose, StoredClientKey } from '../../vault/ports.ts'
import { type Database, sql } from './database.ts'

interface ClientKeyRow {
  merchant_id: string
  purpose: KeyPairPurpose
  recipient: string | null
  number: number
  key_id: string
  public_key: Buffer
  sealed: Buffer
  good_until: Date | null
}

export function postgresClientKeyStore(database: Database): ClientKeyStore {
  return {
    async good(merchantId, purpose, at) {
      const { rows } = await database.run<ClientKeyRow>(
        sql('client_keys_good')`select * from vault.client_key
          where merchant_id = ${merchantId} and purpose = ${purpose} and sealed is not null
            and (good_until is null or good_until > ${at})
          order by number desc`,
      )
      return rows.map(toClientKey)
    },

    // One statement, so that the older keys end if and only if the next one is there.
    async add(key, at, oldUntil) {
      const { count } = await database.run(sql('client_key_add')`
        with added as (
          insert into vault.client_key (merchant_id, purpose, recipient, number, key_id, public_key,
            sealed, created_at)
          values (${key.merchantId}, ${key.purpose}, ${key.recipient}, ${key.number},
            ${key.keyId}, ${key.publicKey}, ${key.sealed}, ${at})
          on conflict do nothing
          returning number
        ), ended as (
          update vault.client_key set good_until = ${oldUntil}
          where merchant_id = ${key.merchantId} and purpose = ${key.purpose}
            and recipient is not distinct from ${key.recipient}
            and (good_until is null or good_until > ${oldUntil})
            and number < (select number from added)
        )
        select number from added`)
      return count === 1
    },

    async erase(at) {
      const { count } = await database.run(sql('client_keys_erase')`
        update vault.client_key set sealed = null
        where good_until <= ${at} and sealed is not null`)
      return count
    },
  }
}

function toClientKey(row: ClientKeyRow): StoredClientKey {
  return {
    merchantId: row.merchant_id,
    purpose: row.purpose,
    recipient: row.recipient ?? undefined,
    number: row.number,
    keyId: row.key_id,
    publicKey: row.public_key,
    sealed: row.sealed,
    goodUntil: row.good_until ?? undefined,
  }
}
