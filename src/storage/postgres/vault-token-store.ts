import type { CardHolder } from '../../core/card.ts'
import type { Brand } from '../../core/pan.ts'
import type { VaultToken, VaultTokenUsage } from '../../core/payment.ts'
import type { NewVaultToken, VaultTokenChange, VaultTokenStore } from '../../gateway/vault-ports.ts'
import { type Database, type Query, sql } from './database.ts'
import { insertNotification } from './notification-store.ts'
import { jsonOf } from './payment-rows.ts'

const LISTED_MAX = 1_000

export interface VaultTokenRow {
  vault_token_id: string
  card_id: string
  name: string
  pan_masked: string
  brand: Brand | null
  expiry_year: number
  expiry_month: number
  card_holder: CardHolder | null
  customer_id: string | null
  is_active: boolean
  usage: VaultTokenUsage
  merchant_may_initiate: boolean
  stored_at: Date
  stored_link: string | null
  deleted_at: Date | null
}

// Without values of its own, so that what follows it counts them from one.
const NAMED_TOKENS = `
  select stored.*, stored.created_at stored_at, stored.network_transaction_id stored_link,
    named.name
  from vault_token stored
  join vault_token_name named on named.merchant_id = stored.merchant_id
    and named.vault_token_id = stored.vault_token_id`

export function postgresVaultTokenStore(database: Database): VaultTokenStore {
  const tokensThat = async (condition: Query): Promise<readonly VaultToken[]> => {
    const text = `${NAMED_TOKENS} ${condition.text}`
    const { rows } = await database.run<VaultTokenRow>({ ...condition, text })
    return rows.map(toVaultToken)
  }
  return {
    async find(merchantId, dialect, vaultTokenId) {
      const [found] = await tokensThat(
        sql('vault_token_find')`
          where stored.merchant_id = ${merchantId} and named.merchant_id = ${merchantId}
            and named.dialect = ${dialect} and stored.vault_token_id = ${vaultTokenId}`,
      )
      return found
    },

    findByIds: (merchantId, dialect, vaultTokenIds) =>
      tokensThat(
        sql('vault_tokens_by_id')`
          where stored.merchant_id = ${merchantId} and named.merchant_id = ${merchantId}
            and named.dialect = ${dialect} and stored.vault_token_id = any(${vaultTokenIds})
            and stored.deleted_at is null
          order by stored.created_at`,
      ),

    findByNames: (merchantId, dialect, names) =>
      tokensThat(
        sql('vault_tokens_by_name')`
          where stored.merchant_id = ${merchantId} and named.merchant_id = ${merchantId}
            and named.dialect = ${dialect} and named.name = any(${names})
            and stored.deleted_at is null`,
      ),

    list: ({ merchantId, dialect, customerId, cardId, withInactive }) =>
      tokensThat(
        sql('vault_tokens_list')`
          where stored.merchant_id = ${merchantId} and named.merchant_id = ${merchantId}
            and named.dialect = ${dialect} and stored.deleted_at is null
            and (${customerId}::text is null or stored.customer_id = ${customerId})
            and (${cardId}::uuid is null or stored.card_id = ${cardId}::uuid)
            and (stored.is_active or ${withInactive})
          order by stored.created_at limit ${LISTED_MAX}`,
      ),

    keep: (made) => database.transaction((transaction) => keepVaultToken(transaction, made)),

    async change(change) {
      const { count } = await database.run(changeVaultToken(change))
      return count === 1
    },
  }
}

/**
 * Stores a token, inside a transaction. The same card of the same customer keeps the token it has:
 * the insert meets the unique index, refreshes the expiry and answers the one that is there.
 */
