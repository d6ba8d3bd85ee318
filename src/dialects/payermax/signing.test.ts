import assert from 'node:assert/strict'
import { constants, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { explainSignature } from './explain-signature.ts'
import { isSignedBy, signBytes } from './signing.ts'

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const other = generateKeyPairSync('rsa', { modulusLength: 2048 })
const keys = [{ version: '1', key: pair.publicKey }]
const body = Buffer.from('{"merchantNo":"SP328900011","data":{"subject":"ทดสอบ/😀"}}')

const isSigned = (bytes: Buffer, signature: string, its = keys) =>
  isSignedBy(bytes, signature, { keys: its, keyVersion: '1' })

// The pair that the documentation prints, and the signature that stands on every of its pages:
// PKCS#1 v1.5 of a SHA-256 digest, though not of the page's own body.
const PRINTED_KEY =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAzN6tx98b4KZB1uqEuT7P/nWHrYqFdiy+Kzs9KZ6JtSQWb3b45lo' +
  'OsdUxFeaCAt+ZJ0+fNJRDnwc7AiKOlgbw0HT93WRVZXP6cwQV1Bg1XybBxtQE4OcEq+Uzzmd7RoBkQuNmjIUgDYtWPBSekS' +
  'pZAhWkk4dh8Nd7Qv2BvJNNOISVFcROFgMgbGz80v6WofR4nnTEdTB+j4pR/Q4dhnIROlaWrai+hBPn95sahQ+Ujf7LZgLyh' +
  'pyQeS+/xsLv29lDI6D+8neR1tsOYdOp8f8QNwDkOroMlzxkQeYsJDLpLG8p58zHSdcLOsopVe2u41uzdrQ8qjhw4FU9eBOm' +
  'FiteiwIDAQAB'
const PRINTED_SIGNATURE =
  'FPFVT3o227JrFRbqu19boZCpVVTF9KznxyRawUmxpfXilHV/0yK46haPhAjNu1hPUMy7Vw/ILXhfzffNm4Fj0apWknlTY9O' +
  'JxnSoQxS9BTFtc61tn5yV1q69x/kkBl82/qwg+XTJ4fOzy7Mar3VaC1E2PlDA6RkkKBUyNE6RYgsdB+Su7an4+4HVTNAnoe' +
  '74WyvBgxTLMNg28igBTdqxaO3w/UBY6ObVp7vkqkQGdL1Y+HgmMYaAVwrM3+ALWGId0sJ+YqTY4WJ+0xCRGhaSnybiIjZsQ' +
  'EYyID68WNUfuavDLDsEhaMm/HfQvf5p0R1Ltovp3wwJnEbQcjY458iX5A=='

test('RSA signature: what one side signs the other side verifies, over any bytes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      const raw = Buffer.from(bytes)
      assert.equal(await isSigned(raw, await signBytes(raw, pair.privateKey)), true)
    }),
    { numRuns: 30 },
  )
})

test('RSA signature: one changed byte, or another merchant’s key, is refused', async () => {
  const signature = await signBytes(body, pair.privateKey)
  for (let at = 0; at < body.length; at += 1) {
    const changed = Buffer.from(body)
    changed.writeUInt8((changed.readUInt8(at) ^ 1) & 0xff, at)
    assert.equal(await isSigned(changed, signature), false, `byte ${at}`)
  }
  assert.equal(await isSigned(body, await signBytes(body, other.privateKey)), false)
})

test('RSA signature: only standard base64 of the full length is read', async () => {
  const signature = await signBytes(body, pair.privateKey)
  assert.equal(await isSigned(body, signature), true)
  const refused = [
    '',
    signature.slice(0, -4),
    signature.replaceAll('=', ''),
    `${signature}\n`,
    `${signature.slice(0, 76)}\r\n${signature.slice(76)}`,
    signature.replaceAll('+', '-').replaceAll('/', '_') + '!',
    `AAAA${signature}`,
    Buffer.from(signature, 'base64').toString('hex'),
  ]
  for (const text of refused) assert.equal(await isSigned(body, text), false, text)
})

test('RSA signature: other digests and paddings are refused', async () => {
  const { privateKey: key } = pair
  const padding = constants.RSA_PKCS1_PSS_PADDING
  for (const made of [
    sign('sha1', body, key),
    sign('sha512', body, key),
    sign('sha256', body, { key, padding }),
  ]) {
    assert.equal(await isSigned(body, made.toString('base64')), false)
  }
})

test('RSA signature: keys overlap; the named version is no more than a hint', async () => {
  const both = [
    { version: '2', key: other.publicKey },
    { version: '1', key: pair.publicKey },
  ]
  const signature = await signBytes(body, other.privateKey)
  assert.equal(await isSigned(body, signature, both), true)
  assert.equal(await isSigned(body, await signBytes(body, pair.privateKey), both), true)
  assert.equal(await isSigned(body, signature, []), false)
})

test('RSA signature: the printed example is well formed, and signs no body of ours', async () => {
  const der = Buffer.from(PRINTED_KEY, 'base64')
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
  assert.equal(await isSigned(body, PRINTED_SIGNATURE, [{ version: '1', key }]), false)
})

test('RSA signature: the sandbox says which mistake was made', () => {
  const { privateKey: key } = pair
  const made = (text: string) => sign('sha256', Buffer.from(text), key).toString('base64')
  const text = body.toString()
  const pretty = JSON.stringify(JSON.parse(text), undefined, 2)
  const said = (signature: string, raw = body) => explainSignature(raw, signature, keys)
  assert.match(said(made(pretty)), /indent of two/)
  assert.match(said(made(text), Buffer.from(pretty)), /compact JSON/)
  assert.match(said(made(text.replaceAll('/', '\\/'))), /slashes/)
  assert.match(said(made(`${text}\n`)), /line end/)
  assert.match(said(made('{"subject":"ทดสอบ/😀"}')), /data was signed/)
  assert.match(said(sign('sha1', body, key).toString('base64')), /SHA-1/)
  const padding = constants.RSA_PKCS1_PSS_PADDING
  assert.match(said(sign('sha256', body, { key, padding }).toString('base64')), /PSS/)
  assert.match(said(made(text).replaceAll('+', '-').replaceAll('/', '_')), /standard base64/)
  assert.match(said(sign('sha256', body, other.privateKey).toString('base64')), /No public key/)
})
