import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { freshPan } from '../../../test/support/canaries.ts'
import { binder } from './bind.ts'
import { say, WireError } from './codes.ts'
import {
  amount,
  currency,
  flag,
  object,
  opaque,
  optional,
  repeated,
  request,
  text,
} from './fields.ts'
import { readParameters } from './parameters.ts'

const bind = binder(
  request({
    amount: amount({ missing: '4' }),
    currency: optional(currency()),
    returnUrl: optional(text(512, { aliases: ['backUrl'] })),
    clientId: optional(opaque(255)),
    description: optional(text(10)),
    preAuth: optional(flag()),
    features: optional(repeated(10, { wrong: '14' })),
    jsonParams: optional(object()),
  }),
  { missing: '4', wrong: '5' },
)

const read = (body: string) => bind(readParameters({ query: '', body: Buffer.from(body) }))

function refusalOf(body: string): string {
  try {
    read(body)
  } catch (error) {
    if (error instanceof WireError) return `${error.fault.code} ${say(error.fault, 'en')}`
    throw error
  }
  return 'accepted'
}

test('jcc fields: names are known in any case and by their other spellings', () => {
  assert.deepEqual(read('AMOUNT=1&BackURL=x&preauth=TRUE'), {
    amount: '1',
    returnUrl: 'x',
    preAuth: true,
  })
})

test('jcc fields: each wrong one is refused by its name, with its own code', () => {
  const table: readonly (readonly [string, string])[] = [
    ['', '4 [amount] is empty'],
    ['amount=', '4 [amount] is empty'],
    ['amount=1.5', '5 [amount] is wrong'],
    ['amount=-1', '5 [amount] is wrong'],
    ['amount=1234567890123', '5 [amount] is wrong'],
    ['amount=1&amount=2', '5 [amount] is given with different values'],
    ['amount=1&amount=1', 'accepted'],
    ['amount=1&currency=EUR', '3 [currency] is wrong'],
    ['amount=1&description=12345678901', '5 [description] is wrong'],
    ['amount=1&description=a%00b', '5 [description] is wrong'],
    ['amount=1&preAuth=maybe', '5 [preAuth] is wrong'],
    ['amount=1&features=12345678901', '14 [features] is wrong'],
    ['amount=1&jsonParams=[]', '5 [jsonParams] is wrong'],
    ['amount=1&jsonParams={', '5 [jsonParams] is wrong'],
    ['amount=1&jsonParams=null', 'accepted'],
    ['amount=1&language=english', '1 [language] is wrong'],
    ['{"amount":1}', 'accepted'],
    ['{"amount":1e2}', '5 [amount] is wrong'],
    ['{"amount":true}', '5 [amount] is wrong'],
    ['{"amount":{"a":1}}', '5 [amount] is wrong'],
  ]
  for (const [body, expected] of table) assert.equal(refusalOf(body), expected, body)
})

test('jcc fields: a card number is no free text, and may be an identifier', () => {
  const pan = freshPan()
  assert.equal(refusalOf(`amount=1&description=${pan.slice(0, 10)}`), 'accepted')
  assert.equal(refusalOf(`amount=1&returnUrl=${pan}`), '5 [returnUrl] is wrong')
  assert.equal(refusalOf(`amount=1&jsonParams={"note":"${pan}"}`), '5 [jsonParams] is wrong')
  assert.equal(refusalOf(`amount=1&clientId=${pan}`), 'accepted')
})

test('jcc fields: an amount is read exactly or not at all', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 999_999_999_999n), fc.nat(3), (minor, zeros) => {
      const digits = `${'0'.repeat(zeros)}${minor}`
      if (digits.length > 12) assert.equal(refusalOf(`amount=${digits}`), '5 [amount] is wrong')
      else assert.equal(BigInt(read(`amount=${digits}`).amount), minor)
    }),
  )
})

test('jcc fields: nested data loses what it leaves empty, and numbers keep their digits', () => {
  assert.deepEqual(read('amount=1&jsonParams={"a":1.50,"b":null,"c":"","d":["x",{"e":null}]}'), {
    amount: '1',
    jsonParams: { a: '1.50', d: ['x', {}] },
  })
})
