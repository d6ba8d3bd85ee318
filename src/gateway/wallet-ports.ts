import type { VaultTokenUsage } from '../core/payment.ts'
import type { Wallet } from '../core/wallet.ts'
import type { Notification } from './notification-ports.ts'

/** A customer's consent that a merchant may debit its wallet. */
export interface WalletConsent extends Wallet {
  readonly merchantId: string
  /** The merchant's name for it. */
  readonly name: string
  readonly customerId: string
  /** The account, masked. */
  readonly accountDisplay: string
  /** What was agreed. */
  readonly usage: VaultTokenUsage
  readonly merchantMayInitiate: boolean
  readonly expiresAt: Date
  readonly createdAt: Date
  /** True for good: it is kept for the payments that were made by it. */
  readonly isRemoved: boolean
}

/** One that was just given. */
export interface NewConsent extends Omit<WalletConsent, 'isRemoved'> {
  readonly notification: Notification | undefined
}

/** Where consents to debit wallets are kept. */
export interface WalletStore {
  /** A customer's consents, newest first, without removed ones. */
  list(merchantId: string, customerId: string): Promise<readonly WalletConsent[]>
  /** The consent of that name, also a removed one. */
  find(merchantId: string, name: string): Promise<WalletConsent | undefined>
  /** One that is there already stays as it is. */
  keep(consent: NewConsent): Promise<void>
  /** @returns false when the customer has no such consent (any more). */
  remove(
    consent: Pick<WalletConsent, 'merchantId' | 'customerId' | 'name'>,
    at: Date,
    notification: Notification | undefined,
  ): Promise<boolean>
}
