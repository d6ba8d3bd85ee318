import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeBase64url, encodeBase64url } from './base64url.ts'
import { MessageError } from './message-error.ts'
import { erroFor, type MessageType, readMessage } from './messages.ts'
import { readMethodCompletion, readMethodRequest } from './method-data.ts'

const [A, B, C] = [
  '8a880dc0-d2d2-4067-bcb1-b08d1690b26e',
  'f25084f0-5b16-4c0a-ae5d-b24808a95e4b',
  'd7c1ee99-9478-44a6-b1f2-391e29c6b340',
]
const serverId = { threeDSServerTransID: A }
const ids = { ...serverId, dsTransID: B, acsTransID: C }
const CAVV = Buffer.alloc(20, 1).toString('base64')

/** One of each, complete, with an element that nobody knows. */
const EXAMPLES: Readonly<Record<MessageType, Readonly<Record<string, unknown>>>> = {
  PReq: { ...serverId, threeDSServerRefNumber: 'TESSERA', serialNum: '7' },
  PRes: {
    ...serverId,
    dsTransID: B,
    serialNum: '8',
    dsStartProtocolVersion: '2.1.0',
    dsEndProtocolVersion: '2.3.1',
    cardRangeData: [
      {
        startRange: '4000000000000000',
        endRange: '4000009999999999',
        actionInd: 'A',
        acsStartProtocolVersion: '2.1.0',
        acsEndProtocolVersion: '2.2.0',
        threeDSMethodURL: 'https://acs.example/method?a=b',
      },
    ],
  },
  AReq: {
    ...serverId,
    threeDSServerURL: 'https://gateway.example/results/1',
    threeDSRequestorID: 'JT01',
    threeDSRequestorName: 'Demo shop',
    threeDSRequestorAuthenticationInd: '01',
    threeDSRequestorChallengeInd: '01',
    threeDSCompInd: 'U',
    deviceChannel: '02',
    messageCategory: '01',
    acctNumber: '4000000000002008',
    cardExpiryDate: '2912',
    cardholderName: 'Terrance Tay',
    email: 'terrance@example.com',
    acquirerMerchantID: '000000000000001',
    merchantName: 'Demo shop ร้าน 😀',
    notificationURL: 'https://gateway.example/notify/1',
    purchaseAmount: '100000',
    purchaseCurrency: '764',
    purchaseExponent: '2',
    purchaseDate: '20261121112405',
    browserAcceptHeader: 'text/html',
    browserIP: '2001:db8::1',
    browserJavaEnabled: false,
    browserJavascriptEnabled: true,
    browserLanguage: 'en-US',
    browserColorDepth: '24',
    browserScreenHeight: '900',
    browserScreenWidth: '1440',
    browserTZ: '-420',
    browserUserAgent: 'Mozilla/5.0',
  },
  ARes: {
    ...ids,
    transStatus: 'C',
    transStatusReason: '15',
    acsURL: 'https://acs.example/challenge',
    eci: '05',
    authenticationValue: CAVV,
  },
  CReq: { threeDSServerTransID: A, acsTransID: C, challengeWindowSize: '05' },
  CRes: { threeDSServerTransID: A, acsTransID: C, challengeCompletionInd: 'Y', transStatus: 'N' },
  RReq: {
    ...ids,
    transStatus: 'N',
    transStatusReason: '19',
    challengeCancel: '01',
    interactionCounter: '03',
    messageCategory: '01',
    eci: '07',
    authenticationValue: CAVV,
  },
  RRes: { ...ids, resultsStatus: '01' },
  Erro: {
    ...ids,
    errorCode: '203',
    errorComponent: 'D',
    errorDescription: 'Format of one or more data elements is invalid',
    errorDetail: 'acctNumber',
    errorMessageType: 'AReq',
  },
}
const TYPES = Object.keys(EXAMPLES) as MessageType[]

const head = (messageType: MessageType) => ({ messageType, messageVersion: '2.2.0' })

const example = (type: MessageType, changes: object = {}): Record<string, unknown> => ({
  ...head(type),
  ...EXAMPLES[type],
  ...changes,
})

function without(object: Readonly<Record<string, unknown>>, name: string) {
  return Object.fromEntries(Object.entries(object).filter(([each]) => each !== name))
}

