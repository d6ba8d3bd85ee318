import assert from 'node:assert/strict'
import { test } from 'node:test'
import Type from 'typebox'
import fc from 'fast-check'
import { type JsonObject, parseJson } from '../json.ts'
import { binder } from './bind.ts'
import { WireError } from './codes.ts'
import { an, b, c, currency, decimal, kept, listOf, n, oneOf, optional, partial } from './fields.ts'

const PAN = '4111111111111111'

const bind = binder(
  Type.Object({
    invoiceNo: an(20),
    amount: optional(decimal('Amount.')),
    fee: optional(decimal('Fee.', '9094')),
    currencyCode: optional(currency('Currency.')),
    description: optional(c(30)),
    phone: optional(n(15)),
    tokenize: optional(b()),
    mode: optional(oneOf(['Y', 'N'])),
    cards: optional(Type.Array(an(20), { aliases: ['cardTokens', 'oldTokens'] })),
    info: optional(partial({ name: c(10), deep: partial({ city: c(10) }) })),
    items: optional(
      listOf(Type.Object({ code: c(5), price: optional(decimal('Price.', '9014')) })),
    ),
    extra: optional(kept('Anything.')),
  }),
)

const read = (json: string) => bind(parseJson(json))

/** The request with one more member. */
const withField = (member: string) => `{"invoiceNo":"1",${member}}`

function refusalOf(json: string): string {
  try {
    read(json)
  } catch (error) {
    assert.ok(error instanceof WireError, json)
    // What went wrong is for the answer; the error itself goes to logs.
    assert.equal(error.message, error.answer.respCode)
    return `${error.answer.respCode} ${error.answer.respDesc}`
  }
  return assert.fail(`accepted: ${json}`)
}

test('bind: names come in any case, and leave as the schema spells them', () => {
  const spellings = fc.mixedCase(fc.constantFrom('invoiceNo', 'invoiceno'))
  fc.assert(
    fc.property(spellings, fc.mixedCase(fc.constant('city')), (name, city) => {
      const bound = read(`{"${name}":"a","INFO":{"Deep":{"${city}":"b"}}}`)
      assert.deepEqual(bound, { invoiceNo: 'a', info: { deep: { city: 'b' } } })
    }),
  )
})

test('bind: members stand in the order of the schema', () => {
  const bound = read('{"description":"d","amount":"1","INVOICENO":"1"}')
  assert.deepEqual(Object.keys(bound), ['invoiceNo', 'amount', 'description'])
})

test('bind: numbers and strings are both text, and no digit is rounded', () => {
  const rows: readonly (readonly [json: string, text: string])[] = [
    ['"10.50"', '10.50'],
    ['10.50', '10.50'],
    ['1000.00', '1000.00'],
    ['"000000000010.50000"', '000000000010.50000'],
    ['999999999999.99999', '999999999999.99999'],
    ['0', '0'],
  ]
  for (const [json, text] of rows) {
    assert.equal(read(withField(`"amount":${json}`)).amount, text)
  }
  assert.equal(read('{"invoiceNo":12345678901234567890}').invoiceNo, '12345678901234567890')
  assert.equal(read('{"invoiceNo":1.0}').invoiceNo, '1.0')
  assert.equal(read(withField('"phone":66812345678')).phone, '66812345678')
})

test('bind: booleans come as themselves or as text', () => {
  for (const json of ['true', '"true"', '"TRUE"', '"True"']) {
    assert.equal(read(withField(`"tokenize":${json}`)).tokenize, true)
  }
  for (const json of ['false', '"false"', '"FALSE"']) {
    assert.equal(read(withField(`"tokenize":${json}`)).tokenize, false)
  }
  for (const json of ['"yes"', '"Y"', '"1"', '1', '0', '"tru"', '" true"', '[]', '{}']) {
    const refusal = refusalOf(withField(`"tokenize":${json}`))
    assert.equal(refusal, '9004 The tokenize value is not valid: it must be a boolean')
  }
})

test('bind: what is null, empty or unknown is dropped', () => {
  const names = 'amount currencyCode description phone tokenize mode cards extra'.split(' ')
  for (const name of names) {
    for (const empty of ['null', '""']) {
      assert.deepEqual(read(withField(`"${name}":${empty}`)), { invoiceNo: '1' }, name)
    }
  }
  assert.deepEqual(read(withField('"unknown":"x","Other":{"a":[1]}')), { invoiceNo: '1' })
  assert.deepEqual(read(withField('"cards":["a",null,"","b"]')).cards, ['a', 'b'])
  assert.deepEqual(read(withField('"info":{"name":null,"other":1}')).info, {})
  assert.match(refusalOf('{"invoiceNo":null}'), /^9005 .*: invoiceNo$/)
  assert.match(refusalOf('{"invoiceNo":""}'), /^9005 .*: invoiceNo$/)
})

