import type { Payment } from '../../core/payment.ts'
import type { TransStatus } from '../../core/threeds.ts'
import type {
  AuthenticationRecord,
  AuthenticationStore,
} from '../../gateway/authentication-ports.ts'
import type { Notification } from '../../gateway/notification-ports.ts'
import type { Operation } from '../../gateway/ports.ts'
import { claims, type Database, type Query, sql } from './database.ts'
import { jsonOf, type PaymentRow, toPayment } from './payment-rows.ts'

interface AuthenticationRow {
  merchant_id: string
  payment_id: string
  authentication_id: string
  state: AuthenticationRecord['state']
  version: string
  session_key: Buffer | null
  return_url: string | null
  method_url: string | null
  acs_url: string | null
  ds_transaction_id: string | null
  acs_transaction_id: string | null
  trans_status: TransStatus | null
  eci: string | null
  sealed_authentication_value: Buffer | null
  sealed_step: Buffer | null
  expires_at: Date
  created_at: Date
}

export function postgresAuthenticationStore(database: Database): AuthenticationStore {
  const changes = async (query: Query) => (await database.run(query)).count === 1
  return {
    begin: (payment, record) => claims(database, begin(payment, record)),

    async find(merchantId, paymentId) {
      const { rows } = await database.run<AuthenticationRow>(
        sql('authentication_find')`select * from authentication
          where merchant_id = ${merchantId} and payment_id = ${paymentId}`,
      )
      return rows[0] && toRecord(rows[0])
    },

    request: ({ merchantId, paymentId }) =>
      changes(
        sql('authentication_request')`update authentication set state = 'requested'
          where merchant_id = ${merchantId} and payment_id = ${paymentId} and state = 'method'`,
      ),

    async challenge({ merchantId, paymentId }, ids) {
      await database.run(
        sql('authentication_challenge')`update authentication set state = 'challenge',
            ds_transaction_id = ${ids.dsTransactionId},
            acs_transaction_id = ${ids.acsTransactionId}, acs_url = ${ids.acsUrl}
          where merchant_id = ${merchantId} and payment_id = ${paymentId}
            and state = 'requested'`,
      )
    },

    conclude: ({ merchantId, paymentId }, outcome) =>
      changes(
        sql('authentication_conclude')`update authentication set
            trans_status = ${outcome.transStatus}, eci = ${outcome.eci},
            sealed_authentication_value = ${outcome.sealedValue}
          where merchant_id = ${merchantId} and payment_id = ${paymentId}
            and state = 'challenge' and trans_status is null`,
      ),

    async orderOf(merchantId, authenticationId) {
      const { rows } = await database.run<{ order_id: string }>(
        orderOf(merchantId, authenticationId),
      )
      return rows[0]?.order_id
    },

    async hold(record, sealedStep) {
      await database.run(hold(record, sealedStep))
    },

    authorize: (payment, operation) => changes(authorize(payment, operation)),

    async fail(payment, at, notification) {
      const { rows } = await database.run<PaymentRow>(fail(payment, at, notification))
      return rows[0] && toPayment(rows[0])
    },

    async expired(at, limit) {
      const { rows } = await database.run<PaymentRow>(
        sql('authentication_expired')`select payment.* from authentication
          join payment using (merchant_id, payment_id)
          where authentication.state <> 'done' and expires_at <= ${at} limit ${limit}`,
      )
      return rows.map(toPayment)
    },
  }
}

// As with a payment that is authorized at once, whoever moves the order from 'open' is the one.
function begin(payment: Payment, record: AuthenticationRecord): Query {
  const { merchantId, paymentId } = payment
  return sql('authentication_begin')`
    with claimed as (
      update payment_order set status = 'paying'
      where merchant_id = ${merchantId} and order_id = ${payment.orderId} and status = 'open'
      returning order_id
    ), begun as (
      insert into payment (merchant_id, payment_id, order_id, status, instrument, pan_masked, brand,
        card_expiry_year, card_expiry_month, amount_minor, currency, trace_number, vault_token_id,
        holder, details, reopens, created_at)
      select ${merchantId}, ${paymentId}::uuid, order_id, ${payment.status},
        ${payment.instrument}, ${payment.card.panMasked}, ${payment.card.brand},
        ${payment.cardExpiry?.year}::smallint, ${payment.cardExpiry?.month}::smallint,
        ${payment.amount.minor}::bigint, ${payment.amount.currency}, ${payment.traceNumber},
        ${payment.vaultTokenId}::uuid, ${jsonOf(payment.holder)}::jsonb,
        ${jsonOf(payment.details)}::jsonb,
        ${payment.reopens}::boolean, ${payment.createdAt}::timestamptz
      from claimed
    )
    insert into authentication (merchant_id, payment_id, authentication_id, state, version,
      session_key, return_url, method_url, expires_at, created_at)
    select ${merchantId}, ${paymentId}::uuid, ${record.authenticationId}::uuid, ${record.state},
      ${record.version}, ${record.sessionKey}::bytea, ${record.returnUrl}, ${record.methodUrl},
      ${record.expiresAt}::timestamptz, ${record.createdAt}::timestamptz
    from claimed`
}

