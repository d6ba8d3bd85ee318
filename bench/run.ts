import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { readConfig } from '../src/config.ts'
import { startEmbeddedPostgres } from '../src/storage/embedded.ts'
import { connect, type Database, sql } from '../src/storage/postgres/database.ts'
import type { DriverQuestion } from './driver.ts'
import type { FloorQuestion } from './floor.ts'
import { type GatewayProcess, startGateway } from './gateway.ts'
import type { Measured, Plan } from './load.ts'
import { createMeters } from './meters.ts'
import { readOptions } from './options.ts'
import { costsOf, type Phase, render, type Result } from './report.ts'
import { startWorker, type Worker } from './worker.ts'

const options = readOptions(process.argv.slice(2))

/** What a phase may take longer than planned: a backlog, a slow disk. */
const GRACE_MS = 180_000

const cleanups: (() => Promise<unknown>)[] = []
let isEnding = false

async function main(): Promise<Result> {
  const dir = await makeFolder()
  const postgres = await startPostgres(dir)
  const database = connect(postgres.url, { connections: 2 })
  cleanups.push(() => database.close())
  const { rows } = await database.run<{ version: string }>(
    sql('bench_version')`select split_part(version(), ' ', 2) as version`,
  )
  say('starting the gateway')
  const gateway = await startGatewayIn(join(dir, 'gateway'), postgres.url)
  const load = await runLoad({ ...postgres, database, gateway })
  const payments = await checkCounts(database, join(dir, 'gateway'), load.payments)
  await gateway.stop()
  say('running the SQL statements alone')
  return {
    options,
    postgresVersion: rows[0]?.version ?? 'unknown',
    postgresReadyMs: postgres.readyMs,
    gatewayReadyMs: gateway.readyMs,
    ...load,
    payments,
    floor: await runFloor(database, postgres.url),
  }
}

async function makeFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'tessera-bench-'))
  cleanups.push(() => rm(dir, { recursive: true, force: true }))
  // PostgreSQL runs as another user where root runs this; it must get through.
  await chmod(dir, 0o711)
  return dir
}

async function startPostgres(dir: string) {
  say('making and starting PostgreSQL')
  const startedAt = performance.now()
  const starting = startEmbeddedPostgres({ dir: join(dir, 'postgres') })
  cleanups.push(async () => {
    const server = await starting
    await server.stop()
    const { dataDir } = server
    if (!dataDir.startsWith(dir)) await rm(dirname(dataDir), { recursive: true, force: true })
  })
  const { url, dataDir } = await starting
  const readyMs = performance.now() - startedAt
  const pid = Number.parseInt(await readFile(join(dataDir, 'postmaster.pid'), 'utf8'), 10)
  return { url, pid, readyMs }
}

async function startGatewayIn(dataDir: string, databaseUrl: string): Promise<GatewayProcess> {
  await mkdir(dataDir)
  const { profile } = options
  const nodeOptions = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]
  const starting = startGateway({ databaseUrl, dataDir, nodeOptions })
  cleanups.push(starting.stop)
  return starting.ready
}

interface Started {
  readonly pid: number
  readonly database: Database
  readonly gateway: GatewayProcess
}

/** Everything that goes over HTTP. */
async function runLoad({ database, gateway, pid }: Started) {
  const { connections, merchants, notify, rate, seconds, warmup } = options
  const meters = createMeters({
    database,
    postgresPid: pid,
    gatewayPid: gateway.pid,
    gatewayUrl: gateway.url,
    gatewayDir: gateway.dataDir,
  })
  const driver = employ('./driver.ts')
  const ask = <Answer>(question: DriverQuestion) => driver.ask<Answer>(question)
  const run = async (plan: Plan): Promise<Phase> => {
    const before = await meters.read()
    const measured = await ask<Measured>({ kind: 'run', plan })
    const costs = costsOf(before, await meters.read(), measured.payments)
    return { ...measured, costs }
  }
  await ask({ kind: 'start', url: gateway.url, connections, merchants, notify })
  say(`warming up for ${warmup} s`)
  const warm = await run({ kind: 'closed', seconds: warmup })
  // As a minute later by itself: until then plans are those of empty tables.
  await database.script('analyze')
  say(`paying at full speed for ${seconds} s`)
  const closed = await run({ kind: 'closed', seconds })
  say(`paying ${rate} times a second for ${seconds} s`)
  const open = await run({ kind: 'open', seconds, rate })
  const payments = warm.payments + closed.payments + open.payments
  const notified = notify ? await ask<number>({ kind: 'notified', count: payments }) : undefined
  // At least once each, so there may be more.
  if (notified !== undefined && notified < payments) expectEqual('notified', notified, payments)
  const memory = await meters.memory()
  await driver.stop()
  return { closed, open, payments, notified, memory }
}

/** A fast answer that is wrong is no result: all three books must agree. */
async function checkCounts(database: Database, dataDir: string, paid: number): Promise<number> {
  const { rows } = await database.run<{ count: bigint }>(
    sql('bench_captured')`select count(*) from payment where status = 'captured'`,
  )
  expectEqual('payments captured in the database', Number(rows[0]?.count), paid)
  const ledger = new DatabaseSync(join(dataDir, 'simulator-ledger.sqlite'), { readOnly: true })
  const approved = ledger
    .prepare(`select count(*) as count from entry where approved = 1 and kind = 'sale'`)
    .get()
  ledger.close()
  expectEqual("sales approved in the acquirer's ledger", Number(approved?.['count']), paid)
  return paid
}

function expectEqual(what: string, found: number, wanted: number): void {
  if (found !== wanted) throw new Error(`${what}: ${found}, but ${wanted} payments were answered`)
}

async function runFloor(database: Database, url: string): Promise<Measured> {
  await database.script('create database tessera_floor')
  const { connections: workers, merchants, seconds, warmup } = options
  const floor = employ('./floor.ts')
  const question: FloorQuestion = {
    databaseUrl: Object.assign(new URL(url), { pathname: '/tessera_floor' }).toString(),
    pool: readConfig(process.env).connections,
    workers,
    merchants,
    plans: [warmup, seconds].map((length) => ({ kind: 'closed', seconds: length })),
  }
  const measured = await floor.ask<Measured>(question)
  await floor.stop()
  return measured
}

function employ(file: string): Worker {
  const worker = startWorker(new URL(file, import.meta.url))
  cleanups.push(() => worker.stop())
  return worker
}

function say(text: string): void {
  process.stderr.write(`… ${text}\n`)
}

/** Ends everything, last started first; only the first caller's exit code counts. */
async function end(code: number, message?: string): Promise<void> {
  if (isEnding) return
  isEnding = true
  if (message !== undefined) process.stderr.write(`bench: ${message}\n`)
  for (const cleanup of cleanups.reverse()) {
    await cleanup().catch((error: unknown) => process.stderr.write(`bench: ${String(error)}\n`))
  }
  process.exit(code)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => void end(130, 'interrupted'))
}
const limitMs = (options.warmup + options.seconds) * 4_000 + GRACE_MS
setTimeout(() => void end(1, 'it took too long'), limitMs).unref()

try {
  const result = await main()
  process.stdout.write(options.json ? `${JSON.stringify(result, null, 2)}\n` : render(result))
  await end(0)
} catch (error) {
  await end(1, error instanceof Error ? error.message : String(error))
}
