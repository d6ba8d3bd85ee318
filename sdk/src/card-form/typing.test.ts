import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPast, kindOf, maskNumber, parseExpiry, passesLuhn } from './card.ts'
import { EXPIRY_PATTERN, NUMBER_PATTERN, type Pattern, retype } from './typing.ts'

type Change = readonly [before: string, typed: string]

// Each line: what the field held, what it holds after a change (| is the caret), what it becomes.

function becomes(pattern: Pattern, [before, typed]: Change, isBackspace = false): string {
  const [head = '', tail = ''] = typed.split('|')
  const change = { text: head + tail, caret: head.length }
  const { text, caret } = retype(pattern, change, { before, isBackspace })
  return `${text.slice(0, caret)}|${text.slice(caret)}`
}

test('typing: a card number is grouped as its brand groups it, and the caret keeps its digit', () => {
  const rows: readonly (readonly [before: string, typed: string, after: string])[] = [
    ['', '4|', '4|'],
    ['4111', '41111|', '4111 1|'],
    ['4111 1', '4911|1 1', '4911| 11'],
    ['', '4111111111111111|', '4111 1111 1111 1111|'],
    ['', ' 4111-1111.1111\u00a01111 |', '4111 1111 1111 1111|'],
    ['', '378282246310005|', '3782 822463 10005|'],
    ['3782 822463', '4|3782 822463', '4|378 2822 463'],
    ['', '36259600000004|', '3625 960000 0004|'],
    ['', '62|', '62|'],
    ['', '41111111111111111111111|', '4111 1111 1111 1111 111|'],
    ['4111 1111 1111 1111 111', '42|111 1111 1111 1111 111', '42|11 1111 1111 1111 111'],
    ['4', '4x|', '4|'],
    ['', '１２|', '|'],
  ]
  for (const [before, typed, after] of rows) {
    assert.equal(becomes(NUMBER_PATTERN, [before, typed]), after, typed)
  }
})

test('typing: backspace over a gap takes the digit before it', () => {
  assert.equal(becomes(NUMBER_PATTERN, ['4111 1', '4111|1'], true), '411|1')
  assert.equal(becomes(NUMBER_PATTERN, ['4111 1', '4111 |'], true), '4111|')
  assert.equal(becomes(EXPIRY_PATTERN, ['12 / 29', '12 /|29'], true), '1|2 / 9')
})

test('typing: an expiry is month and year, however it is written', () => {
  const rows: readonly (readonly [typed: string, after: string])[] = [
    ['1|', '1|'],
    ['2|', '02|'],
    ['12|', '12|'],
    ['12/|', '12|'],
    ['1/|', '01|'],
    ['122|', '12 / 2|'],
    ['12/29|', '12 / 29|'],
    ['12 / 2029|', '12 / 2029|'],
    ['12/2951|', '12 / 29|'],
  ]
  for (const [typed, after] of rows)
    assert.equal(becomes(EXPIRY_PATTERN, ['', typed]), after, typed)
})

test('card: numbers tell their brand by their first digits', () => {
  const rows: readonly (readonly [digits: string, brand: string])[] = [
    ['', ''],
    ['4', 'visa'],
    ['51', 'mastercard'],
    ['5', ''],
    ['2220', ''],
    ['2221', 'mastercard'],
    ['2720', 'mastercard'],
    ['2721', ''],
    ['34', 'amex'],
    ['3527', ''],
    ['3528', 'jcb'],
    ['3589', 'jcb'],
    ['305', 'diners'],
    ['306', ''],
    ['3095', 'diners'],
    ['36', 'diners'],
    ['62', 'unionpay'],
    ['6011', 'discover'],
    ['643', ''],
    ['644', 'discover'],
    ['65', 'discover'],
    ['9', ''],
  ]
  for (const [digits, brand] of rows) assert.equal(kindOf(digits).brand, brand, digits)
})

test('card: the check digit finds every single wrong digit', () => {
  const good = '4111111111111111'
  assert.ok(passesLuhn(good))
  for (let at = 0; at < good.length; at += 1) {
    for (const digit of '0123456789') {
      const other = good.slice(0, at) + digit + good.slice(at + 1)
      assert.equal(passesLuhn(other), other === good)
    }
  }
})

test('card: of a number the first six and the last four digits are shown', () => {
  assert.equal(maskNumber('4111111111111111'), '411111XXXXXX1111')
  assert.equal(maskNumber('378282246310005'), '378282XXXXX0005')
  assert.equal(maskNumber('123456789012'), '123456XX9012')
  assert.equal(maskNumber('12345678901'), 'XXXXXXXXXXX')
  assert.equal(maskNumber(''), '')
})

test('card: an expiry holds until its month is over', () => {
  assert.deepEqual(parseExpiry('08 / 29'), { month: '08', year: '2029' })
  assert.deepEqual(parseExpiry('08 / 2029'), { month: '08', year: '2029' })
  for (const text of ['', '13 / 29', '00 / 29', '08 / 2', '8 / 29', '08 / 1929']) {
    assert.equal(parseExpiry(text), undefined, text)
  }
  const november = { month: '11', year: '2026' }
  assert.equal(isPast(november, new Date(2026, 10, 30, 23, 59)), false)
  assert.equal(isPast(november, new Date(2026, 11, 1)), true)
})
