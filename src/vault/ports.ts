/** What a data key is for; a key serves one purpose only. */
export type KeyPurpose = 'card' | 'fingerprint' | 'secret' | 'session'

export interface WrappedKey {
  readonly merchantId: string
  readonly purpose: KeyPurpose
  readonly keyId: number
  readonly state: 'active' | 'decrypt_only'
  readonly wrapped: Buffer
  readonly kekId: string
}

export interface KeyStore {
  active(merchantId: string, purpose: KeyPurpose): Promise<WrappedKey | undefined>
  find(merchantId: string, purpose: KeyPurpose, keyId: number): Promise<WrappedKey | undefined>
  /** @returns false when there is an active key already. */
  add(key: WrappedKey, at: Date): Promise<boolean>
  /** Hands out `count` more seals. @returns false when the key has none left. */
  takeSeals(key: WrappedKey, count: number): Promise<boolean>
}

export interface StoredCard {
  readonly merchantId: string
  readonly cardId: string
  readonly sealed: Buffer
  readonly fingerprint: Buffer
  readonly fingerprintKeyId: number
}

export interface CardStore {
  /** @returns the id of the card that holds this fingerprint: the given one, or an earlier one. */
  add(card: StoredCard, at: Date): Promise<string>
  findByFingerprint(
    merchantId: string,
    fingerprintKeyId: number,
    fingerprint: Buffer,
  ): Promise<string | undefined>
  sealed(merchantId: string, cardId: string): Promise<Buffer | undefined>
}

/** What a key pair of RSA is for; each purpose has its own size and padding. */
export type ClientKeyPurpose = 'securePay' | 'seToken'

/** Whose wallet encrypts to a key pair of P-256. */
export type WalletKeyPurpose = 'applePay' | 'googlePay'

export type KeyPairPurpose = ClientKeyPurpose | WalletKeyPurpose

/** A key that payers' clients encrypt to. */
export interface ClientPublicKey {
  /** 16 hex digits. */
  readonly keyId: string
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Buffer
  /** Undefined until the next one is made. */
  readonly goodUntil: Date | undefined
}

export interface StoredClientKey extends ClientPublicKey {
  readonly merchantId: string
  readonly purpose: KeyPairPurpose
  /** Whom it is known by to those who encrypt to it; undefined where it has no such name. */
  readonly recipient: string | undefined
  /** 1, 2, 3 …: the highest is the newest. */
  readonly number: number
  /** The private key. */
  readonly sealed: Buffer
}

export interface ClientKeyStore {
  /** Those that are good at this instant, newest first. */
  good(merchantId: string, purpose: KeyPairPurpose, at: Date): Promise<readonly StoredClientKey[]>
  /**
   * Adds the next key and ends those before it with its recipient: they stay good until `oldUntil`.
   * @returns false when there is one of its number already.
   */
  add(key: StoredClientKey, at: Date, oldUntil: Date): Promise<boolean>
  /** Erases every private key that is good no more. @returns how many. */
  erase(at: Date): Promise<number>
}

/** What merchants were paid with out of wallets. */
export interface WalletUseStore {
  /** @returns false when the merchant has seen it before. */
  use(payment: {
    readonly merchantId: string
    readonly wallet: string
    /** The wallet's own id of it. */
    readonly walletPaymentId: string
    readonly at: Date
    /** It need not be remembered longer. */
    readonly goodUntil: Date
  }): Promise<boolean>
}

/** Holds the key-encryption key. `context` is authenticated, so wrapped keys cannot be swapped. */
export interface KekProvider {
  readonly kekId: string
  wrap(key: Buffer, context: Buffer): Promise<Buffer>
  unwrap(wrapped: Buffer, context: Buffer): Promise<Buffer>
}
