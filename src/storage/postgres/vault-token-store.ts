import type { Brand } from '../../core/pan.ts'
import type { VaultToken } from '../../core/payment.ts'
import type { VaultTokenStore } from '../../gateway/ports.ts'
import { type Database, sql } from './database.ts'

export interface VaultTokenRow {
  vault_token_id: string
  card_id: string
  name: string
  pan_masked: string
  brand: Brand | null
  expiry_year: number
  expiry_month: number
}

export function postgresVaultTokenStore(database: Database): VaultTokenStore {
  return {
    async findByIds(merchantId, dialect, vaultTokenIds) {
      const { rows } = await database.run<VaultTokenRow>(
        sql('vault_tokens_by_id')`
          select stored.*, named.name from vault_token stored
          join vault_token_name named on named.merchant_id = ${merchantId}
            and named.vault_token_id = stored.vault_token_id and named.dialect = ${dialect}
          where stored.merchant_id = ${merchantId}
            and stored.vault_token_id = any(${vaultTokenIds})
          order by stored.created_at`,
      )
      return rows.map(toVaultToken)
    },

    async findByNames(merchantId, dialect, names) {
      const { rows } = await database.run<VaultTokenRow>(
        sql('vault_tokens_by_name')`
          select stored.*, named.name from vault_token_name named
          join vault_token stored on stored.merchant_id = ${merchantId}
            and stored.vault_token_id = named.vault_token_id
          where named.merchant_id = ${merchantId} and named.dialect = ${dialect}
            and named.name = any(${names})`,
      )
      return rows.map(toVaultToken)
    },
  }
}

export function toVaultToken(row: VaultTokenRow): VaultToken {
  return {
    vaultTokenId: row.vault_token_id,
    cardId: row.card_id,
    name: row.name,
    card: { panMasked: row.pan_masked, brand: row.brand ?? undefined },
    expiry: { year: row.expiry_year, month: row.expiry_month },
  }
}
