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

/**
 * Keeps the next step in the place of the one that was held, if one was. A browser that has lost
 * its place meanwhile finds it again.
 */
export async function replaceHeldStep(parts: Parts, result: PaymentResult): Promise<PaymentResult> {
  const { payment, next } = result
  if (payment?.status !== 'authenticating') return result
  const { merchantId, paymentId } = payment
  const record = await parts.authentications.find(merchantId, paymentId)
  if (record?.sealedStep === undefined) return result
  if (next !== undefined) {
    await hold(parts, record, next)
    return result
  }
  const held = await open(parts, record, record.sealedStep)
  return held.kind === 'challenge' ? { ...result, next: held } : result
}

/** @returns undefined where none is held, or the payment waits for its payer no more. */
export async function heldStep(parts: Parts, ref: OrderRef): Promise<BrowserStep | undefined> {
  const order = await parts.orders.find(ref.merchantId, ref.orderId)
  const found = order && (await parts.payments.findByOrder(order))
  const paymentId = found?.payment.paymentId
  if (paymentId === undefined) return undefined
  const record = await parts.authentications.find(ref.merchantId, paymentId)
  if (record === undefined || record.sealedStep === undefined) return undefined
  return open(parts, record, record.sealedStep)
}

async function open(
  { vault }: Parts,
  record: AuthenticationRecord,
  sealed: Buffer,
): Promise<BrowserStep> {
  const text = await vault.openSecret(record.merchantId, placeOf(record), sealed)
  return JSON.parse(text) as BrowserStep
}

async function hold(
  { vault, authentications }: Parts,
  record: AuthenticationRecord,
  next: BrowserStep,
): Promise<void> {
  const text = JSON.stringify(next)
  const sealed = await vault.sealSecret(record.merchantId, placeOf(record), text)
  await authentications.hold(record, sealed)
}

function placeOf({ authenticationId }: Pick<AuthenticationRecord, 'authenticationId'>): string {
  return `browser-step/${authenticationId}`
}
