import assert from 'node:assert/strict'
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { isSignedBy, readJws, signJws } from './signing.ts'

// The vector of 2C2P's own documentation: the secret is used as its text, not decoded from hex.
const SECRET = '1F4EDB965BBB3094F791A83750FBDCDA3852131CB5218E21E4F42929A1975E60'
const VECTOR =
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJtZXJjaGFudElEIjoiSlQwMSIsImludm9pY2VObyI6IjE1MjM5NTM2' +
  'NjEiLCJkZXNjcmlwdGlvbiI6Iml0ZW0gMSIsImFtb3VudCI6MTAwMCwiY3VycmVuY3lDb2RlIjoiU0dEIn0.ElmhOULUdK' +
  '63FnriSs2XyhH1LxULoTVIopTUuQ77DvA'
const CLAIMS =
  '{"merchantID":"JT01","invoiceNo":"1523953661","description":"item 1","amount":1000,' +
  '"currencyCode":"SGD"}'

const key = createSecretKey(Buffer.from(SECRET))

const encoded = (text: string | Buffer) => Buffer.from(text).toString('base64url')

/** A token that is signed as it should be, whatever its header says. */
function signedWith(header: string, payload = encoded(CLAIMS)): string {
  const signed = `${header}.${payload}`
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
}

function isAccepted(text: string, secret: KeyObject = key): boolean {
  const jws = readJws(text)
  return jws !== undefined && isSignedBy(jws, secret)
}

const [HEADER = '', PAYLOAD = '', MAC = ''] = VECTOR.split('.')

test('JWT: the documented vector is read, and made again byte for byte', () => {
  const jws = readJws(VECTOR)
  assert.ok(jws)
  assert.equal(jws.payload.toString(), CLAIMS)
  assert.equal(isSignedBy(jws, key), true)
  assert.equal(signJws(CLAIMS, key), VECTOR)
})

test('JWT: another secret did not sign the vector, nor did its bytes decoded from hex', () => {
  const others = [
    Buffer.from(SECRET, 'hex'),
    Buffer.from(SECRET.toLowerCase()),
    Buffer.from(SECRET.slice(1)),
    Buffer.from(`${SECRET}\n`),
  ]
  for (const other of others) assert.equal(isAccepted(VECTOR, createSecretKey(other)), false)
})

test('JWT: what was signed is read as the same, in any characters', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 2 }), (claims) => {
      const json = JSON.stringify({ claims, name: 'ทดสอบ 😀' })
      const jws = readJws(signJws(json, key))
      assert.ok(jws && isSignedBy(jws, key))
      assert.equal(jws.payload.toString(), json)
    }),
  )
})

test('JWT: a header may be written otherwise as long as it says HS256', () => {
  const headers = [
    '{"typ":"JWT","alg":"HS256"}',
    '{"alg":"HS256"}',
    '{ "alg" : "HS256", "typ" : "jwt" }',
    '{"alg":"HS256","cty":"JSON"}',
    '{"\\u0061lg":"HS256"}',
  ]
  for (const header of headers) assert.equal(isAccepted(signedWith(encoded(header))), true, header)
})

test('JWT: a hostile header is refused, though its signature is right', () => {
  const headers = [
    '{"alg":"none"}',
    '{"alg":"None","typ":"JWT"}',
    '{"alg":"NONE"}',
    '{"alg":""}',
    '{"alg":null}',
    '{"alg":["HS256"]}',
    '{"alg":256}',
    '{"alg":"HS512","typ":"JWT"}',
    '{"alg":"HS384"}',
    '{"alg":"RS256","typ":"JWT"}',
    '{"alg":"ES256"}',
    '{"alg":"PS256"}',
    '{"alg":"EdDSA"}',
    '{"alg":"hs256"}',
    '{"alg":"HS256 "}',
    '{"alg":"HS256\\u0000"}',
    '{"ALG":"HS256"}',
    '{"typ":"JWT"}',
    '{"alg":"none","alg":"HS256"}',
    '{"alg":"HS256","alg":"none"}',
    '{"alg":"HS256","kid":"1"}',
    '{"alg":"HS256","kid":"../../dev/null"}',
    '{"alg":"HS256","jku":"https://example.org/keys"}',
    '{"alg":"HS256","jwk":{"kty":"oct","k":"AA"}}',
    '{"alg":"HS256","x5u":"https://example.org/cert"}',
    '{"alg":"HS256","x5c":["AA"]}',
    '{"alg":"HS256","x5t":"AA"}',
    '{"alg":"HS256","crit":["exp"],"exp":1}',
    '{"alg":"HS256","b64":false}',
    '{"alg":"HS256","zip":"DEF"}',
    '{"alg":"HS256","enc":"A256GCM"}',
    '{"alg":"HS256","__proto__":{"alg":"HS256"}}',
    '{"__proto__":{"alg":"HS256"}}',
    '{"alg":"HS256"}{}',
    '{"alg":"HS256",}',
    "{'alg':'HS256'}",
    '\ufeff{"alg":"HS256"}',
    '["HS256"]',
    '"HS256"',
    'null',
    '{}',
    '',
    'junk',
  ]
  for (const header of headers) {
    assert.equal(readJws(signedWith(encoded(header))), undefined, header)
  }
  const invalidUtf8 = Buffer.from('{"alg":"HS256","typ":"\xff"}', 'latin1')
  assert.equal(readJws(signedWith(encoded(invalidUtf8))), undefined)
})

