import type { Order } from '../core/order.ts'
import type { Payment } from '../core/payment.ts'
import type { AcquirerOutcome } from './acquirer-ports.ts'
import { announcement } from './notify.ts'
import type { Parts } from './parts.ts'
import type { NewConsent } from './wallet-ports.ts'

interface Agreed {
  readonly order: Order
  readonly payment: Payment
  readonly outcome: AcquirerOutcome
}

/**
 * The consent that a wallet's owner gave with a payment, to be committed with its outcome. It is
 * named by the payment's 32 hex digits, so whoever settles it names it the same.
 */
export async function newConsent(
  parts: Parts,
  { order, payment, outcome }: Agreed,
): Promise<NewConsent | undefined> {
  const { merchantId, dialect, customerId, storedFor } = order
  const { wallet, paymentId } = payment
  const agreed = outcome.kind === 'approved' ? outcome.consent : undefined
  if (agreed === undefined || wallet === undefined || customerId === undefined) return undefined
  const name = paymentId.replaceAll('-', '')
  const about = { merchantId, dialect, order, paymentId, consentName: name }
  return {
    merchantId,
    name,
    customerId,
    paymentMethodType: wallet.paymentMethodType,
    targetOrg: wallet.targetOrg,
    accountDisplay: agreed.accountDisplay,
    usage: storedFor?.usage ?? 'unscheduled',
    merchantMayInitiate: storedFor?.merchantMayInitiate ?? false,
    expiresAt: agreed.expiresAt,
    createdAt: parts.clock.now(),
    notification: await announcement(parts, 'vaultTokenCreated', about),
  }
}

export interface RemoveConsent {
  readonly merchantId: string
  /** Through which the merchant removes it, and hears of it. */
  readonly dialect: string
  readonly customerId: string
  readonly name: string
}

/** Ends a customer's consent to debit a wallet. @returns false when there is none (any more). */
export async function removeConsent(
  parts: Parts,
  { merchantId, dialect, customerId, name }: RemoveConsent,
): Promise<boolean> {
  const about = { merchantId, dialect, consentName: name }
  const notification = await announcement(parts, 'vaultTokenChanged', about)
  const consent = { merchantId, customerId, name }
  const isRemoved = await parts.wallets.remove(consent, parts.clock.now(), notification)
  if (isRemoved) parts.deliverSoon(notification)
  return isRemoved
}
