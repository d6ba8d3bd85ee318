import type { Order } from '../../core/order.ts'
import type { Payment } from '../../core/payment.ts'
import type { PayingWallet } from '../../core/wallet.ts'
import type { Notification } from '../../gateway/notification-ports.ts'
import type { Operation, PaymentStore, Settlement } from '../../gateway/ports.ts'
import { claims, type Database, type Query, sql } from './database.ts'
import { insertOrder } from './order-store.ts'
import { operationMethods } from './operation-store.ts'
import { findPayment, jsonOf, type PaymentRow, toPayment } from './payment-rows.ts'
import { keepConsent } from './wallet-store.ts'
import { keepVaultToken, type VaultTokenRow, toVaultToken } from './vault-token-store.ts'

export function postgresPaymentStore(database: Database): PaymentStore {
  return {
    begin: (payment, operation) => claims(database, beginPayment(payment, operation)),

    beginWithOrder: (order, payment, operation) =>
      database.transaction(
        async (transaction) =>
          (await claims(transaction, insertOrder(order))) &&
          claims(transaction, beginPayment(payment, operation)),
      ),

    refuse: (payment, notification) => claims(database, refusePayment(payment, notification)),

    async find(merchantId, paymentId) {
      const { rows } = await database.run<PaymentRow>(findPayment(merchantId, paymentId))
      return rows[0] && toPayment(rows[0])
    },

    async countByOrder({ merchantId, orderId }) {
      const { rows } = await database.run<{ attempts: bigint }>(
        sql('payment_count')`select count(*) attempts from payment
          where merchant_id = ${merchantId} and order_id = ${orderId}`,
      )
      return Number(rows[0]?.attempts ?? 0)
    },

    async findByOrder(order) {
      const { rows } = await database.run<PaymentRow & Partial<VaultTokenRow>>(
        paymentByOrder(order),
      )
      const [row] = rows
      if (row === undefined) return undefined
      const payment = toPayment(row)
      return isTokenRow(row) ? { payment, vaultToken: toVaultToken(row) } : { payment }
    },

    async settle(settlement) {
      const { vaultToken, consent } = settlement
      if (vaultToken === undefined && consent === undefined) {
        return settleOn(database, settlement)
      }
      return database.transaction(async (transaction) => {
        const vaultTokenId = vaultToken && (await keepVaultToken(transaction, vaultToken))
        const settled = await settleOn(transaction, settlement, vaultTokenId)
        if (settled && consent) await keepConsent(transaction, consent)
        return settled
      })
    },

    ...operationMethods(database),
  }
}

function isTokenRow<Row>(row: Row & Partial<VaultTokenRow>): row is Row & VaultTokenRow {
  return row.name !== undefined && row.name !== null
}

// Order, payment and journal row commit together or not at all. Whoever moves the order from 'open'
// is the one attempt; everyone else inserts nothing.
function beginPayment(payment: Payment, operation: Operation): Query {
  return sql('payment_begin')`
    with claimed as (
      update payment_order set status = 'paying'
      where merchant_id = ${payment.merchantId} and order_id = ${payment.orderId}
        and status = 'open'
      returning order_id
    ), begun as (
      insert into payment (merchant_id, payment_id, order_id, status, instrument, pan_masked, brand,
        card_expiry_year, card_expiry_month, amount_minor, currency, eci, trace_number,
        vault_token_id, wallet, holder, details, reopens, created_at)
      select ${payment.merchantId}, ${payment.paymentId}::uuid, order_id, ${payment.status},
        ${payment.instrument}, ${payment.card.panMasked}, ${payment.card.brand},
        ${payment.cardExpiry?.year}::smallint, ${payment.cardExpiry?.month}::smallint,
        ${payment.amount.minor}::bigint, ${payment.amount.currency}, ${payment.eci},
        ${payment.traceNumber}, ${payment.vaultTokenId}::uuid, ${jsonOf(payment.wallet)}::jsonb,
        ${jsonOf(payment.holder)}::jsonb, ${jsonOf(payment.details)}::jsonb,
        ${payment.reopens}::boolean, ${payment.createdAt}::timestamptz
      from claimed
    )
    insert into operation (merchant_id, operation_id, payment_id, kind, state, amount_minor,
      currency, sent_at, due_at)
    select ${operation.merchantId}, ${operation.operationId}::uuid, ${operation.paymentId}::uuid,
      ${operation.kind}, 'sent', ${operation.amount.minor}::bigint, ${operation.amount.currency},
      ${operation.sentAt}::timestamptz, ${operation.dueAt}::timestamptz
    from claimed`
}

