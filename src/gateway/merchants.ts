import { createPrivateKey, createPublicKey, createSecretKey, type KeyObject } from 'node:crypto'
import type { Clock, MerchantAccess, MerchantKey, MerchantStore, SealedSecret } from './ports.ts'
import type { Vault } from './vault-ports.ts'

// A rotation made on another node is seen after this; until then the old secret is good anyway.
const FRESH_MS = 5_000
const ENTRIES_MAX = 10_000

/** The kind of secrets that both sides know. */
export const SHARED = 'shared'

/** Where a merchant's secret is sealed to. */
export function secretPlace(dialect: string, secretId: string): string {
  return `secret/${dialect}/${secretId}`
}

/** Who a request is from: asked for with each, and so kept in memory for some seconds. */
export interface MerchantAccesses {
  find(merchantId: string, dialect: string): Promise<MerchantAccess | undefined>
  byAccount(dialect: string, account: string): Promise<MerchantAccess | undefined>
}

export function createMerchantAccesses(parts: {
  readonly store: MerchantStore
  readonly vault: Pick<Vault, 'openSecret'>
  readonly clock: Clock
}): MerchantAccesses {
  const { store, vault, clock } = parts

  const open = async (merchantId: string, dialect: string, secret: SealedSecret) => {
    const place = secretPlace(dialect, secret.secretId)
    const text = await vault.openSecret(merchantId, place, secret.sealed)
    return { kind: secret.kind, version: secret.version, key: keyOf(secret.kind, text) }
  }

  const find = fresh(clock, async (dialect, merchantId) => {
    const merchant = await store.find(merchantId)
    if (merchant === undefined) return undefined
    const account = await store.account(merchantId, dialect)
    const sealed = await store.secrets(merchantId, dialect, clock.now())
    const opened = await Promise.all(sealed.map((secret) => open(merchantId, dialect, secret)))
    return {
      merchant,
      account: account?.account ?? merchantId,
      settings: account?.settings ?? {},
      secrets: opened.filter(isShared).map(({ key }) => key),
      keys: opened.filter((entry) => !isShared(entry)),
    }
  })
  const idOf = fresh(clock, (dialect, account) => store.byAccount(dialect, account))
  return {
    find: (merchantId, dialect) => find(dialect, merchantId),
    async byAccount(dialect, account) {
      const merchantId = await idOf(dialect, account)
      return merchantId === undefined ? undefined : find(dialect, merchantId)
    },
  }
}

/** Remembers what `load` found for some seconds; a failure or nothing at all is not remembered. */
function fresh<T>(clock: Clock, load: (dialect: string, name: string) => Promise<T | undefined>) {
  const known = new Map<string, { until: number; found: Promise<T | undefined> }>()
  return (dialect: string, name: string) => {
    const key = `${dialect}/${name}`
    const now = clock.now().getTime()
    const entry = known.get(key)
    if (entry !== undefined && entry.until > now) return entry.found
    if (known.size >= ENTRIES_MAX) known.clear()
    const found = load(dialect, name)
    known.set(key, { until: now + FRESH_MS, found })
    const forget = () => {
      if (known.get(key)?.found === found) known.delete(key)
    }
    found.then((value) => value ?? forget(), forget)
    return found
  }
}

function isShared({ kind }: MerchantKey): boolean {
  return kind === SHARED
}

function keyOf(kind: string, text: string): KeyObject {
  const isPem = kind !== SHARED && text.startsWith('-----BEGIN ')
  if (!isPem) return createSecretKey(Buffer.from(text, 'utf8'))
  return text.includes('PRIVATE KEY') ? createPrivateKey(text) : createPublicKey(text)
}
