import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { JsonError, JsonNumber, parseJson, type JsonErrorCode, type JsonValue } from './json.ts'

/** One shape for both readings: numbers rounded, objects with a null prototype, names plain. */
function loosened(value: unknown): unknown {
  if (value instanceof JsonNumber) return Number(value.lexeme)
  if (Array.isArray(value)) return value.map(loosened)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).map(([name, inner]) => [plain(name), loosened(inner)])
  return Object.assign(Object.create(null), Object.fromEntries(entries))
}

/** The code of the refusal; undefined when the body is accepted, and a throw of ours passes. */
function refusalOf(body: Uint8Array | string): JsonErrorCode | undefined {
  try {
    parseJson(body)
    return undefined
  } catch (error) {
    assert.ok(error instanceof JsonError, 'only a JsonError may come out')
    assert.ok(Number.isInteger(error.offset) && error.offset >= 0 && error.offset <= body.length)
    assert.equal(error.message, `JSON refused: ${error.code} at offset ${error.offset}`)
    return error.code
  }
}

const bytes = (text: string) => new TextEncoder().encode(text)
const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))

// A second reading of the named reasons, by regular expressions over what JSON.parse accepts.
const STRING = /"(?:[^"\\]|\\.)*"/gs
const NAME_OR_STRING = /"(?:[^"\\]|\\.)*"([ \t\r\n]*:)?/gs

// JSON.parse itself may take an escaped name for another one: after a name that begins with a
// backslash, Node 24 reads {"\u0061":1} as {"\\":1} (nodejs/node#63785). So it is asked with names
// that need no escape.
function parsed(text: string): unknown {
  const spelled = (token: string, colon: string | undefined) =>
    colon === undefined ? token : `${JSON.stringify(plain(unquoted(token)))}:`
  JSON.parse(text)
  return JSON.parse(text.replace(NAME_OR_STRING, spelled))
}

function unquoted(token: string): string {
  return String(JSON.parse(token.replace(/[ \t\r\n]*:$/, '')))
}

function plain(name: string): string {
  return name.replace(/["\\\p{Cc}]/gu, (unit) => String.fromCharCode(0xe000 + unit.charCodeAt(0)))
}

function namedReasons(text: string): Set<JsonErrorCode> {
  const reasons = new Set<JsonErrorCode>()
  const tokens = [...text.matchAll(NAME_OR_STRING)]
  const strings = tokens.map(([token]) => unquoted(token))
  const names = strings.filter((_, index) => tokens[index]?.[1] !== undefined)
  if (!strings.every((string) => string.isWellFormed())) reasons.add('malformed')
  if (names.some((name) => ['__proto__', 'constructor', 'prototype'].includes(name)))
    reasons.add('forbidden_name')
  if (names.length > countNames(parsed(text))) reasons.add('duplicate_name')
  let [depth, deepest] = [0, 0]
  for (const character of text.replace(STRING, '')) {
    if (character === '[' || character === '{') deepest = Math.max(deepest, ++depth)
    if (character === ']' || character === '}') depth--
  }
  if (deepest > 16) reasons.add('too_deep')
  return reasons
}

function countNames(value: unknown): number {
  if (value === null || typeof value !== 'object') return 0
  const inside = Object.values(value).reduce((sum: number, inner) => sum + countNames(inner), 0)
  return inside + (Array.isArray(value) ? 0 : Object.keys(value).length)
}

/** Accepted just when JSON.parse accepts it and no named reason stands against it. */
function agreesWithJsonParse(text: string): void {
  const code = refusalOf(text)
  assert.equal(refusalOf(bytes(text)), code)
  try {
    parsed(text)
  } catch {
    // A text that is no JSON may be refused for any reason that is met on the way.
    assert.notEqual(code, undefined, 'JSON.parse refuses this')
    return
  }
  const reasons = namedReasons(text)
  if (code === undefined) assert.deepEqual([...reasons], [])
  else assert.ok(reasons.has(code), `refused as ${code}, without a cause`)
  if (code === undefined) assert.deepEqual(loosened(parseJson(text)), loosened(parsed(text)))
}

// Few names and few characters, so that duplicates, escapes of the same name, surrogate pairs and
// halves of them come up all the time.
const space = fc.constantFrom('', '', '', ' ', '\n', '\t\r')
const unit = fc.constantFrom(
  ...'a b 0 é ร 😀 / \u2028 \u007f \\" \\\\ \\/ \\b \\f \\n \\r \\t \\u0061 \\u0000'.split(' '),
  ...'\\u00E9 \\ud83d \\uDE00 \\ud83d\\ude00'.split(' '),
)
const stringText = fc.array(unit, { maxLength: 5 }).map((units) => `"${units.join('')}"`)
const nameText = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('"a"', '"b"', '"c"', '"\\u0061"', '"0"', '""') },
  { weight: 4, arbitrary: stringText },
  { weight: 1, arbitrary: fc.constantFrom('"__proto__"', '"constructor"', '"proto\\u0074ype"') },
)
const numberText = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(fc.constantFrom('0', '7', '9007199254740993'), fc.bigInt(1n, 10n ** 25n).map(String)),
    fc.constantFrom('', '', '.0', '.10', '.005', '.1234567890123456789'),
    fc.constantFrom('', '', '', 'e0', 'E+2', 'e-7', 'e400'),
  )
  .map((parts) => parts.join(''))

