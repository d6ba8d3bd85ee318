import { createHmac } from 'node:crypto'
import { Pan, Sad } from '../core/pan.ts'
import { lengthPrefixed, VaultIntegrityError } from './blob.ts'
import type { Keyring } from './keyring.ts'
import type { CardStore } from './ports.ts'
import type { Sealing } from './sealing.ts'
import { splitOpen, splitSeal } from './split.ts'

/** Every PAN is padded to this, so that a ciphertext's length tells nothing. */
const PAN_BYTES = 32

/** The card zone: what it stores only it can open. It is the gateway's `Vault` port. */
export interface CardVault {
  store(merchantId: string, pan: Pan): Promise<string>
  find(merchantId: string, pan: Pan): Promise<string | undefined>
  /** @throws VaultIntegrityError when there is no such card or it fails its check. */
  open(merchantId: string, cardId: string): Promise<Pan>
  sealSecret(merchantId: string, place: string, secret: string): Promise<Buffer>
  openSecret(merchantId: string, place: string, sealed: Buffer): Promise<string>
  sealSad(merchantId: string, place: string, value: Sad): Promise<Buffer>
  openSad(merchantId: string, place: string, sealed: Buffer): Promise<Sad>
  readonly splitSeal: typeof splitSeal
  readonly splitOpen: typeof splitOpen
}

interface Parts {
  readonly keyring: Keyring
  readonly sealing: Sealing
  readonly cards: CardStore
  readonly clock: { now(): Date }
  readonly ids: { uuid(): string }
}

export function createVault({ keyring, sealing, cards, clock, ids }: Parts): CardVault {
  const look = async (merchantId: string, pan: Pan) => {
    const { keyId: fingerprintKeyId, bytes } = await keyring.active(merchantId, 'fingerprint')
    const fingerprint = fingerprintOf(bytes, merchantId, pan)
    bytes.fill(0)
    const known = await cards.findByFingerprint(merchantId, fingerprintKeyId, fingerprint)
    return { fingerprintKeyId, fingerprint, known }
  }

  return {
    async store(merchantId, pan) {
      const { fingerprintKeyId, fingerprint, known } = await look(merchantId, pan)
      if (known !== undefined) return known

      const cardId = ids.uuid()
      const padded = Buffer.alloc(PAN_BYTES)
      padded.write(pan.reveal(), 'latin1')
      const sealed = await sealing.seal('card', { merchantId, record: `card/${cardId}` }, padded)
      return cards.add({ merchantId, cardId, sealed, fingerprint, fingerprintKeyId }, clock.now())
    },

    find: async (merchantId, pan) => (await look(merchantId, pan)).known,

    async open(merchantId, cardId) {
      const sealed = await cards.sealed(merchantId, cardId)
      if (sealed === undefined) throw new VaultIntegrityError()
      const padded = await sealing.open('card', { merchantId, record: `card/${cardId}` }, sealed)
      const pan = Pan.parse(padded.toString('latin1').replace(/\0+$/, ''))
      padded.fill(0)
      if (pan === undefined) throw new VaultIntegrityError()
      return pan
    },

    sealSecret: (merchantId, place, secret) =>
      sealing.seal('secret', { merchantId, record: place }, Buffer.from(secret, 'utf8')),

    sealSad: (merchantId, place, value) =>
      sealing.seal('secret', { merchantId, record: place }, Buffer.from(value.reveal(), 'utf8')),

    async openSad(merchantId, place, sealed) {
      const bytes = await sealing.open('secret', { merchantId, record: place }, sealed)
      const value = new Sad(bytes.toString('utf8'))
      bytes.fill(0)
      return value
    },

    splitSeal,
    splitOpen,

    async openSecret(merchantId, place, sealed) {
      const bytes = await sealing.open('secret', { merchantId, record: place }, sealed)
      const secret = bytes.toString('utf8')
      bytes.fill(0)
      return secret
    },
  }
}

/** A keyed hash of the whole PAN, scoped to one merchant; without its key it says nothing. */
function fingerprintOf(key: Buffer, merchantId: string, pan: Pan): Buffer {
  return createHmac('sha256', key)
    .update(lengthPrefixed('fp.v1', merchantId, pan.reveal()))
    .digest()
}