function refusePayment(payment: Payment, told: Notification | undefined): Query {
  return sql('payment_refuse')`
    with claimed as (
      update payment_order set sealed_authentication = null,
        announces_expiry = announces_expiry and ${payment.reopens}::boolean,
        status = case when ${payment.reopens}::boolean
          and (expires_at > ${payment.createdAt}::timestamptz or announces_expiry)
          then 'open' else 'closed' end
      where merchant_id = ${payment.merchantId} and order_id = ${payment.orderId}
        and status = 'open'
      returning order_id
    ), told as (
      insert into notification (merchant_id, notification_id, order_id, payment_id, dialect, event,
        url, state, due_at, created_at)
      select ${payment.merchantId}, ${told?.notificationId}::uuid, order_id,
        ${payment.paymentId}::uuid, ${told?.dialect}, ${told?.event}, ${told?.url}, 'due',
        ${told?.dueAt}::timestamptz, ${payment.createdAt}::timestamptz
      from claimed where ${told !== undefined}
    )
    insert into payment (merchant_id, payment_id, order_id, status, instrument, pan_masked, brand,
      card_expiry_year, card_expiry_month, amount_minor, currency, eci, trace_number, failure, details,
      reopens, created_at, settled_at)
    select ${payment.merchantId}, ${payment.paymentId}::uuid, order_id, ${payment.status},
      ${payment.instrument}, ${payment.card.panMasked}, ${payment.card.brand},
      ${payment.cardExpiry?.year}::smallint, ${payment.cardExpiry?.month}::smallint,
      ${payment.amount.minor}::bigint, ${payment.amount.currency}, ${payment.eci},
      ${payment.traceNumber}, ${payment.failure}, ${jsonOf(payment.details)}::jsonb,
      ${payment.reopens}::boolean,
      ${payment.createdAt}::timestamptz, ${payment.createdAt}::timestamptz
    from claimed`
}

function paymentByOrder(order: Order): Query {
  return sql('payment_by_order')`
    select payment.*, stored.card_id, stored.expiry_year, stored.expiry_month, stored.card_holder, stored.customer_id,
      stored.is_active, stored.usage, stored.merchant_may_initiate, stored.created_at stored_at,
      stored.network_transaction_id stored_link, stored.deleted_at, named.name
    from payment
    left join vault_token stored on stored.merchant_id = ${order.merchantId}
      and stored.vault_token_id = payment.vault_token_id
    left join vault_token_name named on named.merchant_id = ${order.merchantId}
      and named.vault_token_id = payment.vault_token_id and named.dialect = ${order.dialect}
    where payment.merchant_id = ${order.merchantId} and payment.order_id = ${order.orderId}
    order by payment.created_at desc limit 1`
}

/** Sums an outcome adds to and takes from the payment row, in minor units. */
function sumsOf(settlement: Settlement) {
  const { kind, amount } = settlement.operation
  const moved = settlement.state === 'approved' ? amount.minor : 0n
  const none = {
    authorized: 0n,
    captured: 0n,
    capturing: 0n,
    refunded: 0n,
    refunding: 0n,
    credited: 0n,
  }
  switch (kind) {
    case 'authorize':
      return {
        ...none,
        authorized: moved,
        captured: settlement.status === 'captured' ? moved : 0n,
      }
    case 'capture':
      return { ...none, captured: moved, capturing: amount.minor }
    case 'refund':
      return { ...none, refunded: moved, refunding: amount.minor }
    case 'credit':
      return { ...none, credited: moved }
    case 'void':
      // A part was released before its message went out: a refusal takes it back.
      return { ...none, authorized: settlement.operation.isFinal ? 0n : amount.minor - moved }
  }
}

/** What a wallet's payment has brought about: the name of the consent. */
function madeBy({ consent }: Settlement): Pick<PayingWallet, 'consentName'> {
  return consent === undefined ? {} : { consentName: consent.name }
}

async function settleOn(
  database: Database,
  settlement: Settlement,
  vaultTokenId?: string,
): Promise<Payment | undefined> {
  const { rows } = await database.run<PaymentRow>(writeOutcome(settlement, vaultTokenId))
  return rows[0] && toPayment(rows[0])
}

