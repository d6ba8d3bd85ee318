import { randomBytes } from 'node:crypto'
import { lengthPrefixed, VaultIntegrityError } from './blob.ts'
import type { KekProvider, KeyPurpose, KeyStore, WrappedKey } from './ports.ts'

const KEY_BYTES = 32
const SEALS_PER_BLOCK = 1_000
const CACHE_MS = 10 * 60_000
const CACHE_ENTRIES_MAX = 10_000

/** Keys that belong to no merchant are kept under this name. */
export const PLATFORM = '*'

/** An open data key: a copy of its caller's own, to be wiped after use. */
export interface DataKey {
  readonly keyId: number
  readonly bytes: Buffer
}

export interface Keyring {
  /** The key to seal with now, made at first need. Takes one seal of its budget. */
  sealing(merchantId: string, purpose: KeyPurpose): Promise<DataKey>
  /** The active key for uses that are no seal, such as fingerprints. */
  active(merchantId: string, purpose: KeyPurpose): Promise<DataKey>
  /** @throws VaultIntegrityError when there is no such key. */
  opening(merchantId: string, purpose: KeyPurpose, keyId: number): Promise<DataKey>
  /** Wipes every key in memory. */
  close(): void
}

interface Entry extends DataKey {
  readonly wrapped: WrappedKey
  readonly until: number
  sealsLeft: number
}

/** A cached key with a copy made in the same step, before anything can wipe the cached one. */
interface Taken {
  readonly entry: Entry
  readonly key: DataKey
}

interface Parts {
  readonly store: KeyStore
  readonly kek: KekProvider
  readonly clock: { now(): Date }
}

/** Per-merchant data keys: wrapped in the store, open in a bounded cache for ten minutes. */
export function createKeyring({ store, kek, clock }: Parts): Keyring {
  const cache = new KeyCache(() => clock.now().getTime())

  const open = async (name: string, wrapped: WrappedKey): Promise<Taken> => {
    const bytes = await kek.unwrap(wrapped.wrapped, contextOf(wrapped))
    return cache.put(name, wrapped, bytes)
  }

  const make = async (merchantId: string, purpose: KeyPurpose): Promise<void> => {
    const identity = { merchantId, purpose, keyId: 1, kekId: kek.kekId }
    const bytes = randomBytes(KEY_BYTES)
    const wrapped = await kek.wrap(bytes, contextOf(identity))
    bytes.fill(0)
    // A twin may have been faster; whichever key is there is the one to use.
    await store.add({ ...identity, state: 'active', wrapped }, clock.now())
  }

  const active = async (merchantId: string, purpose: KeyPurpose): Promise<Taken> => {
    const name = `${purpose}/active/${merchantId}`
    const taken = cache.take(name)
    if (taken !== undefined) return taken
    let wrapped = await store.active(merchantId, purpose)
    if (wrapped === undefined) {
      await make(merchantId, purpose)
      wrapped = await store.active(merchantId, purpose)
    }
    if (wrapped === undefined) throw new VaultIntegrityError()
    return open(name, wrapped)
  }

  return {
    active: async (merchantId, purpose) => (await active(merchantId, purpose)).key,

    async sealing(merchantId, purpose) {
      const { entry, key } = await active(merchantId, purpose)
      if (entry.sealsLeft === 0) {
        if (!(await store.takeSeals(entry.wrapped, SEALS_PER_BLOCK))) {
          key.bytes.fill(0)
          throw new Error('a data key has used up its seals and must be rotated')
        }
        entry.sealsLeft += SEALS_PER_BLOCK
      }
      entry.sealsLeft -= 1
      return key
    },

    async opening(merchantId, purpose, keyId) {
      const name = `${purpose}/${keyId}/${merchantId}`
      const taken = cache.take(name)
      if (taken !== undefined) return taken.key
      const wrapped = await store.find(merchantId, purpose, keyId)
      if (wrapped === undefined) throw new VaultIntegrityError()
      return (await open(name, wrapped)).key
    },

    close: () => cache.clear(),
  }
}

/** Open keys by name, each for a while; wiped when it leaves. */
class KeyCache {
  readonly #entries = new Map<string, Entry>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  take(name: string): Taken | undefined {
    const entry = this.#entries.get(name)
    if (entry === undefined) return undefined
    if (entry.until > this.#now()) return copied(entry)
    this.#forget(name)
    return undefined
  }

  put(name: string, wrapped: WrappedKey, bytes: Buffer): Taken {
    this.#forget(name)
    this.#forgetExpired()
    const oldest = this.#entries.keys().next()
    if (this.#entries.size >= CACHE_ENTRIES_MAX && oldest.done !== true) this.#forget(oldest.value)
    const until = this.#now() + CACHE_MS
    const entry = { keyId: wrapped.keyId, bytes, wrapped, until, sealsLeft: 0 }
    this.#entries.set(name, entry)
    return copied(entry)
  }

  clear(): void {
    for (const name of this.#entries.keys()) this.#forget(name)
  }

  #forgetExpired(): void {
    const now = this.#now()
    for (const [name, { until }] of this.#entries) if (until <= now) this.#forget(name)
  }

  #forget(name: string): void {
    this.#entries.get(name)?.bytes.fill(0)
    this.#entries.delete(name)
  }
}

function copied(entry: Entry): Taken {
  return { entry, key: { keyId: entry.keyId, bytes: Buffer.from(entry.bytes) } }
}

function contextOf(key: Pick<WrappedKey, 'merchantId' | 'purpose' | 'keyId'>): Buffer {
  return lengthPrefixed('tessera.datakey.v1', key.merchantId, key.purpose, String(key.keyId))
}
