import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ICON = new URL('favicon.ico', import.meta.url)
const FOLDER = fileURLToPath(new URL('../../dist/page/', import.meta.url))

/** The hosted page as it was built: its files by name, and how its document begins. */
export interface PageAssets {
  readonly files: ReadonlyMap<string, { readonly type: string; readonly bytes: Buffer }>
  /** Name and subresource integrity of the entry script and style sheets. */
  readonly script: { readonly name: string; readonly integrity: string }
  readonly styles: readonly { readonly name: string; readonly integrity: string }[]
  /** Stands at the address where browsers look for one by themselves. */
  readonly icon: Buffer
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

interface Manifest {
  readonly [name: string]: {
    readonly file: string
    readonly css?: readonly string[]
    readonly isEntry?: boolean
  }
}

/** @throws Error with one sentence when the page was not built. */
export async function readPageAssets(folder = FOLDER): Promise<PageAssets> {
  const manifest = await readManifest(folder)
  const names = await readdir(folder, { recursive: true })
  const files = new Map<string, { type: string; bytes: Buffer }>()
  for (const name of names) {
    const type = TYPES[extname(name)]
    if (type !== undefined) files.set(name, { type, bytes: await readFile(join(folder, name)) })
  }
  const entry = Object.values(manifest).find(({ isEntry }) => isEntry === true)
  if (entry === undefined) throw new Error('The hosted page was built without an entry')
  const named = (name: string) => ({ name, integrity: integrityOf(files.get(name)?.bytes) })
  const styles = (entry.css ?? []).map(named)
  return { files, script: named(entry.file), styles, icon: await readFile(ICON) }
}

async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, '.vite', 'manifest.json'), 'utf8').catch(() => {
    throw new Error('The hosted page is not built: run `npm run build` first')
  })
  return JSON.parse(text) as Manifest
}

function integrityOf(bytes: Buffer | undefined): string {
  if (bytes === undefined) throw new Error('A file of the hosted page is missing')
  return `sha384-${createHash('sha384').update(bytes).digest('base64')}`
}
