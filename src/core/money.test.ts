import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatDecimal, formatGrouped, formatShortest, type Money, parseDecimal } from './money.ts'

/** One currency for each number of decimals there is. */
const EXPONENTS = { JPY: 0, THB: 2, KWD: 3, CLF: 4 } as const

const aCurrency = fc.constantFrom(...(Object.keys(EXPONENTS) as (keyof typeof EXPONENTS)[]))

// Small, so that sums with zeros in every place come up; and the largest there may be.
const aMinor = fc.oneof(fc.bigInt(0n, 1_200n), fc.bigInt(10n ** 18n - 9n, 10n ** 18n - 1n))

const money: fc.Arbitrary<Money> = fc.record(
  { minor: aMinor, currency: aCurrency },
  { noNullPrototype: true },
)

test('money: what was written is read back as the same', () => {
  fc.assert(
    fc.property(money, (amount) => {
      for (const text of [formatDecimal(amount), formatShortest(amount)]) {
        assert.deepEqual(parseDecimal(text, amount.currency), amount)
      }
    }),
  )
})

// The model is a fraction: whole and decimal digits over a power of ten.
test('money: an amount is read exactly or not at all', () => {
  const digits = (min: number, max: number) =>
    fc.string({ unit: fc.constantFrom('0', '0', '1', '5', '9'), minLength: min, maxLength: max })
  fc.assert(
    fc.property(digits(1, 4), digits(0, 6), aCurrency, (whole, decimals, currency) => {
      const text = decimals === '' ? whole : `${whole}.${decimals}`
      const numerator = BigInt(whole + decimals) * 10n ** BigInt(EXPONENTS[currency])
      const denominator = 10n ** BigInt(decimals.length)
      const isExact = numerator % denominator === 0n
      const read = parseDecimal(text, currency)
      assert.deepEqual(read, isExact ? { minor: numerator / denominator, currency } : undefined)
    }),
  )
})

test('money: amounts are read as ISO 4217 has their decimals', () => {
  // text, currency, minor units; a dash is no amount.
  const rows = `
    0                        THB 0
    0.00                     THB 0
    1000.00                  SGD 100000
    1000                     SGD 100000
    10.5                     SGD 1050
    10.55                    SGD 1055
    10.555                   SGD -
    10.550                   SGD 1055
    10.0001                  SGD -
    000000000010.50000       SGD 1050
    0.01                     SGD 1
    0.001                    SGD -
    500                      JPY 500
    500.                     JPY -
    500.0                    JPY 500
    500.5                    JPY -
    1.234                    KWD 1234
    1.2345                   KWD -
    1.23450                  KWD -
    0.0001                   CLF 1
    1e3                      THB -
    1E3                      THB -
    -1                       THB -
    +1                       THB -
    .5                       THB -
    1.                       THB -
    1..5                     THB -
    1.5.0                    THB -
    1,000                    THB -
    1_000                    THB -
    0x10                     THB -
    NaN                      THB -
    Infinity                 THB -
    ١٢                       THB -
    １２                     THB -
    9999999999999999.99      THB 999999999999999999
    10000000000000000.00     THB -
    999999999999999999       JPY 999999999999999999
    1000000000000000000      JPY -
    000000000000000000000001 JPY 1
    0000000000000000000000001 JPY -
    0.000000000000           THB 0
    0.0000000000000          THB -
    1                        thb -
    1                        ZZZ -`
  for (const row of rows.trim().split('\n')) {
    const [text = '', currency = '', minor = ''] = row.trim().split(/ +/)
    const expected = minor === '-' ? undefined : { minor: BigInt(minor), currency }
    assert.deepEqual(parseDecimal(text, currency), expected, row)
  }
})

test('money: white space and an empty text are no amount', () => {
  for (const text of ['', ' ', ' 12', '12 ', '1 2', '12\n', '\t12', '12\0', '12\u00a0']) {
    assert.equal(parseDecimal(text, 'THB'), undefined, JSON.stringify(text))
  }
})

test('money: amounts are written plain, shortest and grouped', () => {
  // minor units, currency, plain, shortest, grouped.
  const rows = `
    0            THB 0.00          0         0.00
    1            THB 0.01          0.01      0.01
    10           THB 0.10          0.1       0.10
    100          THB 1.00          1         1.00
    2000         THB 20.00         20        20.00
    9310         THB 93.10         93.1      93.10
    23087        THB 230.87        230.87    230.87
    100000       THB 1000.00       1000      1,000.00
    99999        THB 999.99        999.99    999.99
    10010000     THB 100100.00     100100    100,100.00
    123456789012 THB 1234567890.12 1234567890.12 1,234,567,890.12
    0            JPY 0             0         0
    500          JPY 500           500       500
    1000         JPY 1000          1000      1,000
    5            KWD 0.005         0.005     0.005
    1500         KWD 1.500         1.5       1.500
    1000000      KWD 1000.000      1000      1,000.000
    10000        CLF 1.0000        1         1.0000`
  for (const row of rows.trim().split('\n')) {
    const [minor = '', currency = '', ...expected] = row.trim().split(/ +/)
    const amount = { minor: BigInt(minor), currency }
    const written = [formatDecimal(amount), formatShortest(amount), formatGrouped(amount)]
    assert.deepEqual(written, expected, row)
  }
})

test('money: grouping only adds commas, one before each three digits', () => {
  fc.assert(
    fc.property(money, (amount) => {
      const grouped = formatGrouped(amount)
      assert.match(grouped, /^[0-9]{1,3}(?:,[0-9]{3})*(?:\.[0-9]+)?$/)
      assert.equal(grouped.replaceAll(',', ''), formatDecimal(amount))
    }),
  )
})

test('money: the shortest form has no zero at the end of its decimals', () => {
  fc.assert(
    fc.property(money, (amount) => {
      assert.doesNotMatch(formatShortest(amount), /\.$|\..*0$/)
    }),
  )
})
