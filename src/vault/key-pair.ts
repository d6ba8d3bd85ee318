import { createPrivateKey, type KeyObject, randomBytes } from 'node:crypto'
import type { StoredClientKey } from './ports.ts'
import type { Sealing } from './sealing.ts'

const KEY_ID_BYTES = 8

/** A key pair as it is stored: its private half, PKCS#8 in DER, is sealed, and wiped where it was. */
export async function sealedPair(
  sealing: Sealing,
  whose: Pick<StoredClientKey, 'merchantId' | 'purpose' | 'recipient' | 'number'>,
  pair: { readonly publicKey: Buffer; readonly privateKey: Buffer },
): Promise<StoredClientKey> {
  const key = {
    ...whose,
    keyId: randomBytes(KEY_ID_BYTES).toString('hex'),
    publicKey: pair.publicKey,
    goodUntil: undefined,
  }
  return { ...key, sealed: await sealing.seal('secret', placeOf(key), pair.privateKey) }
}

/** @throws VaultIntegrityError for anything but what `sealedPair` made. */
export async function privateKeyOf(sealing: Sealing, stored: StoredClientKey): Promise<KeyObject> {
  const bytes = await sealing.open('secret', placeOf(stored), stored.sealed)
  try {
    return createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8' })
  } finally {
    bytes.fill(0)
  }
}

function placeOf(key: Pick<StoredClientKey, 'merchantId' | 'purpose' | 'keyId'>) {
  return { merchantId: key.merchantId, record: `client_key/${key.purpose}/${key.keyId}` }
}
