import assert from 'node:assert/strict'
import { once } from 'node:events'
import { appendFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import pg from 'pg'
import { TEST_CARDS } from '../../src/acquirers/simulator/test-cards.ts'
import { freshPan } from '../support/canaries.ts'
import { testServer } from '../support/database.ts'
import { withDatabase } from '../support/server.ts'
import { findCanaries, type Hit, sweepFolder } from './sweep.ts'

// Runs after every other test of the run, over all that they left: each test's database, the
// write-ahead log, PostgreSQL's log, the gateways' logs and the simulated acquirer's book.

type Ask = (text: string) => Promise<Record<string, string>[]>

async function connected<T>(url: string, work: (ask: Ask) => Promise<T>): Promise<T> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    await client.query('set statement_timeout = 0')
    return await work(async (text) => (await client.query<Record<string, string>>(text)).rows)
  } finally {
    await client.end()
  }
}

const query = (url: string, text: string) => connected(url, (ask) => ask(text))

/** Every row of every table of the databases that are named so, as text. */
async function dump(url: string, like: string): Promise<Map<string, string>> {
  const texts = new Map<string, string>()
  const databases = await query(
    url,
    `select datname name from pg_database where datallowconn and datname like '${like}'`,
  )
  for (const { name = '' } of databases) {
    await connected(withDatabase(url, name), async (ask) => {
      const tables = await ask(
        `select format('%I.%I', schemaname, tablename) name from pg_tables
          where schemaname not in ('pg_catalog', 'information_schema')`,
      )
      for (const { name: table = '' } of tables) {
        const rows = await ask(`select row_to_json(t)::text row from ${table} t`)
        texts.set(`${name} ${table}`, rows.map(({ row }) => row).join('\n'))
      }
    })
  }
  return texts
}

function hitsIn(texts: ReadonlyMap<string, string>): Hit[] {
  return [...texts].flatMap(([table, text]) => findCanaries(Buffer.from(text), table))
}

async function sweep(): Promise<{ hits: Hit[]; bytes: number; texts: Map<string, string> }> {
  const { url, runDir } = await testServer()
  await query(url, 'checkpoint')
  const cluster = await realpath(join(runDir, 'postgres', 'cluster'))
  const folders = cluster.startsWith(runDir) ? [runDir] : [runDir, cluster]
  // Rows are read while another thread reads the files.
  const [texts, ...files] = await Promise.all([dump(url, '%'), ...folders.map(sweptElsewhere)])
  return {
    hits: [...hitsIn(texts), ...files.flatMap(({ hits }) => hits)],
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    texts,
  }
}

async function sweptElsewhere(folder: string): ReturnType<typeof sweepFolder> {
  const worker = new Worker(new URL('./sweep-worker.ts', import.meta.url), { workerData: folder })
  const [swept] = (await once(worker, 'message')) as [Awaited<ReturnType<typeof sweepFolder>>]
  return swept
}

test('leak sweep: databases, write-ahead log and logs hold no card number, code or cryptogram', async () => {
  const { runDir } = await testServer()
  const canaries = readFileSync(join(runDir, 'canaries.txt'), 'utf8').trim().split('\n')
  const { hits, bytes, texts } = await sweep()
  assert.ok(canaries.length > 100, `only ${canaries.length} canaries were used`)
  assert.ok(bytes > 50_000_000, `only ${bytes} bytes were searched`)
  assert.ok(texts.size > 50, `only ${texts.size} tables were read`)
  assert.deepEqual(hits, [])
  for (const [table, text] of texts) {
    const card = TEST_CARDS.find(({ pan }) => new RegExp(`(?<![0-9])${pan}(?![0-9])`).test(text))
    assert.equal(card, undefined, `${table} holds a test card`)
    assert.doesNotMatch(text, /"(?:securityCode|cvv2?|cvc2?|cavv|cryptogram)"/i, table)
  }
})

test('leak sweep: a card number that is planted in a table, its file or a log is found', async () => {
  const { url, runDir } = await testServer()
  const pan = freshPan()
  const folder = join(runDir, 'planted')
  mkdirSync(folder)
  appendFileSync(join(folder, 'a.log'), `{"b":"${Buffer.from(`x${pan}`).toString('base64')}"}\n`)
  await query(url, `create table planted as select '${pan}'::text as remark`)
  await query(url, 'checkpoint')
  const [file] = await query(url, `select pg_relation_filepath('planted') as path`)
  const cluster = await realpath(join(runDir, 'postgres', 'cluster'))
  const path = join(cluster, file?.['path'] ?? '')

  const [logs, files] = [await sweepFolder(folder), await sweepFolder(dirname(path))]
  rmSync(folder, { recursive: true })
  const tables = hitsIn(await dump(url, 'tessera'))
  const where = [...logs.hits, ...files.hits, ...tables].map((hit) => hit.where)
  assert.deepEqual(where, [join(folder, 'a.log'), path, 'tessera public.planted'])
})
