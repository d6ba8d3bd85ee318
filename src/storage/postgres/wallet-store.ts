import type { VaultTokenUsage } from '../../core/payment.ts'
import type { NewConsent, WalletConsent, WalletStore } from '../../gateway/wallet-ports.ts'
import { type Database, sql } from './database.ts'
import { insertNotification } from './notification-store.ts'

interface WalletRow {
  merchant_id: string
  name: string
  customer_id: string
  payment_method_type: WalletConsent['paymentMethodType']
  target_org: string
  account_display: string
  usage: VaultTokenUsage
  merchant_may_initiate: boolean
  expires_at: Date
  created_at: Date
  removed_at: Date | null
}

const LISTED_MAX = 1_000

export function postgresWalletStore(database: Database): WalletStore {
  return {
    async list(merchantId, customerId) {
      const { rows } = await database.run<WalletRow>(
        sql('wallet_consents')`select * from wallet_consent
          where merchant_id = ${merchantId} and customer_id = ${customerId}
            and removed_at is null
          order by created_at desc limit ${LISTED_MAX}`,
      )
      return rows.map(toConsent)
    },

    async find(merchantId, name) {
      const { rows } = await database.run<WalletRow>(
        sql('wallet_consent_find')`select * from wallet_consent
          where merchant_id = ${merchantId} and name = ${name}`,
      )
      return rows[0] && toConsent(rows[0])
    },

    keep: (made) => database.transaction((transaction) => keepConsent(transaction, made)),

    async remove({ merchantId, customerId, name }, at, told) {
      const { count } = await database.run(sql('wallet_consent_remove')`
        with removed as (
          update wallet_consent set removed_at = ${at}
          where merchant_id = ${merchantId} and name = ${name} and customer_id = ${customerId}
            and removed_at is null
          returning name
        ), told as (
          insert into notification (merchant_id, notification_id, consent_name, dialect, event, url,
            state, due_at, created_at)
          select ${merchantId}, ${told?.notificationId}::uuid, name, ${told?.dialect},
            ${told?.event}, ${told?.url}, 'due', ${told?.dueAt}::timestamptz, ${at}::timestamptz
          from removed where ${told !== undefined}
        )
        select name from removed`)
      return count === 1
    },
  }
}

/** Stores a consent and tells of it, inside a transaction. */
export async function keepConsent(database: Database, made: NewConsent): Promise<void> {
  const { count } = await database.run(sql('wallet_consent_keep')`
    insert into wallet_consent (merchant_id, name, customer_id, payment_method_type, target_org,
      account_display, usage, merchant_may_initiate, expires_at, created_at)
    values (${made.merchantId}, ${made.name}, ${made.customerId}, ${made.paymentMethodType},
      ${made.targetOrg}, ${made.accountDisplay}, ${made.usage}, ${made.merchantMayInitiate},
      ${made.expiresAt}, ${made.createdAt})
    on conflict do nothing`)
  if (count === 1 && made.notification !== undefined) {
    await database.run(insertNotification(made.notification, made.createdAt))
  }
}

function toConsent(row: WalletRow): WalletConsent {
  return {
    merchantId: row.merchant_id,
    name: row.name,
    customerId: row.customer_id,
    paymentMethodType: row.payment_method_type,
    targetOrg: row.target_org,
    accountDisplay: row.account_display,
    usage: row.usage,
    merchantMayInitiate: row.merchant_may_initiate,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
    isRemoved: row.removed_at !== null,
  }
}
