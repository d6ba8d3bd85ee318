import { unrouted } from '../acquirers/unrouted/unrouted.ts'
import { type Config, ConfigError } from '../config.ts'
import type { Limits } from '../gateway/parts.ts'
import { readAssets } from '../page/assets.ts'
import { isMigrated } from '../storage/postgres/migrate.ts'
import { productionParts } from './base.ts'
import { compose, type Program } from './compose.ts'
import { refuseForeignKeys, refuseForgetfulServer } from './installation.ts'
import type { LogSink } from './log.ts'
import { walletTrustOf } from './wallet-trust.ts'

const LIMITS: Limits = {
  inDoubtAfterMs: 40_000,
  adoptWithinMs: 5 * 60_000,
  deliveryLeaseMs: 60_000,
  deliveriesAtOnce: 128,
  reversalWindowMs: 24 * 3_600_000,
  authenticationMs: 11 * 60_000,
  resultsGraceMs: 30_000,
}

/** The production gateway: its own PostgreSQL and keys, no demo merchants, no simulators. */
export async function startServer(
  config: Config,
  logSink: LogSink,
): Promise<{ program: Program; url: string }> {
  const { databaseUrl, kek } = await productionParts(config)
  const walletTrust = await walletTrustOf(config)
  const program = await compose({
    config,
    databaseUrl,
    kek,
    acquirer: unrouted,
    isSandbox: false,
    assets: await readAssets(),
    walletTrust: async () => walletTrust,
    googlePay:
      config.googlePayGateway === undefined
        ? undefined
        : { gateway: config.googlePayGateway, environment: 'PRODUCTION' },
    directoryServerUrl:
      config.directoryServerUrl === undefined ? undefined : () => config.directoryServerUrl ?? '',
    limits: LIMITS,
    logSink,
    prepare: async ({ database, vaultDatabase }) => {
      if (!(await isMigrated(database).catch(missingTables))) {
        throw new ConfigError('The database needs its tables: run `tessera migrate` first')
      }
      await refuseForgetfulServer(database)
      await refuseForeignKeys(vaultDatabase, kek.kekId)
    },
  })
  try {
    return { program, url: await program.start() }
  } catch (error) {
    await program.close()
    throw error
  }
}

/** PostgreSQL says 42P01 for a table that is not there; that is an answer too. */
function missingTables(error: unknown): boolean {
  if ((error as { code?: unknown }).code === '42P01') return false
  throw error
}