test('bind: an unknown name holds no power over the request', () => {
  for (const name of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
    // As a parser looser than ours would hand it over.
    const body = JSON.parse(`{"invoiceNo":"1","${name}":{"amount":"1"}}`) as JsonObject
    const bound = bind(body)
    assert.deepEqual(bound, { invoiceNo: '1' })
    assert.equal(Object.getPrototypeOf(bound), Object.prototype)
    assert.equal(bound.amount, undefined)
  }
  for (const name of ['__proto__', 'constructor', 'prototype']) {
    assert.throws(() => read(withField(`"${name}":{}`)), { code: 'forbidden_name' })
  }
})

test('bind: a name that comes twice in other cases is refused', () => {
  const rows = [
    '{"invoiceNo":"1","InvoiceNo":"2"}',
    '{"invoiceNo":"1","INVOICENO":null}',
    withField('"other":1,"OTHER":2'),
    withField('"info":{"name":"a","NAME":"b"}'),
    withField('"items":[{"code":"a","Code":"b"}]'),
  ]
  for (const json of rows) {
    assert.match(refusalOf(json), /^6101 Invalid request message: \w+ comes twice$/)
  }
})

test('bind: a name of an earlier version is read where the present one says nothing', () => {
  for (const json of [
    '"cardTokens":["a"]',
    '"CARDTOKENS":["a"]',
    '"oldTokens":["a"]',
    '"cards":["a"],"cardTokens":["b"]',
    '"cards":null,"cardTokens":["a"]',
    '"cards":"","cardTokens":null,"oldTokens":["a"]',
  ]) {
    assert.deepEqual(read(withField(json)).cards, ['a'], json)
  }
})

test('bind: a refusal has the code of its reason and names the field', () => {
  const rows: readonly (readonly [json: string, refusal: string])[] = [
    ['{}', '9005 Some mandatory fields are missing: invoiceNo'],
    [withField('"items":[{}]'), '9005 Some mandatory fields are missing: items[0].code'],
    [
      `{"invoiceNo":"${'1'.repeat(21)}"}`,
      '9006 This field exceeded its authorized length: invoiceNo (at most 20 characters)',
    ],
    [
      withField(`"info":{"deep":{"city":"${'x'.repeat(11)}"}}`),
      '9006 This field exceeded its authorized length: info.deep.city (at most 10 characters)',
    ],
    [
      withField('"items":[{"code":"a"},{"code":"123456"}]'),
      '9006 This field exceeded its authorized length: items[1].code (at most 5 characters)',
    ],
    [
      withField('"amount":"1,5"'),
      '9009 Invalid amount: it must be a decimal of at most 12 digits and 5 decimals',
    ],
    [
      withField('"fee":"x"'),
      '9094 Invalid fee: it must be a decimal of at most 12 digits and 5 decimals',
    ],
    [
      withField('"items":[{"code":"a","price":-1}]'),
      '9014 Invalid items[0].price: it must be a decimal of at most 12 digits and 5 decimals',
    ],
    [
      withField('"currencyCode":"sgd"'),
      '9010 Invalid currencyCode: it must be an ISO 4217 alphabetic code',
    ],
    [withField('"phone":"+66"'), '9004 The phone value is not valid: it must be digits'],
    [withField('"mode":"y"'), '9004 The mode value is not valid: it must be one of Y, N'],
    [
      withField('"description":true'),
      '9004 The description value is not valid: it must be a string',
    ],
    [withField('"description":{}'), '9004 The description value is not valid: it must be a string'],
    [withField('"info":"x"'), '9004 The info value is not valid: it must be an object'],
    [withField('"cards":"x"'), '9004 The cards value is not valid: it must be an array'],
    [withField('"cards":[{}]'), '9004 The cards[0] value is not valid: it must be a string'],
  ]
  for (const [json, refusal] of rows) assert.equal(refusalOf(json), refusal)
})