test('JWT: what is not three canonical segments is refused', () => {
  const rows: readonly (readonly [what: string, text: string])[] = [
    ['nothing', ''],
    ['points', '..'],
    ['one segment', HEADER],
    ['two segments', `${HEADER}.${PAYLOAD}`],
    ['two segments and a point', `${HEADER}.${PAYLOAD}.`],
    ['four segments', `${VECTOR}.`],
    ['four full segments', `${VECTOR}.${MAC}`],
    ['five segments, as of a JWE', `${HEADER}.a.b.c.d`],
    ['no payload', `${HEADER}..${MAC}`],
    ['no header', `.${PAYLOAD}.${MAC}`],
    ['padding after the payload', signedWith(HEADER, `${PAYLOAD}=`)],
    ['padding after the header', signedWith(`${HEADER}=`)],
    ['padding after the signature', `${VECTOR}=`],
    ['white space before', ` ${VECTOR}`],
    ['white space behind', `${VECTOR} `],
    ['a line end', `${VECTOR}\n`],
    [
      'white space in the payload',
      signedWith(HEADER, `${PAYLOAD.slice(0, 8)} ${PAYLOAD.slice(8)}`),
    ],
    ['a line end in the header', signedWith(`${HEADER}\n`)],
    ['standard base64', signedWith(HEADER, Buffer.from('{"a":"ÿþ>?"}').toString('base64'))],
    ['a plus', signedWith(HEADER, `${PAYLOAD.slice(0, -1)}+`)],
    ['junk in the payload', signedWith(HEADER, `${PAYLOAD}!`)],
    ['junk in the signature', `${HEADER}.${PAYLOAD}.${MAC}$`],
    ['junk after padding', `${HEADER}.${PAYLOAD}.${MAC}====garbage`],
    ['one character too many', signedWith(HEADER, 'AAAAA')],
    ['non-canonical last bits of the payload', signedWith(HEADER, 'e31')],
    ['non-canonical last bits of the signature', `${VECTOR.slice(0, -1)}B`],
    ['a signature cut short', VECTOR.slice(0, -2)],
    ['a signature of half its length', `${HEADER}.${PAYLOAD}.${MAC.slice(0, 22)}`],
    ['a longer signature', `${HEADER}.${PAYLOAD}.${encoded(Buffer.alloc(64))}`],
    ['a signature of nothing but zeros', `${HEADER}.${PAYLOAD}.${encoded(Buffer.alloc(32))}`],
    ['a signature in hex', `${HEADER}.${PAYLOAD}.${Buffer.from(MAC, 'base64url').toString('hex')}`],
    ['the payload signed alone', `${HEADER}.${PAYLOAD}.${macOf(PAYLOAD)}`],
    [
      'header and payload signed without the point',
      `${HEADER}.${PAYLOAD}.${macOf(HEADER + PAYLOAD)}`,
    ],
    ['HS512', `${HEADER}.${PAYLOAD}.${macOf(`${HEADER}.${PAYLOAD}`, 'sha512')}`],
    ['its JSON form', JSON.stringify({ protected: HEADER, payload: PAYLOAD, signature: MAC })],
    ['the Bearer scheme', `Bearer ${VECTOR}`],
    ['full-width letters', VECTOR.replace('e', 'ｅ')],
    ['junk', 'A'.repeat(200)],
  ]
  for (const [what, text] of rows) assert.equal(isAccepted(text), false, what)
  // The signed rows above fail for what they say, not for a wrong signature.
  assert.equal(isAccepted(signedWith(HEADER, 'e30')), true)
})

test('JWT: a text longer than any request is not even taken apart', () => {
  const payloadOf = (length: number) => 'A'.repeat(length - HEADER.length - MAC.length - 2)
  assert.equal(isAccepted(signedWith(HEADER, payloadOf(64 * 1024))), true)
  assert.equal(readJws(signedWith(HEADER, payloadOf(64 * 1024 + 4))) === undefined, true)
})

test('JWT: any other character at any place makes it no token of ours', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const other = fc.constantFrom(...Array.from(alphabet), '=', '.', ' ', '+', '/', 'é')
  fc.assert(
    fc.property(fc.nat(VECTOR.length - 1), other, (at, character) => {
      const altered = VECTOR.slice(0, at) + character + VECTOR.slice(at + 1)
      assert.equal(isAccepted(altered), altered === VECTOR)
    }),
    { numRuns: 1_000 },
  )
})

function macOf(text: string, digest = 'sha256'): string {
  return createHmac(digest, key).update(text).digest('base64url')
}
