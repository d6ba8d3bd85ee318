import {
  createCipheriv,
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto'
import {
  cipherOf,
  type GoogleVersion,
  lengthValues,
  messageKeys,
  SENDER,
} from '../vault/google-pay.ts'
import type { GoogleRootKey } from '../vault/google-root-keys.ts'
import { pointOf } from '../vault/p256.ts'
import { recipientKey } from './apple-wallet.ts'

const DAY_MS = 86_400_000

/** Stands for Google: root keys of its own, which only the sandbox trusts. */
export interface GoogleAuthority {
  readonly rootKeys: readonly GoogleRootKey[]
  readonly privateKeys: Readonly<Record<GoogleVersion, KeyObject>>
}

export function createGoogleAuthority(now: Date): GoogleAuthority {
  const ecV1 = newPair()
  const ecV2 = newPair()
  const goodUntil = new Date(now.getTime() + 3_650 * DAY_MS)
  return {
    rootKeys: [
      { version: 'ECv1', key: ecV1.publicKey, goodUntil: undefined },
      { version: 'ECv2', key: ecV2.publicKey, goodUntil },
    ],
    privateKeys: { ECv1: ecV1.privateKey, ECv2: ecV2.privateKey },
  }
}

export interface GoogleSealing {
  readonly authority: GoogleAuthority
  readonly version: GoogleVersion
  /** The gateway's key: SubjectPublicKeyInfo in DER. */
  readonly publicKey: Buffer
  readonly recipientId: string
  readonly at: Date
}

/** Encrypts and signs a message as Google Pay does. @returns the payment method token. */
export function sealGooglePay(message: object, sealing: GoogleSealing) {
  const { version, recipientId } = sealing
  const signedMessage = JSON.stringify(encrypted(message, sealing))
  const signed = lengthValues(SENDER, recipientId, version, signedMessage)
  const { key, ...proof } = signerOf(sealing)
  return { protocolVersion: version, signature: signatureOf(signed, key), ...proof, signedMessage }
}

function encrypted(message: object, { version, publicKey }: GoogleSealing) {
  const ephemeral = newPair()
  const point = pointOf(ephemeral.publicKey.export({ type: 'spki', format: 'der' }))
  const shared = diffieHellman({
    privateKey: ephemeral.privateKey,
    publicKey: recipientKey(publicKey),
  })
  const keys = messageKeys(version, point, shared)
  const cipher = createCipheriv(cipherOf(version), keys.encryption, Buffer.alloc(16))
  const bytes = Buffer.concat([cipher.update(JSON.stringify(message)), cipher.final()])
  return {
    encryptedMessage: bytes.toString('base64'),
    ephemeralPublicKey: point.toString('base64'),
    tag: createHmac('sha256', keys.mac).update(bytes).digest('base64'),
  }
}

/** ECv1 is signed by a root key; in ECv2 a root key signs the one that signs the message. */
function signerOf({ version, authority, at }: GoogleSealing) {
  const root = authority.privateKeys[version]
  if (version === 'ECv1') return { key: root }
  const { privateKey } = newPair()
  const keyValue = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  const signedKey = JSON.stringify({
    keyValue: keyValue.toString('base64'),
    keyExpiration: String(at.getTime() + 7 * DAY_MS),
  })
  const signatures = [signatureOf(lengthValues(SENDER, version, signedKey), root)]
  return { key: privateKey, intermediateSigningKey: { signedKey, signatures } }
}

function signatureOf(bytes: Buffer, key: KeyObject): string {
  return sign('sha256', bytes, key).toString('base64')
}

function newPair() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
}
