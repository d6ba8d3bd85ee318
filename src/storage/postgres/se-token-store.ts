import type { SeTokenStore } from '../../dialects/jcc/ports.ts'
import { type Database, sql } from './database.ts'

export function postgresSeTokenStore(database: Database): SeTokenStore {
  return {
    // What is old enough to be refused by its time goes, so that the table stays small.
    async use({ merchantId, uuid, at, forgetBefore }) {
      const { count } = await database.run(sql('se_token_use')`
        with forgotten as (
          delete from se_token where merchant_id = ${merchantId} and used_at < ${forgetBefore}
        )
        insert into se_token (merchant_id, uuid, used_at)
        values (${merchantId}, ${uuid}::uuid, ${at})
        on conflict do nothing`)
      return count === 1
    },
  }
}