export async function keepVaultToken(database: Database, made: NewVaultToken): Promise<string> {
  const { merchantId, createdAt: at } = made
  const { rows } = await database.run<{ vault_token_id: string }>(sql('vault_token_keep')`
    insert into vault_token (merchant_id, vault_token_id, card_id, customer_id, pan_masked, brand,
      expiry_year, expiry_month, card_holder, usage, merchant_may_initiate,
      network_transaction_id, created_at)
    values (${merchantId}, ${made.vaultTokenId}, ${made.cardId}, ${made.customerId},
      ${made.panMasked}, ${made.brand}, ${made.expiry.year}, ${made.expiry.month},
      ${jsonOf(made.holder)}::jsonb, ${made.usage},
      ${made.merchantMayInitiate}, ${made.networkTransactionId}, ${at})
    on conflict (merchant_id, customer_id, card_id) where deleted_at is null do update
      set expiry_year = excluded.expiry_year, expiry_month = excluded.expiry_month,
        card_holder = coalesce(excluded.card_holder, vault_token.card_holder),
        is_active = true,
        usage = case when excluded.merchant_may_initiate then excluded.usage
          else vault_token.usage end,
        merchant_may_initiate = vault_token.merchant_may_initiate
          or excluded.merchant_may_initiate,
        network_transaction_id = coalesce(excluded.network_transaction_id,
          vault_token.network_transaction_id)
    returning vault_token_id`)
  const vaultTokenId = rows[0]?.vault_token_id
  if (vaultTokenId === undefined) throw new Error('a vault token was not kept')
  for (const [dialect, name] of Object.entries(made.names)) {
    await database.run(sql('vault_token_name_keep')`
      insert into vault_token_name (merchant_id, dialect, name, vault_token_id)
      values (${merchantId}, ${dialect}, ${name}, ${vaultTokenId})
      on conflict (merchant_id, vault_token_id, dialect) do nothing`)
  }
  if (vaultTokenId === made.vaultTokenId && made.notification !== undefined) {
    await database.run(insertNotification(made.notification, at))
  }
  return vaultTokenId
}

function changeVaultToken(change: VaultTokenChange): Query {
  const { merchantId, vaultTokenId, isActive, expiry, customerId, at, notification: told } = change
  return sql('vault_token_change')`
    with changed as (
      update vault_token set is_active = coalesce(${isActive}::boolean, is_active),
        expiry_year = coalesce(${expiry?.year}::smallint, expiry_year),
        expiry_month = coalesce(${expiry?.month}::smallint, expiry_month),
        customer_id = coalesce(${customerId}::text, customer_id),
        deleted_at = case when ${change.isDeleted === true} then ${at}::timestamptz end
      where merchant_id = ${merchantId} and vault_token_id = ${vaultTokenId}
        and deleted_at is null
        and (is_active <> ${isActive}::boolean or ${expiry !== undefined}
          or customer_id is distinct from ${customerId}::text and ${customerId !== undefined}
          or ${change.isDeleted === true})
      returning vault_token_id
    ), told as (
      insert into notification (merchant_id, notification_id, vault_token_id, dialect, event, url,
        state, due_at, created_at)
      select ${merchantId}, ${told?.notificationId}::uuid, vault_token_id, ${told?.dialect},
        ${told?.event}, ${told?.url}, 'due', ${told?.dueAt}::timestamptz, ${at}::timestamptz
      from changed where ${told !== undefined}
    )
    select vault_token_id from changed`
}

export function toVaultToken(row: VaultTokenRow): VaultToken {
  return {
    vaultTokenId: row.vault_token_id,
    cardId: row.card_id,
    name: row.name,
    card: { panMasked: row.pan_masked, brand: row.brand ?? undefined },
    expiry: { year: row.expiry_year, month: row.expiry_month },
    holder: row.card_holder ?? undefined,
    customerId: row.customer_id ?? undefined,
    isActive: row.is_active,
    isDeleted: row.deleted_at !== null,
    usage: row.usage,
    merchantMayInitiate: row.merchant_may_initiate,
    networkTransactionId: row.stored_link ?? undefined,
    createdAt: row.stored_at,
  }
}
