import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { VaultIntegrityError } from './blob.ts'
import { localKek } from './kek-local.ts'
import { createKeyring } from './keyring.ts'
import type { KekProvider, KeyPurpose, KeyStore, WrappedKey } from './ports.ts'

const SEALS_MAX = 2 ** 31
const TEN_MINUTES_MS = 600_000

interface StoredKey extends WrappedKey {
  seals: number
}

/** Keys in memory, with the rules of the table; every answer takes a turn, so that twins meet. */
function aKeyStore(rows: StoredKey[] = []): KeyStore {
  const find = (merchantId: string, purpose: KeyPurpose, fits: (row: StoredKey) => boolean) =>
    rows.find((row) => row.merchantId === merchantId && row.purpose === purpose && fits(row))
  return {
    async active(merchantId, purpose) {
      await nextTurn()
      return find(merchantId, purpose, ({ state }) => state === 'active')
    },
    async find(merchantId, purpose, keyId) {
      await nextTurn()
      return find(merchantId, purpose, (row) => row.keyId === keyId)
    },
    async add(key) {
      await nextTurn()
      const { merchantId, purpose, keyId } = key
      const clashes = (row: StoredKey) => row.state === 'active' || row.keyId === keyId
      const twin = find(merchantId, purpose, clashes)
      if (twin === undefined) rows.push({ ...key, seals: 0 })
      return twin === undefined
    },
    async takeSeals({ merchantId, purpose, keyId }, count) {
      await nextTurn()
      const row = find(merchantId, purpose, (candidate) => candidate.keyId === keyId)
      if (row?.state !== 'active' || row.seals + count > SEALS_MAX) return false
      row.seals += count
      return true
    },
  }
}

/** A KEK that remembers each key it opened: the very buffer that the keyring then keeps. */
function aWatchedKek(): { kek: KekProvider; opened: Buffer[] } {
  const kek = localKek(randomBytes(32), 'sandbox')
  const opened: Buffer[] = []
  const unwrap = async (wrapped: Buffer, context: Buffer) => {
    const key = await kek.unwrap(wrapped, context)
    opened.push(key)
    return key
  }
  return { kek: { ...kek, unwrap }, opened }
}

function aKeyring(rows: StoredKey[] = []) {
  const time = { ms: Date.UTC(2026, 10, 20) }
  const clock = { now: () => new Date(time.ms) }
  const { kek, opened } = aWatchedKek()
  const store = aKeyStore(rows)
  return { keyring: createKeyring({ store, kek, clock }), rows, opened, time, kek, clock }
}

function isWiped(bytes: Buffer | undefined): boolean {
  return bytes?.every((byte) => byte === 0) === true
}

/** Row `index` of the store, as it stands there. */
function rowAt(rows: StoredKey[], index: number): StoredKey {
  const row = rows[index]
  assert.ok(row)
  return row
}

test('keyring: many first needs at once make one active key', async () => {
  const { keyring, rows } = aKeyring()
  const keys = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      index % 2 === 0 ? keyring.sealing('m1', 'card') : keyring.active('m1', 'card'),
    ),
  )
  assert.equal(rows.length, 1)
  assert.equal(new Set(keys.map(({ bytes }) => bytes.toString('hex'))).size, 1)
  assert.deepEqual(new Set(keys.map(({ keyId }) => keyId)), new Set([1]))
  assert.equal(keys[0]?.bytes.length, 32)
  assert.equal(isWiped(keys[0]?.bytes), false)
})

test('keyring: each merchant and each purpose has a key of its own', async () => {
  const { keyring, rows } = aKeyring()
  const keys = [
    await keyring.active('m1', 'card'),
    await keyring.active('m2', 'card'),
    await keyring.active('m1', 'fingerprint'),
    await keyring.active('m1', 'secret'),
    await keyring.active('m1', 'session'),
  ]
  assert.equal(rows.length, 5)
  assert.equal(new Set(keys.map(({ bytes }) => bytes.toString('hex'))).size, 5)
})

test('keyring: a key is wrapped where it is stored', async () => {
  const { keyring, rows, kek } = aKeyring()
  const { bytes } = await keyring.active('m1', 'card')
  const row = rowAt(rows, 0)
  assert.equal(row.wrapped.includes(bytes), false)
  assert.deepEqual([row.state, row.keyId, row.kekId], ['active', 1, kek.kekId])
})

test('keyring: a key handed out is a copy, so wiping it leaves the next one whole', async () => {
  const { keyring } = aKeyring()
  const first = await keyring.active('m1', 'card')
  const before = first.bytes.toString('hex')
  first.bytes.fill(0)
  assert.equal((await keyring.active('m1', 'card')).bytes.toString('hex'), before)
  assert.equal((await keyring.opening('m1', 'card', 1)).bytes.toString('hex'), before)
})

test('keyring: seals are taken in blocks before they are used', async () => {
  const { keyring, rows } = aKeyring()
  await keyring.active('m1', 'card')
  assert.equal(rowAt(rows, 0).seals, 0)
  for (let seal = 1; seal <= 1_001; seal += 1) {
    await keyring.sealing('m1', 'card')
    assert.equal(rowAt(rows, 0).seals, seal <= 1_000 ? 1_000 : 2_000)
  }
})

test('keyring: a key seals two to the 31st times and then never again', async () => {
  const { keyring, rows } = aKeyring()
  await keyring.active('m1', 'card')
  rowAt(rows, 0).seals = SEALS_MAX - 2_000
  for (let seal = 1; seal <= 2_000; seal += 1) await keyring.sealing('m1', 'card')
  assert.equal(rowAt(rows, 0).seals, SEALS_MAX)
  const refused = { message: 'a data key has used up its seals and must be rotated' }
  await assert.rejects(keyring.sealing('m1', 'card'), refused)
  await assert.rejects(keyring.sealing('m1', 'card'), refused)
  assert.equal((await keyring.opening('m1', 'card', 1)).keyId, 1)
})

