import assert from 'node:assert/strict'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Pan } from '../core/pan.ts'
import { keyIdOf, VaultIntegrityError } from './blob.ts'
import { localKek } from './kek-local.ts'
import { createKeyring, type Keyring } from './keyring.ts'
import type { CardStore, KeyStore, StoredCard, WrappedKey } from './ports.ts'
import { createSealing } from './sealing.ts'
import { createVault } from './vault.ts'

const VISA = '4111111111111111'

function panOf(text: string): Pan {
  const pan = Pan.parse(text)
  assert.ok(pan instanceof Pan, text)
  return pan
}

function aKeyStore(): KeyStore {
  const keys = new Map<string, WrappedKey>()
  return {
    active: async (merchantId, purpose) => keys.get(`${merchantId}/${purpose}`),
    find: async (merchantId, purpose) => keys.get(`${merchantId}/${purpose}`),
    async add(key) {
      const name = `${key.merchantId}/${key.purpose}`
      if (keys.has(name)) return false
      keys.set(name, key)
      return true
    },
    takeSeals: async () => true,
  }
}

/** Cards in memory; every answer takes a turn, so that twins meet. */
function aCardStore(rows: StoredCard[]): CardStore {
  const twinOf = (merchantId: string, fingerprint: Buffer) =>
    rows.find((row) => row.merchantId === merchantId && row.fingerprint.equals(fingerprint))
  return {
    async add(card) {
      await nextTurn()
      const twin = twinOf(card.merchantId, card.fingerprint)
      if (twin === undefined) rows.push(card)
      return twin?.cardId ?? card.cardId
    },
    async findByFingerprint(merchantId, _keyId, fingerprint) {
      await nextTurn()
      return twinOf(merchantId, fingerprint)?.cardId
    },
    async sealed(merchantId, cardId) {
      await nextTurn()
      return rows.find((row) => row.merchantId === merchantId && row.cardId === cardId)?.sealed
    },
  }
}

function aVault() {
  const rows: StoredCard[] = []
  const clock = { now: () => new Date(0) }
  const keyring = createKeyring({
    store: aKeyStore(),
    kek: localKek(randomBytes(32), 'sandbox'),
    clock,
  })
  const made: string[] = []
  const ids = { uuid: () => made[made.push(randomUUID()) - 1] ?? '' }
  const sealing = createSealing(keyring)
  const vault = createVault({ keyring, sealing, cards: aCardStore(rows), clock, ids })
  return { vault, rows, keyring, clock, made }
}

test('vault: a stored card is opened as the same number, whatever its length', async () => {
  const { vault, rows } = aVault()
  for (let length = 12; length <= 19; length += 1) {
    const payload = '67'.padEnd(length - 1, '1')
    const numbers = Array.from('0123456789', (digit) => payload + digit)
    const number = numbers.find((text) => Pan.parse(text) !== undefined) ?? ''
    const cardId = await vault.store('m1', panOf(number))
    assert.equal((await vault.open('m1', cardId)).reveal(), number)
  }
  assert.deepEqual(
    rows.map(({ sealed }) => sealed.length),
    Array.from(rows, () => 65),
  )
  assert.equal(rows.length, 8)
})

test('vault: one number of one merchant is one card, also when it comes many times at once', async () => {
  const { vault, rows } = aVault()
  const asked = Array.from({ length: 10 }, () => vault.store('m1', panOf(VISA)))
  const ids = new Set([...(await Promise.all(asked)), await vault.store('m1', panOf(VISA))])
  assert.equal(ids.size, 1)
  assert.deepEqual(
    rows.map(({ cardId }) => cardId),
    [...ids],
  )
  assert.notEqual(await vault.store('m1', panOf('5555555555554444')), rows[0]?.cardId)
})

test('vault: another merchant has another card and another fingerprint of the same number', async () => {
  const { vault, rows } = aVault()
  await vault.store('m1', panOf(VISA))
  await vault.store('m2', panOf(VISA))
  const [one, two] = rows
  assert.ok(one && two)
  assert.notEqual(one.cardId, two.cardId)
  assert.equal(one.fingerprint.equals(two.fingerprint), false)
  await assert.rejects(vault.open('m2', one.cardId), VaultIntegrityError)
})

test('vault: a card that is known is not sealed again', async () => {
  const { vault, made } = aVault()
  await vault.store('m1', panOf(VISA))
  await vault.store('m1', panOf(VISA))
  assert.equal(made.length, 1)
})

