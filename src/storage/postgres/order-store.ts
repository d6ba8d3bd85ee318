import type { Order, OrderStatus } from '../../core/order.ts'
import type { VaultTokenUsage } from '../../core/payment.ts'
import type { Notification } from '../../gateway/notification-ports.ts'
import type { Amendment, ExistingOrder, NewOrder, OrderStore } from '../../gateway/ports.ts'
import { claims, type Database, type Query, sql } from './database.ts'
import { withHoldEnd } from './hold-store.ts'
import { listOrders, type OrderListRow } from './order-list.ts'

interface OrderRow {
  merchant_id: string
  order_id: string
  dialect: string
  merchant_reference: string
  status: OrderStatus
  amount_minor: bigint
  currency: string
  description: string
  capture_mode: Order['captureMode']
  tokenize: Order['tokenize']
  threeds: Order['threeds']
  vault_token_ids: string[]
  notify_url: string | null
  customer_id: string | null
  announces_expiry: boolean
  token_usage: VaultTokenUsage | null
  token_for_merchant: boolean | null
  details: Record<string, unknown>
  expires_at: Date
  created_at: Date
  cancelled_at: Date | null
}

interface ExistingRow extends OrderRow {
  idempotency_key: string | null
  request_hash: Buffer
}

export function postgresOrderStore(database: Database): OrderStore {
  const first = async (query: Query): Promise<Order | undefined> => {
    const { rows } = await database.run<OrderRow>(query)
    return rows[0] && toOrder(rows[0])
  }
  return {
    async insert(entry) {
      const { holdEnd } = entry
      const insert = insertOrder(entry)
      const { count } = await database.run(holdEnd ? withHoldEnd(insert, holdEnd) : insert)
      if (count === 1) return undefined
      const { rows } = await database.run<ExistingRow>(existingOrder(entry))
      if (rows[0] === undefined) throw new Error('an order conflicts with one that is not there')
      return toExisting(rows[0])
    },

    find: (merchantId, orderId) =>
      first(
        sql('order_find')`select * from payment_order
          where merchant_id = ${merchantId} and order_id = ${orderId}`,
      ),

    findByReference: (merchantId, dialect, merchantReference) =>
      first(
        sql('order_by_reference')`select * from payment_order
          where merchant_id = ${merchantId} and dialect = ${dialect}
            and merchant_reference = ${merchantReference}`,
      ),

    async sealedAuthentication(merchantId, orderId) {
      const { rows } = await database.run<{ sealed_authentication: Buffer | null }>(
        sql('order_authentication')`select sealed_authentication from payment_order
          where merchant_id = ${merchantId} and order_id = ${orderId}`,
      )
      return rows[0]?.sealed_authentication ?? undefined
    },

    async forgetAuthentications(at) {
      const { count } = await database.run(sql('order_forget')`
        update payment_order set sealed_authentication = null
        where sealed_authentication is not null and expires_at <= ${at} and status = 'open'`)
      return count
    },

    amend: (ref, amendment) => claims(database, amendOrder(ref, amendment)),

    ...listingMethods(database),
  }
}

type ListingMethods = Pick<OrderStore, 'list' | 'overdue' | 'expire' | 'cancel'>

function listingMethods(database: Database): ListingMethods {
  return {
    async list(query, at) {
      // A long list takes its time, on a connection of its own.
      const { rows } = await database.transaction((own) =>
        own.run<OrderListRow>(listOrders(query, at)),
      )
      const { total = 0n, order_ids: orderIds = [] } = rows[0] ?? {}
      return { total: Number(total), orderIds }
    },

    async overdue(at, limit) {
      const { rows } = await database.run<OrderRow>(
        sql('order_overdue')`select * from payment_order
          where announces_expiry and expires_at <= ${at} and status = 'open'
          order by expires_at limit ${limit}`,
      )
      return rows.map(toOrder)
    },

    async expire(order, told) {
      const { count } = await database.run(endOrder(order, { status: 'expired', told }))
      return count === 1
    },

    async cancel(order, at, told) {
      const ending = { status: 'cancelled', cancelledAt: at, told } as const
      const { count } = await database.run(endOrder(order, ending))
      return count === 1
    },
  }
}