const { document } = fc.letrec<{ document: string; array: string; object: string }>((tie) => ({
  document: fc
    .tuple(
      space,
      fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom('null', 'true', 'false'),
        numberText,
        stringText,
        tie('array'),
        tie('object'),
      ),
      space,
    )
    .map((parts) => parts.join('')),
  array: fc.array(tie('document'), { maxLength: 4 }).map((values) => `[${values.join(',')}]`),
  object: fc
    .array(fc.tuple(space, nameText, space, tie('document')), { maxLength: 4 })
    .map((members) => {
      const written = members.map(
        ([before, name, after, value]) => before + name + after + ':' + value,
      )
      return `{${written.join(',')}}`
    }),
}))
const nested = fc
  .tuple(document, fc.array(fc.constantFrom('[', '{'), { minLength: 12, maxLength: 18 }))
  .map(([inner, kinds]) =>
    kinds.reduce((text, kind) => (kind === '[' ? `[${text}]` : `{"n":${text}}`), inner),
  )
const soup = fc
  .array(
    fc.constantFrom(
      ...'{ } [ ] , : " \\ u 0 1 - + . e E \n true false null "a" "a": "b":1'.split(' '),
      ...'\u0000 \u001f \u00a0 \ufeff'.split(' '),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''))

const added = fc.constantFrom(...'{ } [ ] , : " \\ u 0 1 - . e E + \n \0 \u2028 t f n /'.split(' '))
const edit = fc.tuple(fc.nat(), fc.nat(2), added)

function edited(text: string, edits: [number, number, string][]): string {
  return edits.reduce((before, [position, removed, added]) => {
    const at = position % (before.length + 1)
    return before.slice(0, at) + added + before.slice(at + removed)
  }, text)
}

test('json: what is accepted equals JSON.parse, and valid JSON is refused by name only', () => {
  fc.assert(fc.property(document, agreesWithJsonParse), { numRuns: 2000 })
  fc.assert(fc.property(nested, agreesWithJsonParse), { numRuns: 300 })
  fc.assert(fc.property(fc.json(), agreesWithJsonParse), { numRuns: 300 })
})

