/** A wallet, by the names that merchants know it under. */
export interface Wallet {
  readonly paymentMethodType: 'ONE_TOUCH' | 'AUTO_DEBIT'
  /** Whose it is, such as KAKAOPAY. */
  readonly targetOrg: string
}

/** The wallet of a payment. */
export interface PayingWallet extends Wallet {
  /** The consent that it pays by, or that its owner gave with the payment. */
  readonly consentName?: string | undefined
}
