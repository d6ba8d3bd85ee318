import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorDescription, errorOf, fieldOf } from './errors.ts'

const NOW = new Date(2026, 10, 21)
const VISA = '4111111111111111'

test('My2c2p: what is wrong with a card has the code of 2C2P and its field', () => {
  // Number, month, year, code: the error.
  const rows = `
    ${VISA} 12 2026 123 0
    ${VISA} 11 2026 123 0
    ${VISA} 1 2027 1234 0
    ${VISA} 12 2026 - 0
    - - - 123 0
    - - - - 1
    - 12 2030 123 1
    4111111111111112 12 2030 123 2
    41111111111 12 2030 123 2
    411111111111111x 12 2030 123 2
    ${VISA} - 2030 123 3
    ${VISA} 012 2030 123 4
    ${VISA} 12 - 123 5
    ${VISA} 12 30 123 6
    ${VISA} 12 2025 123 7
    ${VISA} 10 2026 123 8
    ${VISA} 13 2030 123 9
    ${VISA} 0 2026 123 9
    ${VISA} 12 2030 12 10
    ${VISA} 12 2030 12345 10
    - - - 12x 10
    ${VISA} 1x 2030 123 11
    ${VISA} 12 20x0 123 12`
  for (const row of rows.trim().split('\n')) {
    const [cardnumber = '', month = '', year = '', cvv = '', code = ''] = row
      .trim()
      .split(' ')
      .map((text) => (text === '-' ? '' : text))
    assert.equal(errorOf({ cardnumber, month, year, cvv }, NOW), Number(code), row)
  }
})

test('My2c2p: every code has a text and a field', () => {
  const fields = Array.from({ length: 12 }, (_, index) => fieldOf(index + 1))
  const [number, month, year, cvv] = ['cardnumber', 'month', 'year', 'cvv']
  assert.deepEqual(fields, [
    number,
    number,
    month,
    month,
    year,
    year,
    year,
    month,
    month,
    cvv,
    month,
    year,
  ])
  assert.equal(fieldOf(0), undefined)
  assert.equal(errorDescription(2), 'card number is invalid')
  assert.equal(errorDescription(0), '')
  assert.equal(errorDescription(13), 'unknown error')
})
