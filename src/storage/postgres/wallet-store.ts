import type { WalletConsent, WalletStore } from '../../gateway/wallet-ports.ts'
import { type Database, sql } from './database.ts'

interface WalletRow {
  merchant_id: string
  name: string
  customer_id: string
  payment_method_type: WalletConsent['paymentMethodType']
  target_org: string
  account_display: string
  merchant_may_initiate: boolean
  expires_at: Date
  created_at: Date
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

    async add(consent) {
      await database.run(sql('wallet_consent_add')`
        insert into wallet_consent (merchant_id, name, customer_id, payment_method_type, target_org,
          account_display, merchant_may_initiate, expires_at, created_at)
        values (${consent.merchantId}, ${consent.name}, ${consent.customerId},
          ${consent.paymentMethodType}, ${consent.targetOrg}, ${consent.accountDisplay},
          ${consent.merchantMayInitiate}, ${consent.expiresAt}, ${consent.createdAt})
        on conflict do nothing`)
    },

    async remove({ merchantId, customerId, name }, at) {
      const { count } = await database.run(sql('wallet_consent_remove')`
        update wallet_consent set removed_at = ${at}
        where merchant_id = ${merchantId} and name = ${name} and customer_id = ${customerId}
          and removed_at is null`)
      return count === 1
    },
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
    merchantMayInitiate: row.merchant_may_initiate,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
  }
}
