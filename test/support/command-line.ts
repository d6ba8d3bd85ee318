import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freshDatabaseUrl } from './database.ts'
import { freshDataDir } from './sandbox.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs `tessera` over an installation of its own, and waits for its end. */
export interface CommandLine {
  (...args: string[]): Ended
  with(env: Readonly<Record<string, string>>): (...args: string[]) => Ended
}

export async function commandLine(): Promise<CommandLine> {
  const kekFile = join(await freshDataDir(), 'kek')
  await writeFile(kekFile, randomBytes(32), { mode: 0o400 })
  const base = {
    PATH: process.env['PATH'] ?? '',
    DATABASE_URL: await freshDatabaseUrl(),
    TESSERA_KEK_FILE: kekFile,
  }
  const runWith =
    (env: Readonly<Record<string, string>>) =>
    (...args: string[]) =>
      spawnSync(process.execPath, [MAIN, ...args], { env, encoding: 'utf8' })
  return Object.assign(runWith(base), {
    with: (env: Readonly<Record<string, string>>) => runWith({ ...base, ...env }),
  })
}
