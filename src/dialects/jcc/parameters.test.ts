import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { JsonNumber } from '../json.ts'
import { WireError } from './codes.ts'
import { readParameters, scalarText } from './parameters.ts'

const NONE = Buffer.alloc(0)

const read = (query: string, body: string | Buffer = NONE) =>
  readParameters({ query, body: Buffer.from(body) })

/** Names and texts, as JSON-safe and form-safe as a client may send them. */
const entries = fc.uniqueArray(
  fc.tuple(
    fc.stringMatching(/^[A-Za-z$][A-Za-z0-9_.$]{0,20}$/),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((text) => text !== 'null'),
  ),
  { maxLength: 20, selector: ([name]) => name.toLowerCase() },
)

test('jcc parameters: query, form and JSON say the same in any division', () => {
  const isName = (name: string) => !['__proto__', 'constructor', 'prototype'].includes(name)
  fc.assert(
    fc.property(entries, fc.nat(20), fc.boolean(), (all, split, asJson) => {
      const given = all.filter(([name]) => isName(name))
      const inQuery = new URLSearchParams(given.slice(0, split)).toString()
      const rest = given.slice(split)
      const body = asJson
        ? JSON.stringify(Object.fromEntries(rest))
        : new URLSearchParams(rest).toString()
      const found = read(inQuery, body)
      assert.equal(found.size, given.length)
      for (const [name, value] of given) {
        assert.deepEqual(found.get(name.toLowerCase()), [value.toWellFormed()])
      }
    }),
  )
})

test('jcc parameters: an empty value, null and its text say nothing', () => {
  assert.equal(read('bindingId=&jsonParams=null&a').size, 0)
  assert.equal(read('', '{"bindingId":"","jsonParams":null,"x":"null","list":[]}').size, 0)
})

test('jcc parameters: a repeated name and a JSON list keep every value', () => {
  assert.deepEqual(read('features=VERIFY', 'features=FORCE_SSL').get('features'), [
    'VERIFY',
    'FORCE_SSL',
  ])
  assert.deepEqual(read('', '{"features":["VERIFY","FORCE_SSL"]}').get('features'), [
    'VERIFY',
    'FORCE_SSL',
  ])
})

test('jcc parameters: a JSON number stays as it was written', () => {
  const [amount] = read('', '{"amount":100.50}').get('amount') ?? []
  assert.ok(amount instanceof JsonNumber)
  assert.equal(scalarText(amount), '100.50')
})

test('jcc parameters: a plus sign and percent escapes are a form', () => {
  assert.deepEqual(read('description=a+b%20c').get('description'), ['a b c'])
})

test('jcc parameters: what is no request is refused, whatever it is', () => {
  const refused = [
    '{"a":1,"a":2}',
    '{"__proto__":{}}',
    '{',
    Buffer.from([0x61, 0x3d, 0xff]),
    Array.from({ length: 201 }, (_, index) => `p${index}=1`).join('&'),
    Array.from({ length: 51 }, () => 'features=VERIFY').join('&'),
    `${'n'.repeat(129)}=1`,
  ]
  for (const body of refused) {
    assert.throws(
      () => read('', body),
      (error) => error instanceof WireError && error.fault.code === '5',
    )
  }
})

test('jcc parameters: no text at all makes the reader throw anything but a refusal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.uint8Array(), (query, body) => {
      try {
        read(query, Buffer.from(body))
      } catch (error) {
        assert.ok(error instanceof WireError)
      }
    }),
  )
})