test('vault: a fingerprint is of one merchant even where two share a key', async () => {
  const { keyring, clock } = aVault()
  const shared: Keyring = {
    ...keyring,
    active: (_merchantId, purpose) => keyring.active('any', purpose),
  }
  const rows: StoredCard[] = []
  const ids = { uuid: () => randomUUID() }
  const sealing = createSealing(shared)
  const vault = createVault({ keyring: shared, sealing, cards: aCardStore(rows), clock, ids })
  await vault.store('m1', panOf(VISA))
  await vault.store('m2', panOf(VISA))
  assert.notDeepEqual(rows[0]?.fingerprint, rows[1]?.fingerprint)
})

test('vault: what is stored holds no card number, and no digest that needs no key', async () => {
  const { vault, rows } = aVault()
  await vault.store('m1', panOf(VISA))
  const [row] = rows
  assert.ok(row)
  const stored = Buffer.concat([row.sealed, row.fingerprint, Buffer.from(JSON.stringify(row))])
  const number = Buffer.from(VISA)
  const forms = [
    VISA,
    number.toString('hex'),
    number.toString('base64'),
    Buffer.from(VISA, 'hex'),
    Buffer.from(BigInt(VISA).toString(16).padStart(16, '0'), 'hex'),
  ]
  for (const form of forms) assert.equal(stored.includes(form), false)
  assert.equal(row.fingerprint.length, 32)
  for (const text of [VISA, `m1${VISA}`, `fp.v1m1${VISA}`]) {
    const digest = createHash('sha256').update(text).digest()
    assert.equal(row.fingerprint.equals(digest), false)
  }
})

test('vault: another installation has another fingerprint of the same number', async () => {
  const [one, two] = [aVault(), aVault()]
  await one.vault.store('m1', panOf(VISA))
  await two.vault.store('m1', panOf(VISA))
  assert.notDeepEqual(one.rows[0]?.fingerprint, two.rows[0]?.fingerprint)
})

test('vault: a blob that was moved to another card or merchant does not open', async () => {
  const { vault, rows } = aVault()
  const first = await vault.store('m1', panOf(VISA))
  await vault.store('m1', panOf('5555555555554444'))
  await vault.store('m2', panOf(VISA))
  const [one, two, foreign] = rows
  assert.ok(one && two && foreign)
  const moves: readonly StoredCard[] = [
    { ...one, sealed: two.sealed },
    { ...one, sealed: foreign.sealed },
    { ...foreign, sealed: one.sealed },
    { ...one, merchantId: 'm2' },
    { ...one, cardId: 'moved' },
  ]
  for (const moved of moves) {
    rows.splice(0, rows.length, moved)
    await assert.rejects(vault.open(moved.merchantId, moved.cardId), VaultIntegrityError)
  }
  rows.splice(0, rows.length, one)
  assert.equal((await vault.open('m1', first)).reveal(), VISA)
})

test('vault: a card that is not there and a blob that is none do not open', async () => {
  const { vault, rows } = aVault()
  await assert.rejects(vault.open('m1', 'missing'), VaultIntegrityError)
  const cardId = await vault.store('m1', panOf(VISA))
  const [row] = rows
  assert.ok(row)
  for (const sealed of [Buffer.alloc(0), Buffer.from(VISA), row.sealed.subarray(0, -1)]) {
    rows.splice(0, rows.length, { ...row, sealed })
    await assert.rejects(vault.open('m1', cardId), VaultIntegrityError)
  }
})

test('vault: a secret opens at its own place, for its own merchant', async () => {
  const { vault } = aVault()
  const secret = '1F4EDB965BBB3094 é'
  const sealed = await vault.sealSecret('m1', 'secret/twoc2p/1', secret)
  assert.equal(await vault.openSecret('m1', 'secret/twoc2p/1', sealed), secret)
  assert.equal(sealed.includes('1F4EDB965BBB3094'), false)
  for (const [merchantId, place] of [
    ['m1', 'secret/twoc2p/2'],
    ['m1', 'secret/jcc/1'],
    ['m2', 'secret/twoc2p/1'],
  ] as const) {
    await assert.rejects(vault.openSecret(merchantId, place, sealed), VaultIntegrityError)
  }
})

test('vault: a card does not open as a secret, so one key serves one purpose', async () => {
  const { vault, rows } = aVault()
  const cardId = await vault.store('m1', panOf(VISA))
  await vault.sealSecret('m1', 'any', 'any')
  const [row] = rows
  assert.ok(row)
  assert.equal(keyIdOf(row.sealed), 1)
  const opening = vault.openSecret('m1', `card/${cardId}`, row.sealed)
  await assert.rejects(opening, VaultIntegrityError)
})
