import type {
  Notification,
  NotificationEvent,
  NotificationStore,
} from '../../gateway/notification-ports.ts'
import { type Database, type Query, sql } from './database.ts'

interface NotificationRow {
  merchant_id: string
  notification_id: string
  event: NotificationEvent
  order_id: string | null
  payment_id: string | null
  operation_id: string | null
  vault_token_id: string | null
  consent_name: string | null
  dialect: string
  url: string
  attempts: number
  due_at: Date
}

export function postgresNotificationStore(database: Database): NotificationStore {
  return {
    // Across merchants, so no row lock is taken while choosing: the UPDATE re-checks the lease.
    async claimDue(at, leaseUntil, limit) {
      const { rows } = await database.run<NotificationRow>(sql('notification_claim')`
        update notification set due_at = ${leaseUntil}::timestamptz
        where (merchant_id, notification_id) in (
            select merchant_id, notification_id from notification
            where state = 'due' and due_at <= ${at}::timestamptz order by due_at limit ${limit})
          and state = 'due' and due_at <= ${at}::timestamptz
        returning *`)
      return rows.map(toNotification)
    },

    async record({ merchantId, notificationId }, attempt, outcome) {
      const dueAt = outcome.state === 'due' ? outcome.dueAt : undefined
      await database.run(sql('notification_record')`
        with moved as (
          update notification set attempts = attempts + 1, state = ${outcome.state},
            due_at = coalesce(${dueAt}::timestamptz, due_at)
          where merchant_id = ${merchantId} and notification_id = ${notificationId}
            and state = 'due'
          returning attempts
        )
        insert into notification_attempt
        select ${merchantId}, ${notificationId}::uuid, attempts, ${attempt.at}::timestamptz,
          ${attempt.milliseconds}::integer, ${attempt.status}::integer, ${attempt.error}
        from moved`)
    },
  }
}

/** One that stands alone; others are inserted by the statement they are about. */
export function insertNotification(told: Notification, at: Date): Query {
  return sql('notification_insert')`
    insert into notification (merchant_id, notification_id, order_id, payment_id, operation_id,
      vault_token_id, consent_name, dialect, event, url, state, due_at, created_at)
    values (${told.merchantId}, ${told.notificationId}, ${told.orderId}, ${told.paymentId},
      ${told.operationId}, ${told.vaultTokenId}, ${told.consentName}, ${told.dialect},
      ${told.event}, ${told.url}, 'due', ${told.dueAt}, ${at})`
}

function toNotification(row: NotificationRow): Notification {
  return {
    merchantId: row.merchant_id,
    notificationId: row.notification_id,
    event: row.event,
    orderId: row.order_id ?? undefined,
    paymentId: row.payment_id ?? undefined,
    operationId: row.operation_id ?? undefined,
    vaultTokenId: row.vault_token_id ?? undefined,
    consentName: row.consent_name ?? undefined,
    dialect: row.dialect,
    url: row.url,
    attempts: row.attempts,
    dueAt: row.due_at,
  }
}
