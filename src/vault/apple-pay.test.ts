import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ContentInfo, SignedData } from 'pkijs'
import { freshCryptogram, freshPan } from '../../test/support/canaries.ts'
import {
  base64Json,
  flipped,
  type PaymentData,
  publishedPayments,
  walletKey,
} from '../../test/support/wallets.ts'
import { createAppleAuthority } from '../sandbox/apple-authority.ts'
import { sealApplePay } from '../sandbox/apple-wallet.ts'
import { openApplePay } from './apple-pay.ts'
import { APPLE_ROOT_CA_G3 } from './apple-root.ts'
import { MARK } from './apple-signature.ts'

const MINUTE_MS = 60_000

const at = new Date('2030-06-01T12:00:00Z')
const authority = await createAppleAuthority(at)
const shop = walletKey(undefined, 'merchant.shop')

test("apple pay: the root is Apple's, by the fingerprint that Apple publishes", () => {
  const published =
    '63:34:3A:BF:B8:9A:6A:03:EB:B5:7E:9B:3F:5F:A7:BE:7C:4F:5C:75:6F:30:17:B3:A8:C4:88:C3:65:3E:91:79'
  assert.equal(APPLE_ROOT_CA_G3.fingerprint256, published)
})

test('apple pay: a payment that a real device made is opened, within minutes of it', async () => {
  const { applePay } = publishedPayments()
  const key = walletKey(applePay.privateKey, applePay.merchantIdentifier)
  const signedAt = Date.parse(applePay.signedAt)
  const open = (offsetMs: number, keys = [key]) =>
    openApplePay(base64Json(applePay.paymentData), {
      root: APPLE_ROOT_CA_G3,
      at: new Date(signedAt + offsetMs),
      keys: async () => keys,
    })
  const opened = await open(4 * MINUTE_MS, [walletKey(), key])
  assert.equal(String(opened?.payment.pan), '520424******1816')
  assert.deepEqual(opened?.payment.expiry, { year: 2026, month: 4 })
  assert.deepEqual(opened?.payment.amount, { minor: 100n, currency: 'USD' })
  assert.equal(opened?.payment.tokenCryptogram?.reveal().length, 28)
  assert.equal(opened?.walletPaymentId, applePay.paymentData.header['transactionId'])
  for (const offsetMs of [6 * MINUTE_MS, -6 * MINUTE_MS]) {
    assert.equal(await open(offsetMs), undefined)
  }
  // Another key, and the right one under another merchant identifier.
  assert.equal(await open(0, [walletKey()]), undefined)
  assert.equal(await open(0, [{ ...key, recipient: 'merchant.other' }]), undefined)
})

function dataOf(more: object = {}) {
  return {
    applicationPrimaryAccountNumber: freshPan(),
    applicationExpirationDate: '321231',
    currencyCode: '978',
    transactionAmount: 1_234,
    paymentData: { onlinePaymentCryptogram: freshCryptogram(), eciIndicator: '5' },
    ...more,
  }
}

const seal = (data: object = dataOf()): Promise<PaymentData> =>
  sealApplePay(data, shop, { authority, at })

const openSealed = (paymentData: unknown, root = authority.root, when = at) =>
  openApplePay(base64Json(paymentData), { root, at: when, keys: async () => [shop] })

test('apple pay: a payment under another root, or past its certificates, is refused', async () => {
  const paymentData = await seal()
  const opened = await openSealed(paymentData)
  assert.deepEqual([opened?.payment.eci, opened?.payment.amount?.minor], ['05', 1_234n])
  assert.equal(await openSealed(paymentData, APPLE_ROOT_CA_G3), undefined)
  const other = await createAppleAuthority(at)
  assert.equal(await openSealed(paymentData, other.root), undefined)
  // Apple's root vouches for other certificates too.
  for (const marks of [
    { leaf: '1.2.3', intermediate: MARK.intermediate },
    { leaf: MARK.leaf, intermediate: '1.2.3' },
    { leaf: MARK.intermediate, intermediate: MARK.leaf },
  ]) {
    const unmarked = await createAppleAuthority(at, marks)
    const signed = await sealApplePay(dataOf(), shop, { authority: unmarked, at })
    assert.equal(await openSealed(signed, unmarked.root), undefined)
  }
  // A root made later: at the time of the payment its certificates were not good yet.
  const later = new Date(at.getTime() + 5 * 365 * 86_400_000)
  const early = { authority: await createAppleAuthority(later), at }
  const signedEarly = await sealApplePay(dataOf(), shop, early)
  assert.equal(await openSealed(signedEarly, early.authority.root), undefined)
})

const signedDataIn = ({ signature }: PaymentData) => {
  const bytes = new Uint8Array(Buffer.from(signature, 'base64'))
  return new SignedData({ schema: ContentInfo.fromBER(bytes).content })
}