// The slower of two at once waits for the row and then merges into what the faster one has written.
function amendOrder(
  { merchantId, orderId }: Pick<Order, 'merchantId' | 'orderId'>,
  amendment: Amendment,
): Query {
  const { into, entries, entriesMax } = amendment
  const added = JSON.stringify(entries)
  return sql('order_amend')`
    update payment_order set details = jsonb_set(details, array[${into}::text],
      coalesce(details -> ${into}::text, '{}') || ${added}::jsonb)
    where merchant_id = ${merchantId} and order_id = ${orderId}
      and (select count(*) from jsonb_object_keys(
        coalesce(details -> ${into}::text, '{}') || ${added}::jsonb)) <= ${entriesMax}::integer`
}

interface Ending {
  readonly status: 'expired' | 'cancelled'
  /** Only an order that may still be paid then ends this way. */
  readonly cancelledAt?: Date
  readonly told: Notification | undefined
}

/** Ends an order that nobody pays, and tells of it in the same commit. */
function endOrder({ merchantId, orderId }: Order, { status, cancelledAt, told }: Ending): Query {
  return sql('order_end')`
    with ended as (
      update payment_order set status = ${status}, sealed_authentication = null,
        announces_expiry = false, cancelled_at = ${cancelledAt}::timestamptz
      where merchant_id = ${merchantId} and order_id = ${orderId} and status = 'open'
        and (${cancelledAt}::timestamptz is null or expires_at > ${cancelledAt}::timestamptz)
      returning order_id
    ), told as (
      insert into notification (merchant_id, notification_id, order_id, dialect, event, url,
        state, due_at, created_at)
      select ${merchantId}, ${told?.notificationId}::uuid, order_id, ${told?.dialect},
        ${told?.event}, ${told?.url}, 'due', ${told?.dueAt}::timestamptz, now()
      from ended where ${told !== undefined}
    )
    select order_id from ended`
}

// Either unique index may already hold the order: its reference, or its idempotency key.
export function insertOrder({ order, ...entry }: NewOrder): Query {
  return sql('order_insert')`
    insert into payment_order (merchant_id, order_id, dialect, merchant_reference, amount_minor,
      currency, description, capture_mode, tokenize, threeds, vault_token_ids, notify_url, details,
      customer_id, announces_expiry, token_usage, token_for_merchant, sealed_authentication,
      idempotency_key, request_hash, expires_at, created_at)
    values (${order.merchantId}, ${order.orderId}, ${order.dialect}, ${order.merchantReference},
      ${order.amount.minor}, ${order.amount.currency}, ${order.description}, ${order.captureMode},
      ${order.tokenize}, ${order.threeds}, ${order.vaultTokenIds}, ${order.notifyUrl},
      ${JSON.stringify(order.details)}, ${order.customerId}, ${order.announcesExpiry},
      ${order.storedFor?.usage}, ${order.storedFor?.merchantMayInitiate},
      ${entry.sealedAuthentication}, ${entry.idempotencyKey}, ${entry.requestHash},
      ${order.expiresAt}, ${order.createdAt})
    on conflict do nothing`
}

function existingOrder({ order, idempotencyKey }: NewOrder): Query {
  return sql('order_existing')`
    select * from payment_order
    where merchant_id = ${order.merchantId} and dialect = ${order.dialect}
      and (merchant_reference = ${order.merchantReference} or idempotency_key = ${idempotencyKey})
    order by idempotency_key is not distinct from ${idempotencyKey} desc
    limit 1`
}

function toOrder(row: OrderRow): Order {
  return {
    merchantId: row.merchant_id,
    orderId: row.order_id,
    dialect: row.dialect,
    merchantReference: row.merchant_reference,
    status: row.status,
    amount: { minor: row.amount_minor, currency: row.currency },
    description: row.description,
    captureMode: row.capture_mode,
    tokenize: row.tokenize,
    threeds: row.threeds,
    vaultTokenIds: row.vault_token_ids,
    notifyUrl: row.notify_url ?? undefined,
    customerId: row.customer_id ?? undefined,
    announcesExpiry: row.announces_expiry,
    storedFor: toStoredFor(row),
    details: row.details,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
    cancelledAt: row.cancelled_at ?? undefined,
  }
}

function toStoredFor({ token_usage, token_for_merchant }: OrderRow): Order['storedFor'] {
  if (token_usage === null) return undefined
  return { usage: token_usage, merchantMayInitiate: token_for_merchant === true }
}

function toExisting(row: ExistingRow): ExistingOrder {
  return {
    order: toOrder(row),
    idempotencyKey: row.idempotency_key ?? undefined,
    requestHash: row.request_hash,
  }
}
