import assert from 'node:assert/strict'
import { constants, generateKeyPairSync, privateDecrypt } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { freshPan } from '../../test/support/canaries.ts'
import { PGWError } from './error.ts'
import { seToken, type SeTokenFields } from './se-token.ts'

const pair = generateKeyPairSync('rsa', { modulusLength: 2_048 })
const pem = String(pair.publicKey.export({ type: 'spki', format: 'pem' }))
/** As keys.do answers it: everything in one line. */
const key = { keyValue: pem.replace(/\n/g, '') }
const padding = constants.RSA_PKCS1_PADDING

/** What the gateway reads of it. */
function opened(text: string): string {
  assert.match(text, /^[A-Za-z0-9+/]{342}==$/)
  const block = Buffer.from(text, 'base64')
  return privateDecrypt({ key: pair.privateKey, padding }, block).toString('utf8')
}

const HEAD =
  /^2026-11-21T10:00:00\+00:00\/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\/(.*)$/
const AT = Date.parse('2026-11-21T10:00:00.250Z')

function fieldsOf(fields: SeTokenFields): string | undefined {
  return HEAD.exec(opened(seToken(key, fields, AT)))?.[1]
}

test('seToken: the gateway reads what was said, in its order', () => {
  const pan = freshPan()
  const spaced = pan.replace(/(.{4})(?=.)/g, '$1 ')
  const card = { pan: spaced, cvc: '123', expiryMonth: 6, expiryYear: 2030 }
  const mdOrder = '0179018d-8f96-7fbe-bc2b-4b7e00a7d8c0'
  const bindingId = '47eb0336-5ad9-4e03-8a1e-b9f3656ec768'
  assert.equal(fieldsOf(card), `${pan}/123/203006////WSDK_CORE`)
  const named = { ...card, mdOrder, cardholderName: 'T/C HOLDÉR' }
  assert.equal(fieldsOf(named), `${pan}/123/203006/${mdOrder}//T C HOLDÉR/WSDK_CORE`)
  assert.equal(fieldsOf({ bindingId, cvc: '123' }), `/123///${bindingId}//WSDK_CORE`)
  assert.equal(fieldsOf({ bindingId }), `////${bindingId}//WSDK_CORE`)
})

test('seToken: whatever is said, the gateway reads it, and no two are alike', () => {
  const seen = new Set<string>()
  const name = fc.stringMatching(/^[A-Za-zÀ-ÿ .'-]{0,40}$/)
  fc.assert(
    fc.property(name, (cardholderName) => {
      const text = seToken(key, { cardholderName }, AT)
      assert.equal(HEAD.exec(opened(text))?.[1], `/////${cardholderName}/WSDK_CORE`)
      seen.add(text)
    }),
    { numRuns: 50 },
  )
  assert.equal(seen.size, 50)
})

test('seToken: keys of other lengths do, a key of another kind does not', () => {
  const other = generateKeyPairSync('rsa', { modulusLength: 3_072 })
  const keyValue = String(other.publicKey.export({ type: 'spki', format: 'pem' }))
  const block = Buffer.from(seToken({ keyValue }, { cvc: '123' }, AT), 'base64')
  assert.equal(block.length, 384)
  assert.match(privateDecrypt({ key: other.privateKey, padding }, block).toString(), HEAD)
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey
  const wrong = [
    '',
    'nonsense',
    '-----BEGIN PUBLIC KEY----------END PUBLIC KEY-----',
    key.keyValue.slice(0, 200),
    String(curve.export({ type: 'spki', format: 'pem' })),
  ]
  for (const text of wrong) {
    assert.throws(() => seToken({ keyValue: text }, {}, AT), { code: 'invalidAnswer' }, text)
  }
})

test('seToken: what does not fit into the key is refused, and not said again', () => {
  const cardholderName = 'A'.repeat(300)
  assert.throws(
    () => seToken(key, { cardholderName }, AT),
    (error: unknown) => {
      assert.ok(error instanceof PGWError)
      assert.equal(error.code, 'invalidRequest')
      assert.doesNotMatch(error.message, /AAA/)
      return true
    },
  )
})

test('seToken: without random numbers there is none', (t) => {
  const given = Object.getOwnPropertyDescriptor(globalThis, 'crypto')
  t.after(() => given && Object.defineProperty(globalThis, 'crypto', given))
  Object.defineProperty(globalThis, 'crypto', { value: {}, configurable: true })
  assert.throws(() => seToken(key, {}, AT), { code: 'unsupported', message: /getRandomValues/ })
})
