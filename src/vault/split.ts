import { randomBytes } from 'node:crypto'
import { parseExpiry, type Expiry } from '../core/card.ts'
import { Pan, Sad } from '../core/pan.ts'
import { seal, unseal, VaultIntegrityError } from './blob.ts'

/** A card that waits for its payer to come back from the issuer. */
export interface WaitingCard {
  readonly pan: Pan
  readonly expiry: Expiry
  readonly securityCode: Sad | undefined
  readonly keep: boolean
}

const KEY_BYTES = 32
// Padded to this, so that the text's length tells neither card nor code length.
const PLAINTEXT_BYTES = 96
const KEY_ID = 0

/**
 * Seals a card under a key made for it alone. The text goes with the payer's browser and is stored
 * nowhere; the key waits on the payment and is erased with its outcome.
 */
export function splitSeal(record: string, card: WaitingCard): { key: Buffer; text: string } {
  const plaintext = Buffer.alloc(PLAINTEXT_BYTES)
  const { year, month } = card.expiry
  const code = card.securityCode?.reveal() ?? ''
  plaintext.write(`${card.pan.reveal()}/${month}/${year}/${code}/${card.keep ? 1 : 0}`)
  const key = randomBytes(KEY_BYTES)
  const sealed = seal(key, placeOf(record), plaintext)
  plaintext.fill(0)
  return { key, text: sealed.toString('base64url') }
}

/** @returns undefined unless the text was sealed with this key for this record. */
export function splitOpen(record: string, key: Buffer, text: string): WaitingCard | undefined {
  const plaintext = unsealed(record, key, text)
  if (plaintext === undefined) return undefined
  const [number = '', month = '', year = '', code = '', keep] = plaintext
    .toString('latin1')
    .replace(/\0+$/, '')
    .split('/')
  plaintext.fill(0)
  const pan = Pan.parse(number)
  const expiry = parseExpiry(month, year)
  if (pan === undefined || expiry === undefined) return undefined
  const securityCode = code === '' ? undefined : new Sad(code)
  return { pan, expiry, securityCode, keep: keep === '1' }
}

function unsealed(record: string, key: Buffer, text: string): Buffer | undefined {
  const sealed = Buffer.from(text, 'base64url')
  if (sealed.toString('base64url') !== text) return undefined
  try {
    return unseal(key, placeOf(record), sealed)
  } catch (error) {
    if (error instanceof VaultIntegrityError) return undefined
    throw error
  }
}

function placeOf(record: string) {
  return { merchantId: 'split', record, keyId: KEY_ID }
}
