import type { OperationKind } from '../../core/payment.ts'
import type {
  InDoubt,
  Operation,
  OperationRecord,
  PaymentStore,
  ReserveLimits,
} from '../../gateway/ports.ts'
import { claims, type Database, type Query, sql } from './database.ts'
import { findPayment, type PaymentRow, toPayment } from './payment-rows.ts'

interface OperationRow {
  merchant_id: string
  operation_id: string
  payment_id: string
  kind: OperationKind
  state: OperationRecord['state']
  amount_minor: bigint
  currency: string
  reference: string | null
  is_final: boolean
  notify_url: string | null
  response_code: string | null
  approval_code: string | null
  rrn: string | null
  sent_at: Date
  due_at: Date
  attempts: number
  settled_at: Date | null
}

type OperationMethods = Pick<
  PaymentStore,
  'reserve' | 'claimInDoubt' | 'postpone' | 'operation' | 'operationByReference' | 'operations'
>

/** The journal's side of the payment store. */
export function operationMethods(database: Database): OperationMethods {
  return {
    async reserve(operation, limits) {
      const isAlone = operation.reference === undefined && limits.notAfter.length === 0
      return isAlone
        ? reserveOn(database, operation, limits)
        : database.transaction((own) => reserveInTurn(own, operation, limits))
    },

    async claimInDoubt(at, leaseUntil, limit) {
      const { rows } = await database.run<OperationRow>(claimDue(at, leaseUntil, limit))
      const found = await Promise.all(rows.map((row) => withPayment(database, row)))
      return found.filter((entry) => entry !== undefined)
    },

    async postpone({ merchantId, operationId }, dueAt) {
      await database.run(
        sql('operation_postpone')`update operation set due_at = ${dueAt}
          where merchant_id = ${merchantId} and operation_id = ${operationId}
            and state = 'sent'`,
      )
    },

    async operation(merchantId, operationId) {
      const { rows } = await database.run<OperationRow>(
        sql('operation_find')`select * from operation
          where merchant_id = ${merchantId} and operation_id = ${operationId}`,
      )
      return rows[0] && toOperation(rows[0])
    },

    async operationByReference(merchantId, kind, reference) {
      const { rows } = await database.run<OperationRow>(
        sql('operation_by_own_reference')`select * from operation
          where merchant_id = ${merchantId} and reference = ${reference} and kind = ${kind}
          order by operation_id desc limit 1`,
      )
      return rows[0] && toOperation(rows[0])
    },

    // Two indexes: the first message has its payment's id, only what follows is indexed by payment.
    async operations(merchantId, paymentId) {
      const { rows } = await database.run<OperationRow>(
        sql('operations_of_payment')`
          select * from operation where merchant_id = ${merchantId} and operation_id = ${paymentId}
          union all
          select * from operation where merchant_id = ${merchantId} and payment_id = ${paymentId}
            and kind <> 'authorize' and operation_id <> ${paymentId}
          order by operation_id`,
      )
      return rows.map(toOperation)
    },
  }
}

async function byReference(database: Database, operation: Operation) {
  if (operation.reference === undefined) return undefined
  const { rows } = await database.run<OperationRow>(
    sql('operation_by_reference')`select * from operation
      where merchant_id = ${operation.merchantId} and payment_id = ${operation.paymentId}
        and kind = ${operation.kind} and reference = ${operation.reference}`,
  )
  return rows[0] && toOperation(rows[0])
}

async function reserveOn(database: Database, operation: Operation, limits: ReserveLimits) {
  return (await claims(database, reserveAmount(operation, limits))) ? 'reserved' : 'refused'
}

// Whoever reserves locks the payment, so statements after the lock see all there is. To insert a
// reference that is taken would wait for whoever settles it, who waits for this lock.
async function reserveInTurn(database: Database, operation: Operation, limits: ReserveLimits) {
  const { merchantId, paymentId, kind } = operation
  await database.run(sql('payment_lock')`select from payment
    where merchant_id = ${merchantId} and payment_id = ${paymentId} for update`)
  const earlier = await byReference(database, operation)
  if (earlier !== undefined) return earlier
  const { count } = await database.run(sql('operation_before')`select from operation
    where merchant_id = ${merchantId} and payment_id = ${paymentId} and kind <> 'authorize'
      and kind = ${kind} and state in ('sent', 'approved')
      and exists (select from unnest(${limits.notAfter}::text[]) beginning
        where starts_with(reference, beginning))
    limit 1`)
  return count === 0 ? reserveOn(database, operation, limits) : 'refused'
}

