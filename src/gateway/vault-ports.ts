import type { CardHolder, Expiry } from '../core/card.ts'
import type { Pan, Sad } from '../core/pan.ts'
import type { VaultToken, VaultTokenUsage } from '../core/payment.ts'
import type { Wallet, WalletPayment } from '../core/wallet-payment.ts'
import type { Notification } from './notification-ports.ts'

/** The card zone as the gateway sees it. */
export interface Vault {
  /** Stores a card once per merchant. @returns its id: the same for the same PAN. */
  store(merchantId: string, pan: Pan): Promise<string>
  /** @returns the id of the stored card with this PAN, if there is one. */
  find(merchantId: string, pan: Pan): Promise<string | undefined>
  open(merchantId: string, cardId: string): Promise<Pan>
  /** Seals a short secret for one row; `place` binds it there. */
  sealSecret(merchantId: string, place: string, secret: string): Promise<Buffer>
  openSecret(merchantId: string, place: string, sealed: Buffer): Promise<string>
  sealSad(merchantId: string, place: string, value: Sad): Promise<Buffer>
  openSad(merchantId: string, place: string, sealed: Buffer): Promise<Sad>
  /**
   * Seals a card for a round trip through its payer's browser: the text goes, the one-time key
   * stays, and neither says anything without the other.
   */
  splitSeal(place: string, card: WaitingCard): { readonly key: Buffer; readonly text: string }
  /** @returns undefined unless text, key and place belong together. */
  splitOpen(place: string, key: Buffer, text: string): WaitingCard | undefined
}

export interface VaultTokenStore {
  /** @returns also one that is deleted. */
  find(merchantId: string, dialect: string, vaultTokenId: string): Promise<VaultToken | undefined>
  findByIds(
    merchantId: string,
    dialect: string,
    vaultTokenIds: readonly string[],
  ): Promise<readonly VaultToken[]>
  /** The merchant's tokens among these names, in no order. */
  findByNames(
    merchantId: string,
    dialect: string,
    names: readonly string[],
  ): Promise<readonly VaultToken[]>
  /** Those that are not deleted; with `withInactive` also those that may not pay. Oldest first. */
  list(query: VaultTokenQuery): Promise<readonly VaultToken[]>
  /** Stores a token without a payment. @returns the id of the one that is there afterwards. */
  keep(made: NewVaultToken): Promise<string>
  /** @returns false when nothing of it was new, or there is no such token. */
  change(change: VaultTokenChange): Promise<boolean>
}

export interface VaultTokenQuery {
  readonly merchantId: string
  readonly dialect: string
  readonly customerId?: string | undefined
  readonly cardId?: string | undefined
  readonly withInactive: boolean
}

export interface VaultTokenChange {
  readonly merchantId: string
  readonly vaultTokenId: string
  readonly isActive?: boolean
  readonly expiry?: Expiry
  readonly customerId?: string
  readonly isDeleted?: true
  readonly at: Date
  readonly notification: Notification | undefined
}

export interface NewVaultToken {
  readonly vaultTokenId: string
  readonly merchantId: string
  readonly cardId: string
  readonly customerId: string | undefined
  readonly names: Readonly<Record<string, string>>
  readonly panMasked: string
  readonly brand: string | undefined
  readonly expiry: Expiry
  readonly holder: CardHolder | undefined
  readonly usage: VaultTokenUsage
  readonly merchantMayInitiate: boolean
  readonly networkTransactionId: string | undefined
  readonly createdAt: Date
  /** Told when the token is new, and not when the customer had the card stored already. */
  readonly notification: Notification | undefined
}

/** What waits for its cardholder. */
export interface WaitingCard {
  readonly pan: Pan
  readonly expiry: Expiry
  readonly securityCode: Sad | undefined
  /** To be stored once the issuer approves. */
  readonly keep: boolean
}

/** The newest key that payers' clients encrypt cards to. */
export interface ClientCardKey {
  /** 16 hex digits. */
  readonly keyId: string
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Buffer
}

/** What a payer's client encrypted; at least one part is there. */
export interface ClientCard {
  readonly pan: Pan | undefined
  readonly expiry: Expiry | undefined
  readonly securityCode: Sad | undefined
}

/** Cards that payers' clients encrypt for the card zone, which alone has the keys. */
export interface ClientCards {
  key(): Promise<ClientCardKey>
  /** @returns undefined for everything that is not whole, ours and fresh, whatever is wrong. */
  open(text: string): Promise<ClientCard | undefined>
  /** Erases private keys whose time is over. @returns how many. */
  retire(): Promise<number>
}

/** What a payer's wallet encrypted, and the merchant it is for. */
export interface SealedWalletPayment {
  readonly wallet: Wallet
  /** Base64. */
  readonly text: string
  readonly merchantId: string
  /** What the merchant is called by its pages, besides its id. */
  readonly names: readonly string[]
}

/** Payments that wallets encrypt for the card zone, which alone has the keys. */
export interface WalletPayments {
  /**
   * @returns undefined for everything that is not whole, signed by the wallet, fresh, for this
   * merchant, and seen for the first time, whatever is wrong.
   */
  open(sealed: SealedWalletPayment): Promise<WalletPayment | undefined>
}
