import assert from 'node:assert/strict'
import { constants, createDecipheriv, generateKeyPairSync, privateDecrypt } from 'node:crypto'
import { test } from 'node:test'
import { freshPan } from '../../test/support/canaries.ts'
import { PGWError } from './error.ts'
import { type CardFields, encryptCard, type SecurePayKey } from './secure-pay.ts'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 3072 })

const key: SecurePayKey = {
  keyId: '0123456789abcdef',
  algorithm: 'RSA-OAEP-256+A256GCM',
  publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
}

/** Opens a token by the letter of its specification. */
function open(text: string): { plaintext: string; keyId: string; version: number } {
  const outerLength = Number.parseInt(text.slice(0, 4), 16)
  const outer = Buffer.from(text.slice(4, 4 + outerLength), 'base64')
  const inner = Buffer.from(text.slice(4 + outerLength), 'base64')
  const aes = privateDecrypt(
    { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
    outer,
  )
  const keyId = inner.subarray(1, 9).toString('hex')
  const decipher = createDecipheriv('aes-256-gcm', aes, inner.subarray(9, 21))
  decipher.setAAD(Buffer.from(`securePayToken/1/${keyId}`, 'ascii'))
  decipher.setAuthTag(inner.subarray(-16))
  const body = inner.subarray(21, -16)
  const plaintext = Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')
  return { plaintext, keyId, version: inner[0] ?? 0 }
}

test('a secure pay token opens to the card and the time it was made', async () => {
  const card: CardFields = {
    cardNo: freshPan(),
    expiryMonth: '12',
    expiryYear: '2030',
    securityCode: '123',
  }
  const token = await encryptCard(key, card, 1_795_000_000_999)
  assert.match(token, /^0200[A-Za-z0-9+/]+=*$/)
  const { plaintext, keyId, version } = open(token)
  assert.deepEqual([version, keyId], [1, key.keyId])
  assert.deepEqual(JSON.parse(plaintext), { ...card, at: 1_795_000_000 })
})

test('a secure pay token is as long for a security code as for a short card', async () => {
  const alone = await encryptCard(key, { securityCode: '123' }, 0)
  const other = await encryptCard(key, { securityCode: '1234', expiryMonth: '1' }, 0)
  assert.equal(open(alone).plaintext.length, 64)
  assert.equal(alone.length, other.length)
  assert.deepEqual(JSON.parse(open(alone).plaintext), { securityCode: '123', at: 0 })
})

test('a secure pay token is never the same twice', async () => {
  const tokens = await Promise.all([1, 2, 3].map(() => encryptCard(key, { securityCode: '1' }, 0)))
  assert.equal(new Set(tokens).size, 3)
})

test('a secure pay key of another form is refused', async () => {
  const wrong: readonly Partial<SecurePayKey>[] = [
    { algorithm: 'RSA1_5+A128CBC' },
    { keyId: '0123456789ABCDEF' },
    { keyId: '' },
    { publicKey: 'AAAA' },
    { publicKey: 'no base64!' },
  ]
  for (const part of wrong) {
    await assert.rejects(encryptCard({ ...key, ...part }, { securityCode: '1' }), (error) => {
      assert.ok(error instanceof PGWError)
      assert.equal(error.code, 'invalidAnswer')
      return true
    })
  }
})
