import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Expiry, expiresWithin, isExpired, lastDayOf, parseExpiry } from './card.ts'

const expiry: fc.Arbitrary<Expiry> = fc.record(
  { year: fc.integer({ min: 2000, max: 2099 }), month: fc.integer({ min: 1, max: 12 }) },
  { noNullPrototype: true },
)

test('expiry: months and years are read in each form that merchants send', () => {
  // month, year, what it is read as; a dash is nothing.
  const rows = `
    1   30    2030-1
    01  30    2030-1
    9   2030  2030-9
    09  2030  2030-9
    10  00    2000-10
    12  2099  2099-12
    0   30    -
    00  30    -
    13  30    -
    20  30    -
    001 30    -
    012 30    -
    1   1999  -
    1   2100  -
    1   3     -
    1   030   -
    1   02030 -
    -1  30    -
    1.0 30    -
    1e0 30    -
    x   30    -
    1   xx    -
    １  30    -
    1   ３０  -`
  for (const row of rows.trim().split('\n')) {
    const [month = '', year = '', read = ''] = row.trim().split(/ +/)
    const found = parseExpiry(month, year)
    assert.equal(found ? `${found.year}-${found.month}` : '-', read, row)
  }
  for (const text of ['', ' 1', '1 ', '1\n']) {
    assert.equal(parseExpiry(text, '30'), undefined)
    assert.equal(parseExpiry('1', text), undefined)
  }
})

test('expiry: every month of the century is read back from its text', () => {
  fc.assert(
    fc.property(expiry, fc.boolean(), fc.boolean(), (date, isPadded, isShort) => {
      const month = String(date.month).padStart(isPadded ? 2 : 1, '0')
      const year = String(date.year).slice(isShort ? 2 : 0)
      assert.deepEqual(parseExpiry(month, year), date)
    }),
  )
})

test('expiry: a card is good to the end of its month, wherever on earth that is', () => {
  // expiry, now, whether it is past.
  const rows = `
    2026-11 2026-11-01T00:00:00Z good
    2026-11 2026-11-30T23:59:59Z good
    2026-11 2026-12-01T00:00:00Z good
    2026-11 2026-12-01T23:59:59Z good
    2026-11 2026-12-02T00:00:00Z past
    2026-11 2027-01-01T00:00:00Z past
    2026-11 2027-11-01T00:00:00Z past
    2026-12 2026-12-31T23:59:59Z good
    2026-12 2027-01-01T12:00:00Z good
    2026-12 2027-01-02T00:00:00Z past
    2026-10 2026-11-01T00:00:00Z good
    2026-10 2026-11-02T00:00:00Z past
    2026-09 2026-11-01T00:00:00Z past
    2025-11 2026-11-01T00:00:00Z past
    2026-12 2026-11-15T00:00:00Z good
    2046-11 2026-11-15T00:00:00Z good
    2046-12 2026-11-15T00:00:00Z past
    2046-12 2026-12-01T00:00:00Z good
    2047-01 2026-11-15T00:00:00Z past
    2000-01 2026-11-15T00:00:00Z past
    2099-12 2026-11-15T00:00:00Z past`
  for (const row of rows.trim().split('\n')) {
    const [text = '', now = '', expected] = row.trim().split(/ +/)
    const [year, month] = text.split('-').map(Number)
    const isPast = isExpired({ year: year ?? 0, month: month ?? 0 }, new Date(now))
    assert.equal(isPast ? 'past' : 'good', expected, row)
  }
})

test('expiry: a card that is good was good the month before, back to twenty years', () => {
  fc.assert(
    fc.property(expiry, fc.integer({ min: 0, max: 239 }), (date, monthsBefore) => {
      const lastDay = new Date(Date.UTC(date.year, date.month, 0, 23, 59, 59))
      const before = new Date(Date.UTC(date.year, date.month - 1 - monthsBefore, 15))
      assert.equal(isExpired(date, lastDay), false)
      assert.equal(isExpired(date, before), false)
      assert.equal(isExpired(date, new Date(Date.UTC(date.year, date.month, 2))), true)
    }),
  )
})

test('expiry: a card ends within six months up to the end of the sixth, and when it has ended', () => {
  // expiry, now, whether it ends within six months.
  const rows = `
    2027-05 2026-11-01T00:00:00Z soon
    2027-05 2026-11-30T23:59:59Z soon
    2027-06 2026-11-30T23:59:59Z later
    2027-06 2026-12-01T00:00:00Z soon
    2026-11 2026-11-15T00:00:00Z soon
    2026-12 2026-11-15T00:00:00Z soon
    2026-01 2026-11-15T00:00:00Z soon
    2027-11 2026-11-15T00:00:00Z later
    2046-11 2026-11-15T00:00:00Z later`
  for (const row of rows.trim().split('\n')) {
    const [text = '', now = '', expected] = row.trim().split(/ +/)
    const [year, month] = text.split('-').map(Number)
    const isSoon = expiresWithin({ year: year ?? 0, month: month ?? 0 }, 6, new Date(now))
    assert.equal(isSoon ? 'soon' : 'later', expected, row)
  }
})

test('expiry: the last day of every month is the one the calendar has', () => {
  for (let year = 2000; year < 2100; year += 1) {
    for (let month = 1; month <= 12; month += 1) {
      const lastDay = new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10)
      assert.equal(lastDayOf({ year, month }), lastDay.replaceAll('-', ''))
    }
  }
})
