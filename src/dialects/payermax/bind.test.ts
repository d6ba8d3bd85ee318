import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { freshPan } from '../../../test/support/canaries.ts'
import { JsonError, type JsonObject, parseJson } from '../json.ts'
import { readAmount, wireAmount } from './amounts.ts'
import { bind } from './bind.ts'
import { WireError } from './codes.ts'
import { amount, count, flag, id, listOf, oneOf, optional, partial, text } from './fields.ts'

const Schema = Type.Object({
  userId: id(6),
  note: optional(text(40)),
  loose: optional(text(4, { loose: true })),
  kind: optional(oneOf(['A', 'B'])),
  sum: optional(amount('Major units.')),
  isOn: optional(flag()),
  days: optional(count(31)),
  url: optional(text(20, { aliases: ['URL', 'Url'] })),
  nested: optional(partial({ name: text(3), list: listOf(text(3), 2) })),
})

const read = (json: string) => bind(Schema, parseJson(json) as JsonObject)

function refused(json: string): string {
  try {
    read(json)
  } catch (error) {
    if (error instanceof WireError) return `${error.answer.code} ${error.answer.msg}`
    throw error
  }
  return 'taken'
}

test('PARAMS_INVALID: a missing field, a wrong length and a wrong type in the documented words', () => {
  const nothing = 'PARAMS_INVALID userId is invalid,because userId is null.'
  assert.equal(refused('{}'), nothing)
  assert.equal(refused('{"userId":null}'), nothing)
  const length = (is: number) =>
    `PARAMS_INVALID userId length must be between 1 and 6,but your input value length is ${is}.` +
    'Make sure all requests length is correct.'
  assert.equal(refused('{"userId":""}'), length(0))
  assert.equal(refused('{"userId":"1234567"}'), length(7))
  assert.equal(refused('{"userId":"😀😀😀😀😀😀"}'), 'taken')
  assert.equal(
    refused('{"userId":7}'),
    'PARAMS_INVALID userId must be string , but your input is number.' +
      'Make sure all requests type is correct.',
  )
})

test('PARAMS_INVALID: the place of a field inside others is named', () => {
  assert.match(refused('{"userId":"u","nested":[]}'), /nested must be object , but .* array\./)
  assert.match(refused('{"userId":"u","nested":{"name":"long"}}'), /nested\.name length .* 1 and 3/)
  assert.match(refused('{"userId":"u","nested":{"list":["a",true]}}'), /nested\.list\[1\] must be/)
  assert.match(refused('{"userId":"u","nested":{"list":["a","b","c"]}}'), /length is 3/)
})

test('PARAMS_INVALID: unknown words, control characters and card numbers are refused', () => {
  assert.match(
    refused('{"userId":"u","kind":"C"}'),
    /kind is invalid,because it must be one of A, B/,
  )
  assert.match(refused('{"userId":"u","note":"a\\u0000b"}'), /control characters/)
  assert.match(refused(`{"userId":"u","note":"my card ${freshPan()}"}`), /card number/)
  assert.match(refused('{"userId":"u","days":32}'), /0 to 31/)
  assert.match(refused('{"userId":"u","days":1.5}'), /days must be integer/)
  assert.match(refused('{"userId":"u","isOn":"yes"}'), /isOn must be boolean/)
})

test('fields: null, empty and unknown ones are dropped; other spellings are read', () => {
  const given =
    '{"userId":"u","note":null,"kind":"","loose":12,"isOn":"true","days":"7","URL":"a","x":[]}'
  assert.deepEqual(read(given), { userId: 'u', loose: '12', isOn: true, days: 7, url: 'a' })
})

test('fields: whatever is taken satisfies the schema that the OpenAPI document shows', () => {
  const validator = Compile(Schema)
  const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom('A', 'u', 3, true, '1.5'))
  const body = fc.record({
    userId: fc.oneof(fc.constant('u'), value),
    note: value,
    kind: value,
    sum: value,
    isOn: value,
    days: value,
    nested: fc.record({ name: value, list: fc.array(value) }),
  })
  fc.assert(
    fc.property(body, (given) => {
      try {
        const bound = bind(Schema, parseJson(JSON.stringify(given)) as JsonObject)
        assert.equal(validator.Check(bound), true, JSON.stringify(bound))
      } catch (error) {
        // A name such as __proto__ is refused before the schema is looked at.
        if (!(error instanceof WireError || error instanceof JsonError)) throw error
      }
    }),
  )
})

test('amounts: numbers and texts are read exactly, and written as JSON numbers', () => {
  const cases: [string, string, bigint, string][] = [
    ['10000', 'IDR', 1_000_000n, '10000'],
    ['74.99', 'USD', 7_499n, '74.99'],
    ['"74.99"', 'USD', 7_499n, '74.99'],
    ['"0.1"', 'USD', 10n, '0.1'],
    ['39.990', 'SAR', 3_999n, '39.99'],
    ['1E+2', 'USD', 10_000n, '100'],
    ['1.5e1', 'USD', 1_500n, '15'],
    ['5e-2', 'USD', 5n, '0.05'],
    ['9007199254740993.01', 'USD', 900_719_925_474_099_301n, '9007199254740993.01'],
    ['1.25', 'BHD', 1_250n, '1.25'],
    ['500', 'JPY', 500n, '500'],
  ]
  for (const [given, currency, minor, written] of cases) {
    const { sum = '' } = read(`{"userId":"u","sum":${given}}`)
    const money = readAmount(sum, currency)
    assert.equal(money.minor, minor, given)
    assert.equal(JSON.stringify({ sum: wireAmount(money) }), `{"sum":${written}}`)
  }
})

test('amounts: more decimals than the currency has here, or no number, are AMOUNT_INVALID', () => {
  const judge = (given: string, currency: string) => {
    try {
      return readAmount(read(`{"userId":"u","sum":${given}}`).sum ?? '', currency).minor
    } catch (error) {
      return error instanceof WireError ? error.answer.code : error
    }
  }
  const wrong: [string, string][] = [
    ['1.5', 'IDR'],
    ['1.5', 'TWD'],
    ['1.5', 'PKR'],
    ['1.5', 'COP'],
    ['1.5', 'KRW'],
    ['1.255', 'BHD'],
    ['1.255', 'USD'],
    ['-1', 'USD'],
    ['"1,5"', 'USD'],
    ['"NaN"', 'USD'],
    ['" 1"', 'USD'],
    ['"1e2"', 'USD'],
    ['123456789012345678901', 'USD'],
    ['1e99', 'USD'],
    ['1e-99', 'USD'],
  ]
  for (const [given, currency] of wrong) {
    assert.equal(judge(given, currency), 'AMOUNT_INVALID', `${given} ${currency}`)
  }
  assert.equal(judge('1', 'XYZ'), 'CURRENCY_INVALID')
})