test('bind: an amount is plain digits, never an exponent, a sign or white space', () => {
  for (const json of ['1e3', '1E3', '-1', '"+1"', '" 1"', '"1 "', '".5"', '"1."', '"１"', 'true']) {
    assert.match(refusalOf(withField(`"amount":${json}`)), /^9009 Invalid amount: /, json)
  }
})

test('bind: lengths are counted in characters, whatever they are made of', () => {
  assert.equal(read(withField(`"info":{"name":"${'😀'.repeat(10)}"}`)).info?.name?.length, 20)
  for (const text of ['😀'.repeat(11), `a${'\u0301'.repeat(10)}`, 'ก'.repeat(11)]) {
    assert.match(refusalOf(withField(`"info":{"name":"${text}"}`)), /^9006 .*info\.name/)
  }
})

test('bind: a card number in free text is refused, and not repeated', () => {
  const rows: readonly (readonly [json: string, field: string])[] = [
    [`"description":"${PAN}"`, 'description'],
    [`"description":"my card 4111 1111 1111 1111"`, 'description'],
    [`"description":"${PAN} 12/30"`, 'description'],
    [`"description":${PAN}`, 'description'],
    [`"phone":"378282246310005"`, 'phone'],
    [`"info":{"deep":{"city":"${PAN}"}}`, 'info.deep.city'],
    [`"items":[{"code":"a"},{"code":"${PAN}"}]`, 'items[1].code'],
    [`"extra":"${PAN}"`, 'extra'],
    [`"extra":${PAN}`, 'extra'],
    [`"extra":{"a":[{"b":"${PAN}"}]}`, 'extra'],
    [`"extra":{"a":[{"b":${PAN}}]}`, 'extra'],
    [`"extra":{"${PAN}":"b"}`, 'extra'],
    [`"extra":[{"a":{"${PAN}":null}}]`, 'extra'],
  ]
  for (const [json, field] of rows) {
    const refusal = refusalOf(withField(json))
    assert.equal(refusal, `9004 The ${field} value is not valid: it holds a card number`, json)
  }
})

test('bind: an identifier may look like a card number', () => {
  assert.equal(read(`{"invoiceNo":"${PAN}"}`).invoiceNo, PAN)
  assert.deepEqual(read(withField(`"cards":["${PAN}"]`)).cards, [PAN])
  assert.equal(read(withField('"description":"28052010234224845229"')).description?.length, 20)
})

test('bind: control characters and marks that turn text around are refused everywhere', () => {
  const unprintable = ['\\u0000', '\\u001b', '\\u007f', '\\u0085', '\\u200e', '\\u202e', '\\u2066']
  for (const character of unprintable) {
    const text = `"a${character}b"`
    const rows: readonly (readonly [json: string, field: string])[] = [
      [`{"invoiceNo":${text}}`, 'invoiceNo'],
      [withField(`"description":${text}`), 'description'],
      [withField(`"cards":["a",${text}]`), 'cards[1]'],
      [withField(`"info":{"name":${text}}`), 'info.name'],
      [withField(`"extra":{"a":[${text}]}`), 'extra'],
      [withField(`"extra":{${text}:1}`), 'extra'],
    ]
    for (const [json, field] of rows) {
      const refusal = refusalOf(json)
      assert.equal(refusal, `9004 The ${field} value is not valid: it holds control characters`)
    }
  }
  for (const text of ['two\\nlines', 'tab\\there', '\\r\\n', 'ก้', '😀', 'José']) {
    assert.equal(read(withField(`"description":"${text}"`)).description, JSON.parse(`"${text}"`))
  }
})

test('bind: what has no schema is kept as it came, numbers as text', () => {
  const bound = read(
    withField('"extra":{"B":1.50,"a":[true,null,"",{"x":"y"}],"c":12345678901234567890}'),
  )
  assert.deepEqual(bound.extra, {
    B: '1.50',
    a: [true, null, '', { x: 'y' }],
    c: '12345678901234567890',
  })
})

test('bind: a body that is no object is refused', () => {
  for (const json of ['[]', '"text"', '1', 'null', 'true', '[{"invoiceNo":"1"}]']) {
    assert.equal(refusalOf(json), '6101 Invalid request message: a JSON object is expected')
  }
})

test('bind: a list is no longer than its limit', () => {
  const listed = (count: number) => {
    return withField(`"items":[${Array.from({ length: count }, () => '{"code":"a"}').join()}]`)
  }
  assert.equal(read(listed(100)).items?.length, 100)
  assert.match(refusalOf(listed(101)), /^9004 The items value is not valid/)
})
