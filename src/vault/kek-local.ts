import { createHmac } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { seal, unseal } from './blob.ts'
import type { KekProvider } from './ports.ts'

const KEK_BYTES = 32
const KEK_KEY_ID = 0

/**
 * Reads the key-encryption key from a file of 32 raw bytes that only its owner can read.
 *
 * @throws Error with one sentence when the file is missing, of another size, or open to others.
 */
export async function readKekFile(path: string): Promise<Buffer> {
  const { mode } = await stat(path).catch(() => {
    throw new Error(`The key file ${path} cannot be read`)
  })
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new Error(`The key file ${path} must be readable by its owner only (chmod 400)`)
  }
  const key = await readFile(path)
  if (key.length !== KEK_BYTES) {
    throw new Error(`The key file ${path} must hold exactly ${KEK_BYTES} bytes`)
  }
  return key
}

/**
 * Wraps data keys with a key held in this process.
 *
 * @param environment part of the key's id, so that no test key serves in production, nor the
 * other way round.
 */
export function localKek(key: Buffer, environment: 'sandbox' | 'live'): KekProvider {
  const digest = createHmac('sha256', key).update('tessera kek id').digest('hex')
  const kekId = `${environment}-${digest.slice(0, 16)}`
  const place = (context: Buffer) => ({
    merchantId: kekId,
    record: context.toString('base64'),
    keyId: KEK_KEY_ID,
  })
  return {
    kekId,
    wrap: (dataKey, context) => Promise.resolve(seal(key, place(context), dataKey)),
    async unwrap(wrapped, context) {
      return unseal(key, place(context), wrapped)
    },
  }
}
