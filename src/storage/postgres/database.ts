import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { isOutdated, tend } from './connection.ts'
import { openLanes, type Lanes } from './lanes.ts'

/** A prepared statement: parsed once per connection under its name. */
export interface Query {
  readonly name: string
  readonly text: string
  readonly values: unknown[]
}

export interface Rows<Row> {
  readonly rows: Row[]
  readonly count: number
}

/** PostgreSQL, as the stores see it. */
export interface Database {
  /** Others wait behind it on one connection, so it is quick; a slow one runs in a transaction. */
  run<Row extends object>(query: Query): Promise<Rows<Row>>
  /** One statement or several without values, as migrations need them. */
  script(text: string): Promise<void>
  /**
   * Runs `work` on one connection between `begin` and `commit`; any throw rolls back. After a
   * deadlock or a migration it runs again, so it must do nothing but statements.
   */
  transaction<T>(work: (database: Database) => Promise<T>): Promise<T>
  close(): Promise<void>
}

// Money is bigint everywhere; pg would otherwise hand out text (int8) or lose digits.
const INT8_OID = 20
pg.types.setTypeParser(INT8_OID, BigInt)

const STATEMENT_TIMEOUT_MS = 5_000
const CONNECT_TIMEOUT_MS = 5_000

/** @param options.connections most connections held at once; one counts as two. */
export function connect(url: string, options: { connections: number }): Database {
  const config = {
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    // Above the server's own limit, for a server that no longer answers at all.
    query_timeout: STATEMENT_TIMEOUT_MS + 2_000,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: 10_000,
    // A server that died silently is noticed while nothing is asked of it.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    lock_timeout: 2_000,
    application_name: 'tessera',
  }
  const shared = Math.max(1, Math.floor(options.connections / 2))
  const lanes = openLanes(config, shared)
  const pool = new pg.Pool({ ...config, max: Math.max(1, options.connections - shared) })
  // A connection that breaks while idle is replaced by the pool; there is nobody to tell.
  pool.on('error', () => {})
  pool.on('connect', (client) => {
    if (client instanceof pg.Client) tend(client)
  })
  const run = over(lanes.query)
  return {
    // A single statement that lost was rolled back whole, so it may simply run again.
    run: (query) => untilTaken(() => run(query)),
    async script(text) {
      await pool.query(text)
    },
    transaction: (work) => untilTaken(() => transact(pool, work)),
    async close() {
      await Promise.all([lanes.end(), pool.end()])
    },
  }
}

async function transact<T>(pool: pg.Pool, work: (database: Database) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const result = await work(nested(client))
    await client.query('commit')
    client.release()
    return result
  } catch (error) {
    // Closing the connection rolls back, also when the server no longer answers.
    client.release(true)
    throw error
  }
}

const SERIALIZATION_FAILURE = '40001'
const DEADLOCK_DETECTED = '40P01'
const ATTEMPTS_MAX = 5

async function untilTaken<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (!mayRunAgain(error) || attempt === ATTEMPTS_MAX) throw error
      await sleep(randomInt(10 * attempt))
    }
  }
}

function mayRunAgain(error: unknown): boolean {
  const state = sqlState(error)
  return state === SERIALIZATION_FAILURE || state === DEADLOCK_DETECTED || isOutdated(error)
}

function over(send: Lanes['query']): Database['run'] {
  return async <Row extends object>(query: Query) => {
    const { rows, rowCount } = await send<Row & pg.QueryResultRow>(query)
    return { rows, count: rowCount ?? 0 }
  }
}

function nested(client: pg.PoolClient): Database {
  const database: Database = {
    run: over((query) => client.query(query)),
    async script(text) {
      await client.query(text)
    },
    transaction: (work) => work(database),
    close: () => Promise.resolve(),
  }
  return database
}

/** The code of a PostgreSQL error (SQLSTATE), undefined for anything else. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined
}

const UNIQUE_VIOLATION = '23505'

/** @returns whether the statement took its row: not when that, or what it makes, was taken before. */
export async function claims(database: Database, query: Query): Promise<boolean> {
  try {
    return (await database.run(query)).count === 1
  } catch (error) {
    if (sqlState(error) === UNIQUE_VIOLATION) return false
    throw error
  }
}

/**
 * Makes a statement from a template: values never reach the text, and the name prepares it once
 * per connection.
 */
export function sql(name: string) {
  return (parts: TemplateStringsArray, ...values: unknown[]): Query => ({
    name,
    text: parts.reduce((text, part, index) => `${text}$${index}${part}`),
    values,
  })
}