/** @returns `code element`, or undefined for a message that is read; other errors pass. */
function refusal(body: Uint8Array | string, ...types: MessageType[]): string | undefined {
  try {
    readMessage(body, ...(types.length === 0 ? TYPES : types))
    return undefined
  } catch (error) {
    assert.ok(error instanceof MessageError, String(error))
    return `${error.code} ${error.element}`
  }
}

test('3DS messages: each type is read in full, and what is unknown is passed over', () => {
  assert.equal(TYPES.length, 9)
  for (const type of TYPES) {
    const unknown = { acsReferenceNumber: 7, vendorThing: [{ a: null }] }
    const body = JSON.stringify(example(type, unknown))
    assert.deepEqual({ ...readMessage(body, type) }, example(type))
    assert.deepEqual(readMessage(Buffer.from(body), ...TYPES), readMessage(body, type))
  }
})

const NEEDED: Readonly<Record<MessageType, string>> = {
  PReq: 'threeDSServerTransID',
  PRes: 'threeDSServerTransID dsTransID',
  AReq:
    'threeDSServerTransID threeDSServerURL threeDSCompInd deviceChannel messageCategory ' +
    'acctNumber merchantName notificationURL purchaseAmount purchaseCurrency purchaseExponent ' +
    'purchaseDate',
  ARes: 'threeDSServerTransID dsTransID acsTransID transStatus acsURL',
  CReq: 'threeDSServerTransID acsTransID challengeWindowSize',
  CRes: 'threeDSServerTransID acsTransID challengeCompletionInd transStatus',
  RReq: 'threeDSServerTransID dsTransID acsTransID transStatus',
  RRes: 'threeDSServerTransID dsTransID acsTransID resultsStatus',
  Erro: 'errorCode errorComponent errorDescription errorDetail',
}

test('3DS messages: a missing element is 201 by its name, where it is needed', () => {
  for (const type of TYPES) {
    for (const name of Object.keys(EXAMPLES[type])) {
      const isNeeded = NEEDED[type].split(' ').includes(name)
      const told = refusal(JSON.stringify(without(example(type), name)), type)
      assert.equal(told, isNeeded ? `201 ${name}` : undefined, `${type} without ${name}`)
    }
    assert.equal(
      refusal(JSON.stringify(without(example(type), 'messageVersion'))),
      '201 messageVersion',
    )
    assert.equal(refusal(JSON.stringify(without(example(type), 'messageType'))), '101 messageType')
  }
})

test('3DS messages: an element of another kind is 203 by its name, also where it may be absent', () => {
  const wrong = [null, '', 0, [], {}, '\n', 'x'.repeat(5000), '\ud83d']
  for (const type of TYPES) {
    for (const name of Object.keys(EXAMPLES[type])) {
      for (const value of wrong) {
        if (name === 'cardRangeData' && Array.isArray(value)) continue
        const body = JSON.stringify(example(type, { [name]: value }))
        assert.equal(refusal(body, type), `203 ${name}`, `${type} ${name}`)
      }
    }
  }
})