function orderOf(merchantId: string, authenticationId: string): Query {
  return sql('authentication_order')`select payment.order_id from authentication
    join payment using (merchant_id, payment_id)
    where authentication.merchant_id = ${merchantId} and authentication_id = ${authenticationId}`
}

function hold({ merchantId, paymentId }: AuthenticationRecord, sealedStep: Buffer): Query {
  return sql('authentication_hold')`update authentication set sealed_step = ${sealedStep}
    where merchant_id = ${merchantId} and payment_id = ${paymentId} and state <> 'done'`
}

// The payment's status is the lock: of two that end the authentication, one goes on.
function authorize(payment: Payment, operation: Operation): Query {
  const { merchantId, paymentId } = payment
  return sql('authentication_authorize')`
    with moved as (
      update payment set status = 'authorizing', eci = ${payment.eci}
      where merchant_id = ${merchantId} and payment_id = ${paymentId}
        and status = 'authenticating'
      returning payment_id
    ), ended as (
      update authentication set state = 'done', session_key = null,
        sealed_authentication_value = null, sealed_step = null
      from moved
      where authentication.merchant_id = ${merchantId}
        and authentication.payment_id = moved.payment_id
    )
    insert into operation (merchant_id, operation_id, payment_id, kind, state, amount_minor,
      currency, sent_at, due_at)
    select ${merchantId}, ${operation.operationId}::uuid, payment_id, ${operation.kind}, 'sent',
      ${operation.amount.minor}::bigint, ${operation.amount.currency},
      ${operation.sentAt}::timestamptz, ${operation.dueAt}::timestamptz
    from moved`
}

function fail(payment: Payment, at: Date, told: Notification | undefined): Query {
  const { merchantId, paymentId } = payment
  return sql('authentication_fail')`
    with moved as (
      update payment set status = 'failed', failure = 'authentication', holder = null,
        settled_at = ${at}::timestamptz
      where merchant_id = ${merchantId} and payment_id = ${paymentId}
        and status = 'authenticating'
      returning *
    ), ended as (
      update authentication set state = 'done', session_key = null,
        sealed_authentication_value = null, sealed_step = null
      from moved
      where authentication.merchant_id = ${merchantId}
        and authentication.payment_id = moved.payment_id
    ), closed as (
      update payment_order set sealed_authentication = null,
        announces_expiry = announces_expiry and moved.reopens,
        status = case when moved.reopens
          and (expires_at > ${at}::timestamptz or announces_expiry) then 'open'
          else 'closed' end
      from moved
      where payment_order.merchant_id = ${merchantId} and payment_order.order_id = moved.order_id
    ), told as (
      insert into notification (merchant_id, notification_id, order_id, payment_id, dialect, event,
        url, state, due_at, created_at)
      select ${merchantId}, ${told?.notificationId}::uuid, order_id, payment_id, ${told?.dialect},
        ${told?.event}, ${told?.url}, 'due', ${told?.dueAt}::timestamptz, ${at}::timestamptz
      from moved where ${told !== undefined}
    )
    select * from moved`
}

function toRecord(row: AuthenticationRow): AuthenticationRecord {
  return {
    merchantId: row.merchant_id,
    paymentId: row.payment_id,
    authenticationId: row.authentication_id,
    state: row.state,
    version: row.version,
    returnUrl: row.return_url ?? undefined,
    methodUrl: row.method_url ?? undefined,
    acsUrl: row.acs_url ?? undefined,
    dsTransactionId: row.ds_transaction_id ?? undefined,
    acsTransactionId: row.acs_transaction_id ?? undefined,
    transStatus: row.trans_status ?? undefined,
    eci: row.eci ?? undefined,
    ...secretsOf(row),
    expiresAt: row.expires_at,
    createdAt: row.created_at,
  }
}

/** What waits for the outcome and is erased with it. */
function secretsOf(row: AuthenticationRow) {
  return {
    sessionKey: row.session_key ?? undefined,
    sealedValue: row.sealed_authentication_value ?? undefined,
    sealedStep: row.sealed_step ?? undefined,
  }
}
