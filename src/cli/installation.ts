import { type Database, sql, sqlState } from '../storage/postgres/database.ts'
import { ConfigError } from '../config.ts'

/**
 * Keeps test and production apart: a database whose keys were wrapped by another installation's
 * key-encryption key is not opened.
 *
 * @throws ConfigError
 */
export async function refuseForeignKeys(database: Database, kekId: string): Promise<void> {
  const { rows } = await database
    .run<{ kek_id: string }>(
      sql('installation_keys')`select distinct kek_id from vault.data_key limit 10`,
    )
    .catch(withoutTables)
  const environment = kekId.replace(/-.*/, '')
  for (const { kek_id: stored } of rows) {
    if (!stored.startsWith(`${environment}-`)) {
      throw new ConfigError(
        environment === 'live'
          ? 'This database belongs to a sandbox: production needs a database of its own'
          : 'This database belongs to a production gateway: a sandbox needs one of its own',
      )
    }
    if (stored !== kekId) {
      throw new ConfigError("This database's keys were made with another key-encryption key")
    }
  }
}

// Without these a commit that was answered could still be lost.
const DURABLE = ['fsync', 'full_page_writes', 'synchronous_commit'] as const

/** @throws ConfigError when the server may forget what it acknowledged. */
export async function refuseForgetfulServer(database: Database): Promise<void> {
  const { rows } = await database.run<{ name: string }>(
    sql('installation_settings')`select name from pg_settings
      where name = any(${DURABLE}) and setting = 'off'`,
  )
  const [off] = rows
  if (off !== undefined) {
    throw new ConfigError(`PostgreSQL must not run with ${off.name} = off: payments could be lost`)
  }
}

const UNDEFINED_TABLE = '42P01'

/** A database without tables has no keys either. @throws anything but that. */
function withoutTables(error: unknown): { rows: never[] } {
  if (sqlState(error) === UNDEFINED_TABLE) return { rows: [] }
  throw error
}
