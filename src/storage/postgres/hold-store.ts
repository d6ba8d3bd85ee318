import type { DueHold, HoldEnd, HoldStore } from '../../gateway/hold-ports.ts'
import { type Database, type Query, sql } from './database.ts'

interface HoldRow {
  merchant_id: string
  order_id: string
  kind: HoldEnd['kind']
  attempts: number
}

export function postgresHoldStore(database: Database): HoldStore {
  return {
    // Across merchants, so no row lock is taken while choosing: the UPDATE re-checks the lease.
    async claimDue(at, leaseUntil, limit) {
      const { rows } = await database.run<HoldRow>(sql('hold_claim')`
        update hold_end set due_at = ${leaseUntil}::timestamptz, attempts = attempts + 1
        where (merchant_id, order_id) in (
            select merchant_id, order_id from hold_end
            where due_at <= ${at}::timestamptz order by due_at limit ${limit})
          and due_at <= ${at}::timestamptz
        returning *`)
      return rows.map(toDueHold)
    },

    async postpone({ merchantId, orderId }, dueAt) {
      await database.run(sql('hold_postpone')`update hold_end set due_at = ${dueAt}
        where merchant_id = ${merchantId} and order_id = ${orderId}`)
    },

    async remove({ merchantId, orderId }) {
      await database.run(sql('hold_remove')`delete from hold_end
        where merchant_id = ${merchantId} and order_id = ${orderId}`)
    },
  }
}

/**
 * The statement that opens an order, and with it what ends its hold: both or none. One of its own,
 * so that orders without such a date cost no more than before.
 *
 * @param insert whose first value is the merchant's id.
 */
export function withHoldEnd(insert: Query, { kind, at }: HoldEnd): Query {
  const count = insert.values.length
  return {
    name: `${insert.name}_with_hold_end`,
    text: `with opened as (${insert.text} returning order_id)
      insert into hold_end (merchant_id, order_id, kind, due_at)
      select $1, order_id, $${count + 1}, $${count + 2}::timestamptz from opened`,
    values: [...insert.values, kind, at],
  }
}

function toDueHold(row: HoldRow): DueHold {
  return {
    merchantId: row.merchant_id,
    orderId: row.order_id,
    kind: row.kind,
    attempts: row.attempts,
  }
}