// Type, element, value as JSON, and what is told; "ok" is read.
const VALUES = String.raw`
  ARes transStatus          "Z"                    203 transStatus
  ARes transStatus          "y"                    203 transStatus
  ARes transStatus          "I"                    ok
  ARes transStatus          "D"                    ok
  RReq transStatus          "C"                    203 transStatus
  RReq transStatus          "D"                    203 transStatus
  RReq transStatus          "I"                    203 transStatus
  RReq transStatus          "A"                    ok
  CRes transStatus          "A"                    203 transStatus
  RReq transStatusReason    "26"                   ok
  RReq transStatusReason    "27"                   203 transStatusReason
  RReq transStatusReason    "80"                   ok
  RReq transStatusReason    "1"                    203 transStatusReason
  RReq challengeCancel      "02"                   203 challengeCancel
  RReq challengeCancel      "08"                   ok
  RReq eci                  "5"                    203 eci
  RReq authenticationValue  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAA" 203 authenticationValue
  ARes acsURL               "javascript:alert(1)"  203 acsURL
  ARes acsURL               "//acs.example/"       203 acsURL
  ARes acsURL               "acs.example"          203 acsURL
  ARes acsURL               "https:acs.example"    203 acsURL
  ARes acsURL               "https://u@acs.test/"  203 acsURL
  ARes acsURL               "https://acs.test/a b" 203 acsURL
  ARes acsURL               "https:\\\\acs.test/"  203 acsURL
  ARes acsURL               "http://127.0.0.1:1/"  ok
  ARes dsTransID            "8A880DC0-D2D2-4067-BCB1-B08D1690B26E" 203 dsTransID
  ARes dsTransID            "8a880dc0d2d24067bcb1b08d1690b26e"     203 dsTransID
  ARes dsTransID            "8a880dc0-d2d2-4067-bcb1-b08d1690b26e\n" 203 dsTransID
  AReq acctNumber           "400000000000"         203 acctNumber
  AReq cardExpiryDate       "2913"                 203 cardExpiryDate
  AReq deviceChannel        "01"                   203 deviceChannel
  AReq browserJavaEnabled   "true"                 203 browserJavaEnabled
  AReq browserColorDepth    "30"                   203 browserColorDepth
  CReq challengeWindowSize  "06"                   203 challengeWindowSize
  RRes resultsStatus        "04"                   203 resultsStatus
  RReq messageVersion       "2.0.0"                102 messageVersion
  RReq messageVersion       "2.3.1"                102 messageVersion
  RReq messageVersion       "2.1.0"                ok
  RReq messageVersion       "two"                  203 messageVersion
  RReq messageVersion       2.1                    203 messageVersion
  Erro messageVersion       "2.3.1"                ok
  RReq messageType          "RRes"                 101 messageType
  RReq messageType          "constructor"          101 messageType
  RReq messageExtension     [{"criticalityIndicator":true}]  202 messageExtension
  RReq messageExtension     [{"criticalityIndicator":false}] ok
  RReq messageExtension     [{}]                   203 messageExtension
  RReq messageExtension     "none"                 203 messageExtension
  PRes cardRangeData        [{"startRange":"4000000000000000"}] 201 cardRangeData.endRange
  PRes cardRangeData        [[]]                   203 cardRangeData
  PRes cardRangeData        []                     ok
`

test('3DS messages: each value is held to its format', () => {
  const rows = VALUES.trim().split('\n')
  assert.ok(rows.length > 45)
  for (const row of rows) {
    const [, type, name = '', value = '', told] =
      /^ *(\w+) +(\w+) +(.+?) +(ok|[0-9]{3} [\w.]+)$/.exec(row) ?? []
    const body = JSON.stringify(example(type as MessageType, { [name]: JSON.parse(value) }))
    assert.equal(refusal(body, type as MessageType) ?? 'ok', told, row)
  }
})

test('3DS messages: version 2.1.0 knows neither decoupled nor informational', () => {
  for (const transStatus of ['D', 'I']) {
    const body = JSON.stringify(example('ARes', { messageVersion: '2.1.0', transStatus }))
    assert.equal(refusal(body), '203 transStatus')
  }
})

test('3DS messages: a name that stands twice is 204, wherever it stands', () => {
  const body = JSON.stringify(example('RReq')).slice(0, -1)
  assert.equal(refusal(`${body},"transStatus":"Y"}`), '204 transStatus')
  assert.equal(refusal(`${body},"transStatus" : "N"}`), '204 transStatus')
  assert.equal(refusal(`${body},"x":{"a":1,"b":[{"a":1,"a":2}]}}`), '204 a')
  assert.equal(refusal(`${body},"4111 1111":1,"4111 1111":2}`), '204 message')
  assert.equal(refusal(`${body},"x":{"a":"\\"a\\":"},"y":["a","a"],"a":"{\\\\"}`), undefined)
  assert.equal(refusal(`${body},"\\u0074ransStatus":"Y"}`), '101 message')
})

test('3DS messages: what is no JSON object in UTF-8 is 101', () => {
  const mark = Buffer.from([0xef, 0xbb, 0xbf])
  const good = Buffer.from(JSON.stringify(example('RReq')))
  const bodies = ['', ' ', 'null', '[]', '"RReq"', '{', '{"a":1}}', '[[{}]]', '\ud800']
  for (const body of bodies) assert.equal(refusal(body), '101 message', body)
  assert.equal(refusal(Buffer.concat([mark, good])), '101 message')
  assert.equal(refusal(Buffer.from(good.toString('utf8'), 'utf16le')), '101 message')
  assert.equal(refusal(Buffer.from([0x22, 0xc3, 0x22])), '101 message')
  assert.equal(refusal('['.repeat(200_000)), '101 message')
  assert.equal(refusal(`{"a":"${'\\n'.repeat(7_000_000)}"}`), '101 messageType')
  assert.equal(refusal(`{"a":"${'a'.repeat(17_000_000)}"}`), '101 message')
  assert.equal(refusal(`{"__proto__":{"messageType":"RReq"}}`), '101 messageType')
})

