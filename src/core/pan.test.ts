import assert from 'node:assert/strict'
import { test } from 'node:test'
import { format, inspect } from 'node:util'
import { serialize } from 'node:v8'
import fc from 'fast-check'
import { brandOf, hasCheckDigit, holdsPan, maskPans, Pan, Sad } from './pan.ts'

const digits = (minLength: number, maxLength = minLength) =>
  fc.string({ unit: fc.constantFrom(...Array.from('0123456789')), minLength, maxLength })

/** The Luhn formula once more, by a table of what doubling makes of a digit. */
function checkDigitFor(payload: string): string {
  const sum = Array.from(payload, Number)
    .toReversed()
    .reduce(
      (total, digit, index) => total + (index % 2 === 0 ? Number('0246813579'[digit]) : digit),
      0,
    )
  return String((10 - (sum % 10)) % 10)
}

const aNumber = digits(11, 18).map((payload) => payload + checkDigitFor(payload))

/** A number that a scheme may have issued. */
const aSchemeNumber = fc
  .constantFrom(['4', 16], ['4', 13], ['4', 19], ['5105', 16], ['2221', 16], ['37', 15], ['62', 17])
  .chain(([prefix, length]) => {
    const start = String(prefix)
    return digits(Number(length) - start.length - 1).map((rest) => start + rest)
  })
  .map((payload) => payload + checkDigitFor(payload))

function panOf(text: string): Pan {
  const pan = Pan.parse(text)
  assert.ok(pan instanceof Pan, text)
  return pan
}

/** Everything a careless line of code may do to a value on its way out. */
function printsOf(value: Pan | Sad): string[] {
  const asText = value as unknown as string
  return [
    `${asText}`,
    'joined ' + asText,
    [value, [value]].join(),
    String(value),
    value.toString(),
    JSON.stringify(value),
    JSON.stringify({ list: [value] }, undefined, 2),
    inspect(value),
    inspect({ deep: { value } }, { depth: 9, showHidden: true, getters: true }),
    inspect(value, { customInspect: false, depth: 9, showHidden: true, getters: true }),
    format('%o %O %s %j %d %i', value, value, value, value, value, value),
    format(value),
    inspect(structuredClone(value), { showHidden: true }),
    JSON.stringify(structuredClone({ value })),
    serialize(value).toString('latin1'),
    inspect(Object.assign({}, value), { showHidden: true }),
    Reflect.ownKeys(value).map(String).join(),
    inspect(new Error(`refused ${asText}`, { cause: value })),
    inspect(Object.assign(new Error('refused'), { value })),
    new URLSearchParams({ value: asText }).toString(),
    encodeURIComponent(asText),
  ]
}

test('pan: its mask shows at most ten digits, and never seven in a row', () => {
  fc.assert(
    fc.property(aNumber, (number) => {
      const mask = String(panOf(number))
      assert.equal(mask.length, number.length)
      assert.equal(mask, `${number.slice(0, 6)}${'*'.repeat(mask.length - 10)}${number.slice(-4)}`)
      assert.equal(mask.replace(/[^0-9]/g, '').length, 10)
      assert.doesNotMatch(mask, /[0-9]{7}/)
    }),
  )
})

test('pan: however it is printed, it shows its mask', () => {
  fc.assert(
    fc.property(aNumber, (number) => {
      for (const print of printsOf(panOf(number))) {
        assert.equal(print.includes(number), false, print)
        assert.doesNotMatch(print, /[0-9]{7}/, print)
      }
    }),
    { numRuns: 40 },
  )
  const pan = panOf('4111111111111111')
  assert.equal(JSON.stringify({ pan }), '{"pan":"411111******1111"}')
  assert.equal(inspect(pan), '411111******1111')
  assert.equal(format('%o', pan), '411111******1111')
})

test('pan: its one door gives the number back', () => {
  fc.assert(fc.property(aNumber, (number) => assert.equal(panOf(number).reveal(), number)))
})