// One statement: journal, payment, order and notification commit together. An order that is past its
// expiry by then and to be told of is left to its expiry. The journal row's state is the lock: the slower of two settlers finds it no longer 'sent' and changes nothing.
// Every part names the merchant, so the whole runs on one shard. The final status of a capture or
// refund depends on the sums as they are when the row is locked, so it is decided here; so does that
// of a void which releases all that is left beside what was captured.
function writeOutcome(settlement: Settlement, vaultTokenId: string | undefined): Query {
  const { operation, answer, at, notification: told } = settlement
  const { merchantId, operationId, paymentId, kind } = operation
  const sums = sumsOf(settlement)
  const { issuer = {} } = answer
  return sql('payment_settle')`
    with settled as (
      update operation set state = ${settlement.state}, response_code = ${answer.responseCode},
        approval_code = ${answer.approvalCode}, rrn = ${answer.rrn}, settled_at = ${at}
      where merchant_id = ${merchantId} and operation_id = ${operationId} and state = 'sent'
      returning payment_id
    ), moved as (
      update payment set
        authorized_minor = authorized_minor + ${sums.authorized}::bigint,
        captured_minor = captured_minor + ${sums.captured}::bigint,
        capturing_minor = capturing_minor - ${sums.capturing}::bigint,
        refunded_minor = refunded_minor + ${sums.refunded}::bigint,
        refunding_minor = refunding_minor - ${sums.refunding}::bigint,
        credited_minor = credited_minor + ${sums.credited}::bigint,
        status = case
          when ${kind} = 'capture' and ${sums.captured}::bigint > 0 and (${operation.isFinal}
            or captured_minor + ${sums.captured}::bigint = authorized_minor) then 'captured'
          when ${kind} = 'refund' and status = 'captured'
            and refunded_minor + ${sums.refunded}::bigint = captured_minor then 'refunded'
          when ${kind} in ('capture', 'refund') then status
          when ${kind} = 'void' and status = 'authorized' and captured_minor > 0
            and captured_minor = authorized_minor + ${sums.authorized}::bigint then 'captured'
          when ${kind} = 'void' and not ${operation.isFinal} then status
          when ${kind} = 'void' and ${settlement.state} <> 'approved' then
            case when captured_minor > 0 then 'captured' else 'authorized' end
          else ${settlement.status} end,
        rrn = coalesce(rrn, ${answer.rrn}),
        approval_code = coalesce(approval_code, ${answer.approvalCode}),
        response_code = case when ${kind} in ('authorize', 'credit') then ${answer.responseCode}
          else response_code end,
        network_transaction_id = coalesce(network_transaction_id, ${answer.networkTransactionId}),
        issuer_country = coalesce(issuer_country, ${issuer.country}),
        issuer_bank = coalesce(issuer_bank, ${issuer.bank}),
        card_funding = coalesce(card_funding, ${issuer.funding}),
        holder = null, failure = coalesce(failure, ${settlement.failure}),
        wallet = wallet || ${jsonOf(madeBy(settlement))}::jsonb,
        vault_token_id = coalesce(vault_token_id, ${vaultTokenId}::uuid),
        settled_at = case when ${kind} in ('authorize', 'capture', 'credit') then ${at}::timestamptz
          else settled_at end
      where merchant_id = ${merchantId} and payment_id = ${paymentId}
        and exists (select from settled)
      returning *, status in ('authorized', 'captured', 'verified', 'credited') is_paid
    ), ended as (
      update payment_order set sealed_authentication = null,
        announces_expiry = announces_expiry and moved.reopens and not moved.is_paid,
        status = case when moved.is_paid then 'paid'
          when moved.reopens and (expires_at > ${at}::timestamptz or announces_expiry) then 'open'
          else 'closed' end
      from moved
      where payment_order.merchant_id = ${merchantId}
        and payment_order.order_id = moved.order_id and ${kind} in ('authorize', 'credit')
    ), told as (
      insert into notification (merchant_id, notification_id, order_id, payment_id, operation_id,
        dialect, event, url, state, due_at, created_at)
      select ${merchantId}, ${told?.notificationId}::uuid, order_id, ${paymentId}::uuid,
        ${told?.operationId}::uuid, ${told?.dialect}, ${told?.event}, ${told?.url}, 'due',
        ${told?.dueAt}::timestamptz, ${at}::timestamptz
      from moved where ${told !== undefined}
    )
    select * from moved`
}
