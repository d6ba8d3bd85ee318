import {
  constants,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
} from 'node:crypto'
import { promisify } from 'node:util'
import { privateKeyOf, sealedPair } from './key-pair.ts'
import { PLATFORM } from './keyring.ts'
import type { ClientKeyPurpose, ClientKeyStore, ClientPublicKey, StoredClientKey } from './ports.ts'
import type { Sealing } from './sealing.ts'

interface Kind {
  /** Bits. */
  readonly modulusLength: number
  readonly padding: number
  readonly oaepHash?: string
}

const KINDS: Readonly<Record<ClientKeyPurpose, Kind>> = {
  securePay: {
    modulusLength: 3_072,
    padding: constants.RSA_PKCS1_OAEP_PADDING,
    oaepHash: 'sha256',
  },
  // What the published clients of JCC's family do, so it is not ours to choose.
  seToken: { modulusLength: 3_072, padding: constants.RSA_PKCS1_PADDING },
}

// A rotation made on another node is seen after this.
const CACHE_MS = 60_000

/** Key pairs whose public half payers' clients encrypt to. They belong to the platform. */
export interface ClientKeys {
  /** Those that are good, newest first. The first one is made when it is first asked for. */
  publicKeys(purpose: ClientKeyPurpose): Promise<readonly ClientPublicKey[]>
  /** @returns undefined unless there is such a key, it is good, and the block was made for it. */
  decrypt(purpose: ClientKeyPurpose, keyId: string, block: Buffer): Promise<Buffer | undefined>
  /**
   * What each good key makes of a block, newest first, where a block does not name its key. With
   * PKCS#1 v1.5 a foreign or damaged block opens to noise (implicit rejection), not to an error.
   *
   * @throws Error on a runtime that does not do so: it would tell an attacker what it may not.
   */
  decryptAll(purpose: ClientKeyPurpose, block: Buffer): Promise<readonly Buffer[]>
  /**
   * Makes the next key; those before it stay good for `overlapMs`. Two rotations at once are one.
   * @returns the newest key.
   */
  rotate(purpose: ClientKeyPurpose, overlapMs: number): Promise<ClientPublicKey>
  /** Erases private keys whose time is over. @returns how many. */
  retire(): Promise<number>
}

interface Parts {
  readonly store: ClientKeyStore
  readonly sealing: Sealing
  readonly clock: { now(): Date; in(milliseconds: number): Date }
}

interface OpenKey {
  readonly privateKey: KeyObject
  readonly goodUntil: Date | undefined
  readonly until: Date
}

export function createClientKeys({ store, sealing, clock }: Parts): ClientKeys {
  const cache = new Map<string, OpenKey>()
  // Whether the runtime is known to tell nothing of a damaged block.
  let isTrusted = false

  const good = (purpose: ClientKeyPurpose) => store.good(PLATFORM, purpose, clock.now())

  const make = async (purpose: ClientKeyPurpose, number: number, overlapMs: number) => {
    const key = await newKey(sealing, purpose, number)
    // A twin may have been faster; whichever key is there is the one to use.
    await store.add(key, clock.now(), clock.in(overlapMs))
    const [newest] = await good(purpose)
    if (newest === undefined) throw new Error('a client key was made and is not there')
    return newest
  }

  const open = async (purpose: ClientKeyPurpose, keyId: string): Promise<OpenKey | undefined> => {
    const name = `${purpose}/${keyId}`
    const now = clock.now()
    const known = cache.get(name)
    if (known !== undefined && known.until > now) return known
    for (const [other, { until }] of cache) if (until <= now) cache.delete(other)
    const stored = (await good(purpose)).find((key) => key.keyId === keyId)
    if (stored === undefined) return undefined
    const privateKey = await privateKeyOf(sealing, stored)
    const opened = { privateKey, goodUntil: stored.goodUntil, until: clock.in(CACHE_MS) }
    cache.set(name, opened)
    return opened
  }

  return {
    async publicKeys(purpose) {
      const keys = await good(purpose)
      return keys.length > 0 ? keys : [await make(purpose, 1, 0)]
    },

    async decrypt(purpose, keyId, block) {
      const key = await open(purpose, keyId)
      if (key === undefined || isOver(key, clock.now())) return undefined
      const { padding, oaepHash } = KINDS[purpose]
      try {
        return privateDecrypt({ key: key.privateKey, padding, oaepHash }, block)
      } catch {
        return undefined
      }
    },

    async decryptAll(purpose, block) {
      const keys = await Promise.all((await good(purpose)).map(({ keyId }) => open(purpose, keyId)))
      const { padding } = KINDS[purpose]
      const privateKeys = keys.flatMap((key) => (key === undefined ? [] : [key.privateKey]))
      if (!isTrusted) privateKeys.slice(0, 1).forEach((key) => refuseTelltale(key, padding))
      isTrusted ||= privateKeys.length > 0
      return privateKeys.flatMap((key) => noiseOrPlaintext(key, padding, block))
    },

    async rotate(purpose, overlapMs) {
      const [newest] = await good(purpose)
      return make(purpose, (newest?.number ?? 0) + 1, overlapMs)
    },

    retire: () => store.erase(clock.now()),
  }
}

function isOver({ goodUntil }: OpenKey, at: Date): boolean {
  return goodUntil !== undefined && goodUntil <= at
}

function modulusBytes(key: KeyObject): number {
  return (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8
}

/** Only a block that is no number below the modulus is an error: that is seen without the key. */
function noiseOrPlaintext(key: KeyObject, padding: number, block: Buffer): readonly Buffer[] {
  if (block.length !== modulusBytes(key)) return []
  try {
    return [privateDecrypt({ key, padding }, block)]
  } catch {
    return []
  }
}

/** Opens one good block and a damaged one, as the runtime will do it from now on. */
function refuseTelltale(key: KeyObject, padding: number): void {
  const plaintext = randomBytes(32)
  const block = publicEncrypt({ key: createPublicKey(key), padding }, plaintext)
  const damaged = Buffer.from(block)
  damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1
  const [opened] = noiseOrPlaintext(key, padding, block)
  const isGood = opened?.equals(plaintext) === true
  if (isGood && noiseOrPlaintext(key, padding, damaged).length === 1) return
  throw new Error('this runtime does not open PKCS#1 v1.5 with implicit rejection')
}

async function newKey(
  sealing: Sealing,
  purpose: ClientKeyPurpose,
  number: number,
): Promise<StoredClientKey> {
  const pair = await promisify(generateKeyPair)('rsa', {
    modulusLength: KINDS[purpose].modulusLength,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  })
  return sealedPair(sealing, { merchantId: PLATFORM, purpose, recipient: undefined, number }, pair)
}
