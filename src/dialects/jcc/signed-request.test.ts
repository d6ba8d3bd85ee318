import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import { isSigned } from './signed-request.ts'

// The documents' own body with its X-Hash.
const BODY = Buffer.from('amount=10000&password=gcjgcW1&returnUrl=http&userName=signature-api')
const HASH = 'eYkMUF+xaYJhsETTIGsctl6DBNZha1ITN8muCcWQtZk='

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
const digest = createHash('sha256').update(BODY).digest()
const signature = sign('RSA-SHA256', digest, privateKey).toString('base64')

test('jcc signature: the documented hash, signed, proves the body', () => {
  assert.equal(digest.toString('base64'), HASH)
  assert.equal(isSigned(BODY, { hash: HASH, signature }, [other, publicKey]), true)
})

test('jcc signature: another body, hash, signature or key proves nothing', () => {
  const given = { hash: HASH, signature }
  assert.equal(isSigned(Buffer.concat([BODY, Buffer.from('&a=1')]), given, [publicKey]), false)
  assert.equal(isSigned(BODY, { ...given, hash: '' }, [publicKey]), false)
  assert.equal(isSigned(BODY, { ...given, signature: HASH }, [publicKey]), false)
  assert.equal(isSigned(BODY, given, [other]), false)
  assert.equal(isSigned(BODY, given, []), false)
  // Over the body itself, not over its hash.
  const once = sign('RSA-SHA256', BODY, privateKey).toString('base64')
  assert.equal(isSigned(BODY, { ...given, signature: once }, [publicKey]), false)
})