// The guard and the reservation are one UPDATE on the locked row, so concurrent captures or refunds
// together never pass the sums; the CHECK constraints say the same once more. No message is about
// nothing, as when all that is left is asked for while all of it is under way.
function reserveAmount(
  operation: Operation,
  { capturedAfter, expectedMinor }: ReserveLimits,
): Query {
  const { merchantId, paymentId, kind, isFinal } = operation
  const minor = operation.amount.minor
  return sql('operation_reserve')`
    with moved as (
      update payment set
        capturing_minor = capturing_minor + case ${kind} when 'capture' then ${minor}::bigint else 0 end,
        refunding_minor = refunding_minor + case ${kind} when 'refund' then ${minor}::bigint else 0 end,
        authorized_minor = authorized_minor
          - case when ${kind} = 'void' and not ${isFinal} then ${minor}::bigint else 0 end,
        status = case when ${kind} = 'void' and ${isFinal} then 'voiding' else status end
      where merchant_id = ${merchantId} and payment_id = ${paymentId} and ${minor}::bigint > 0
        and case ${kind}
        when 'capture' then status = 'authorized'
          and captured_minor + capturing_minor + ${minor}::bigint <= authorized_minor
        when 'refund' then status in ('authorized', 'captured')
          and refunded_minor + refunding_minor + ${minor}::bigint <= captured_minor
          and captured_minor - refunded_minor - refunding_minor
            = coalesce(${expectedMinor}::bigint, captured_minor - refunded_minor - refunding_minor)
        when 'void' then case
          when not ${isFinal} then status = 'authorized' and ${minor}::bigint < authorized_minor
            and captured_minor + capturing_minor + ${minor}::bigint <= authorized_minor
          when status = 'authorized' then captured_minor + capturing_minor = 0
            and authorized_minor = ${minor}::bigint
          else status = 'captured' and refunded_minor + refunding_minor = 0
            and authorized_minor = ${minor}::bigint
            and settled_at > ${capturedAfter}::timestamptz end
        else false end
      returning payment_id
    )
    insert into operation (merchant_id, operation_id, payment_id, kind, state, amount_minor,
      currency, reference, is_final, notify_url, sent_at, due_at)
    select ${merchantId}, ${operation.operationId}::uuid, payment_id, ${kind}, 'sent',
      ${minor}::bigint, ${operation.amount.currency}, ${operation.reference},
      ${isFinal}::boolean, ${operation.notifyUrl},
      ${operation.sentAt}::timestamptz, ${operation.dueAt}::timestamptz
    from moved`
}

// Across merchants, so no row lock is taken while choosing: the UPDATE re-checks the lease itself.
function claimDue(at: Date, leaseUntil: Date, limit: number): Query {
  return sql('operation_claim')`
    update operation set due_at = ${leaseUntil}::timestamptz, attempts = attempts + 1
    where (merchant_id, operation_id) in (
        select merchant_id, operation_id from operation
        where state = 'sent' and due_at <= ${at}::timestamptz order by due_at limit ${limit})
      and state = 'sent' and due_at <= ${at}::timestamptz
    returning *`
}

async function withPayment(database: Database, row: OperationRow): Promise<InDoubt | undefined> {
  const { rows } = await database.run<PaymentRow>(findPayment(row.merchant_id, row.payment_id))
  const [payment] = rows
  if (payment === undefined) return undefined
  return { operation: toOperation(row), payment: toPayment(payment), attempts: row.attempts }
}

function toOperation(row: OperationRow): OperationRecord {
  return {
    merchantId: row.merchant_id,
    operationId: row.operation_id,
    paymentId: row.payment_id,
    kind: row.kind,
    state: row.state,
    amount: { minor: row.amount_minor, currency: row.currency },
    reference: row.reference ?? undefined,
    isFinal: row.is_final,
    notifyUrl: row.notify_url ?? undefined,
    responseCode: row.response_code ?? undefined,
    approvalCode: row.approval_code ?? undefined,
    rrn: row.rrn ?? undefined,
    settledAt: row.settled_at ?? undefined,
    sentAt: row.sent_at,
    dueAt: row.due_at,
  }
}
