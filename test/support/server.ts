import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { startEmbeddedPostgres } from '../../src/storage/embedded.ts'
import { connect } from '../../src/storage/postgres/database.ts'
import { migrate } from '../../src/storage/postgres/migrate.ts'

export const TEMPLATE = 'tessera_template'

/** A PostgreSQL for tests, with a migrated template to clone. */
export interface TestServer {
  readonly url: string
  /** Holds the cluster, and whatever else tests leave for the sweep at the end. */
  readonly runDir: string
  stop(): Promise<void>
}

export async function startTestServer(): Promise<TestServer> {
  const runDir = await mkdtemp(join(tmpdir(), 'tessera-test-'))
  // PostgreSQL runs as another user where root runs the tests; it must get through.
  await chmod(runDir, 0o711)
  const settings = { max_connections: '300', wal_compression: 'off', autovacuum_naptime: '1min' }
  const postgres = await startEmbeddedPostgres({ dir: join(runDir, 'postgres'), settings })
  await execute(postgres.url, `create database ${TEMPLATE}`)
  const template = connect(withDatabase(postgres.url, TEMPLATE), { connections: 1 })
  await migrate(template)
  await template.close()
  return {
    url: postgres.url,
    runDir,
    async stop() {
      await postgres.stop()
      if (!postgres.dataDir.startsWith(runDir))
        await rm(dirname(postgres.dataDir), { recursive: true, maxRetries: 5 })
      await rm(runDir, { recursive: true, maxRetries: 5 })
    },
  }
}

export function withDatabase(url: string, name: string): string {
  return Object.assign(new URL(url), { pathname: `/${name}` }).toString()
}

export async function execute(url: string, text: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  // Two clones at once wait for each other at the template.
  for (let attempt = 0; ; attempt += 1) {
    try {
      await client.query('set lock_timeout = 0; set statement_timeout = 0')
      await client.query(text)
      break
    } catch (error) {
      if ((error as { code?: string }).code !== '55006' || attempt === 100) throw error
      await sleep(50)
    }
  }
  await client.end()
}