test('json: broken and mutated texts are judged as JSON.parse judges them', () => {
  fc.assert(fc.property(soup, agreesWithJsonParse), {
    numRuns: 3000,
  })
  const edits = fc.array(edit, { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(document, edits, (text, changes) => {
      const mutated = edited(text, changes)
      if (mutated.isWellFormed()) agreesWithJsonParse(mutated)
    }),
    { numRuns: 3000 },
  )
})

test('json: whatever bytes arrive, nothing but a JsonError is thrown', () => {
  const change = fc.tuple(fc.nat(), fc.nat(255))
  fc.assert(
    fc.property(document, fc.array(change, { maxLength: 3 }), (text, changes) => {
      const body = bytes(text)
      for (const [position, byte] of changes) body[position % body.length] = byte
      const isUtf8 = Buffer.from(Buffer.from(body).toString('utf8')).equals(body)
      if (!isUtf8) assert.equal(refusalOf(body), 'malformed')
      else assert.equal(refusalOf(body), refusalOf(Buffer.from(body).toString('utf8')))
    }),
    { numRuns: 2000 },
  )
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (body) => void refusalOf(body)))
})

test('json: a number keeps every byte that was written', () => {
  fc.assert(
    fc.property(numberText, space, (lexeme, gap) => {
      const value = parseJson(`${gap}[${gap}${lexeme}${gap},{"a":${lexeme}}]`)
      assert.ok(Array.isArray(value))
      assert.deepEqual(value[0], new JsonNumber(lexeme))
      assert.deepEqual(value[1], Object.assign(Object.create(null), { a: new JsonNumber(lexeme) }))
    }),
  )
  const exact = '1.005 0.10 1e2 1E+2 -0 -0.0 9007199254740993 100000000000000000000.00 0e0'
  for (const lexeme of exact.split(' ')) assert.deepEqual(parseJson(lexeme), new JsonNumber(lexeme))
})

test('json: nesting goes to 16, in arrays, objects and both', () => {
  const wrap = (times: number, [open, close]: [string, string]) =>
    `${open.repeat(times)}0${close.repeat(times)}`
  for (const pair of [
    ['[', ']'],
    ['{"a":', '}'],
  ] as [string, string][]) {
    assert.equal(refusalOf(wrap(16, pair)), undefined)
    assert.equal(refusalOf(wrap(17, pair)), 'too_deep')
    assert.equal(refusalOf(pair[0].repeat(1_000_000)), 'too_deep')
  }
  assert.equal(refusalOf(wrap(8, ['[{"a":', '}]'])), undefined)
  assert.equal(refusalOf(`[${wrap(8, ['[{"a":', '}]'])}]`), 'too_deep')
  assert.equal(refusalOf(`[${'[],{"a":[]},'.repeat(50)}0]`), undefined)
})

const REFUSED = String.raw`
  {"a":1,"a":1}                      duplicate_name
  {"a":null,"\u0061":null}           duplicate_name
  {"":0,"":0}                        duplicate_name
  {"1":0,"1":0}                      duplicate_name
  [{"b":{"a":1,"c":2,"a":3}}]        duplicate_name
  {"__proto__":{}}                   forbidden_name
  {"\u005f_proto__":{}}              forbidden_name
  {"a":{"constructor":0}}            forbidden_name
  [{"prototype":0}]                  forbidden_name
  {"a":1,}                           malformed
  [1,]                               malformed
  [,1]                               malformed
  {,}                                malformed
  {"a"}                              malformed
  {"a":}                             malformed
  {a:1}                              malformed
  {'a':1}                            malformed
  {1:1}                              malformed
  [1}                                malformed
  {"a":1]                            malformed
  [1,2                               malformed
  {"a":1                             malformed
  1/**/                              malformed
  {}{}                               malformed
  []0                                malformed
  01                                 malformed
  -01                                malformed
  1.                                 malformed
  .5                                 malformed
  +1                                 malformed
  -                                  malformed
  1e                                 malformed
  1e+                                malformed
  1.e1                               malformed
  0x10                               malformed
  1_000                              malformed
  NaN                                malformed
  -Infinity                          malformed
  True                               malformed
  nul                                malformed
  nulll                              malformed
  undefined                          malformed
  "a                                 malformed
  "\                                 malformed
  "\"                                malformed
  "\x41"                             malformed
  "\u12"                             malformed
  "\u 123"                           malformed
  "\u-123"                           malformed
  "\U0041"                           malformed
  "\ud800"                           malformed
  "\udc00"                           malformed
  "\ude00\ud83d"                     malformed
  "\ud83d\ud83d\ude00"               malformed
  "\ud83dx\ude00"                    malformed
  {"\ud800":1}                       malformed`

