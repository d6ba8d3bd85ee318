import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Database, sql } from '../src/storage/postgres/database.ts'

/** Running totals; undefined where this machine does not tell. */
export interface Reading {
  readonly gatewayCpuMs: number
  readonly postgresCpuMs: number | undefined
  readonly walBytes: number
  /** As PostgreSQL counts them: pages of its log and of its tables, each as often as written. */
  readonly postgresWrittenBytes: number
  /** What the gateway's log and the simulator's ledger have grown to. */
  readonly gatewayFileBytes: number
}

export interface Memory {
  readonly residentBytes: number
  readonly residentBytesMax: number | undefined
}

interface Meters {
  read(): Promise<Reading>
  memory(): Promise<Memory>
}

interface Measured {
  readonly database: Database
  readonly postgresPid: number
  readonly gatewayPid: number
  readonly gatewayUrl: string
  readonly gatewayDir: string
}

// /proc counts processor time in ticks of a hundredth of a second, on every Linux.
const TICK_MS = 10

export function createMeters(measured: Measured): Meters {
  const { database, postgresPid, gatewayPid, gatewayUrl, gatewayDir } = measured
  const written = sql('bench_written')`
    select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint wal,
      (sum(write_bytes) + sum(extend_bytes))::bigint pages
    from pg_stat_io`
  return {
    async read() {
      const { rows } = await database.run<{ wal: bigint; pages: bigint }>(written)
      return {
        gatewayCpuMs: (await metric(gatewayUrl, 'process_cpu_seconds_total')) * 1_000,
        postgresCpuMs: await serverCpuMs(postgresPid),
        walBytes: Number(rows[0]?.wal),
        postgresWrittenBytes: Number(rows[0]?.pages),
        gatewayFileBytes: await sizeOf(gatewayDir, ['gateway.log', 'simulator-ledger.sqlite']),
      }
    },
    async memory() {
      const status = await readFile(`/proc/${gatewayPid}/status`, 'utf8').catch(() => '')
      const kibibytes = /^VmHWM:\s+([0-9]+) kB/m.exec(status)?.[1]
      return {
        residentBytes: await metric(gatewayUrl, 'process_resident_memory_bytes'),
        residentBytesMax: kibibytes === undefined ? undefined : Number(kibibytes) * 1_024,
      }
    },
  }
}

/** One of the gateway's own metrics: the same on every platform. */
async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
}

/** The postmaster, with what its ended children took, and the children that live. */
async function serverCpuMs(postmaster: number): Promise<number | undefined> {
  // First the postmaster: a child that ends in between is missed then, and not counted twice.
  const first = await processOf(postmaster)
  if (first === undefined) return undefined
  const pids = (await readdir('/proc')).filter((name) => /^[0-9]+$/.test(name)).map(Number)
  const processes = await Promise.all(pids.map(processOf))
  const children = processes.filter((found) => found?.parent === postmaster)
  return children.reduce((total, child) => total + (child?.cpuMs ?? 0), first.cpuMs)
}

/** A process with its own processor time and that of its ended children; undefined if none. */
async function processOf(pid: number) {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  // After the command's closing parenthesis: state, parent, and so on; then four times.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const ticks = fields.slice(11, 15).reduce((total, field) => total + Number(field), 0)
  return { parent: Number(fields[1]), cpuMs: ticks * TICK_MS }
}

async function sizeOf(dir: string, names: readonly string[]): Promise<number> {
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(dir, name))).size))
  return sizes.reduce((total, size) => total + size)
}
