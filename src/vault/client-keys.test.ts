import assert from 'node:assert/strict'
import { constants, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { someClientKeys, type TestClientKeys } from '../../test/support/client-keys.ts'
import { VaultIntegrityError } from './blob.ts'
import type { ClientPublicKey } from './ports.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

const secret = randomBytes(32)

function blockFor({ publicKey }: ClientPublicKey, padding = constants.RSA_PKCS1_OAEP_PADDING) {
  const key = createPublicKey({ key: publicKey, format: 'der', type: 'spki' })
  return publicEncrypt({ key, padding, oaepHash: 'sha256' }, secret)
}

async function firstKey({ keys }: Pick<TestClientKeys, 'keys'>): Promise<ClientPublicKey> {
  const [key, ...others] = await keys.publicKeys('securePay')
  assert.ok(key)
  assert.deepEqual(others, [])
  return key
}

const idsOf = (keys: readonly ClientPublicKey[]) => keys.map(({ keyId }) => keyId)

async function rowsOf({ database }: TestClientKeys) {
  const { rows } = await database.run<{ key_id: string; sealed: Buffer | null }>({
    name: 'client_key_rows',
    text: 'select key_id, sealed from vault.client_key order by number',
    values: [],
  })
  return rows
}

test('client keys: the first one is RSA of 3072 bits, and opens what was encrypted to it', async () => {
  const installation = await someClientKeys()
  const key = await firstKey(installation)
  assert.match(key.keyId, /^[0-9a-f]{16}$/)
  const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey({
    key: key.publicKey,
    format: 'der',
    type: 'spki',
  })
  assert.equal(asymmetricKeyType, 'rsa')
  assert.equal(asymmetricKeyDetails?.modulusLength, 3_072)
  assert.deepEqual(await installation.keys.decrypt('securePay', key.keyId, blockFor(key)), secret)
})

test('client keys: nodes that need the first one at once agree on one', async () => {
  const installation = await someClientKeys()
  const nodes = Array.from({ length: 4 }, () => installation.another())
  const found = await Promise.all(nodes.map((keys) => firstKey({ keys })))
  assert.equal(new Set(idsOf(found)).size, 1)
  assert.equal((await rowsOf(installation)).length, 1)
  const [key] = found
  assert.ok(key)
  for (const node of nodes) {
    assert.deepEqual(await node.decrypt('securePay', key.keyId, blockFor(key)), secret)
  }
})

test('client keys: another padding, another key and bytes that are no block do not open', async () => {
  const installation = await someClientKeys()
  const { keys } = installation
  const key = await firstKey(installation)
  const block = blockFor(key)
  const other = await firstKey(await someClientKeys())
  const refused: [string, Buffer][] = [
    [key.keyId, blockFor(key, constants.RSA_PKCS1_PADDING)],
    [key.keyId, blockFor(other)],
    [key.keyId, Buffer.alloc(0)],
    [key.keyId, block.subarray(1)],
    [key.keyId, Buffer.concat([block, Buffer.alloc(1)])],
    [key.keyId, randomBytes(block.length)],
    [other.keyId, blockFor(other)],
    ['', block],
  ]
  for (const [keyId, altered] of refused) {
    assert.equal(await keys.decrypt('securePay', keyId, altered), undefined)
  }
  assert.deepEqual(await keys.decrypt('securePay', key.keyId, block), secret)
})

test('client keys: after a rotation the new one is first, and the old one opens until its hour', async () => {
  const installation = await someClientKeys()
  const { keys, time } = installation
  const first = await firstKey(installation)
  const block = blockFor(first)
  const second = await keys.rotate('securePay', HOUR_MS)
  assert.deepEqual(idsOf(await keys.publicKeys('securePay')), [second.keyId, first.keyId])
  time.ms += HOUR_MS - 1
  assert.deepEqual(await keys.decrypt('securePay', first.keyId, block), secret)
  time.ms += 1
  assert.equal(await keys.decrypt('securePay', first.keyId, block), undefined)
  assert.deepEqual(idsOf(await keys.publicKeys('securePay')), [second.keyId])
  assert.deepEqual(await keys.decrypt('securePay', second.keyId, blockFor(second)), secret)
})

test('client keys: another node opens with a new key at once, and not with an ended one a minute on', async () => {
  const installation = await someClientKeys()
  const { keys, time } = installation
  const node = installation.another()
  const first = await firstKey(installation)
  const block = blockFor(first)
  assert.deepEqual(await node.decrypt('securePay', first.keyId, block), secret)
  const second = await keys.rotate('securePay', 0)
  assert.deepEqual(await node.decrypt('securePay', second.keyId, blockFor(second)), secret)
  time.ms += MINUTE_MS
  assert.equal(await node.decrypt('securePay', first.keyId, block), undefined)
})

test('client keys: a second rotation ends the key before it and makes no earlier end later', async () => {
  const installation = await someClientKeys()
  const { keys, time } = installation
  const first = await firstKey(installation)
  const second = await keys.rotate('securePay', HOUR_MS)
  const third = await keys.rotate('securePay', 2 * HOUR_MS)
  const ids = [third.keyId, second.keyId, first.keyId]
  assert.deepEqual(idsOf(await keys.publicKeys('securePay')), ids)
  time.ms += HOUR_MS
  assert.deepEqual(idsOf(await keys.publicKeys('securePay')), ids.slice(0, 2))
  time.ms += HOUR_MS
  assert.deepEqual(idsOf(await keys.publicKeys('securePay')), ids.slice(0, 1))
})

test('client keys: rotations at once are one, with one newest key', async () => {
  const installation = await someClientKeys()
  const first = await firstKey(installation)
  const nodes = Array.from({ length: 3 }, () => installation.another())
  const made = await Promise.all(nodes.map((node) => node.rotate('securePay', HOUR_MS)))
  const ids = idsOf(await installation.keys.publicKeys('securePay'))
  assert.equal(ids.at(-1), first.keyId)
  assert.equal(ids.length, new Set(idsOf(made)).size + 1)
  assert.ok(idsOf(made).includes(ids[0] ?? ''))
})

test('client keys: a private key is erased when its time is over, and no sooner', async () => {
  const installation = await someClientKeys()
  const { keys, time } = installation
  const first = await firstKey(installation)
  const second = await keys.rotate('securePay', HOUR_MS)
  assert.equal(await keys.retire(), 0)
  time.ms += HOUR_MS
  assert.equal(await keys.retire(), 1)
  assert.equal(await keys.retire(), 0)
  const rows = await rowsOf(installation)
  assert.deepEqual(
    rows.map(({ key_id, sealed }) => [key_id, sealed !== null]),
    [
      [first.keyId, false],
      [second.keyId, true],
    ],
  )
})

test('client keys: a private key is sealed, and opens at its own place only', async () => {
  const installation = await someClientKeys()
  const { keys, database } = installation
  const first = await firstKey(installation)
  const second = await keys.rotate('securePay', HOUR_MS)
  const rows = await rowsOf(installation)
  const version = Buffer.from('020100', 'hex')
  for (const { sealed } of rows) {
    assert.ok(sealed)
    // How every unencrypted PKCS #8 of an RSA key begins, wherever it stands.
    assert.equal(
      sealed.includes(Buffer.concat([version, Buffer.from('300d06092a86', 'hex')])),
      false,
    )
  }
  const node = installation.another()
  await database.script(
    `update vault.client_key set sealed = (select sealed from vault.client_key where number = 2)
      where number = 1`,
  )
  await assert.rejects(node.decrypt('securePay', first.keyId, blockFor(first)), VaultIntegrityError)
  assert.deepEqual(await node.decrypt('securePay', second.keyId, blockFor(second)), secret)
})
