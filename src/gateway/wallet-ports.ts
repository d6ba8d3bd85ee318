/** A customer's consent that a merchant may debit its wallet. */
export interface WalletConsent {
  readonly merchantId: string
  /** The merchant's name for it. */
  readonly name: string
  readonly customerId: string
  readonly paymentMethodType: 'ONE_TOUCH' | 'AUTO_DEBIT'
  /** The wallet, such as KAKAOPAY. */
  readonly targetOrg: string
  /** The account, masked. */
  readonly accountDisplay: string
  readonly merchantMayInitiate: boolean
  readonly expiresAt: Date
  readonly createdAt: Date
}

/** Where consents to debit wallets are kept. */
export interface WalletStore {
  /** A customer's consents, newest first. */
  list(merchantId: string, customerId: string): Promise<readonly WalletConsent[]>
  add(consent: WalletConsent): Promise<void>
  /** @returns false when the customer has no such consent (any more). */
  remove(
    consent: Pick<WalletConsent, 'merchantId' | 'customerId' | 'name'>,
    at: Date,
  ): Promise<boolean>
}
