import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { type PageAssets, readPageAssets } from '../../src/page/assets.ts'

/** Builds the hosted payment page as `npm run build` does, but for this process alone. */
export async function buildPage(): Promise<PageAssets> {
  const dir = await mkdtemp(join(tmpdir(), 'tessera-page-'))
  const configFile = fileURLToPath(new URL('../../vite.config.ts', import.meta.url))
  try {
    await build({ configFile, logLevel: 'warn', build: { outDir: dir } })
    return await readPageAssets(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
