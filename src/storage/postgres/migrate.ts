import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { type Database, sql } from './database.ts'

const FOLDER = new URL('../../../migrations/', import.meta.url)

/** Two nodes that start at once take turns on this number; it means nothing else. */
const LOCK = 7_405_921

/**
 * Applies every migration that the database lacks, in order, each in one transaction.
 *
 * @returns the names applied now.
 * @throws Error when the database holds a migration that this program does not know, or one whose
 * text has changed since it was applied.
 */
export async function migrate(database: Database): Promise<readonly string[]> {
  const known = await migrations()
  return database.transaction(async (transaction) => {
    await transaction.script(`select pg_advisory_xact_lock(${LOCK})`)
    const applied = await appliedIn(transaction)
    refuseStrangers(known, applied)
    const missing = known.filter(({ name }) => !applied.has(name))
    for (const { name, text, digest } of missing) {
      await transaction.script(text)
      await transaction.run(
        sql('migration_done')`insert into schema_migration values (${name}, ${digest}, now())`,
      )
    }
    return missing.map(({ name }) => name)
  })
}

/** Whether the database has exactly the migrations this program knows. */
export async function isMigrated(database: Database): Promise<boolean> {
  const known = await migrations()
  const { rows } = await database.run<{ name: string }>(
    sql('migration_names')`select name from schema_migration`,
  )
  const applied = new Set(rows.map(({ name }) => name))
  return applied.size === known.length && known.every(({ name }) => applied.has(name))
}

interface Migration {
  readonly name: string
  readonly text: string
  readonly digest: string
}

async function migrations(): Promise<readonly Migration[]> {
  const names = (await readdir(FOLDER)).filter((name) => /^[0-9]{6}\.sql$/.test(name)).sort()
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, FOLDER), 'utf8')
      return { name, text, digest: createHash('sha256').update(text).digest('hex') }
    }),
  )
}

async function appliedIn(database: Database): Promise<Map<string, string>> {
  await database.script(`create table if not exists schema_migration
    (name text primary key, digest text not null, applied_at timestamptz not null)`)
  const { rows } = await database.run<{ name: string; digest: string }>(
    sql('migrations_applied')`select name, digest from schema_migration`,
  )
  return new Map(rows.map(({ name, digest }) => [name, digest]))
}

function refuseStrangers(known: readonly Migration[], applied: Map<string, string>): void {
  for (const [name, digest] of applied) {
    const match = known.find((migration) => migration.name === name)
    if (match === undefined) {
      throw new Error(`The database is newer than this program: it holds migration ${name}`)
    }
    if (match.digest !== digest) {
      throw new Error(`Migration ${name} differs from the one applied to this database`)
    }
  }
}