test('pan: only 12 to 19 plain digits with a correct check digit are one', () => {
  const good = '411111111111111'
  const rows = [
    good,
    `${good}2`,
    `${good}1 `,
    ` ${good}1`,
    `${good}1\n`,
    '4111 1111 1111 1111',
    '4111-1111-1111-1111',
    '４１１１１１１１１１１１１１１１',
    '4111111111111111e0',
    '',
    '0',
    `1234567890${checkDigitFor('1234567890')}`,
    `1234567890123456789${checkDigitFor('1234567890123456789')}`,
  ]
  for (const text of rows) assert.equal(Pan.parse(text), undefined, JSON.stringify(text))
  for (const length of [12, 13, 14, 15, 16, 17, 18, 19]) {
    const payload = '123456789012345678'.slice(0, length - 1)
    assert.ok(Pan.parse(payload + checkDigitFor(payload)), String(length))
  }
})

test('sad: however it is printed, it shows a mark', () => {
  const canary = 'KANARIENVOGEL'
  const forms = (['utf8', 'hex', 'base64'] as const).map((code) =>
    Buffer.from(canary).toString(code),
  )
  for (const print of printsOf(new Sad(canary))) {
    for (const form of forms) assert.equal(print.includes(form), false, print)
    // As a Buffer would print it.
    assert.doesNotMatch(print, /4b 41 4e 41|75,\s*65,\s*78/)
  }
  assert.equal(JSON.stringify({ cvv: new Sad('123') }), '{"cvv":"[sensitive]"}')
  assert.equal(format('%o', new Sad('123')), '[sensitive]')
})

test('sad: it is there until it is wiped, and then it is not', () => {
  const sad = new Sad('123é')
  assert.equal(sad.reveal(), '123é')
  sad.wipe()
  assert.equal(sad.reveal(), '\0'.repeat(5))
})

test('luhn: a number has the check digit of the formula and no other', () => {
  fc.assert(
    fc.property(digits(1, 18), (payload) => {
      const right = Array.from('0123456789').filter((digit) => hasCheckDigit(payload + digit))
      assert.deepEqual(right, [checkDigitFor(payload)])
    }),
  )
})

test('luhn: every single wrong digit is caught', () => {
  fc.assert(
    fc.property(aNumber, fc.nat(18), fc.integer({ min: 1, max: 9 }), (number, place, add) => {
      const at = place % number.length
      const wrong = (Number(number[at]) + add) % 10
      const altered = `${number.slice(0, at)}${wrong}${number.slice(at + 1)}`
      assert.equal(hasCheckDigit(altered), false)
    }),
  )
})

test('luhn: two digits that changed places are caught, all but 09 and 90', () => {
  fc.assert(
    fc.property(aNumber, fc.nat(17), (number, place) => {
      const at = place % (number.length - 1)
      const pair = number.slice(at, at + 2)
      const swapped = Array.from(pair).toReversed().join('')
      const altered = number.slice(0, at) + swapped + number.slice(at + 2)
      const isMissed = pair === swapped || pair === '09' || pair === '90'
      assert.equal(hasCheckDigit(altered), isMissed)
    }),
  )
})

test('brand: the ranges and lengths are those the schemes publish', () => {
  // First four digits from and to, and the lengths the scheme issues.
  const ranges: readonly (readonly [string, number, number, readonly number[]])[] = [
    ['visa', 4000, 4999, [13, 16, 19]],
    ['mastercard', 5000, 5599, [16]],
    ['mastercard', 2221, 2720, [16]],
    ['amex', 3400, 3499, [15]],
    ['amex', 3700, 3799, [15]],
    ['jcb', 3528, 3589, [16, 17, 18, 19]],
    ['diners', 3000, 3059, [14, 15, 16, 17, 18, 19]],
    ['diners', 3095, 3095, [14, 15, 16, 17, 18, 19]],
    ['diners', 3600, 3699, [14, 15, 16, 17, 18, 19]],
    ['diners', 3800, 3999, [14, 15, 16, 17, 18, 19]],
    ['discover', 6011, 6011, [16, 17, 18, 19]],
    ['discover', 6440, 6599, [16, 17, 18, 19]],
    ['unionpay', 6200, 6299, [16, 17, 18, 19]],
    ['unionpay', 8100, 8199, [16, 17, 18, 19]],
  ]
  for (let prefix = 0; prefix < 10_000; prefix += 1) {
    const found = ranges.find(([, from, to]) => from <= prefix && prefix <= to)
    for (let length = 12; length <= 19; length += 1) {
      const number = String(prefix).padStart(4, '0').padEnd(length, '0')
      assert.equal(brandOf(number), found?.[3].includes(length) ? found[0] : undefined, number)
    }
  }
  assert.equal(panOf('5555555555554444').brand, 'mastercard')
})