test('keyring: seals asked for at once never pass the budget', async () => {
  const { keyring, rows } = aKeyring()
  await keyring.active('m1', 'card')
  rowAt(rows, 0).seals = SEALS_MAX - 3_000
  const asked = Array.from({ length: 20 }, () => keyring.sealing('m1', 'card'))
  const granted = (await Promise.allSettled(asked)).filter(({ status }) => status === 'fulfilled')
  assert.equal(granted.length, 3)
  assert.equal(rowAt(rows, 0).seals, SEALS_MAX)
})

test('keyring: a key is open for ten minutes, then wiped and unwrapped anew', async () => {
  const { keyring, opened, time } = aKeyring()
  const { bytes } = await keyring.active('m1', 'card')
  time.ms += TEN_MINUTES_MS - 1
  await keyring.active('m1', 'card')
  assert.equal(opened.length, 1)
  assert.deepEqual(opened[0], bytes)
  time.ms += 1
  const again = await keyring.active('m1', 'card')
  assert.equal(opened.length, 2)
  assert.equal(isWiped(opened[0]), true)
  assert.deepEqual(again.bytes, bytes)
})

test('keyring: closing it wipes every open key', async () => {
  const { keyring, opened } = aKeyring()
  await keyring.active('m1', 'card')
  await keyring.active('m2', 'card')
  await keyring.opening('m1', 'card', 1)
  assert.deepEqual(opened.map(isWiped), [false, false, false])
  keyring.close()
  assert.deepEqual(opened.map(isWiped), [true, true, true])
})

test('keyring: at most ten thousand keys are open, and the oldest is wiped for the next', async () => {
  const opened: Buffer[] = []
  const kek: KekProvider = {
    kekId: 'none',
    wrap: (key) => Promise.resolve(key),
    async unwrap(wrapped) {
      const key = Buffer.from(wrapped)
      opened.push(key)
      return key
    },
  }
  const row = { state: 'active', wrapped: Buffer.alloc(32, 1), kekId: 'none' } as const
  const find: KeyStore['find'] = async (merchantId, purpose, keyId) => {
    return { ...row, merchantId, purpose, keyId }
  }
  const clock = { now: () => new Date(0) }
  const keyring = createKeyring({ store: { ...aKeyStore(), find }, kek, clock })
  for (let keyId = 1; keyId <= 10_000; keyId += 1) await keyring.opening('m1', 'card', keyId)
  assert.equal(opened.some(isWiped), false)
  await keyring.opening('m1', 'card', 10_001)
  assert.deepEqual([isWiped(opened[0]), isWiped(opened[1])], [true, false])
})

test('keyring: a key moved to another merchant, purpose or id does not open', async () => {
  const { keyring, rows, kek, clock } = aKeyring()
  await keyring.active('m1', 'card')
  const row = rowAt(rows, 0)
  const moves: readonly Partial<StoredKey>[] = [
    { merchantId: 'm2' },
    { purpose: 'secret' },
    { keyId: 2 },
  ]
  for (const move of moves) {
    const moved = { ...row, ...move }
    const other = createKeyring({ store: aKeyStore([moved]), kek, clock })
    const { merchantId, purpose, keyId } = moved
    await assert.rejects(other.opening(merchantId, purpose, keyId), VaultIntegrityError)
    await assert.rejects(other.sealing(merchantId, purpose), VaultIntegrityError)
  }
  const same = createKeyring({ store: aKeyStore([row]), kek, clock })
  assert.equal((await same.opening('m1', 'card', 1)).keyId, 1)
})

test('keyring: the keys of two merchants that changed places do not open', async () => {
  const { keyring, rows, kek, clock } = aKeyring()
  await keyring.active('m1', 'card')
  await keyring.active('m2', 'card')
  const [one, two] = [rowAt(rows, 0), rowAt(rows, 1)]
  const swapped = [
    { ...one, wrapped: two.wrapped },
    { ...two, wrapped: one.wrapped },
  ]
  const other = createKeyring({ store: aKeyStore(swapped), kek, clock })
  for (const merchantId of ['m1', 'm2']) {
    await assert.rejects(other.opening(merchantId, 'card', 1), VaultIntegrityError)
  }
})

test('keyring: a retired key opens and no longer seals', async () => {
  const { keyring, rows, kek, clock } = aKeyring()
  const { bytes } = await keyring.active('m1', 'card')
  const retired: StoredKey = { ...rowAt(rows, 0), state: 'decrypt_only' }
  const other = createKeyring({ store: aKeyStore([retired]), kek, clock })
  assert.deepEqual((await other.opening('m1', 'card', 1)).bytes, bytes)
  await assert.rejects(other.sealing('m1', 'card'), VaultIntegrityError)
  assert.equal(retired.seals, 0)
})

test('keyring: a key that is not there and one of another KEK do not open', async () => {
  const { keyring, rows, clock } = aKeyring()
  await keyring.active('m1', 'card')
  await assert.rejects(keyring.opening('m1', 'card', 2), VaultIntegrityError)
  await assert.rejects(keyring.opening('m2', 'card', 1), VaultIntegrityError)
  await assert.rejects(keyring.opening('m1', 'secret', 1), VaultIntegrityError)
  const { kek } = aWatchedKek()
  const other = createKeyring({ store: aKeyStore(rows), kek, clock })
  await assert.rejects(other.active('m1', 'card'), VaultIntegrityError)
})
