import { createHash, diffieHellman, type KeyObject, type X509Certificate } from 'node:crypto'
import { decrypt, VaultIntegrityError } from './blob.ts'
import { asObject, canonicalBase64, objectOf } from './encoding.ts'
import { p256PublicKey } from './p256.ts'
import { readAppleData } from './wallet-data.ts'
import type { OpenedWallet, WalletKey } from './opened-wallet.ts'

/** Apple signs a payment when its holder agrees to it; from then on it is good for so long. */
const FRESH_MS = 5 * 60_000

/** Each payment has a key of its own, so the nonce is all zeros. */
export const NONCE: Buffer = Buffer.alloc(16)

interface Given {
  /** Apple's root certificate. */
  readonly root: X509Certificate
  readonly at: Date
  /** The merchant's, asked for once Apple's signature was found good. */
  keys(): Promise<readonly WalletKey[]>
}

/**
 * Opens what Apple Pay encrypted for a merchant: base64 of `paymentData`, version `EC_v1` (Apple's
 * Payment token format reference).
 *
 * @returns undefined for everything that is not whole, Apple's, fresh, and for one of the keys.
 */
export async function openApplePay(text: string, given: Given): Promise<OpenedWallet | undefined> {
  const envelope = envelopeOf(text)
  if (envelope === undefined) return undefined
  const { root, at } = given
  const { signature, signedParts, walletPaymentId } = envelope
  // Its library takes 12 MB, which gateways without Apple Pay need not load.
  const { signedAt } = await import('./apple-signature.ts')
  const time = signedAt(signature, Buffer.concat(signedParts), { root, at })?.getTime()
  if (time === undefined || Math.abs(at.getTime() - time) > FRESH_MS) return undefined
  const key = (await given.keys()).find(
    ({ publicKey }) => publicKeyHash(publicKey) === envelope.publicKeyHash,
  )
  const payment = key && readAppleData(objectOf(opened(envelope, key)))
  if (payment === undefined) return undefined
  return { payment, walletPaymentId, goodUntil: new Date(time + FRESH_MS), merchantName: undefined }
}

/** What Apple names a merchant's key by: base64 of its SHA-256. */
export function publicKeyHash(publicKey: Buffer): string {
  return createHash('sha256').update(publicKey).digest('base64')
}

interface Envelope {
  readonly data: Buffer
  readonly signature: Buffer
  readonly ephemeral: KeyObject
  readonly walletPaymentId: string
  readonly publicKeyHash: unknown
  /** What the signature is over, in order. */
  readonly signedParts: readonly Buffer[]
}

/** What is missing or malformed is empty, and so neither signed nor decrypted. */
function envelopeOf(text: string): Envelope | undefined {
  const { version, header, ...rest } = objectOf(bytesOf(text).toString('utf8'))
  const named = asObject(header)
  const point = bytesOf(named['ephemeralPublicKey'])
  const ephemeral = p256PublicKey(point)
  const transactionId = hexOf(named['transactionId'])
  const application = hexOf(named['applicationData'] ?? '')
  if (version !== 'EC_v1' || ephemeral === undefined) return undefined
  if (application === undefined || transactionId === undefined || transactionId.length === 0) {
    return undefined
  }
  const data = bytesOf(rest['data'])
  return {
    data,
    signature: bytesOf(rest['signature']),
    ephemeral,
    // The signature does not say where the one ends and the other begins, so neither names it alone.
    walletPaymentId: Buffer.concat([transactionId, application]).toString('hex'),
    publicKeyHash: named['publicKeyHash'],
    signedParts: [point, data, transactionId, application],
  }
}

function bytesOf(value: unknown): Buffer {
  return canonicalBase64(value) ?? Buffer.alloc(0)
}

/** @returns undefined unless it is pairs of hex digits. */
function hexOf(value: unknown): Buffer | undefined {
  const isHex = typeof value === 'string' && /^(?:[0-9a-fA-F]{2}){0,64}$/.test(value)
  return isHex ? Buffer.from(value, 'hex') : undefined
}

/** @returns an empty text for what does not open. */
function opened({ data, ephemeral }: Envelope, { privateKey, recipient }: WalletKey): string {
  const shared = diffieHellman({ privateKey, publicKey: ephemeral })
  const key = applePayKey(shared, recipient ?? '')
  shared.fill(0)
  try {
    const plaintext = decrypt(key, { nonce: NONCE, sealed: data, with: Buffer.alloc(0) })
    const text = plaintext.toString('utf8')
    plaintext.fill(0)
    return text
  } catch (error) {
    if (error instanceof VaultIntegrityError) return ''
    throw error
  } finally {
    key.fill(0)
  }
}

/** NIST SP 800-56A, 5.8.1, with SHA-256: one round, as the key is as long as the digest. */
export function applePayKey(shared: Buffer, merchantIdentifier: string): Buffer {
  const partyV = createHash('sha256').update(merchantIdentifier, 'utf8').digest()
  return createHash('sha256')
    .update(Buffer.from([0, 0, 0, 1]))
    .update(shared)
    .update('\x0did-aes256-GCM', 'latin1')
    .update('Apple', 'latin1')
    .update(partyV)
    .digest()
}
