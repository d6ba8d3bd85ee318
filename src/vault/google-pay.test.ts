import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { freshCryptogram, freshPan } from '../../test/support/canaries.ts'
import { base64Json, flipped, publishedPayments, walletKey } from '../../test/support/wallets.ts'
import { createGoogleAuthority, sealGooglePay } from '../sandbox/google-wallet.ts'
import { type GoogleVersion, openGooglePay } from './google-pay.ts'
import { readGoogleRootKeys } from './google-root-keys.ts'

const DAY_MS = 86_400_000

const PUBLISHED = [
  { version: 'ECv1', pan: '411111******1111', year: 2022, eci: undefined, cryptogram: undefined },
  {
    version: 'ECv2',
    pan: '489537******3478',
    year: 2025,
    eci: '07',
    cryptogram: 'AgAAAAAABk4DWZ4C28yUQAAAAAA=',
  },
] as const

for (const { version, ...expected } of PUBLISHED) {
  test(`google pay: a real payment of ${version} is opened, until it expires`, async () => {
    const { googlePay } = publishedPayments()
    const { paymentMethodToken, at, goodUntil } = googlePay[version]
    const key = walletKey(googlePay.privateKey)
    const given = {
      rootKeys: readGoogleRootKeys(JSON.stringify(googlePay.rootKeys)),
      recipientId: googlePay.recipientId,
      at: new Date(at),
      keys: async () => [walletKey(), key],
    }
    const text = base64Json(paymentMethodToken)
    const opened = await openGooglePay(text, given)
    assert.ok(opened)
    const { pan, expiry, eci, tokenCryptogram } = opened.payment
    assert.deepEqual(
      { pan: String(pan), year: expiry.year, eci, cryptogram: tokenCryptogram?.reveal() },
      expected,
    )
    assert.equal(opened.goodUntil.getTime(), goodUntil)
    const refused = [
      { ...given, at: new Date(goodUntil) },
      { ...given, recipientId: 'gateway:tessera' },
      { ...given, keys: async () => [walletKey()] },
      { ...given, rootKeys: createGoogleAuthority(new Date(at)).rootKeys },
      {
        ...given,
        rootKeys: given.rootKeys.map((root) => ({ ...root, version: 'ECv2SigningOnly' })),
      },
    ]
    for (const other of refused) assert.equal(await openGooglePay(text, other), undefined)
  })
}

const at = new Date('2030-06-01T12:00:00Z')
const authority = createGoogleAuthority(at)
const gateway = walletKey()
const recipientId = 'gateway:tessera'
const given = { rootKeys: authority.rootKeys, recipientId, at, keys: async () => [gateway] }

function messageOf(more: object = {}, details: object = {}) {
  return {
    gatewayMerchantId: 'SHOP1',
    messageExpiration: String(at.getTime() + DAY_MS),
    messageId: 'id-1',
    paymentMethod: 'CARD',
    paymentMethodDetails: {
      authMethod: 'CRYPTOGRAM_3DS',
      pan: freshPan(),
      expirationMonth: 12,
      expirationYear: 2032,
      cryptogram: freshCryptogram(),
      ...details,
    },
    ...more,
  }
}

const seal = (message: object, version: GoogleVersion = 'ECv2', when = at) =>
  sealGooglePay(message, {
    authority,
    version,
    publicKey: gateway.publicKey,
    recipientId,
    at: when,
  })

const open = (envelope: unknown) => openGooglePay(base64Json(envelope), given)

test('google pay: a message names its merchant, and a card as it is has no proof', async () => {
  const opened = await open(seal(messageOf()))
  assert.deepEqual([opened?.merchantName, opened?.walletPaymentId], ['SHOP1', 'id-1'])
  const plain = await open(seal(messageOf({}, { authMethod: 'PAN_ONLY' }), 'ECv1'))
  assert.equal(plain?.payment.tokenCryptogram, undefined)
})

test('google pay: messages that are incomplete, expired or signed by an expired key are refused', async () => {
  const lacking = [
    messageOf({ messageExpiration: String(at.getTime()) }),
    messageOf({ messageExpiration: undefined }),
    messageOf({ messageId: undefined }),
    messageOf({ paymentMethod: 'OTHER', paymentMethodDetails: {} }),
    messageOf({}, { cryptogram: undefined }),
    messageOf({}, { authMethod: undefined, cryptogram: undefined, pan: '4111111111111112' }),
    messageOf({}, { expirationMonth: 13 }),
  ]
  for (const message of lacking) assert.equal(await open(seal(message)), undefined)
  assert.equal(
    await open(seal(messageOf(), 'ECv2', new Date(at.getTime() - 8 * DAY_MS))),
    undefined,
  )
  const good = seal(messageOf())
  const { intermediateSigningKey: _none, ...without } = { intermediateSigningKey: {}, ...good }
  for (const altered of [
    without,
    { ...good, protocolVersion: 'ECv1' },
    { ...good, protocolVersion: 'ECv2SigningOnly' },
    { ...good, signedMessage: '{}' },
    null,
  ]) {
    assert.equal(await open(altered), undefined)
  }
})

test('google pay: a payment with one bit changed is refused', async () => {
  const good = seal(messageOf())
  const signing = 'intermediateSigningKey' in good ? good.intermediateSigningKey : undefined
  assert.ok(signing)
  const { signedKey, signatures } = signing
  const asBytes = (text: string, bit: number) =>
    Buffer.from(flipped(Buffer.from(text).toString('base64'), bit), 'base64').toString('latin1')
  const alterations: readonly ((bit: number) => object)[] = [
    (bit) => ({ ...good, signature: flipped(good.signature, bit) }),
    (bit) => ({ ...good, signedMessage: asBytes(good.signedMessage, bit) }),
    (bit) => ({
      ...good,
      intermediateSigningKey: { signatures, signedKey: asBytes(signedKey, bit) },
    }),
    (bit) => ({
      ...good,
      intermediateSigningKey: { signedKey, signatures: [flipped(signatures[0] ?? '', bit)] },
    }),
  ]
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...alterations), fc.nat(4_095), async (alter, bit) => {
      assert.equal(await open(alter(bit)), undefined)
    }),
    { numRuns: 200 },
  )
})

test("google pay: a file that is not Google's keys is refused", () => {
  for (const json of [
    '',
    '[]',
    '{"keys":[]}',
    '{"keys":[{"keyValue":"","protocolVersion":"ECv1"}]}',
  ]) {
    assert.throws(() => readGoogleRootKeys(json), TypeError)
  }
  const [ecV1] = (publishedPayments().googlePay.rootKeys as { keys: object[] }).keys
  const endless = { keys: [{ ...ecV1, protocolVersion: 'ECv2' }] }
  assert.throws(() => readGoogleRootKeys(JSON.stringify(endless)), /no end/)
})
