import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WireError } from './codes.ts'
import { readSchemeToken } from './scheme-token.ts'

// As the founding document "Card Scheme Token" prints it.
const PRINTED =
  'eyAiY2hhbm5lbCI6ICJFWFRFUk5BTCIsICJhdXRoTWV0aG9kIjogIkNSWVBUT0dSQU1fM0RTIiwgImNyeXB0b2dyYW0iOi' +
  'JBRFY5RStTMDZ5V2FBQUdUUUhRbEdnQURGQT09IiwgImVjaSI6IjAyIiB9'

const CRYPTOGRAM = 'ADV9E+S06yWaAAGTQHQlGgADFA=='

const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64')

/** The blob of an EXTERNAL token; a test names what is different. Undefined leaves a name out. */
function aBlob(differences: Readonly<Record<string, unknown>> = {}): string {
  const fields = { channel: 'EXTERNAL', authMethod: 'CRYPTOGRAM_3DS', cryptogram: CRYPTOGRAM }
  return base64(JSON.stringify({ ...fields, eci: '02', ...differences }))
}

/** The answer that refuses the text. */
function refusalOf(text: string): { respCode: string; respDesc: string } {
  try {
    readSchemeToken(text)
  } catch (error) {
    assert.ok(error instanceof WireError)
    return error.answer
  }
  return assert.fail(`accepted: ${text}`)
}

test('scheme token: the printed blob is read, spaces in its JSON and all', () => {
  const { wallet, tokenCryptogram, eci } = readSchemeToken(PRINTED)
  assert.deepEqual([wallet, tokenCryptogram?.reveal(), eci], ['external', CRYPTOGRAM, '02'])
  const spread = base64(
    ' {\n "channel" : "EXTERNAL" ,\t"authMethod":"CRYPTOGRAM_3DS" ,\r\n' +
      `"cryptogram": "${CRYPTOGRAM}" } \n`,
  )
  assert.equal(readSchemeToken(spread).tokenCryptogram?.reveal(), CRYPTOGRAM)
})

test('scheme token: its cryptogram does not show when the token is printed', () => {
  const text = JSON.stringify(readSchemeToken(PRINTED))
  assert.equal(text.includes(CRYPTOGRAM), false)
  assert.match(text, /\[sensitive\]/)
})

test('scheme token: each channel is a wallet', () => {
  const rows = { GOOGLEPAY: 'googlePay', APPLEPAY: 'applePay', EXTERNAL: 'external' }
  for (const [channel, wallet] of Object.entries(rows)) {
    assert.equal(readSchemeToken(aBlob({ channel })).wallet, wallet)
  }
})

test('scheme token: names come in any case, values do not', () => {
  const shouted = base64(
    `{"CHANNEL":"EXTERNAL","AuthMethod":"CRYPTOGRAM_3DS","CRYPTOGRAM":"${CRYPTOGRAM}","ECI":"05"}`,
  )
  const { eci, tokenCryptogram } = readSchemeToken(shouted)
  assert.deepEqual([eci, tokenCryptogram?.reveal()], ['05', CRYPTOGRAM])
  assert.equal(refusalOf(aBlob({ channel: 'external' })).respCode, '9004')
  assert.equal(refusalOf(aBlob({ authMethod: 'cryptogram_3ds' })).respCode, '9004')
})

test('scheme token: PAN_ONLY is a Google Pay card without a cryptogram', () => {
  const plain = { channel: 'GOOGLEPAY', authMethod: 'PAN_ONLY', cryptogram: undefined }
  const read = readSchemeToken(aBlob(plain))
  assert.deepEqual(read, { wallet: 'googlePay', tokenCryptogram: undefined, eci: '02' })
  for (const channel of ['APPLEPAY', 'EXTERNAL']) {
    const { respCode, respDesc } = refusalOf(aBlob({ ...plain, channel }))
    assert.equal(respCode, '9004')
    assert.match(respDesc, /PAN_ONLY is for GOOGLEPAY only/)
  }
})

