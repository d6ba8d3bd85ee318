import { announcement } from './notify.ts'
import type { Parts } from './parts.ts'

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
