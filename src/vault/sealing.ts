import { keyIdOf, seal, unseal } from './blob.ts'
import type { Keyring } from './keyring.ts'
import type { KeyPurpose } from './ports.ts'

/** Whose a sealed value is, and the record that it belongs to. */
export interface Where {
  readonly merchantId: string
  readonly record: string
}

/** Seals under a merchant's data keys. Whatever it is given in clear, it wipes. */
export interface Sealing {
  seal(purpose: KeyPurpose, where: Where, plaintext: Buffer): Promise<Buffer>
  /** @throws VaultIntegrityError for anything but what was sealed there. */
  open(purpose: KeyPurpose, where: Where, sealed: Buffer): Promise<Buffer>
}

export function createSealing(keyring: Keyring): Sealing {
  return {
    async seal(purpose, where, plaintext) {
      const { keyId, bytes } = await keyring.sealing(where.merchantId, purpose)
      try {
        return seal(bytes, { ...where, keyId }, plaintext)
      } finally {
        bytes.fill(0)
        plaintext.fill(0)
      }
    },

    async open(purpose, where, sealed) {
      const keyId = keyIdOf(sealed)
      const { bytes } = await keyring.opening(where.merchantId, purpose, keyId)
      try {
        return unseal(bytes, { ...where, keyId }, sealed)
      } finally {
        bytes.fill(0)
      }
    },
  }
}
