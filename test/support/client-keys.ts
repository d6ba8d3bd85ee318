import { randomBytes } from 'node:crypto'
import { postgresClientKeyStore } from '../../src/storage/postgres/client-key-store.ts'
import type { Database } from '../../src/storage/postgres/database.ts'
import { postgresKeyStore } from '../../src/storage/postgres/vault-store.ts'
import { type ClientKeys, createClientKeys } from '../../src/vault/client-keys.ts'
import { localKek } from '../../src/vault/kek-local.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import { createSealing } from '../../src/vault/sealing.ts'
import { createWalletKeys, type WalletKeys } from '../../src/vault/wallet-keys.ts'
import { freshDatabase } from './database.ts'

/** The key pairs of an installation that has none yet. */
export interface TestClientKeys {
  readonly keys: ClientKeys
  readonly database: Database
  /** The time of all its nodes, in milliseconds. */
  readonly time: { ms: number }
  readonly clock: { now(): Date; in(milliseconds: number): Date }
  /** Another node over the same database. */
  another(): ClientKeys
  /** Those of wallets, on another node. */
  walletKeys(): WalletKeys
}

export async function someClientKeys(): Promise<TestClientKeys> {
  const database = await freshDatabase()
  const time = { ms: Date.now() }
  const clock = {
    now: () => new Date(time.ms),
    in: (milliseconds: number) => new Date(time.ms + milliseconds),
  }
  const kek = localKek(randomBytes(32), 'sandbox')
  const parts = () => {
    const keyring = createKeyring({ store: postgresKeyStore(database), kek, clock })
    const store = postgresClientKeyStore(database)
    return { store, sealing: createSealing(keyring), clock }
  }
  const another = () => createClientKeys(parts())
  const walletKeys = () => createWalletKeys(parts())
  return { keys: another(), database, time, clock, another, walletKeys }
}
