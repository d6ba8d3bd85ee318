import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { buildIfNeeded } from '../../src/cli/build.ts'
import { cleanUpLater } from './cleanup.ts'

const run = promisify(execFile)

const SDK = fileURLToPath(new URL('../../sdk/', import.meta.url))

/** An empty project with the packed SDK installed, and nothing else. */
export interface Project {
  readonly dir: string
  /** What the tarball holds. */
  readonly files: readonly string[]
  /** Writes a file of the project. @returns its path. */
  write(name: string, text: string): Promise<string>
  /** Runs a script of it. @returns what it printed. */
  node(...args: readonly string[]): Promise<string>
}

/** Packs the SDK as npm would publish it and installs the tarball, without a network. */
export async function installPackedSdk(): Promise<Project> {
  await buildIfNeeded()
  const dir = await mkdtemp(join(tmpdir(), 'tessera-sdk-'))
  cleanUpLater(() => rm(dir, { recursive: true }))
  const npm = (cwd: string, ...args: readonly string[]) =>
    run('npm', [...args, '--ignore-scripts', '--cache', join(dir, 'cache')], { cwd })
  const { stdout } = await npm(SDK, 'pack', '--json', '--pack-destination', dir)
  const [packed] = Object.values(JSON.parse(stdout) as Record<string, Packed>)
  if (packed === undefined) throw new Error('npm packed nothing')
  await writeFile(join(dir, 'package.json'), '{ "private": true }')
  await npm(dir, 'install', '--offline', '--no-audit', '--no-fund', join(dir, packed.filename))
  return {
    dir,
    files: packed.files.map(({ path }) => path),
    async write(name, text) {
      await writeFile(join(dir, name), text)
      return join(dir, name)
    },
    node: async (...args) => (await run(process.execPath, [...args], { cwd: dir })).stdout,
  }
}

interface Packed {
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}
