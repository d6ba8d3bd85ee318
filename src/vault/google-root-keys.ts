import type { KeyObject } from 'node:crypto'
import { asObject, canonicalBase64, objectOf } from './encoding.ts'
import { p256PublicKey } from './p256.ts'

/** A key that Google signs with, or signs its signing keys with. */
export interface GoogleRootKey {
  /** `ECv1`, `ECv2`, or one that is not for payments. */
  readonly version: string
  readonly key: KeyObject
  /** Undefined for keys of ECv1, which have no end. */
  readonly goodUntil: Date | undefined
}

/**
 * Reads the `keys.json` that Google publishes.
 *
 * @throws TypeError unless it is whole and has a key.
 */
export function readGoogleRootKeys(json: string): readonly GoogleRootKey[] {
  const { keys } = objectOf(json)
  if (!Array.isArray(keys) || keys.length === 0) throw new TypeError('it holds no keys')
  return keys.map((entry) => readKey(asObject(entry)))
}

function readKey({
  keyValue,
  keyExpiration,
  protocolVersion,
}: Readonly<Record<string, unknown>>): GoogleRootKey {
  const der = canonicalBase64(keyValue)
  const key = der && p256PublicKey(der)
  if (key === undefined || typeof protocolVersion !== 'string') {
    throw new TypeError('one of its keys cannot be read')
  }
  if (protocolVersion === 'ECv1') return { version: protocolVersion, key, goodUntil: undefined }
  const goodUntil = googleTime(keyExpiration)
  if (goodUntil === undefined) throw new TypeError('one of its keys has no end')
  return { version: protocolVersion, key, goodUntil }
}

/** Google writes times as milliseconds since 1970, as text. @returns undefined for others. */
export function googleTime(value: unknown): Date | undefined {
  const isTime = typeof value === 'string' && /^[0-9]{1,15}$/.test(value)
  return isTime ? new Date(Number(value)) : undefined
}
