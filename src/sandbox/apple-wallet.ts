import {
  createCipheriv,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { applePayKey, NONCE, publicKeyHash } from '../vault/apple-pay.ts'
import { p256PublicKey } from '../vault/p256.ts'
import type { AppleAuthority } from './apple-authority.ts'

/** To whom a payment is encrypted: SubjectPublicKeyInfo in DER, and Apple's merchant identifier. */
export interface AppleRecipient {
  readonly publicKey: Buffer
  readonly recipient: string | undefined
}

/** Encrypts and signs payment data as Apple Pay does. @returns `PKPaymentToken.paymentData`. */
export async function sealApplePay(
  data: object,
  to: AppleRecipient,
  { authority, at }: { readonly authority: AppleAuthority; readonly at: Date },
) {
  const ephemeral = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const point = ephemeral.publicKey.export({ type: 'spki', format: 'der' })
  const shared = diffieHellman({
    privateKey: ephemeral.privateKey,
    publicKey: recipientKey(to.publicKey),
  })
  const cipher = createCipheriv('aes-256-gcm', applePayKey(shared, to.recipient ?? ''), NONCE)
  const sealed = Buffer.concat([cipher.update(JSON.stringify(data)), cipher.final()])
  const bytes = Buffer.concat([sealed, cipher.getAuthTag()])
  const transactionId = randomBytes(32)
  const signature = await authority.sign(Buffer.concat([point, bytes, transactionId]), at)
  return {
    version: 'EC_v1',
    data: bytes.toString('base64'),
    signature: signature.toString('base64'),
    header: {
      ephemeralPublicKey: point.toString('base64'),
      publicKeyHash: publicKeyHash(to.publicKey),
      transactionId: transactionId.toString('hex'),
    },
  }
}

/** @throws TypeError unless it is of P-256. */
export function recipientKey(der: Buffer): KeyObject {
  const key = p256PublicKey(der)
  if (key === undefined) throw new TypeError('a wallet encrypts to keys of P-256')
  return key
}
