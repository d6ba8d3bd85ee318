import { randomBytes, randomInt } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { hasCheckDigit } from '../../src/core/pan.ts'

/** Every PAN made for tests starts so; nothing else does. */
export const PAN_PREFIX = '499999'

/** Every cryptogram made for tests starts with these 15 bytes. */
export const CRYPTOGRAM_BYTES = Buffer.from('TesseraCanary15')

/** A card number nobody has, written down so that the sweep at the end looks for it. */
export function freshPan(): string {
  const digits = `${PAN_PREFIX}${String(randomInt(1e9)).padStart(9, '0')}`
  const check = '0123456789'.split('').find((digit) => hasCheckDigit(digits + digit))
  const pan = `${digits}${check ?? ''}`
  remember(pan)
  return pan
}

/** A token cryptogram of twenty bytes, written down likewise. */
export function freshCryptogram(): string {
  const cryptogram = Buffer.concat([CRYPTOGRAM_BYTES, randomBytes(5)]).toString('base64')
  remember(cryptogram)
  return cryptogram
}

function remember(canary: string): void {
  const runDir = process.env['TESSERA_TEST_RUN']
  if (runDir !== undefined) appendFileSync(join(runDir, 'canaries.txt'), `${canary}\n`)
}
