import assert from 'node:assert/strict'
import { createDecipheriv, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { keyIdOf, lengthPrefixed, type Place, seal, unseal, VaultIntegrityError } from './blob.ts'

const HEADER_BYTES = 17
const TAG_BYTES = 16

const key = randomBytes(32)
const place: Place = { merchantId: 'JT01', record: 'card/0193a1b2', keyId: 7 }

function assertRefused(work: () => unknown, what: string): void {
  assert.throws(work, VaultIntegrityError, what)
}

test('blob: what was sealed is opened as the same, at its place', () => {
  const aText = fc.string({ unit: fc.constantFrom('a', '/', '\0', 'é', '😀'), maxLength: 5 })
  const places = fc.record({
    merchantId: aText,
    record: aText,
    keyId: fc.oneof(fc.nat(3), fc.integer({ min: 2 ** 32 - 3, max: 2 ** 32 - 1 })),
  })
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), places, (plaintext, where) => {
      const sealed = seal(key, where, plaintext)
      assert.equal(keyIdOf(sealed), where.keyId)
      assert.equal(sealed.length, HEADER_BYTES + plaintext.length + TAG_BYTES)
      assert.deepEqual(unseal(key, where, sealed), Buffer.from(plaintext))
    }),
  )
})

test('blob: it is AES-256-GCM with a tag of 128 bits over the place', () => {
  const sealed = seal(key, place, Buffer.from('canary'))
  assert.equal(sealed.subarray(0, 5).toString('hex'), '0100000007')
  const nonce = sealed.subarray(5, HEADER_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  const texts = ['tessera.vault.v1', 'JT01', 'card/0193a1b2', '7', 'aes-256-gcm']
  const prefixed = texts.map((text) => `\0\0\0${String.fromCharCode(text.length)}${text}`)
  decipher.setAAD(Buffer.from(prefixed.join(''), 'latin1'))
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  const plaintext = decipher.update(sealed.subarray(HEADER_BYTES, -TAG_BYTES))
  assert.equal(Buffer.concat([plaintext, decipher.final()]).toString(), 'canary')
})

test('blob: the same text is never sealed twice with one nonce', () => {
  const blobs = Array.from({ length: 100 }, () => seal(key, place, Buffer.from('canary')))
  const nonces = blobs.map((sealed) => sealed.subarray(5, HEADER_BYTES).toString('hex'))
  assert.equal(new Set(nonces).size, blobs.length)
  for (const sealed of blobs) assert.equal(sealed.includes('canary'), false)
})

test('blob: every single flipped bit is noticed', () => {
  const sealed = seal(key, place, randomBytes(32))
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const altered = Buffer.from(sealed)
    altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    assertRefused(() => unseal(key, place, altered), `bit ${bit}`)
  }
  assert.equal(unseal(key, place, sealed).length, 32)
})

test('blob: a missing end and a longer one are noticed', () => {
  const sealed = seal(key, place, randomBytes(32))
  for (let length = 0; length < sealed.length; length += 1) {
    assertRefused(() => unseal(key, place, sealed.subarray(0, length)), `first ${length}`)
    assertRefused(
      () => unseal(key, place, sealed.subarray(sealed.length - length)),
      `last ${length}`,
    )
  }
  assertRefused(() => unseal(key, place, Buffer.concat([sealed, Buffer.alloc(1)])), 'one more')
  assertRefused(() => unseal(key, place, Buffer.concat([sealed, sealed])), 'twice')
})

test('blob: it opens at its own place only, under its own key only', () => {
  const sealed = seal(key, place, Buffer.from('canary'))
  const elsewhere: readonly Partial<Place>[] = [
    { merchantId: 'JT02' },
    { merchantId: 'jt01' },
    { merchantId: '' },
    { record: 'card/0193a1b3' },
    { record: 'secret/0193a1b2' },
    { record: '' },
    { keyId: 8 },
    // The same letters, cut elsewhere.
    { merchantId: 'JT01c', record: 'ard/0193a1b2' },
    { merchantId: 'JT0', record: '1card/0193a1b2' },
    { merchantId: 'card/0193a1b2', record: 'JT01' },
  ]
  for (const difference of elsewhere) {
    const where = { ...place, ...difference }
    assertRefused(() => unseal(key, where, sealed), JSON.stringify(difference))
  }
  assertRefused(() => unseal(randomBytes(32), place, sealed), 'another key')
})

test('blob: a key id that was written over is noticed though both places name it', () => {
  const sealed = seal(key, place, Buffer.from('canary'))
  sealed.writeUInt32BE(8, 1)
  assertRefused(() => unseal(key, { ...place, keyId: 8 }, sealed), 'key id 8')
})

test('blob: another version and bytes that are no blob have no key id', () => {
  const sealed = seal(key, place, Buffer.alloc(0))
  for (const version of [0, 2, 255]) {
    const altered = Buffer.from(sealed)
    altered.writeUInt8(version, 0)
    assertRefused(() => keyIdOf(altered), `version ${version}`)
  }
  assertRefused(() => keyIdOf(Buffer.alloc(0)), 'nothing')
  assertRefused(() => keyIdOf(sealed.subarray(1)), 'one byte short')
  assert.equal(keyIdOf(sealed), 7)
})

test('blob: its error tells nothing of what was sealed', () => {
  const { message, name } = new VaultIntegrityError()
  assert.deepEqual(
    [name, message],
    ['VaultIntegrityError', 'a sealed value failed its integrity check'],
  )
})

test('length prefix: no two lists of texts give the same bytes', () => {
  const texts = fc.array(
    fc.string({ unit: fc.constantFrom('a', '\0', '\u0001', 'é'), maxLength: 3 }),
    {
      maxLength: 4,
    },
  )
  fc.assert(
    fc.property(texts, texts, (one, other) => {
      const areSame = JSON.stringify(one) === JSON.stringify(other)
      assert.equal(lengthPrefixed(...one).equals(lengthPrefixed(...other)), areSame)
    }),
    { numRuns: 1_000 },
  )
  const pairs: readonly (readonly [string[], string[]])[] = [
    [
      ['a', 'bc'],
      ['ab', 'c'],
    ],
    [['abc'], ['a', 'bc']],
    [
      ['', 'a'],
      ['a', ''],
    ],
    [[], ['']],
    [['\0\0\0\u0001a'], ['a']],
    [['a', 'a'], ['a\0\0\0\u0001a']],
  ]
  for (const [one, other] of pairs) {
    assert.equal(lengthPrefixed(...one).equals(lengthPrefixed(...other)), false, one.join('|'))
  }
  assert.equal(lengthPrefixed('é', '').toString('hex'), '00000002c3a900000000')
})
