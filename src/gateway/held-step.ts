import { Sad } from '../core/pan.ts'
import type { AuthenticationRecord } from './authentication-ports.ts'
import type { Parts } from './parts.ts'
import type { BrowserStep, PaymentResult } from './ports.ts'
import type { OrderRef } from './session-token.ts'

/**
 * Keeps what a browser is to carry, for a browser that comes with its order's id and nothing else.
 * It is sealed by the vault, and erased with the outcome; without it the step goes out once.
 */
export async function holdStep(parts: Parts, { payment, next }: PaymentResult): Promise<void> {
  if (payment === undefined || next === undefined) return
  const { merchantId, paymentId } = payment
  const record = await parts.authentications.find(merchantId, paymentId)
  if (record !== undefined) await hold(parts, record, next)
}

/** As `holdStep`, where the step before was held: the browser has gone on from there. */
export async function replaceHeldStep(
  parts: Parts,
  { payment, next }: PaymentResult,
): Promise<void> {
  if (payment === undefined || next === undefined) return
  const { merchantId, paymentId } = payment
  const record = await parts.authentications.find(merchantId, paymentId)
  if (record?.sealedStep !== undefined) await hold(parts, record, next)
}

/** @returns undefined where none is held, or the payment waits for its payer no more. */
export async function heldStep(parts: Parts, ref: OrderRef): Promise<BrowserStep | undefined> {
  const order = await parts.orders.find(ref.merchantId, ref.orderId)
  const found = order && (await parts.payments.findByOrder(order))
  const paymentId = found?.payment.paymentId
  const record = paymentId && (await parts.authentications.find(ref.merchantId, paymentId))
  if (record === undefined || record === '' || record.sealedStep === undefined) return undefined
  const opened = await parts.vault.openSad(ref.merchantId, placeOf(record), record.sealedStep)
  return JSON.parse(opened.reveal()) as BrowserStep
}

async function hold(
  { vault, authentications }: Parts,
  record: AuthenticationRecord,
  next: BrowserStep,
): Promise<void> {
  const sealed = await vault.sealSad(
    record.merchantId,
    placeOf(record),
    new Sad(JSON.stringify(next)),
  )
  await authentications.hold(record, sealed)
}

function placeOf({ authenticationId }: Pick<AuthenticationRecord, 'authenticationId'>): string {
  return `browser-step/${authenticationId}`
}
