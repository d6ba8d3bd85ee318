import { randomBytes } from 'node:crypto'
import { type Expiry, parseExpiry } from '../core/card.ts'
import { Pan, Sad } from '../core/pan.ts'
import { decrypt, VaultIntegrityError } from './blob.ts'
import type { ClientKeys } from './client-keys.ts'
import { canonicalBase64, objectOf } from './encoding.ts'
import type { ClientPublicKey } from './ports.ts'

/** What a payer's client encrypted; at least one part is there. */
export interface ClientCard {
  readonly pan: Pan | undefined
  readonly expiry: Expiry | undefined
  readonly securityCode: Sad | undefined
}

/** Cards that payers' clients encrypt for us. It is the gateway's `ClientCards` port. */
export interface SecurePay {
  /** What to encrypt to. */
  key(): Promise<ClientPublicKey>
  /** @returns undefined for everything that is not whole, ours and fresh, whatever is wrong. */
  open(text: string): Promise<ClientCard | undefined>
  /** Erases private keys whose time is over. @returns how many. */
  retire(): Promise<number>
}

const VERSION = 1
const KEY_ID_END = 1 + 8
const NONCE_END = KEY_ID_END + 12
const AES_KEY_BYTES = 32
const PLAINTEXT_BLOCK_BYTES = 64
const TEXT_LENGTH_MAX = 2_048

const GOOD_SECONDS = 15 * 60
const AHEAD_SECONDS_MAX = 2 * 60

interface Parts {
  readonly keys: ClientKeys
  readonly clock: { now(): Date }
}

export function createSecurePay({ keys, clock }: Parts): SecurePay {
  return {
    async key() {
      const [newest] = await keys.publicKeys('securePay')
      if (newest === undefined) throw new Error('there is no client key')
      return newest
    },

    async open(text) {
      const parts = partsOf(text)
      if (parts === undefined) return undefined
      const { keyId, block, nonce, sealed } = parts
      const found = await keys.decrypt('securePay', keyId, block)
      // A key that nobody used fails where a wrong one fails, so that the two look the same.
      const key = found?.length === AES_KEY_BYTES ? found : randomBytes(AES_KEY_BYTES)
      const associated = Buffer.from(`securePayToken/${VERSION}/${keyId}`, 'latin1')
      try {
        const plaintext = decrypt(key, { nonce, sealed, with: associated })
        const card = cardOf(plaintext, clock.now())
        plaintext.fill(0)
        return card
      } catch (error) {
        if (error instanceof VaultIntegrityError) return undefined
        throw error
      } finally {
        key.fill(0)
      }
    },

    retire: () => keys.retire(),
  }
}

/** Four hex digits of length, so much base64 of the RSA block, then base64 of the rest. */
function partsOf(text: string) {
  if (text.length > TEXT_LENGTH_MAX || !/^[0-9a-f]{4}/.test(text)) return undefined
  const end = 4 + Number.parseInt(text.slice(0, 4), 16)
  const block = canonicalBase64(text.slice(4, end))
  const rest = canonicalBase64(text.slice(end))
  if (block === undefined || rest?.[0] !== VERSION) return undefined
  return {
    block,
    keyId: rest.subarray(1, KEY_ID_END).toString('hex'),
    nonce: rest.subarray(KEY_ID_END, NONCE_END),
    sealed: rest.subarray(NONCE_END),
  }
}

const FORMS: ReadonlyMap<string, RegExp> = new Map([
  ['cardNo', /^[0-9]{12,19}$/],
  ['expiryMonth', /^[0-9]{1,2}$/],
  ['expiryYear', /^[0-9]{2,4}$/],
  ['securityCode', /^[0-9]{3,4}$/],
])

type Fields = Readonly<Record<string, string>>

function cardOf(plaintext: Buffer, now: Date): ClientCard | undefined {
  const fields = fieldsOf(plaintext, now)
  if (fields === undefined) return undefined
  const { expiryMonth: month, expiryYear: year, securityCode: code } = fields
  const number = fields['cardNo']
  const pan = Pan.parse(number ?? '')
  const expiry = parseExpiry(month ?? '', year ?? '')
  if (!isRead(number, pan) || !isRead(month ?? year, expiry)) return undefined
  return { pan, expiry, securityCode: code === undefined ? undefined : new Sad(code) }
}

/** Whether there was nothing to read, or it was read. */
function isRead(given: string | undefined, read: object | undefined): boolean {
  return (given === undefined) === (read === undefined)
}

/** @returns undefined unless it is padded, all is known and well formed, and it is fresh. */
function fieldsOf(plaintext: Buffer, now: Date): Fields | undefined {
  if (plaintext.length % PLAINTEXT_BLOCK_BYTES !== 0) return undefined
  const { at, ...fields } = objectOf(plaintext.toString('utf8'))
  const entries = Object.entries(fields)
  const isGood = entries.length > 0 && entries.every(isWellFormed) && isFresh(at, now)
  return isGood ? (fields as Fields) : undefined
}

function isWellFormed([name, value]: [string, unknown]): boolean {
  return typeof value === 'string' && FORMS.get(name)?.test(value) === true
}

function isFresh(at: unknown, now: Date): boolean {
  if (!Number.isSafeInteger(at)) return false
  const age = now.getTime() / 1_000 - Number(at)
  return age <= GOOD_SECONDS && age >= -AHEAD_SECONDS_MAX
}
