import { ORDER_LIFE_DAYS_MAX } from '../../core/order.ts'
import type { OrderQuery } from '../../gateway/ports.ts'
import { type Query, sql } from './database.ts'

const DAY_MS = 86_400_000

export interface OrderListRow {
  total: bigint
  order_ids: string[]
}

/**
 * The ids of one page of orders, newest first, and how many there are in all.
 *
 * Order ids begin with the time they were made at, so indexes that are there for other reasons are
 * those of times: the primary key, and for payments the one by order and time, in which those of
 * orders older than the oldest that can still be paid are left out.
 */
export function listOrders(query: OrderQuery, at: Date): Query {
  const { merchantId, dialect, by, from, to, phases, limit, offset } = query
  const oldest = new Date(from.getTime() - ORDER_LIFE_DAYS_MAX * DAY_MS)
  return sql('order_list')`
    with spanned as (
      select order_id, null::uuid payment_id, created_at moment from payment_order
      where ${by} = 'opened' and merchant_id = ${merchantId}
        and order_id >= ${firstIdAt(from)}::uuid and order_id < ${firstIdAt(to)}::uuid
      union all
      select order_id, payment_id, created_at from payment
      where ${by} = 'paid' and merchant_id = ${merchantId}
        and order_id >= ${firstIdAt(oldest)}::uuid and order_id < ${firstIdAt(to)}::uuid
        and created_at >= ${from} and created_at < ${to}
    ), found as (
      select opened.order_id, spanned.moment
      from spanned
      join payment_order opened on opened.merchant_id = ${merchantId}
        and opened.order_id = spanned.order_id and opened.dialect = ${dialect}
      left join lateral (
        select payment_id, status, captured_minor, refunded_minor from payment
        where merchant_id = ${merchantId} and order_id = spanned.order_id
        order by created_at desc limit 1
      ) newest on true
      where (spanned.payment_id is null or spanned.payment_id = newest.payment_id)
        and case
          when opened.status in ('cancelled', 'expired')
            or (opened.status = 'open' and opened.expires_at <= ${at}) then 'unsuccessful'
          when opened.status = 'open' or newest.status = 'authenticating' then 'unpaid'
          when newest.status in ('declined', 'reversed', 'failed') then 'unsuccessful'
          when newest.status in ('voided', 'verified') then 'voided'
          when newest.status = 'credited' or newest.refunded_minor > 0 then 'refunded'
          when newest.captured_minor > 0 then 'captured'
          when newest.status in ('authorized', 'voiding') then 'authorized'
        end = any(${phases})
    )
    select (select count(*) from found) total, array(
      select order_id::text from found order by moment desc, order_id desc
      limit ${limit} offset ${offset}) order_ids`
}

/** The least UUIDv7 of a millisecond; before 1970 there are none. */
function firstIdAt(at: Date): string {
  const hex = Math.max(0, at.getTime()).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}
