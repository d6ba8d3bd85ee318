import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { createSessionTokens, type OrderRef } from './session-token.ts'

const tokens = createSessionTokens(randomBytes(32))

const MERCHANT_BYTES_MAX = 36

const order: fc.Arbitrary<OrderRef> = fc.record(
  {
    orderId: fc.uuid(),
    merchantId: fc
      .string({ unit: fc.constantFrom('J', 'T', '0', '-', '_', ' ', 'é', '😀'), minLength: 1 })
      .filter((text) => Buffer.byteLength(text) <= MERCHANT_BYTES_MAX),
  },
  { noNullPrototype: true },
)

const anOrder: OrderRef = {
  merchantId: 'JT01',
  orderId: '0193a1b2-4222-7222-8222-222200000000',
}

test('session token: what was sealed is opened as the same order', () => {
  fc.assert(fc.property(order, (ref) => assert.deepEqual(tokens.open(tokens.seal(ref)), ref)))
})

test('session token: the same order has the same token, another order another', () => {
  fc.assert(
    fc.property(order, order, (one, other) => {
      const areSame = one.merchantId === other.merchantId && one.orderId === other.orderId
      assert.equal(tokens.seal(one).equals(tokens.seal({ ...one })), true)
      assert.equal(tokens.seal(one).equals(tokens.seal(other)), areSame)
    }),
  )
  const [first, second] = [tokens.seal(anOrder), tokens.seal({ ...anOrder, merchantId: 'JT02' })]
  assert.equal(first.equals(second), false)
})

test('session token: it is 108 characters of base64, whoever the merchant is', () => {
  for (const merchantId of ['', 'J', 'JT01', 'x'.repeat(MERCHANT_BYTES_MAX), 'é'.repeat(18)]) {
    const sealed = tokens.seal({ ...anOrder, merchantId })
    assert.match(sealed.toString('base64'), /^[A-Za-z0-9+/]{107}=$/)
    assert.deepEqual(tokens.open(sealed), { ...anOrder, merchantId })
  }
})

test('session token: a merchant id that does not fit is an error, never cut', () => {
  for (const merchantId of ['x'.repeat(37), 'é'.repeat(19), `${'x'.repeat(35)}é`]) {
    assert.throws(() => tokens.seal({ ...anOrder, merchantId }), RangeError)
  }
})

test('session token: every single flipped bit makes it no token', () => {
  const sealed = tokens.seal(anOrder)
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const altered = Buffer.from(sealed)
    altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    assert.equal(tokens.open(altered), undefined, `bit ${bit}`)
  }
  assert.deepEqual(tokens.open(sealed), anOrder)
})

test('session token: other lengths and random bytes are no token', () => {
  const sealed = tokens.seal(anOrder)
  for (let length = 0; length < sealed.length; length += 1) {
    assert.equal(tokens.open(sealed.subarray(0, length)), undefined)
  }
  assert.equal(tokens.open(Buffer.concat([sealed, Buffer.alloc(1)])), undefined)
  assert.equal(tokens.open(randomBytes(sealed.length)), undefined)
  assert.equal(tokens.open(Buffer.alloc(sealed.length)), undefined)
})

test('session token: it opens under its own key only, and shows nothing of the order', () => {
  const sealed = tokens.seal(anOrder)
  assert.equal(createSessionTokens(randomBytes(32)).open(sealed), undefined)
  assert.equal(sealed.includes('JT01'), false)
  assert.equal(sealed.includes(Buffer.from(anOrder.orderId.replaceAll('-', ''), 'hex')), false)
})
