import type { Expiry } from './card.ts'
import type { Money } from './money.ts'
import type { Pan, Sad } from './pan.ts'

/** Wallets that encrypt each payment for whoever takes it. */
export type Wallet = 'applePay' | 'googlePay'

/** What a payer's wallet gave for one payment. */
export interface WalletPayment {
  readonly wallet: Wallet
  /** A device's own number where a cryptogram comes with it, else the card's. */
  readonly pan: Pan
  readonly expiry: Expiry
  /** Base64 as it came; undefined for a card as it is, whose holder has proved nothing. */
  readonly tokenCryptogram: Sad | undefined
  /** Two digits, as they came with the cryptogram. */
  readonly eci: string | undefined
  /** What its holder has agreed to, where the wallet signs it. */
  readonly amount: Money | undefined
}
