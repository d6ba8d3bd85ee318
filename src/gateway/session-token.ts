import { createCipheriv, createDecipheriv, createHmac, createSecretKey } from 'node:crypto'

// 16 bytes of order id, then the merchant id padded: 80 bytes sealed, 108 characters of base64,
// the length that 2C2P's own payment tokens have.
const MERCHANT_BYTES = 36
const NONCE_BYTES = 12
const TAG_BYTES = 16
const SEALED_BYTES = NONCE_BYTES + 16 + MERCHANT_BYTES + TAG_BYTES

export interface OrderRef {
  readonly merchantId: string
  readonly orderId: string
}

/**
 * Opaque names for orders that payers may hold. They cannot be guessed or made by others, and they
 * say which merchant's order it is, so that it is found without a scan.
 */
export interface SessionTokens {
  /** The same order always has the same token, so a retried request gets the same answer. */
  seal(order: OrderRef): Buffer
  /** @returns undefined unless `seal` made these bytes. */
  open(sealed: Buffer): OrderRef | undefined
}

/** @param secret 32 bytes, for this purpose only. */
export function createSessionTokens(secret: Buffer): SessionTokens {
  // Made once: a cipher that is given bytes makes a key of them each time, at thrice the cost.
  const key = createSecretKey(secret)
  return {
    seal({ merchantId, orderId }) {
      const plaintext = Buffer.alloc(16 + MERCHANT_BYTES)
      plaintext.write(orderId.replaceAll('-', ''), 0, 'hex')
      if (plaintext.write(merchantId, 16, 'utf8') !== Buffer.byteLength(merchantId)) {
        throw new RangeError('a merchant id is too long for a session token')
      }
      // The nonce is derived from what it seals: it repeats only with the same plaintext.
      const nonce = createHmac('sha256', key).update(plaintext).digest().subarray(0, NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
      return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
    },

    open(sealed) {
      if (sealed.length !== SEALED_BYTES) return undefined
      const nonce = sealed.subarray(0, NONCE_BYTES)
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
      const plaintext = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES))
      try {
        decipher.final()
      } catch {
        return undefined
      }
      return {
        orderId: uuidOf(plaintext.subarray(0, 16).toString('hex')),
        merchantId: plaintext.subarray(16).toString('utf8').replace(/\0+$/, ''),
      }
    },
  }
}

function uuidOf(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
