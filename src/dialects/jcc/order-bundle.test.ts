import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { WireError } from './codes.ts'
import { checkOrderBundle } from './order-bundle.ts'

type Fields = Readonly<Record<string, unknown>>

const bundle = (...items: readonly Fields[]) => ({ cartItems: { items } })

const item = (price: string, quantity: string, amount?: string) => ({
  itemPrice: price,
  quantity: { value: quantity, measure: 'pcs' },
  ...(amount !== undefined && { itemAmount: amount }),
})

const isRefused = (given: Fields, minor: bigint) => {
  try {
    checkOrderBundle(given, minor)
    return false
  } catch (error) {
    assert.ok(error instanceof WireError)
    assert.equal(error.fault.code, '8')
    return true
  }
}

test('jcc cart: no cart, and one whose sums are not said, is not looked at', () => {
  checkOrderBundle(undefined, 1n)
  checkOrderBundle({ customerDetails: {} }, 1n)
  checkOrderBundle(bundle({ name: 'a' }), 1n)
})

test('jcc cart: a position is its price times its quantity', () => {
  assert.equal(isRefused(bundle(item('200', '1.5', '300')), 300n), false)
  assert.equal(isRefused(bundle(item('200', '1.5', '301')), 301n), true)
  assert.equal(isRefused(bundle(item('1', '0.333')), 1n), false)
})

test('jcc cart: what is no number is refused', () => {
  assert.equal(isRefused(bundle(item('1.5', '1')), 1n), true)
  assert.equal(isRefused(bundle(item('1', '1.2345')), 1n), true)
  assert.equal(isRefused({ cartItems: { items: 'x' } }, 1n), true)
  assert.equal(isRefused({ cartItems: { items: ['x'] } }, 1n), true)
})

test('jcc cart: positions add up to the order, exactly', () => {
  const positions = fc.array(fc.tuple(fc.bigInt(1n, 9n), fc.bigInt(1n, 9n)), {
    minLength: 1,
    maxLength: 5,
  })
  fc.assert(
    fc.property(positions, fc.bigInt(-1n, 1n), (all, off) => {
      const total = all.reduce((sum, [price, count]) => sum + price * count, 0n)
      const items = all.map(([price, count]) =>
        item(String(price), String(count), String(price * count)),
      )
      assert.equal(isRefused(bundle(...items), total + off), off !== 0n)
    }),
  )
})
