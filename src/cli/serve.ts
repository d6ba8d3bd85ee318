import { unrouted } from '../acquirers/unrouted/unrouted.ts'
import { type Config, ConfigError } from '../config.ts'
import type { Limits } from '../gateway/parts.ts'
import { isMigrated } from '../storage/postgres/migrate.ts'
import type { KekProvider } from '../vault/ports.ts'
import { localKek, readKekFile } from '../vault/kek-local.ts'
import { compose, type Program } from './compose.ts'
import { refuseForeignKeys, refuseForgetfulServer } from './installation.ts'
import type { LogSink } from './log.ts'

const LIMITS: Limits = {
  inDoubtAfterMs: 40_000,
  adoptWithinMs: 5 * 60_000,
  deliveryLeaseMs: 60_000,
  deliveriesAtOnce: 128,
}

/** The production gateway: its own PostgreSQL and keys, no demo merchants, no simulators. */
export async function startServer(
  config: Config,
  logSink: LogSink,
): Promise<{ program: Program; url: string }> {
  const { databaseUrl, kek } = await productionParts(config)
  const program = await compose({
    config,
    databaseUrl,
    kek,
    acquirer: unrouted,
    isSandbox: false,
    limits: LIMITS,
    logSink,
    prepare: async ({ database }) => {
      if (!(await isMigrated(database).catch(missingTables))) {
        throw new ConfigError('The database needs its tables: run `tessera migrate` first')
      }
      await refuseForgetfulServer(database)
      await refuseForeignKeys(database, kek.kekId)
    },
  })
  try {
    return { program, url: await program.start() }
  } catch (error) {
    await program.close()
    throw error
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
  return { databaseUrl, kek: localKek(await readKekFile(kekFile), 'live') }
}

/** PostgreSQL says 42P01 for a table that is not there; that is an answer too. */
function missingTables(error: unknown): boolean {
  if ((error as { code?: unknown }).code === '42P01') return false
  throw error
}
