import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Currency, currencyOf } from './currency.ts'

const LETTERS = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ')

/** Every currency there is, found by asking for every code there can be. */
const all: readonly Currency[] = LETTERS.flatMap((first) =>
  LETTERS.flatMap((second) => LETTERS.map((third) => currencyOf(first + second + third))),
).filter((currency) => currency !== undefined)

function codesWith(exponent: number): string {
  return all
    .filter((currency) => currency.exponent === exponent)
    .map(({ code }) => code)
    .join(' ')
}

test('currency: decimals are those of ISO 4217', () => {
  assert.equal(codesWith(0), 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF')
  assert.equal(codesWith(3), 'BHD IQD JOD KWD LYD OMR TND')
  assert.equal(codesWith(4), 'CLF')
  assert.equal(all.length, codesWith(2).split(' ').length + 16 + 7 + 1)
  assert.ok(all.length > 150, `only ${all.length} currencies`)
})

test('currency: codes and numbers are whole and stand once', () => {
  for (const { code, numeric } of all) {
    assert.match(numeric, /^[0-9]{3}$/, code)
    assert.equal(currencyOf(code)?.code, code)
  }
  assert.equal(new Set(all.map(({ numeric }) => numeric)).size, all.length)
})

test('currency: numbers are those of ISO 4217', () => {
  const rows = `AUD 036, BHD 048, CHF 756, CNY 156, EUR 978, GBP 826, HKD 344, IDR 360, INR 356,
    JPY 392, KRW 410, KWD 414, MMK 104, MYR 458, PHP 608, SGD 702, THB 764, TWD 901, USD 840,
    VND 704, ZAR 710`
  for (const row of rows.split(/,\s+/)) {
    const [code = '', numeric] = row.split(' ')
    assert.equal(currencyOf(code)?.numeric, numeric, code)
  }
})

test('currency: what is no code in upper case is unknown', () => {
  for (const text of [
    '',
    'thb',
    'Thb',
    'TH',
    'THBX',
    ' THB',
    '764',
    'ZZZ',
    'toString',
    '__proto__',
  ]) {
    assert.equal(currencyOf(text), undefined, text)
  }
})
