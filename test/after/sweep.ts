import { createReadStream, type Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { CRYPTOGRAM_BYTES, PAN_PREFIX } from '../support/canaries.ts'

/** A canary in a file or a database. */
export interface Hit {
  readonly where: string
  readonly form: string
}

const OVERLAP_BYTES = 256

/** How a canary's recognizable start looks in each form that somebody might store it in. */
function forms(): readonly (readonly [string, Buffer])[] {
  const ascii = Buffer.from(PAN_PREFIX)
  const base64 = [0, 1, 2].map((shift): [string, Buffer] => {
    const text = Buffer.concat([Buffer.alloc(shift), ascii]).toString('base64')
    // Only the characters that the prefix alone decides.
    const [from, to] = [
      [0, 8],
      [2, 9],
      [3, 10],
    ][shift] ?? [0, 0]
    return [`base64 at ${shift}`, Buffer.from(text.slice(from, to).replace(/=+$/, ''))]
  })
  return [
    ['plain', ascii],
    ['UTF-16', Buffer.from(PAN_PREFIX, 'utf16le')],
    ['hex of text', Buffer.from(ascii.toString('hex'))],
    ['spaced', Buffer.from('4999 99')],
    ['dashed', Buffer.from('4999-99')],
    ['reversed', Buffer.from(PAN_PREFIX.split('').reverse().join(''))],
    ['cryptogram', Buffer.from(CRYPTOGRAM_BYTES.toString('base64'))],
    ['cryptogram in bytes', CRYPTOGRAM_BYTES],
    ['cryptogram in hex', Buffer.from(CRYPTOGRAM_BYTES.toString('hex'))],
    ...base64,
  ]
}

/**
 * Searches bytes for canaries. A plain prefix counts only where ten more digits follow: masked
 * numbers start with it too.
 */
export function findCanaries(bytes: Buffer, where: string): Hit[] {
  const hits: Hit[] = []
  for (const [form, pattern] of forms()) {
    for (let at = bytes.indexOf(pattern); at !== -1; at = bytes.indexOf(pattern, at + 1)) {
      if (isWhole(form, bytes.subarray(Math.max(0, at - 64), at + 64), Math.min(at, 64))) {
        hits.push({ where, form })
        break
      }
    }
  }
  return hits
}

function isWhole(form: string, around: Buffer, at: number): boolean {
  const after = around.subarray(at).toString('latin1')
  if (form === 'plain') return /^[0-9]{16}/.test(after)
  if (form === 'UTF-16') return /^(?:[0-9]\0){16}/.test(after)
  if (form === 'hex of text') return /^(?:3[0-9]){16}/.test(after)
  if (form === 'spaced') return /^[0-9]{4}(?: [0-9]{4}){3}/.test(after)
  if (form === 'dashed') return /^[0-9]{4}(?:-[0-9]{4}){3}/.test(after)
  if (form === 'reversed') return /[0-9]{16}$/.test(around.subarray(0, at + 6).toString('latin1'))
  if (form.startsWith('base64')) return isBase64Pan(around, at)
  return true
}

/** Whether decoding the base64 text around the place, at any alignment, gives a whole number. */
function isBase64Pan(around: Buffer, at: number): boolean {
  const start = Math.max(0, at - 4)
  const text = around.subarray(start).toString('latin1')
  const run = /^[A-Za-z0-9+/]*/.exec(text.slice(at - start))?.[0] ?? ''
  const lead = /[A-Za-z0-9+/]*$/.exec(text.slice(0, at - start))?.[0] ?? ''
  const whole = lead + run
  return [0, 1, 2, 3].some((skip) =>
    new RegExp(`${PAN_PREFIX}[0-9]{10}`).test(
      Buffer.from(whole.slice(skip), 'base64').toString('latin1'),
    ),
  )
}

/** Searches every file below a folder, other than the list of canaries itself. */
export async function sweepFolder(folder: string): Promise<{ hits: Hit[]; bytes: number }> {
  const hits: Hit[] = []
  let bytes = 0
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  for (const entry of entries.filter(isSearched)) {
    const path = join(entry.parentPath, entry.name)
    let tail = Buffer.alloc(0)
    for await (const chunk of readChunks(path)) {
      const window = Buffer.concat([tail, chunk])
      bytes += chunk.length
      hits.push(...findCanaries(window, path))
      tail = window.subarray(-OVERLAP_BYTES)
    }
  }
  return { hits, bytes }
}

/** PostgreSQL runs on and may take a file away; what it held has been searched elsewhere. */
async function* readChunks(path: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 4 * 1024 * 1024 })) {
      yield chunk as Buffer
    }
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOENT') throw error
  }
}

// PostgreSQL numbers its own relations up to here, and each database has a copy of them all. Only
// the statistics among them hold values of other tables.
const FIRST_OF_USERS = 16_384
const STATISTICS = new Set([2619, 2840, 2841])

function isSearched(entry: Dirent): boolean {
  if (!entry.isFile() || entry.name === 'canaries.txt') return false
  const [, relation] =
    /[\\/]base[\\/][0-9]+[\\/]([0-9]+)/.exec(join(entry.parentPath, entry.name)) ?? []
  if (relation === undefined) return true
  return Number(relation) >= FIRST_OF_USERS || STATISTICS.has(Number(relation))
}
