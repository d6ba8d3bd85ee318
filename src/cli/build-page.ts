import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const SOURCES = ['src/page/browser/**/*.{ts,tsx,css}', 'vite.config.ts', 'package-lock.json']

/** Builds the hosted page where that was not done since its sources changed. */
export async function buildPageIfNeeded(): Promise<void> {
  const built = statSync(`${ROOT}dist/page/.vite/manifest.json`, { throwIfNoEntry: false })
  const changed = globSync(SOURCES, { cwd: ROOT }).some(
    (name) => statSync(ROOT + name).mtimeMs > (built?.mtimeMs ?? 0),
  )
  if (changed) await buildApart()
}

/** In a process of its own: what the builder loads would stay in the gateway's memory. */
async function buildApart(): Promise<void> {
  // What it says goes to stderr, for the gateway's log alone is on stdout.
  const child = spawn(process.execPath, [`${ROOT}src/main.ts`, 'build'], {
    stdio: ['ignore', 2, 2],
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error('The hosted page could not be built')
}

/** Builds the hosted page into `dist/page`. */
export async function buildPage(): Promise<void> {
  const { build } = await import('vite')
  await build({ configFile: `${ROOT}vite.config.ts`, logLevel: 'warn' })
}
