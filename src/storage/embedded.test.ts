// Goal: nobody ever has to repair the private PostgreSQL by hand, however the last run ended.
// Method: real servers in temporary folders, ended in order, by SIGKILL, or half made.

import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded.ts'
import { findHome, isAlive } from './embedded-root.ts'

type Start = () => Promise<EmbeddedPostgres>

const ENTERABLE = 0o711
const PRIVATE = 0o700

/** Gives a temporary folder to `work`; afterwards stops what was started in it and removes it. */
async function inFolder(
  mode: number,
  work: (dir: string, start: Start) => Promise<void>,
): Promise<void> {
  const dir = await mkdtemp(join(await realpath(tmpdir()), 'tessera-embedded-'))
  await chmod(dir, mode)
  const started: EmbeddedPostgres[] = []
  try {
    await work(dir, async () => {
      const postgres = await startEmbeddedPostgres({ dir })
      started.push(postgres)
      return postgres
    })
  } finally {
    for (const postgres of started) {
      await postgres.stop()
      const place = dirname(postgres.dataDir)
      if (place !== dir) await rm(place, { recursive: true, force: true, maxRetries: 5 })
    }
    await rm(dir, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function ask(url: string, text: string): Promise<unknown[]> {
  const client = new Client(url)
  client.on('error', () => {})
  await client.connect()
  try {
    const { rows } = await client.query({ text, rowMode: 'array' })
    return rows.flat()
  } finally {
    await client.end()
  }
}

async function serverPid({ dataDir }: EmbeddedPostgres): Promise<number> {
  return Number.parseInt(await readFile(join(dataDir, 'postmaster.pid'), 'utf8'), 10)
}

async function isGone(pid: number): Promise<boolean> {
  for (let polls = 0; polls < 100 && isAlive(pid); polls++) await sleep(20)
  return !isAlive(pid)
}

function deadPid(): number {
  return spawnSync(process.execPath, ['--version']).pid
}

test('embedded PostgreSQL: data outlives a restart, and stop ends the server', async () => {
  await inFolder(ENTERABLE, async (dir, start) => {
    // A first start that was killed left this behind.
    const leftover = `cluster.new.${deadPid()}`
    await mkdir(join(dir, leftover, 'base'), { recursive: true })

    const first = await start()
    await ask(first.url, 'create table kept as select 42 as answer')
    const pid = await serverPid(first)
    assert.ok(isAlive(pid))
    await first.stop()
    assert.ok(await isGone(pid))
    await assert.rejects(ask(first.url, 'select'))

    const second = await start()
    assert.deepEqual(await ask(second.url, 'select answer from kept'), [42])
    assert.deepEqual((await readdir(dir)).toSorted(), ['cluster', 'password', 'postgres.log'])
    const { mode } = await lstat(join(dir, 'password'))
    if (process.platform !== 'win32') assert.equal(mode & 0o777, 0o600)
  })
})

test('embedded PostgreSQL: what a killed gateway left running is taken over', async () => {
  await inFolder(ENTERABLE, async (dir, start) => {
    const module = JSON.stringify(new URL('embedded.ts', import.meta.url).href)
    const code = `const { startEmbeddedPostgres } = await import(${module})
      console.log((await startEmbeddedPostgres({ dir: ${JSON.stringify(dir)} })).url)`
    const gateway = spawn(process.execPath, ['--input-type=module', '--eval', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [url] = await once(gateway.stdout, 'data')
    await ask(String(url).trim(), 'create table kept as select 42 as answer')
    gateway.kill('SIGKILL')
    await once(gateway, 'exit')

    const heir = await start()
    assert.equal(heir.url, String(url).trim())
    assert.deepEqual(await ask(heir.url, 'select answer from kept'), [42])
    const pid = await serverPid(heir)
    await heir.stop()
    assert.ok(await isGone(pid))
  })
})

test('embedded PostgreSQL: a second live user is refused and the first is unharmed', async () => {
  await inFolder(ENTERABLE, async (_dir, start) => {
    const first = await start()
    await assert.rejects(start(), {
      message: `The data folder is already in use by another Tessera (pid ${process.pid})`,
    })
    assert.deepEqual(await ask(first.url, 'select 1'), [1])
  })
})

test('embedded PostgreSQL: a killed server neither ends us nor stops the next start', async () => {
  await inFolder(ENTERABLE, async (_dir, start) => {
    const first = await start()
    await ask(first.url, 'create table kept as select 42 as answer')
    const pid = await serverPid(first)
    process.kill(pid, 'SIGKILL')
    assert.ok(await isGone(pid))
    await first.stop()

    const second = await start()
    assert.deepEqual(await ask(second.url, 'select answer from kept'), [42])
  })
})

test('embedded PostgreSQL: the log holds no value, not even one that an error quotes', async () => {
  await inFolder(ENTERABLE, async (dir, start) => {
    const { url } = await start()
    await assert.rejects(ask(url, `select '4111x1111'::bigint`), { message: /4111x1111/ })
    await assert.rejects(ask(url, `do $$ begin raise warning '4111x1111'; assert false; end $$`))
    const log = await readFile(join(dir, 'postgres.log'), 'utf8')
    assert.match(log, /ready to accept connections/)
    assert.doesNotMatch(log, /4111x1111/)
  })
})

test('embedded PostgreSQL: a missing password is told apart from a missing cluster', async () => {
  await inFolder(ENTERABLE, async (dir, start) => {
    await mkdir(join(dir, 'cluster'))
    await assert.rejects(start(), { message: /^The password of the cluster .* cannot be read/ })
  })
})

if (process.getuid?.() === 0) {
  test('embedded PostgreSQL as root: works in a folder that only root can enter', async () => {
    await inFolder(PRIVATE, async (dir, start) => {
      const first = await start()
      await ask(first.url, 'create table kept as select 42 as answer')
      await first.stop()
      const second = await start()
      assert.deepEqual(await ask(second.url, 'select answer from kept'), [42])
      assert.equal(second.dataDir, await realpath(join(dir, 'cluster')))
      assert.notEqual((await lstat(second.dataDir)).uid, 0)
    })
  })

  test('embedded PostgreSQL as root: programs that only root can reach are copied', async () => {
    await inFolder(PRIVATE, async (dir) => {
      const version = `0.0.0-test-${process.pid}`
      const native = join(dir, 'native')
      await mkdir(join(native, 'bin'), { recursive: true })
      await mkdir(join(native, 'lib'), { mode: 0o700 })
      await writeFile(join(dir, 'package.json'), JSON.stringify({ version }))
      await writeFile(join(native, 'bin/postgres'), '', { mode: 0o700 })
      await writeFile(join(native, 'lib/libpq.so.5.18'), '', { mode: 0o600 })
      await symlink('libpq.so.5.18', join(native, 'lib/libpq.so.5'))

      const program = (name: string): string => join(native, 'bin', name)
      const { programs, dataDir } = await findHome(dir, {
        initdb: program('initdb'),
        postgres: program('postgres'),
        pg_ctl: program('pg_ctl'),
      })
      const copy = dirname(dirname(programs.postgres))
      try {
        const modeOf = async (path: string): Promise<number> =>
          (await lstat(join(copy, path))).mode & 0o777
        assert.equal(await modeOf('bin/postgres'), 0o755)
        assert.equal(await modeOf('lib'), 0o755)
        assert.equal(await modeOf('lib/libpq.so.5.18'), 0o644)
        assert.ok((await lstat(join(copy, 'lib/libpq.so.5'))).isSymbolicLink())
      } finally {
        await rm(copy, { recursive: true, maxRetries: 5 })
        await rm(dirname(dataDir), { recursive: true, maxRetries: 5 })
      }
    })
  })
}
