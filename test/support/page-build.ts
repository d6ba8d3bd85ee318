import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

export interface PageBuild {
  /** Holds what is served under /page-assets/. */
  readonly dir: string
  /** Paths inside dir. */
  readonly script: string
  readonly styles: readonly string[]
  remove(): Promise<void>
}

/** Builds the hosted payment page into a folder of its own, as `npm run build` does for all. */
export async function buildPage(): Promise<PageBuild> {
  const dir = await mkdtemp(join(tmpdir(), 'tessera-page-'))
  const configFile = fileURLToPath(new URL('../../vite.config.ts', import.meta.url))
  await build({ configFile, logLevel: 'warn', build: { outDir: dir } })
  const manifest: unknown = JSON.parse(await readFile(join(dir, '.vite/manifest.json'), 'utf8'))
  const entry = (manifest as Manifest)['main.tsx']
  if (entry === undefined) throw new Error('the build has no main.tsx')
  const remove = (): Promise<void> => rm(dir, { recursive: true, force: true })
  return { dir, script: entry.file, styles: entry.css ?? [], remove }
}

type Manifest = Readonly<
  Record<string, { readonly file: string; readonly css?: readonly string[] } | undefined>
>
