import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FastifyReply } from 'fastify'

const ICON = new URL('favicon.ico', import.meta.url)
const DIST = fileURLToPath(new URL('../../dist/', import.meta.url))

export interface AssetFile {
  readonly type: string
  readonly bytes: Buffer
}

/** A file, with its subresource integrity. */
export interface AssetName {
  readonly name: string
  readonly integrity: string
}

/** A document as it was built: its files by name, and how it begins. */
export interface PageAssets {
  readonly files: ReadonlyMap<string, AssetFile>
  /** The entry script and style sheets. */
  readonly script: AssetName
  readonly styles: readonly AssetName[]
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

/** What browsers load from us. */
export interface Assets {
  readonly page: PageAssets
  /** The document of one hosted field, and among its files the script for merchants' pages. */
  readonly fields: PageAssets
}

/** @throws Error with one sentence when it was not built. */
export async function readAssets(): Promise<Assets> {
  return {
    page: await readPageAssets(join(DIST, 'page')),
    fields: await readPageAssets(join(DIST, 'fields')),
  }
}

/** @throws Error with one sentence when the page was not built. */
export async function readPageAssets(folder: string): Promise<PageAssets> {
  const manifest = await readManifest(folder)
  const names = await readdir(folder, { recursive: true })
  const files = new Map<string, AssetFile>()
  for (const name of names) {
    const type = TYPES[extname(name)]
    if (type !== undefined) files.set(name, { type, bytes: await readFile(join(folder, name)) })
  }
  const entry = Object.values(manifest).find(({ isEntry }) => isEntry === true)
  if (entry === undefined) throw new Error('A page was built without an entry')
  const named = (name: string) => ({ name, integrity: integrityOf(files.get(name)?.bytes) })
  const styles = (entry.css ?? []).map(named)
  return { files, script: named(entry.file), styles, icon: await readFile(ICON) }
}

async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, '.vite', 'manifest.json'), 'utf8').catch(() => {
    throw new Error('The pages for browsers are not built: run `npm run build` first')
  })
  return JSON.parse(text) as Manifest
}

function integrityOf(bytes: Buffer | undefined): string {
  if (bytes === undefined) throw new Error('A file of a built page is missing')
  return `sha384-${createHash('sha384').update(bytes).digest('base64')}`
}

/** The addresses of scripts for merchants' pages never change, so a browser asks again after this. */
const SCRIPT_SECONDS_MAX = 300

/** A script that pages of any origin load. */
export function sendScript(reply: FastifyReply, script: Buffer): FastifyReply {
  return reply
    .headers({
      'cache-control': `public, max-age=${SCRIPT_SECONDS_MAX}`,
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': '*',
    })
    .type(TYPES['.js'] ?? '')
    .send(script)
}

/** Its name changes with its content, so browsers may keep it. */
export function sendAsset(reply: FastifyReply, file: AssetFile | undefined): FastifyReply {
  if (file === undefined) return reply.code(404).send({ error: 'not_found' })
  return reply
    .header('cache-control', 'public, max-age=31536000, immutable')
    .header('x-content-type-options', 'nosniff')
    .type(file.type)
    .send(file.bytes)
}