test('scheme token: an ECI is kept as it came, and one that is none is refused', () => {
  for (const eci of ['00', '01', '02', '05', '06', '07', '5', '80', '83']) {
    assert.equal(readSchemeToken(aBlob({ eci })).eci, eci)
  }
  for (const eci of [undefined, null, '']) {
    assert.equal(readSchemeToken(aBlob({ eci })).eci, undefined)
  }
  for (const eci of ['8', '08', '002', '84', '79', 'x', ' 5', '-1', true, {}]) {
    const { respCode, respDesc } = refusalOf(aBlob({ eci }))
    assert.equal(respCode, '9004', JSON.stringify(eci))
    assert.match(respDesc, /\beci\b/)
  }
})

test('scheme token: a cryptogram is canonical base64 of 1 to 32 bytes', () => {
  for (const length of [1, 19, 20, 31, 32]) {
    const cryptogram = base64(Buffer.alloc(length, 0xfb))
    const read = readSchemeToken(aBlob({ cryptogram }))
    assert.equal(read.tokenCryptogram?.reveal(), cryptogram)
  }
  const refused = [
    undefined,
    '',
    base64(Buffer.alloc(33)),
    base64(Buffer.alloc(33)).slice(0, -1),
    CRYPTOGRAM.replace('==', ''),
    CRYPTOGRAM.replace('==', '='),
    CRYPTOGRAM.replace('FA==', 'FB=='),
    CRYPTOGRAM.replace('+', '-'),
    `${CRYPTOGRAM}\n`,
    ` ${CRYPTOGRAM}`,
    `${CRYPTOGRAM}AAAA`,
    `${CRYPTOGRAM}====garbage`,
    '{cryptogram data}',
    '=',
  ]
  for (const cryptogram of refused) {
    const { respCode, respDesc } = refusalOf(aBlob({ cryptogram }))
    assert.equal(respCode, '9004', cryptogram)
    assert.match(respDesc, /its cryptogram must be canonical base64 of 1 to 32 bytes/)
  }
})

test('scheme token: a missing part is named', () => {
  for (const name of ['channel', 'authMethod']) {
    for (const value of [undefined, null, '']) {
      assert.deepEqual(refusalOf(aBlob({ [name]: value })), {
        respCode: '9005',
        respDesc: `Some mandatory fields are missing: ${name}`,
      })
    }
  }
})

test('scheme token: a blob that is not canonical base64 is refused', () => {
  const json = Buffer.from(PRINTED, 'base64').toString()
  const padded = ['', ' ', '  ']
    .map((end) => base64(json + end))
    .find((text) => text.endsWith('=='))
  assert.ok(padded)
  assert.equal(readSchemeToken(padded).wallet, 'external')
  const refused = [
    '',
    '=',
    padded.slice(0, -1),
    padded.slice(0, -2),
    padded.replace(/A==$/, 'B==').replace(/Q==$/, 'R==').replace(/g==$/, 'h=='),
    PRINTED.slice(0, -1),
    `${PRINTED}=`,
    `${PRINTED}\n`,
    ` ${PRINTED}`,
    `${PRINTED.slice(0, 4)} ${PRINTED.slice(4)}`,
    base64('{"channel":"EXTERNAL","?":"ÿ>"}').replaceAll('+', '-').replaceAll('/', '_'),
    JSON.stringify({ channel: 'EXTERNAL' }),
    `${PRINTED}====garbage`,
    base64('x'.repeat(4_096)),
  ]
  for (const text of refused) {
    const { respCode, respDesc } = refusalOf(text)
    assert.equal(respCode, '9004', text)
    assert.match(respDesc, /^The token value is not valid/)
  }
})

test('scheme token: a blob that holds no JSON object is refused', () => {
  const duplicate = '{"channel":"EXTERNAL","channel":"GOOGLEPAY"}'
  const malformed = ['junk', '{', '{"channel":', duplicate, '\xff', "{'channel':'EXTERNAL'}"]
  for (const text of [...malformed, '[]', 'null', '1', '"text"']) {
    const { respCode, respDesc } = refusalOf(base64(Buffer.from(text, 'latin1')))
    assert.deepEqual(
      [respCode, respDesc],
      ['9004', 'The token value is not valid: it must hold a JSON object'],
    )
  }
})
