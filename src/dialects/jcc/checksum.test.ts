import assert from 'node:assert/strict'
import { createPublicKey, createSecretKey, generateKeyPairSync, verify } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { signedText, withHmac, withSignature } from './checksum.ts'

const key = (secret: string) => createSecretKey(secret, 'utf8')

/** The fields of one of the documents' strings, in another order than it has. */
function fieldsIn(text: string): Record<string, string> {
  const parts = text.split(';').slice(0, -1)
  const pairs = parts.flatMap((name, index) =>
    index % 2 === 0 ? [[name, parts[index + 1] ?? '']] : [],
  )
  return Object.fromEntries(pairs.toReversed()) as Record<string, string>
}

// The published vectors of callbacks: secret, what is signed, checksum.
const VECTORS = [
  [
    'ooc7slpvc61k7sf7ma7p4hrefr',
    'mdOrder;06cf5599-3f17-7c86-bdbc-bd7d00a8b38b;operation;approved;orderNumber;2003;status;1;',
    'EAF2FB72CAB99FD5067F4BA493DD84F4D79C1589FDE8ED29622F0F07215AA972',
  ],
  [
    '123',
    'amount;1500;mdOrder;ed6f3abf-cea0-427e-afdf-0ba43ead124f;operation;deposited;orderNumber;89312;status;1;',
    '9F8253A6BB7777D067DD955751119FA5AAF67B14B9215147190F96B505CDB72C',
  ],
  [
    'yourSecretToken',
    'amount;123456;mdOrder;3ff6962a-7dcc-4283-ab50-a6d7dd3386fe;operation;deposited;orderNumber;10747;status;1;',
    '51C892147225ABE87798CB02979D70EF46D0AE79B5AA3B28B1C260BE286C50A9',
  ],
] as const

for (const [secret, text, checksum] of VECTORS) {
  test(`checksum: the published vector with the secret ${secret}`, () => {
    const fields = fieldsIn(text)
    assert.equal(signedText(fields), text)
    assert.equal(withHmac(fields, key(secret))['checksum'], checksum)
  })
}

const PUBLISHED_KEY = `-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCTYMYLVkRXvM4RehRNQvLNbf3Z
5wvKszTfrrlDkN4QcdQhykExLWRU4gmzSzDZIFrSfwkQQYhV0G8s2tPyrOxUYEg+
dqhWFFdOc0Yyy6BMsxuiwH4oScExD3XTcQTbwsanQXlXQ04RvNcwtA4gITHksL3D
wrXo2gw0hGHEASy4QwIDAQAB
-----END PUBLIC KEY-----`

const PUBLISHED_SIGNATURE =
  '163BD9FAE437B5DCDAAC4EB5ECEE5E533DAC7BD2C8947B0719F7A8BD17C101EBDBEACDB295C10BF041E903AF3FF1E6' +
  '101FF7DB9BD024C6272912D86382090D5A7614E174DC034EBBB541435C80869CEED1F1E1710B71D6EE7F52AE354505' +
  'A83A1E279FBA02572DC4661C1D75ABF5A7130B70306CAFA69DABC2F6200A698198F8'

test('checksum: the published signature is over our text, with SHA-512 and no other hash', () => {
  const text =
    'amount;35000099;mdOrder;12b59da8-f68f-7c8d-12b5-9da8000826ea;operation;deposited;status;1;'
  const signed = Buffer.from(
    signedText({
      ...fieldsIn(text),
      sign_alias: 'SHA-256 with RSA',
      checksum: PUBLISHED_SIGNATURE,
    }),
  )
  const verifies = (hash: string) =>
    verify(hash, signed, createPublicKey(PUBLISHED_KEY), Buffer.from(PUBLISHED_SIGNATURE, 'hex'))
  assert.equal(signed.toString(), text)
  assert.deepEqual([verifies('sha512'), verifies('sha256')], [true, false])
})

test('checksum: our signature verifies as the published one does', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  const fields = { operation: 'deposited', mdOrder: 'x', status: '1' }
  const signed = withSignature(fields, privateKey)
  const checksum = signed['checksum'] ?? ''
  assert.match(checksum, /^[0-9A-F]{512}$/)
  assert.equal(signed['sign_alias'], 'SHA-256 with RSA')
  const text = Buffer.from(signedText(signed))
  assert.equal(verify('sha512', text, publicKey, Buffer.from(checksum, 'hex')), true)
})

test('checksum: the order of the fields never counts, and capitals come first', () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[A-Za-z]{1,4}$/), { maxLength: 6 })
  fc.assert(
    fc.property(names, (list) => {
      const fields = Object.fromEntries(list.map((name) => [name, name]))
      const turned = Object.fromEntries(list.toReversed().map((name) => [name, name]))
      assert.equal(signedText(fields), signedText(turned))
    }),
  )
  assert.equal(signedText({ amount: '1', Zed: '2', bindingId: '3' }), 'Zed;2;amount;1;bindingId;3;')
})