test('json: each way to be refused has its code', () => {
  const rows = REFUSED.trim().split('\n')
  assert.ok(rows.length > 50)
  for (const row of rows) {
    const [, text = '', code] = /^ *(.*?) +(\w+)$/.exec(row) ?? []
    assert.equal(refusalOf(text), code, text)
    assert.equal(refusalOf(bytes(text)), code, text)
  }
  const invisible = [
    '',
    ' ',
    '\0',
    '1\0',
    '"a\nb"',
    '"a\tb"',
    '"\u001f"',
    '"\\n\n"',
    '\u00a01',
    '\f1',
  ]
  for (const text of invisible) assert.equal(refusalOf(text), 'malformed', JSON.stringify(text))
})

test('json: names that only resemble a forbidden one are fine, as are values', () => {
  const text =
    '{"_proto_":"__proto__","Constructor":["constructor"],"hasOwnProperty":1,"toString":2}'
  const value = loosened(parseJson(text))
  assert.deepEqual(value, loosened(parsed(text)))
})

test('json: an escaped name is read as itself, whatever came before it', () => {
  for (const text of ['{"\\\\":1}', '{"x":1,"\\\\u":1}', '{"\\u0061":2}', '{"x":1,"\\u0061b":2}']) {
    const value = parseJson(text)
    assert.ok(value !== null && typeof value === 'object')
    const names = [...text.matchAll(NAME_OR_STRING)].map(([token]) => unquoted(token))
    assert.deepEqual(Object.keys(value), names)
  }
})

test('json: a value that is kept does not keep its body', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const members = '"a":"long enough to be a slice","b":"the \\u0061 same","c":1234567890.1234567890'
  const kept: JsonValue[] = []
  collect()
  const before = process.memoryUsage().heapUsed
  for (let index = 0; index < 100; index++) {
    const filler = 'x'.repeat(100_000)
    const value = parseJson(bytes(`[{${members},"a long name of number ${index}":0},"${filler}"]`))
    assert.ok(Array.isArray(value))
    kept.push(value[0] ?? null)
  }
  collect()
  assert.equal(kept.length, 100)
  assert.ok(process.memoryUsage().heapUsed - before < 2_000_000)
})

test('json: bytes that are not UTF-8, or begin with a mark, are refused without trace', () => {
  const table = {
    'byte order mark': 'ef bb bf 7b 7d',
    'UTF-16 little endian': 'ff fe 7b 00 7d 00',
    'UTF-16 without a mark': '7b 00 7d 00',
    'lone continuation': '22 80 22',
    'cut short': '22 e0 b8 22',
    'cut short by the end': '22 e0 b8',
    overlong: '22 c0 af 22',
    'surrogate in UTF-8': '22 ed a0 bd ed b8 80 22',
    'past U+10FFFF': '22 f4 90 80 80 22',
    'Latin 1': '22 e9 22',
  }
  for (const [name, body] of Object.entries(table)) {
    assert.equal(refusalOf(hex(body)), 'malformed', name)
    assert.equal(parseJson(bytes('"ร้าน 😀"')), 'ร้าน 😀')
  }
  assert.equal(refusalOf('\ufeff{}'), 'malformed')
  for (const text of ['"\ud800"', '"\ude00\ud83d"', '"\\ud83d\ude00"'])
    assert.equal(refusalOf(text), 'malformed')
})

test('json: an error tells the place and nothing of the body', () => {
  const secret = '{"cardNo":"4111111111111111","cardNo":1}'
  assert.throws(
    () => parseJson(secret),
    (error) => {
      assert.ok(error instanceof JsonError)
      assert.deepEqual(
        [error.code, error.offset],
        ['duplicate_name', secret.lastIndexOf('"cardNo"')],
      )
      assert.doesNotMatch(`${error.stack ?? ''} ${JSON.stringify(error)}`, /cardNo|4111/)
      return true
    },
  )
})
