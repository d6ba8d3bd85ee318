import type { KeyObject } from 'node:crypto'
import type { WalletPayment } from '../core/wallet-payment.ts'

/** A key pair that a wallet encrypts to, open. */
export interface WalletKey {
  readonly privateKey: KeyObject
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Buffer
  /** Apple's merchant identifier. */
  readonly recipient: string | undefined
}

/** What was in a wallet's message. */
export interface OpenedWallet {
  readonly payment: WalletPayment
  /** The wallet's own id of it. */
  readonly walletPaymentId: string
  /** It is refused by its time from then on. */
  readonly goodUntil: Date
  /** Which of the gateway's merchants it is for, where the wallet says so. */
  readonly merchantName: string | undefined
}