function withSignature(paymentData: PaymentData, signed: SignedData): PaymentData {
  const contentType = ContentInfo.SIGNED_DATA
  const info = new ContentInfo({ contentType, content: signed.toSchema(true) })
  const signature = Buffer.from(info.toSchema().toBER()).toString('base64')
  return { ...paymentData, signature }
}

test("apple pay: a stranger's certificate is refused, whatever certificates come with it", async () => {
  const genuine = signedDataIn(await seal())
  const strange = await sealApplePay(dataOf(), shop, {
    authority: await createAppleAuthority(at),
    at,
  })
  const signed = signedDataIn(strange)
  const [leaf] = signed.certificates ?? []
  const [, intermediate] = genuine.certificates ?? []
  assert.ok(leaf && intermediate)
  signed.certificates = [leaf, intermediate]
  assert.equal(await openSealed(withSignature(strange, signed)), undefined)
  // A genuine message encoded once more is still good: what was refused is the certificate.
  const again = await seal()
  assert.ok(await openSealed(withSignature(again, signedDataIn(again))))
})

test('apple pay: data without amount, cryptogram or number, and other versions, are refused', async () => {
  const lacking = [
    dataOf({ currencyCode: '000' }),
    dataOf({ transactionAmount: 12.5 }),
    dataOf({ transactionAmount: '1234' }),
    dataOf({ paymentData: { eciIndicator: '5' } }),
    dataOf({ applicationPrimaryAccountNumber: '4111111111111112' }),
    dataOf({ applicationExpirationDate: '321331' }),
  ]
  for (const data of lacking) assert.equal(await openSealed(await seal(data)), undefined)
  const good = await seal()
  const { transactionId: _none, ...header } = good.header
  for (const altered of [
    { ...good, version: 'RSA_v1' },
    { ...good, header },
    { ...good, header: { ...good.header, applicationData: 'ab' } },
    { ...good, header: { ...good.header, applicationData: 'x' } },
    { ...good, signature: '' },
    [],
    'text',
  ]) {
    assert.equal(await openSealed(altered), undefined)
  }
  for (const text of ['', '!', 'e30', base64Json(good).slice(0, -4), `${base64Json(good)}\n`]) {
    const given = { root: authority.root, at, keys: async () => [shop] }
    assert.equal(await openApplePay(text, given), undefined)
  }
})

test('apple pay: bytes moved from the transaction id to the application data make no new payment', async () => {
  const good = await seal()
  const { transactionId = '' } = good.header
  const first = await openSealed(good)
  for (const at of [2, 32, 62]) {
    const parts = {
      transactionId: transactionId.slice(0, at),
      applicationData: transactionId.slice(at),
    }
    const moved = await openSealed({ ...good, header: { ...good.header, ...parts } })
    assert.equal(moved?.walletPaymentId, first?.walletPaymentId)
  }
})

// Whatever one changed bit makes of a payment, it is that payment or none. The signature's own bytes
// hold some that say nothing, such as the list of digest algorithms; nothing else does.
test('apple pay: a payment with one bit changed is refused', async () => {
  const good = await seal()
  const { header } = good
  const { ephemeralPublicKey: key = '', transactionId: id = '', publicKeyHash: hash = '' } = header
  const alterations: readonly ((bit: number) => PaymentData)[] = [
    (bit) => ({ ...good, data: flipped(good.data, bit) }),
    (bit) => ({ ...good, header: { ...header, ephemeralPublicKey: flipped(key, bit) } }),
    (bit) => ({ ...good, header: { ...header, publicKeyHash: flipped(hash, bit) } }),
    (bit) => {
      const bytes = flipped(Buffer.from(id, 'hex').toString('base64'), bit)
      const transactionId = Buffer.from(bytes, 'base64').toString('hex')
      return { ...good, header: { ...header, transactionId } }
    },
  ]
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...alterations), fc.nat(4_095), async (alter, bit) => {
      assert.equal(await openSealed(alter(bit)), undefined)
    }),
    { numRuns: 100 },
  )
  // The message ends with the signature itself.
  const { length } = Buffer.from(good.signature, 'base64')
  for (let back = 1; back <= 32; back += 1) {
    const signature = flipped(good.signature, length - back)
    assert.equal(await openSealed({ ...good, signature }), undefined)
  }
  const original = await openSealed(good)
  await fc.assert(
    fc.asyncProperty(fc.nat(65_535), async (bit) => {
      const opened = await openSealed({ ...good, signature: flipped(good.signature, bit) })
      if (opened !== undefined)
        assert.deepEqual(String(opened.payment.pan), String(original?.payment.pan))
    }),
    { numRuns: 100 },
  )
})
