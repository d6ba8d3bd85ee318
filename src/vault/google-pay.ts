import {
  createDecipheriv,
  createHmac,
  diffieHellman,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
  verify,
} from 'node:crypto'
import { asObject, canonicalBase64, objectOf } from './encoding.ts'
import { p256PublicKey, p256PublicKeyOfPoint } from './p256.ts'
import { type GoogleRootKey, googleTime } from './google-root-keys.ts'
import { readGoogleData } from './wallet-data.ts'
import type { OpenedWallet, WalletKey } from './opened-wallet.ts'

// Google Pay's "Payment data cryptography for merchants".
export const SENDER = 'Google'

/** Bytes of each of the two keys that are derived, by protocol version. */
const KEY_BYTES = { ECv1: 16, ECv2: 32 } as const

export type GoogleVersion = keyof typeof KEY_BYTES

interface Given {
  /** Google's, as it publishes them. */
  readonly rootKeys: readonly GoogleRootKey[]
  /** `gateway:` and the gateway's name. */
  readonly recipientId: string
  readonly at: Date
  /** The gateway's, asked for once Google's signature was found good; every one is tried. */
  keys(): Promise<readonly WalletKey[]>
}

/**
 * Opens what Google Pay encrypted for the gateway: base64 of its payment method token, `ECv1` or
 * `ECv2`.
 *
 * @returns undefined for everything that is not whole, Google's, fresh, and for one of the keys.
 */
export async function openGooglePay(text: string, given: Given): Promise<OpenedWallet | undefined> {
  const envelope = objectOf(canonicalBase64(text)?.toString('utf8') ?? '')
  const version = envelope['protocolVersion']
  const signedMessage = envelope['signedMessage']
  if (version !== 'ECv1' && version !== 'ECv2') return undefined
  if (typeof signedMessage !== 'string') return undefined
  const signer: Signer = { version, envelope, ...given }
  const signers = version === 'ECv1' ? rootsOf(signer) : intermediateOf(signer)
  const signed = lengthValues(SENDER, given.recipientId, version, signedMessage)
  if (!isSigned(signed, [envelope['signature']], signers)) return undefined
  return openedMessage(version, objectOf(signedMessage), given)
}

async function openedMessage(version: GoogleVersion, sealed: Fields, given: Given) {
  for (const { privateKey } of await given.keys()) {
    const plaintext = decrypted(version, sealed, privateKey)
    if (plaintext !== undefined) return messageOf(plaintext, given.at)
  }
  return undefined
}

type Fields = Readonly<Record<string, unknown>>

interface Signer extends Given {
  readonly version: GoogleVersion
  readonly envelope: Fields
}

function rootsOf({ version, rootKeys, at }: Signer): readonly KeyObject[] {
  return rootKeys
    .filter((root) => root.version === version && (root.goodUntil ?? at) >= at)
    .map(({ key }) => key)
}

/** ECv2: the root keys sign a key of a few days, and that key signs messages. */
function intermediateOf(signer: Signer): readonly KeyObject[] {
  const { signedKey, signatures } = asObject(signer.envelope['intermediateSigningKey'])
  if (typeof signedKey !== 'string' || !Array.isArray(signatures)) return []
  const signed = lengthValues(SENDER, signer.version, signedKey)
  if (!isSigned(signed, signatures.slice(0, SIGNATURES_MAX), rootsOf(signer))) return []
  const { keyValue, keyExpiration } = objectOf(signedKey)
  const goodUntil = googleTime(keyExpiration)
  const der = canonicalBase64(keyValue)
  const key = der && p256PublicKey(der)
  return key === undefined || goodUntil === undefined || goodUntil < signer.at ? [] : [key]
}

const SIGNATURES_MAX = 8

/** Whether one of the keys has made one of the signatures. */
function isSigned(
  bytes: Buffer,
  signatures: readonly unknown[],
  keys: readonly KeyObject[],
): boolean {
  const values = signatures.map(canonicalBase64).filter((value) => value !== undefined)
  return values.some((value) => keys.some((key) => verify('sha256', bytes, key, value)))
}

/** What is signed: each text after its length, which is four bytes, the lowest first. */
export function lengthValues(...texts: readonly string[]): Buffer {
  const parts = texts.flatMap((text) => {
    const bytes = Buffer.from(text, 'utf8')
    const length = Buffer.alloc(4)
    length.writeUInt32LE(bytes.length)
    return [length, bytes]
  })
  return Buffer.concat(parts)
}

/** @returns undefined unless the message was made for this key. */
function decrypted(
  version: GoogleVersion,
  sealed: Fields,
  privateKey: KeyObject,
): Fields | undefined {
  const message = canonicalBase64(sealed['encryptedMessage'])
  const tag = canonicalBase64(sealed['tag'])
  const point = canonicalBase64(sealed['ephemeralPublicKey'])
  const publicKey = point && p256PublicKeyOfPoint(point)
  if (message === undefined || tag === undefined) return undefined
  if (point === undefined || publicKey === undefined) return undefined
  const shared = diffieHellman({ privateKey, publicKey })
  const keys = messageKeys(version, point, shared)
  try {
    const mac = createHmac('sha256', keys.mac).update(message).digest()
    if (mac.length !== tag.length || !timingSafeEqual(mac, tag)) return undefined
    const decipher = createDecipheriv(cipherOf(version), keys.encryption, Buffer.alloc(16))
    const plaintext = Buffer.concat([decipher.update(message), decipher.final()])
    const fields = objectOf(plaintext.toString('utf8'))
    plaintext.fill(0)
    return fields
  } finally {
    for (const bytes of [shared, keys.encryption, keys.mac]) bytes.fill(0)
  }
}

/** The two keys that one message is encrypted and authenticated with. */
export function messageKeys(version: GoogleVersion, point: Buffer, shared: Buffer) {
  const length = KEY_BYTES[version]
  const secret = Buffer.concat([point, shared])
  const keys = Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), SENDER, 2 * length))
  secret.fill(0)
  return { encryption: keys.subarray(0, length), mac: keys.subarray(length) }
}

export function cipherOf(version: GoogleVersion): string {
  return `aes-${KEY_BYTES[version] * 8}-ctr`
}

function messageOf(message: Fields, at: Date): OpenedWallet | undefined {
  const { messageId, messageExpiration, gatewayMerchantId } = message
  const goodUntil = googleTime(messageExpiration)
  const payment = readGoogleData(message)
  const isNamed = typeof messageId === 'string' && /^[!-~]{1,512}$/.test(messageId)
  if (!isNamed || payment === undefined || goodUntil === undefined || goodUntil <= at) {
    return undefined
  }
  const merchantName = typeof gatewayMerchantId === 'string' ? gatewayMerchantId : undefined
  return { payment, walletPaymentId: messageId, goodUntil, merchantName }
}