test('text: a card number is found and masked, however it is grouped and whatever is beside it', () => {
  const before = fc.constantFrom('', ' ', 'card', 'No. ', '12 ', '7-', '2026-11-20 ')
  const behind = fc.constantFrom('', ' ', '.', 'x', ' 12/30', ' 123', '-1', ' 2026-11-20')
  const gaps = fc.array(fc.constantFrom('', '', '', ' ', '-'), { minLength: 18, maxLength: 18 })
  fc.assert(
    fc.property(fc.tuple(before, behind), aSchemeNumber, gaps, ([left, right], number, between) => {
      const grouped = Array.from(number, (digit, index) => `${digit}${between[index] ?? ''}`)
      const run = grouped.join('').replace(/[ -]$/, '')
      const text = left + run + right
      assert.equal(holdsPan(text), true, text)
      const masked = maskPans(text)
      assert.equal(holdsPan(masked), false, masked)
      assert.equal(masked.includes(run), false, masked)
    }),
    { numRuns: 500 },
  )
})

test('text: only the card number is masked', () => {
  const rows: readonly (readonly [text: string, masked: string])[] = [
    ['paid with 4111111111111111.', 'paid with 411111******1111.'],
    ['4111 1111 1111 1111', '411111******1111'],
    ['3782-822463-10005', '378282*****0005'],
    ['4111111111111111 12/30', '411111******1111 12/30'],
    ['77 4111 1111 1111 1111', '77 411111******1111'],
    ['4111111111111111-123', '411111******1111-123'],
    ['1234 4111 1111 1111 1111', '1234 411111******1111'],
    ['4111111111111111 5555555555554444', '411111******1111 555555******4444'],
    // Thirteen of these digits would pass as well; the longer number is the safer guess.
    ['4222222222222 006', '422222******2006'],
    ['{"pan":4111111111111111}', '{"pan":411111******1111}'],
    ['x4111111111111111y 4111111111111111', 'x411111******1111y 411111******1111'],
  ]
  for (const [text, masked] of rows) assert.equal(maskPans(text), masked)
})

test('text: numbers that are no card numbers stay as they are', () => {
  const rows = [
    '',
    '4111111111111112',
    '411111111111111',
    '28052010234224845229',
    '7305201872122484776',
    '00000000010000091203',
    '20052010380915759367',
    '04111111111111111',
    '41111111111111110000',
    '000004111111111111111',
    '1234567890128',
    '4111  1111  1111  1111',
    '4111.1111.1111.1111',
    '411111******1111',
    '+66 81 234 5678',
    '2026-11-20 12:34:56',
    'FR76 3000 6000 0112 3456 7890 189',
    // Ids whose digits alone would pass for a card number.
    '6dd8cd8a-e36e-4684-8518-08213715e91f',
    '702EB0A7-068A-4051-8274-98634F696615',
    '12 6dd8cd8a-e36e-4684-8518-08213715e91f 34',
  ]
  for (const text of rows) {
    assert.equal(holdsPan(text), false, text)
    assert.equal(maskPans(text), text)
  }
})

test('text: twenty digits and more are another kind of number', () => {
  fc.assert(
    fc.property(aSchemeNumber, digits(1, 8), fc.boolean(), (number, more, isBefore) => {
      const longer = (isBefore ? more + number : number + more).padStart(20, '0')
      assert.equal(holdsPan(`a${longer} b`), false, longer)
    }),
    { numRuns: 500 },
  )
})

test('text: instants in milliseconds are no card numbers', () => {
  const years = { min: Date.UTC(2001, 8, 9), max: Date.UTC(2096, 0, 1) }
  fc.assert(fc.property(fc.integer(years), (at) => assert.equal(holdsPan(`at ${at}`), false)))
})
