import { type Config, ConfigError } from '../config.ts'
import type { Clock } from '../gateway/ports.ts'
import { postgresClientKeyStore } from '../storage/postgres/client-key-store.ts'
import { connect, type Database } from '../storage/postgres/database.ts'
import { type MerchantAdmin, postgresMerchantStore } from '../storage/postgres/merchant-store.ts'
import { postgresCardStore, postgresKeyStore } from '../storage/postgres/vault-store.ts'
import { type ClientKeys, createClientKeys } from '../vault/client-keys.ts'
import { localKek, readKekFile } from '../vault/kek-local.ts'
import { createKeyring, type Keyring } from '../vault/keyring.ts'
import type { KekProvider } from '../vault/ports.ts'
import { createSealing } from '../vault/sealing.ts'
import { type CardVault, createVault } from '../vault/vault.ts'
import { createWalletKeys, type WalletKeys } from '../vault/wallet-keys.ts'
import { createIds, systemClock } from './ids.ts'

/** The database with the vault on top: all that commands without a server need. */
export interface Base {
  readonly database: Database
  /** The vault's own connection, where it has one. */
  readonly vaultDatabase: Database
  readonly merchants: MerchantAdmin
  readonly vault: CardVault
  readonly keyring: Keyring
  readonly clientKeys: ClientKeys
  readonly walletKeys: WalletKeys
  readonly clock: Clock
  close(): Promise<void>
}

interface BaseGiven {
  readonly config: Config
  readonly databaseUrl: string
  readonly kek: KekProvider
  readonly clock?: Clock
}

export function composeBase({ config, databaseUrl, kek, clock = systemClock }: BaseGiven): Base {
  const { connections, vaultDatabaseUrl } = config
  const database = connect(databaseUrl, { connections })
  const vaultDatabase =
    vaultDatabaseUrl === undefined ? database : connect(vaultDatabaseUrl, { connections: 4 })
  const ids = createIds(clock)
  const keyring = createKeyring({ store: postgresKeyStore(vaultDatabase), kek, clock })
  const sealing = createSealing(keyring)
  const cards = postgresCardStore(vaultDatabase)
  const keys = { store: postgresClientKeyStore(vaultDatabase), sealing, clock }
  return {
    database,
    vaultDatabase,
    merchants: postgresMerchantStore(database),
    vault: createVault({ keyring, sealing, cards, clock, ids }),
    keyring,
    clientKeys: createClientKeys(keys),
    walletKeys: createWalletKeys(keys),
    clock,
    async close() {
      keyring.close()
      if (vaultDatabase !== database) await vaultDatabase.close()
      await database.close()
    },
  }
}

/** @throws ConfigError when the database or the key is missing. */
export async function productionParts(
  config: Config,
): Promise<{ databaseUrl: string; kek: KekProvider }> {
  const { databaseUrl, kekFile } = config
  if (databaseUrl === undefined) {
    throw new ConfigError('DATABASE_URL must name the PostgreSQL database of this gateway')
  }
  if (kekFile === undefined) {
    throw new ConfigError(
      'TESSERA_KEK_FILE must name a file of 32 random bytes, readable by you only',
    )
  }
  const key = await readKekFile(kekFile).catch((error: unknown) => {
    throw new ConfigError(error instanceof Error ? error.message : 'The key file cannot be read')
  })
  return { databaseUrl, kek: localKek(key, 'live') }
}
