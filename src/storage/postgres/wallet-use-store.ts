import type { WalletUseStore } from '../../vault/ports.ts'
import { type Database, sql } from './database.ts'

export function postgresWalletUseStore(database: Database): WalletUseStore {
  return {
    // What is refused by its own time goes, so that the table stays small.
    async use({ merchantId, wallet, walletPaymentId, at, goodUntil }) {
      const { count } = await database.run(sql('wallet_use')`
        with forgotten as (
          delete from vault.wallet_use where merchant_id = ${merchantId} and good_until < ${at}
        )
        insert into vault.wallet_use (merchant_id, wallet, wallet_payment_id, good_until)
        values (${merchantId}, ${wallet}, ${walletPaymentId}, ${goodUntil})
        on conflict do nothing`)
      return count === 1
    },
  }
}
