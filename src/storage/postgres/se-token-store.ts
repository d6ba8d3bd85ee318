import type { SeTokenStore } from '../../dialects/jcc/ports.ts'
import { type Database, sql } from './database.ts'

interface FailureRow {
  address: string
  failures: number
  until: Date
}

/** Counts for the merchant as a whole stand under this name, which is no address. */
const EVERYWHERE = '*'

export function postgresSeTokenStore(database: Database): SeTokenStore {
  return {
    async countFailure({ merchantId, address, at }, limits) {
      const until = new Date(at.getTime() + limits.windowMs)
      // Both rows in one order, so that two failures at once wait for and do not block each other.
      const { rows } = await database.run<FailureRow>(sql('se_token_failure')`
        with forgotten as (
          delete from se_token_failure where merchant_id = ${merchantId} and until <= ${at}
            and address not in (${EVERYWHERE}, ${address})
        )
        insert into se_token_failure as counted (merchant_id, address, failures, until)
        values (${merchantId}, ${EVERYWHERE}, 1, ${until}), (${merchantId}, ${address}, 1, ${until})
        on conflict (merchant_id, address) do update set
          failures = case when counted.until <= ${at} then 1 else counted.failures + 1 end,
          until = case when counted.until <= ${at} then excluded.until else counted.until end
        returning address, failures, until`)
      const spentUntil = (who: string, failuresMax: number) =>
        rows.find((row) => row.address === who && row.failures >= failuresMax)?.until
      return {
        addressUntil: spentUntil(address, limits.address),
        merchantUntil: spentUntil(EVERYWHERE, limits.merchant),
      }
    },

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
