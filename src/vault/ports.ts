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

/** Holds the key-encryption key. `context` is authenticated, so wrapped keys cannot be swapped. */
export interface KekProvider {
  readonly kekId: string
  wrap(key: Buffer, context: Buffer): Promise<Buffer>
  unwrap(wrapped: Buffer, context: Buffer): Promise<Buffer>
}
