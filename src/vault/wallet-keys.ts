import { createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { privateKeyOf, sealedPair } from './key-pair.ts'
import { PLATFORM } from './keyring.ts'
import type { WalletKey } from './opened-wallet.ts'
import { isP256 } from './p256.ts'
import type { ClientKeyStore, StoredClientKey, WalletKeyPurpose } from './ports.ts'
import type { Sealing } from './sealing.ts'

// A key made on another node is seen after this.
const CACHE_MS = 60_000
const CACHE_ENTRIES_MAX = 10_000

/** Whose wallet encrypts to a key, and to whom. */
export interface WalletRecipient {
  readonly purpose: WalletKeyPurpose
  /** Google Pay has keys of the platform's, for every merchant's payers. */
  readonly merchantId: string
  /** Apple's merchant identifier. */
  readonly recipient: string | undefined
}

/** The key pairs of Google Pay belong to the platform. */
export const GOOGLE_RECIPIENT: WalletRecipient = {
  purpose: 'googlePay',
  merchantId: PLATFORM,
  recipient: undefined,
}

export interface NewWalletKey {
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Buffer
  /** What a certificate of it is asked for with, in PEM. */
  readonly certificateRequest: string
}

/** Key pairs of P-256 that payers' wallets encrypt to. */
export interface WalletKeys {
  /** Those that are good, newest first. */
  list(
    whose: Omit<WalletRecipient, 'recipient'>,
  ): Promise<readonly Pick<StoredClientKey, 'publicKey' | 'recipient' | 'goodUntil'>[]>
  /**
   * Adds the next key of a recipient; those before it stay good for `overlapMs`.
   *
   * @param given a private key made elsewhere; undefined makes one.
   * @throws TypeError unless it is of P-256. Error when another one was added at the same time.
   */
  add(whose: WalletRecipient, overlapMs: number, given?: KeyObject): Promise<NewWalletKey>
  /** Those that are good, open, newest first; as they were some seconds ago. */
  open(whose: Omit<WalletRecipient, 'recipient'>): Promise<readonly WalletKey[]>
}

interface Parts {
  readonly store: ClientKeyStore
  readonly sealing: Sealing
  readonly clock: { now(): Date; in(milliseconds: number): Date }
}

interface OpenKeys {
  readonly keys: readonly (WalletKey & Pick<StoredClientKey, 'goodUntil'>)[]
  readonly until: Date
}

export function createWalletKeys({ store, sealing, clock }: Parts): WalletKeys {
  const cache = new Map<string, OpenKeys>()

  const good = (merchantId: string, purpose: WalletKeyPurpose) =>
    store.good(merchantId, purpose, clock.now())

  const load = async (merchantId: string, purpose: WalletKeyPurpose): Promise<OpenKeys> => {
    const stored = await good(merchantId, purpose)
    const keys = stored.map(async (key) => ({
      privateKey: await privateKeyOf(sealing, key),
      publicKey: key.publicKey,
      recipient: key.recipient,
      goodUntil: key.goodUntil,
    }))
    return { keys: await Promise.all(keys), until: clock.in(CACHE_MS) }
  }

  return {
    list: ({ merchantId, purpose }) => good(merchantId, purpose),

    async add({ merchantId, purpose, recipient }, overlapMs, given) {
      const pair = pairOf(given ?? (await newPrivateKey()))
      const { certificateRequest } = await import('./certificate-request.ts')
      const request = await certificateRequest(recipient ?? 'Google Pay', pair)
      const [newest] = await good(merchantId, purpose)
      const whose = { merchantId, purpose, recipient, number: (newest?.number ?? 0) + 1 }
      const key = await sealedPair(sealing, whose, pair)
      if (!(await store.add(key, clock.now(), clock.in(overlapMs)))) {
        throw new Error('another key was made at the same time')
      }
      cache.delete(`${purpose}/${merchantId}`)
      return { publicKey: key.publicKey, certificateRequest: request }
    },

    async open({ merchantId, purpose }) {
      const name = `${purpose}/${merchantId}`
      const now = clock.now()
      let found = cache.get(name)
      if (found === undefined || found.until <= now) {
        if (cache.size >= CACHE_ENTRIES_MAX) cache.clear()
        found = await load(merchantId, purpose)
        cache.set(name, found)
      }
      return found.keys.filter(({ goodUntil }) => goodUntil === undefined || goodUntil > now)
    },
  }
}

async function newPrivateKey(): Promise<KeyObject> {
  const { privateKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' })
  return privateKey
}

function pairOf(privateKey: KeyObject) {
  if (privateKey.type !== 'private' || !isP256(privateKey)) {
    throw new TypeError('a wallet key must be a private key of P-256')
  }
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }),
    publicKey: createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
  }
}
