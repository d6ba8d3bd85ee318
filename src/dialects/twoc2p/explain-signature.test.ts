import assert from 'node:assert/strict'
import { createSecretKey, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import { explainSignature } from './explain-signature.ts'
import { readJws, signJws, type Jws } from './signing.ts'

const SECRET = '1F4EDB965BBB3094F791A83750FBDCDA3852131CB5218E21E4F42929A1975E60'
const MIXED = 'aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789'

const keyOf = (bytes: Buffer | string): KeyObject => createSecretKey(Buffer.from(bytes))

/** A token as a client signs it whose key is these bytes. */
function signedWith(bytes: Buffer | string): Jws {
  const jws = readJws(signJws('{"merchantID":"JT01"}', keyOf(bytes)))
  assert.ok(jws)
  return jws
}

test('signature: each common mistake with the secret is named', () => {
  const rows: readonly (readonly [key: Buffer | string, secret: string, says: string])[] = [
    [Buffer.from(SECRET, 'hex'), SECRET, 'decoded from hex'],
    [Buffer.from(SECRET, 'base64'), SECRET, 'decoded from base64'],
    [Buffer.from(MIXED, 'base64'), MIXED, 'decoded from base64'],
    [SECRET.toLowerCase(), SECRET, 'in lower case'],
    [MIXED.toLowerCase(), MIXED, 'in lower case'],
    [MIXED.toUpperCase(), MIXED, 'in upper case'],
    [`${SECRET}\n`, SECRET, 'a line end'],
    [`${SECRET} `, SECRET, 'white space'],
  ]
  for (const [bytes, secret, says] of rows) {
    const text = explainSignature(signedWith(bytes), [keyOf(secret)])
    assert.match(text, new RegExp(`^: .*${says}`))
  }
})

test('signature: every secret of the merchant is tried', () => {
  const secrets = [keyOf(MIXED), keyOf(SECRET)]
  const text = explainSignature(signedWith(Buffer.from(SECRET, 'hex')), secrets)
  assert.match(text, /decoded from hex/)
})

test('signature: what no known mistake explains says how much was signed, and no secret', () => {
  const jws = signedWith('another secret altogether')
  for (const secrets of [[], [keyOf(SECRET)], [keyOf(SECRET), keyOf(MIXED)]]) {
    const text = explainSignature(jws, secrets)
    assert.equal(
      text,
      `: no secret of this merchant signs the ${jws.signed.length} characters before the last point so`,
    )
  }
})

test('signature: no explanation quotes the secret or the signature that was due', () => {
  const jws = signedWith(SECRET.toLowerCase())
  const text = explainSignature(jws, [keyOf(SECRET)])
  const due = signJws('{"merchantID":"JT01"}', keyOf(SECRET)).split('.')[2] ?? ''
  for (const secret of [SECRET, SECRET.toLowerCase(), due, due.slice(0, 8)]) {
    assert.equal(text.includes(secret), false)
  }
})
