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
  if (changed) await buildPage()
}

/** Builds the hosted page into `dist/page`. */
export async function buildPage(): Promise<void> {
  const { build } = await import('vite')
  await build({ configFile: `${ROOT}vite.config.ts`, logLevel: 'warn' })
}
