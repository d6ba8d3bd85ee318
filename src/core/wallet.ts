/** A wallet, by the names that merchants know it under. */
export interface Wallet {
  readonly paymentMethodType: 'ONE_TOUCH' | 'AUTO_DEBIT'
  /** Whose it is, such as KAKAOPAY. */
  readonly targetOrg: string
}
