import { createSecretKey } from 'node:crypto'
import type { Clock, MerchantAccess, MerchantStore, Vault } from './ports.ts'

// A rotation made on another node is seen after this; until then the old secret is good anyway.
const FRESH_MS = 5_000
const ENTRIES_MAX = 10_000

/** Where a merchant's secret is sealed to. */
export function secretPlace(dialect: string, secretId: string): string {
  return `secret/${dialect}/${secretId}`
}

/** Merchants with open secrets, kept in memory for some seconds: each request needs one. */
export function createMerchantAccess(parts: {
  readonly store: MerchantStore
  readonly vault: Pick<Vault, 'openSecret'>
  readonly clock: Clock
}): (merchantId: string, dialect: string) => Promise<MerchantAccess | undefined> {
  const { store, vault, clock } = parts
  const known = new Map<string, { until: number; access: Promise<MerchantAccess | undefined> }>()

  const load = async (merchantId: string, dialect: string) => {
    const merchant = await store.find(merchantId)
    if (merchant === undefined) return undefined
    const sealed = await store.secrets(merchantId, dialect, clock.now())
    const secrets = await Promise.all(
      sealed.map(async (secret) => {
        const place = secretPlace(dialect, secret.secretId)
        const text = await vault.openSecret(merchantId, place, secret.sealed)
        return createSecretKey(Buffer.from(text, 'utf8'))
      }),
    )
    return { merchant, secrets }
  }

  return (merchantId, dialect) => {
    const name = `${dialect}/${merchantId}`
    const now = clock.now().getTime()
    const entry = known.get(name)
    if (entry !== undefined && entry.until > now) return entry.access
    if (known.size >= ENTRIES_MAX) known.clear()
    const access = load(merchantId, dialect)
    known.set(name, { until: now + FRESH_MS, access })
    // A failure or an unknown merchant is not remembered.
    const forget = () => {
      if (known.get(name)?.access === access) known.delete(name)
    }
    access.then((found) => found ?? forget(), forget)
    return access
  }
}
