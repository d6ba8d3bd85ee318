import { type Config, ConfigError } from '../config.ts'
import { isMigrated } from '../storage/postgres/migrate.ts'
import { type Base, composeBase, productionParts } from './base.ts'
import { refuseForeignKeys } from './installation.ts'

/** Opens the production database with the vault on top for one command. @throws ConfigError */
export async function withBase<T>(config: Config, work: (base: Base) => Promise<T>): Promise<T> {
  const parts = await productionParts(config)
  const base = composeBase({ config, ...parts })
  try {
    await refuseForeignKeys(base.vaultDatabase, parts.kek.kekId)
    if (!(await isMigrated(base.database).catch(() => false))) {
      throw new ConfigError('The database needs its tables: run `tessera migrate` first')
    }
    return await work(base)
  } finally {
    await base.close()
  }
}

/** @throws ConfigError for an id that no merchant has. */
export async function refuseUnknownMerchant(
  { merchants }: Pick<Base, 'merchants'>,
  merchantId: string,
): Promise<void> {
  if ((await merchants.find(merchantId)) === undefined) {
    throw new ConfigError(`There is no merchant ${merchantId}`)
  }
}
