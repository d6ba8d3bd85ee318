import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatLocal, parseLocal } from './local-time.ts'

const HOUR_MS = 3_600_000

// With and without daylight saving time, east and west, with half hours and a skipped day.
const ZONES = [
  'UTC',
  'Asia/Bangkok',
  'Asia/Singapore',
  'Asia/Yangon',
  'Asia/Kathmandu',
  'Europe/Athens',
  'Europe/London',
  'America/New_York',
  'America/St_Johns',
  'America/Sao_Paulo',
  'Pacific/Apia',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
]

const zone = fc.constantFrom(...ZONES)

/** Seconds of 1990 to 2089. */
const anInstant = fc
  .integer({ min: Date.UTC(1990, 0, 1) / 1_000, max: Date.UTC(2089, 11, 31) / 1_000 })
  .map((seconds) => new Date(seconds * 1_000))

/** A few hours around the days in March and October on which Athens changes its clocks. */
const nearAChange = fc
  .tuple(
    fc.constantFrom(Date.UTC(2026, 2, 29, 1), Date.UTC(2026, 9, 25, 1)),
    fc.integer({ min: -21_600, max: 21_600 }),
  )
  .map(([change, seconds]) => new Date(change + seconds * 1_000))

/** `yyyyMMddHHmmss` as a merchant would send it. */
function asSent(digits: string): string {
  return digits.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3 $4:$5:$6')
}

test('local time: an instant is written by the clocks of its zone', () => {
  const rows = `
    2020-05-28T01:05:08Z Asia/Bangkok       20200528080508
    2026-11-20T17:00:00Z Asia/Bangkok       20261121000000
    2026-11-20T16:59:59Z Asia/Bangkok       20261120235959
    2026-11-20T12:00:00Z Asia/Yangon        20261120183000
    2026-11-20T12:00:00Z Asia/Singapore     20261120200000
    2026-07-01T12:00:00Z Europe/Athens      20260701150000
    2026-12-01T12:00:00Z Europe/Athens      20261201140000
    2026-03-29T00:59:59Z Europe/Athens      20260329025959
    2026-03-29T01:00:00Z Europe/Athens      20260329040000
    2026-10-25T00:59:59Z Europe/Athens      20261025035959
    2026-10-25T01:00:00Z Europe/Athens      20261025030000
    2026-01-01T00:00:00Z America/New_York   20251231190000
    2026-01-01T00:00:00Z Pacific/Kiritimati 20260101140000
    2026-02-28T23:00:00Z UTC                20260228230000`
  for (const row of rows.trim().split('\n')) {
    const [instant = '', timeZone = '', expected] = row.trim().split(/ +/)
    assert.equal(formatLocal(new Date(instant), timeZone), expected, row)
  }
})

test('local time: what was written is read back as an instant that is written the same', () => {
  fc.assert(
    fc.property(fc.oneof(anInstant, nearAChange), zone, (at, timeZone) => {
      const written = formatLocal(at, timeZone)
      assert.match(written, /^[0-9]{14}$/)
      const read = parseLocal(asSent(written), timeZone)
      assert.ok(read, `${written} in ${timeZone}`)
      assert.equal(formatLocal(read, timeZone), written)
    }),
    { numRuns: 500 },
  )
})

test('local time: where no hour comes twice, the very instant is read back', () => {
  const steady = fc.constantFrom('UTC', 'Asia/Bangkok', 'Asia/Singapore', 'Asia/Kathmandu')
  fc.assert(
    fc.property(anInstant, steady, (at, timeZone) => {
      assert.deepEqual(parseLocal(asSent(formatLocal(at, timeZone)), timeZone), at)
    }),
  )
})

test('local time: every second around a change of clocks is read, but those that were skipped', () => {
  // Athens goes from 03:00 to 04:00 on 29 March and from 04:00 to 03:00 on 25 October.
  for (const [day, skipped, twice] of [
    ['2026-03-29', '03', undefined],
    ['2026-10-25', undefined, '03'],
  ] as const) {
    for (const hour of ['00', '01', '02', '03', '04', '05', '06', '23']) {
      for (const rest of ['00:00', '30:00', '59:59']) {
        const text = `${day} ${hour}:${rest}`
        const read = parseLocal(text, 'Europe/Athens')
        assert.equal(read === undefined, hour === skipped, text)
        if (read === undefined) continue
        const written = text.replace(/[^0-9]/g, '')
        assert.equal(formatLocal(read, 'Europe/Athens'), written)
        const neighbors = [-HOUR_MS, HOUR_MS].map((ms) => new Date(read.getTime() + ms))
        const twins = neighbors.filter((at) => formatLocal(at, 'Europe/Athens') === written)
        assert.equal(twins.length, hour === twice ? 1 : 0, text)
      }
    }
  }
})

test('local time: what is no instant is not read', () => {
  const rows = [
    '2026-02-29 10:00:00',
    '2026-02-31 10:00:00',
    '2026-04-31 10:00:00',
    '2026-00-10 10:00:00',
    '2026-13-10 10:00:00',
    '2026-10-00 10:00:00',
    '2026-10-32 10:00:00',
    '2026-10-10 24:00:00',
    '2026-10-10 25:00:00',
    '2026-10-10 10:60:00',
    '2026-10-10 10:00:60',
    '2100-02-29 10:00:00',
    '0000-00-00 00:00:00',
    '0000-01-01 00:00:00',
    '0050-01-01 00:00:00',
    '0999-12-31 23:59:59',
    '2026-10-10',
    '2026-10-10 10:00',
    '',
    'junk',
  ]
  for (const timeZone of ['UTC', 'Europe/Athens', 'America/New_York']) {
    for (const text of rows) {
      assert.equal(parseLocal(text, timeZone), undefined, `${text} in ${timeZone}`)
    }
    assert.ok(parseLocal('2028-02-29 10:00:00', timeZone))
  }
})

test('local time: the first and last instants that four digits of year can name do not throw', () => {
  for (const timeZone of ZONES) {
    for (const text of ['1000-01-01 00:00:00', '9999-12-31 23:59:59']) {
      const read = parseLocal(text, timeZone)
      if (timeZone === 'UTC') assert.ok(read, text)
      if (read !== undefined) {
        assert.equal(formatLocal(read, timeZone), text.replace(/[^0-9]/g, ''))
      }
    }
  }
})

test('local time: a day that a zone left out is not there', () => {
  assert.equal(parseLocal('2011-12-30 12:00:00', 'Pacific/Apia'), undefined)
  const read = parseLocal('2011-12-31 00:00:00', 'Pacific/Apia')
  assert.equal(read?.toISOString(), '2011-12-30T10:00:00.000Z')
})