test('3DS messages: whatever arrives, nothing but the typed error comes out, without content', () => {
  const change = fc.tuple(fc.nat(), fc.nat(255))
  fc.assert(
    fc.property(fc.constantFrom(...TYPES), fc.array(change, { maxLength: 3 }), (type, changes) => {
      const body = Buffer.from(JSON.stringify(example(type)))
      for (const [position, byte] of changes) body[position % body.length] = byte
      refusal(body)
      refusal(body.toString('utf8'))
    }),
    { numRuns: 3000 },
  )
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom(A, '05', 'Y', '2.2.0', 'https://a/'))
  fc.assert(
    fc.property(fc.constantFrom(...TYPES), fc.nat(), value, (type, index, replaced) => {
      const names = Object.keys(example(type))
      const name = names[index % names.length] ?? ''
      refusal(JSON.stringify(example(type, { [name]: replaced })))
    }),
    { numRuns: 3000 },
  )
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (body) => void refusal(body)))
  fc.assert(fc.property(fc.json(), (body) => void refusal(body)))
})

test('3DS messages: an error names the element, and shows nothing that stood in it', () => {
  const body = JSON.stringify(example('AReq', { acctNumber: '4000000000002008x' }))
  assert.throws(
    () => readMessage(body, 'AReq'),
    (error) => {
      assert.ok(error instanceof MessageError)
      assert.doesNotMatch(`${error.stack ?? ''}${JSON.stringify(error)}`, /40000000|Terrance/)
      return true
    },
  )
})

test('3DS messages: an Erro repeats type, version and ids, as far as they were readable', () => {
  const erro = (changes: object, type: MessageType = 'RReq') => {
    try {
      readMessage(JSON.stringify(example(type, changes)), type)
    } catch (error) {
      assert.ok(error instanceof MessageError)
      return erroFor(error, 'S')
    }
    return assert.fail('nothing was refused')
  }
  const told = {
    messageType: 'Erro',
    messageVersion: '2.1.0',
    ...ids,
    errorCode: '203',
    errorComponent: 'S',
    errorDescription: 'Format of one or more data elements is invalid',
    errorDetail: 'transStatus',
    errorMessageType: 'RReq',
  }
  assert.deepEqual(erro({ messageVersion: '2.1.0', transStatus: 'q' }), told)
  assert.deepEqual(erro({ messageVersion: '2.1.0', transStatus: 'q', dsTransID: '<x>' }), {
    ...without(told, 'dsTransID'),
    errorDetail: 'dsTransID',
  })
  assert.equal(erro({ messageVersion: '9.9.9' }).messageVersion, '2.2.0')
  assert.equal(readMessage(JSON.stringify(erro({ eci: '' })), 'Erro').errorCode, '203')
})

test('base64url: one form only, both ways', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
      assert.equal(decodeBase64url(encodeBase64url(text))?.toString('utf8'), text)
    }),
  )
  const strings = fc.string({ unit: fc.constantFrom(...'AQg-_+/= \n'.split('')) })
  fc.assert(
    fc.property(strings, (text) => {
      const bytes = decodeBase64url(text)
      if (bytes !== undefined) assert.equal(bytes.toString('base64url'), text)
    }),
    { numRuns: 2000 },
  )
  for (const text of ['', 'A', 'AB', 'AA=', 'AA==', 'A A', 'AA\n', '+w', '/w'])
    assert.equal(decodeBase64url(text), undefined, JSON.stringify(text))
})

test('3DS method data: read as written, and nothing else', () => {
  const write = (data: object) => encodeBase64url(JSON.stringify(data))
  const url = 'https://gateway.example/method/1'
  const request = { threeDSServerTransID: A, threeDSMethodNotificationURL: url }
  assert.deepEqual({ ...readMethodRequest(write(request)) }, request)
  assert.equal(readMethodCompletion(write(serverId)), A)
  const bad = { ...request, threeDSMethodNotificationURL: 'javascript:alert(1)' }
  for (const data of [write(serverId), write(bad), `${write(request)}=`, '', '{}'])
    assert.equal(readMethodRequest(data), undefined)
  assert.equal(readMethodCompletion(write({ threeDSServerTransID: A.toUpperCase() })), undefined)
})
