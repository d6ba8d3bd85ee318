import type { CardHolder } from '../../core/card.ts'
import type { FailureReason, Issuer, Payment, PaymentStatus } from '../../core/payment.ts'
import type { Brand } from '../../core/pan.ts'
import type { PayingWallet } from '../../core/wallet.ts'
import { type Query, sql } from './database.ts'

export interface PaymentRow {
  merchant_id: string
  payment_id: string
  order_id: string
  status: PaymentStatus
  instrument: Payment['instrument']
  pan_masked: string
  brand: Brand | null
  amount_minor: bigint
  currency: string
  authorized_minor: bigint
  captured_minor: bigint
  capturing_minor: bigint
  refunded_minor: bigint
  refunding_minor: bigint
  credited_minor: bigint
  eci: string | null
  trace_number: string
  rrn: string | null
  approval_code: string | null
  response_code: string | null
  network_transaction_id: string | null
  issuer_country: string | null
  issuer_bank: string | null
  card_funding: Issuer['funding'] | null
  failure: FailureReason | null
  vault_token_id: string | null
  wallet: PayingWallet | null
  card_expiry_year: number | null
  card_expiry_month: number | null
  holder: CardHolder | null
  details: Record<string, unknown> | null
  reopens: boolean
  created_at: Date
  settled_at: Date | null
}

export function findPayment(merchantId: string, paymentId: string): Query {
  return sql('payment_find')`select * from payment
    where merchant_id = ${merchantId} and payment_id = ${paymentId}`
}

export function toPayment(row: PaymentRow): Payment {
  return {
    merchantId: row.merchant_id,
    paymentId: row.payment_id,
    orderId: row.order_id,
    status: row.status,
    instrument: row.instrument,
    ...toInstrument(row),
    amount: { minor: row.amount_minor, currency: row.currency },
    authorizedMinor: row.authorized_minor,
    capturedMinor: row.captured_minor,
    capturingMinor: row.capturing_minor,
    refundedMinor: row.refunded_minor,
    refundingMinor: row.refunding_minor,
    creditedMinor: row.credited_minor,
    eci: row.eci ?? undefined,
    traceNumber: row.trace_number,
    rrn: row.rrn ?? undefined,
    approvalCode: row.approval_code ?? undefined,
    responseCode: row.response_code ?? undefined,
    networkTransactionId: row.network_transaction_id ?? undefined,
    issuer: toIssuer(row),
    failure: row.failure ?? undefined,
    vaultTokenId: row.vault_token_id ?? undefined,
    details: row.details ?? undefined,
    reopens: row.reopens,
    createdAt: row.created_at,
    settledAt: row.settled_at ?? undefined,
  }
}

/** What a jsonb column is given. */
export function jsonOf(value: object | undefined): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value)
}

function toInstrument({
  card_expiry_year: year,
  card_expiry_month: month,
  ...row
}: PaymentRow): Pick<Payment, 'card' | 'cardExpiry' | 'holder' | 'wallet'> {
  return {
    card: { panMasked: row.pan_masked, brand: row.brand ?? undefined },
    cardExpiry: year === null || month === null ? undefined : { year, month },
    holder: row.holder ?? undefined,
    wallet: row.wallet ?? undefined,
  }
}

function toIssuer(row: PaymentRow): Issuer {
  return {
    country: row.issuer_country ?? undefined,
    bank: row.issuer_bank ?? undefined,
    funding: row.card_funding ?? undefined,
  }
}
