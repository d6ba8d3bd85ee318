import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const VERSION = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16
const HEADER_BYTES = 1 + 4 + NONCE_BYTES
const ALGORITHM = 'aes-256-gcm'

/** A sealed value that is not what it claims to be: altered, moved, or under another key. */
export class VaultIntegrityError extends Error {
  constructor() {
    super('a sealed value failed its integrity check')
    this.name = 'VaultIntegrityError'
  }
}

/** Where a sealed value belongs. It opens there and nowhere else. */
export interface Place {
  readonly merchantId: string
  /** Table or record kind and its id, such as `card/0193…`. */
  readonly record: string
  readonly keyId: number
}

/**
 * Seals with AES-256-GCM: `0x01 | key id: uint32 | nonce: 12 | ciphertext | tag: 16`. The place is
 * authenticated with it.
 */
export function seal(key: Uint8Array, place: Place, plaintext: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt8(VERSION, 0)
  header.writeUInt32BE(place.keyId, 1)
  randomBytes(NONCE_BYTES).copy(header, 5)
  const cipher = createCipheriv(ALGORITHM, key, header.subarray(5), { authTagLength: TAG_BYTES })
  cipher.setAAD(associatedData(place))
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return Buffer.concat([header, ciphertext, cipher.getAuthTag()])
}

/** @throws VaultIntegrityError for anything but what `seal` made for this key and place. */
export function unseal(key: Uint8Array, place: Place, sealed: Buffer): Buffer {
  if (keyIdOf(sealed) !== place.keyId) throw new VaultIntegrityError()
  const nonce = sealed.subarray(5, HEADER_BYTES)
  return decrypt(key, { nonce, sealed: sealed.subarray(HEADER_BYTES), with: associatedData(place) })
}

/**
 * AES-256-GCM. `sealed` ends with a tag of 16 bytes; `with` is the associated data.
 *
 * @throws VaultIntegrityError unless the tag is right.
 */
export function decrypt(
  key: Uint8Array,
  message: { readonly nonce: Buffer; readonly sealed: Buffer; readonly with: Buffer },
): Buffer {
  const { nonce, sealed } = message
  if (sealed.length < TAG_BYTES) throw new VaultIntegrityError()
  const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(message.with)
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  const plaintext = decipher.update(sealed.subarray(0, -TAG_BYTES))
  try {
    return Buffer.concat([plaintext, decipher.final()])
  } catch {
    throw new VaultIntegrityError()
  } finally {
    plaintext.fill(0)
  }
}

/** @throws VaultIntegrityError unless the bytes have the shape of a sealed value. */
export function keyIdOf(sealed: Buffer): number {
  if (sealed.length < HEADER_BYTES + TAG_BYTES || sealed[0] !== VERSION) {
    throw new VaultIntegrityError()
  }
  return sealed.readUInt32BE(1)
}

function associatedData({ merchantId, record, keyId }: Place): Buffer {
  return lengthPrefixed('tessera.vault.v1', merchantId, record, String(keyId), ALGORITHM)
}

/** Joins texts so that no two different lists give the same bytes: uint32 length, then UTF-8. */
export function lengthPrefixed(...texts: readonly string[]): Buffer {
  const parts = texts.flatMap((text) => {
    const bytes = Buffer.from(text, 'utf8')
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    return [length, bytes]
  })
  return Buffer.concat(parts)
}
