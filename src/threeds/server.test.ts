import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { test } from 'node:test'
import { setImmediate as settled } from 'node:timers/promises'
import fc from 'fast-check'
import { Pan } from '../core/pan.ts'
import { areqOf, type BrowserDetails } from './areq.ts'
import { decodeBase64url } from './base64url.ts'
import { type Message, readMessage, writeMessage } from './messages.ts'
import { aPan, anAuthenticationRequest } from './sandbox.fixture.ts'
import { createThreedsServer, type Send } from './server.ts'

// The 3DS server against a directory server that says whatever the test wants.

const HOUR_MS = 60 * 60_000
const PLACE = { url: 'https://gateway.example' }
const [DS, ACS] = ['f25084f0-5b16-4c0a-ae5d-b24808a95e4b', 'd7c1ee99-9478-44a6-b1f2-391e29c6b340']

type Range = NonNullable<Message<'PRes'>['cardRangeData']>[number]

/** A 3DS server whose directory server is this function. */
function aServer(send: Send, timeoutMs = 10_000) {
  const clock = { at: 0, now: () => new Date(clock.at) }
  const asked: string[] = []
  const server = createThreedsServer({
    directoryServerUrl: 'https://ds.example/',
    send: (request) => {
      assert.equal(request.url, 'https://ds.example/')
      asked.push(request.body)
      return send(request)
    },
    clock,
    challengeWindowSize: '02',
    timeoutMs,
  })
  return { server, clock, asked }
}

/** Answers with a message that has the id it was asked with. */
const answering =
  (message: object | string, status = 200): Send =>
  async ({ body }) => {
    if (typeof message === 'string') return { status, body: message }
    const { threeDSServerTransID } = readMessage(body, 'PReq', 'AReq')
    return { status, body: JSON.stringify({ threeDSServerTransID, dsTransID: DS, ...message }) }
  }

const pres = (...cardRangeData: Range[]) => ({
  messageType: 'PRes',
  messageVersion: '2.2.0',
  cardRangeData,
})
const range = (startRange: string, endRange: string, more: object = {}): Range => ({
  startRange,
  endRange,
  ...more,
})
const ares = (more: object) => ({
  messageType: 'ARes',
  messageVersion: '2.2.0',
  acsTransID: ACS,
  ...more,
})

const VISA = aPan('4111111111111111')

test('3DS lookup: asks once for an hour, however many ask, then renews in the background', async () => {
  let answer: Send = answering(pres(range('4111110000000000', '4111119999999999')))
  const { server, clock, asked } = aServer((request) => answer(request))
  const enrolled = { kind: 'enrolled', version: '2.2.0', methodUrl: undefined }
  const all = await Promise.all(Array.from({ length: 20 }, () => server.lookup(VISA)))
  assert.deepEqual(
    all,
    Array.from({ length: 20 }, () => enrolled),
  )
  clock.at += HOUR_MS - 1
  await server.lookup(VISA)
  assert.equal(asked.length, 1)

  clock.at += 1
  const held = Promise.withResolvers<void>()
  answer = async (request) => {
    await held.promise
    return answering(pres())(request)
  }
  assert.deepEqual(await server.lookup(VISA), enrolled, 'the old list serves meanwhile')
  assert.deepEqual(await server.lookup(VISA), enrolled)
  assert.equal(asked.length, 2)
  held.resolve()
  await settled()
  assert.deepEqual(await server.lookup(VISA), { kind: 'notEnrolled' })
  assert.equal(asked.length, 2)
})

test('3DS lookup: a silent directory server is asked again later, and an old list lasts a day', async () => {
  let answer: Send = async () => undefined
  const { server, clock, asked } = aServer((request) => answer(request))
  assert.deepEqual(await server.lookup(VISA), { kind: 'unavailable' })
  assert.deepEqual(await server.lookup(VISA), { kind: 'unavailable' })
  assert.equal(asked.length, 1)
  clock.at += 10_000
  answer = answering(pres())
  assert.deepEqual(await server.lookup(VISA), { kind: 'notEnrolled' })
  answer = () => Promise.reject(new Error('down'))
  clock.at += 24 * HOUR_MS - 1
  assert.deepEqual(await server.lookup(VISA), { kind: 'notEnrolled' })
  await settled()
  clock.at += 10_000
  assert.deepEqual(await server.lookup(VISA), { kind: 'unavailable' })
})

test('3DS lookup: a list that cannot be right is no list', async () => {
  const [low, high] = ['4000000000000000', '4999999999999999']
  const bad: (object | string)[] = [
    pres(range(high, low)),
    pres(range(low, '49999999999999999')),
    pres(range(low, high), range('4111111111111111', '4111111111111111')),
    pres(range(low, low), range(low, low)),
    { ...pres(), threeDSServerTransID: DS },
    { ...pres(), cardRangeData: 'all' },
    ares({ transStatus: 'Y' }),
    '',
    'null',
  ]
  for (const answer of bad) {
    const { server } = aServer(answering(answer))
    assert.deepEqual(await server.lookup(VISA), { kind: 'unavailable' }, JSON.stringify(answer))
  }
  const { server } = aServer(answering(pres(range(low, high)), 500))
  assert.deepEqual(await server.lookup(VISA), { kind: 'unavailable' })
})

test('3DS lookup: the newest version that all speak, and none is not enrolled', async () => {
  const table: [object, object, string | undefined][] = [
    [{}, {}, '2.2.0'],
    [{ acsStartProtocolVersion: '2.1.0', acsEndProtocolVersion: '2.3.1' }, {}, '2.2.0'],
    [{ acsEndProtocolVersion: '2.1.0' }, {}, '2.1.0'],
    [{}, { dsEndProtocolVersion: '2.1.0' }, '2.1.0'],
    [{ acsStartProtocolVersion: '2.2.0' }, { dsEndProtocolVersion: '2.1.0' }, undefined],
    [{ acsStartProtocolVersion: '2.3.1' }, {}, undefined],
    [{ actionInd: 'D' }, {}, undefined],
  ]
  for (const [ofRange, ofDirectory, version] of table) {
    const list = pres(range('4111111111111111', '4111111111111111', ofRange))
    const { server } = aServer(answering({ ...list, ...ofDirectory }))
    const found = await server.lookup(VISA)
    assert.equal(found.kind === 'enrolled' ? found.version : undefined, version)
  }
})

test('3DS lookup: a card is in the range that holds its number, of its length', async () => {
  const edges = fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { minLength: 2, maxLength: 8 })
  const pad = (edge: number) => `40000000000000${String(edge).padStart(2, '0')}`
  await fc.assert(
    fc.asyncProperty(edges, fc.integer({ min: 0, max: 30 }), async (numbers, last) => {
      const sorted = numbers.sort((one, other) => one - other)
      const pairs = sorted.flatMap((edge, index) =>
        index % 2 === 1 ? [[sorted[index - 1] ?? 0, edge] as const] : [],
      )
      const ranges = pairs.map(([low, high]) => range(pad(low), pad(high)))
      const others = [range('4000000000000', '4999999999999')]
      const { server } = aServer(answering(pres(...ranges.toReversed(), ...others)))
      const pan = Pan.parse(pad(last))
      if (pan === undefined) return
      const isIn = pairs.some(([low, high]) => low <= last && last <= high)
      assert.equal((await server.lookup(pan)).kind, isIn ? 'enrolled' : 'notEnrolled')
    }),
  )
})

test('3DS authentication: each way to get no answer has its name', async () => {
  const table: [Send, string][] = [
    [async () => undefined, 'connect'],
    [() => Promise.reject(new Error('reset')), 'connect'],
    [() => Promise.withResolvers<undefined>().promise, 'timeout'],
    [answering(ares({ transStatus: 'Y' }), 503), 'error'],
    [answering(ares({})), 'malformed'],
    [answering(ares({ transStatus: 'Y', messageVersion: '2.1.0' })), 'malformed'],
    [answering(ares({ transStatus: 'Y', threeDSServerTransID: DS })), 'malformed'],
    [answering(ares({ transStatus: 'C' })), 'malformed'],
    [answering(ares({ transStatus: 'C', acsURL: 'ftp://acs.example/' })), 'malformed'],
    [answering(ares({ transStatus: 'D', acsURL: 'https://acs.example/' })), 'malformed'],
    [answering(pres()), 'malformed'],
    [answering('<html>'), 'malformed'],
  ]
  for (const [send, reason] of table) {
    const { server, asked } = aServer(send, 20)
    const answer = await server.authenticate(anAuthenticationRequest(PLACE))
    assert.deepEqual(answer, { kind: 'unavailable', reason })
    assert.equal(asked.length, 1)
  }
})

test('3DS authentication: a challenge brings a creq of this transaction for the ACS named', async () => {
  const acsUrl = 'https://acs.example/challenge?x=1'
  const { server } = aServer(answering(ares({ transStatus: 'C', acsURL: acsUrl })))
  const request = anAuthenticationRequest(PLACE)
  const answer = await server.authenticate(request)
  assert.equal(answer.kind, 'challenge')
  if (answer.kind !== 'challenge') return
  assert.equal(answer.acsUrl, acsUrl)
  assert.deepEqual([answer.dsTransactionId, answer.acsTransactionId], [DS, ACS])
  assert.deepEqual(
    { ...readMessage(decodeBase64url(answer.creq) ?? '', 'CReq') },
    {
      messageType: 'CReq',
      messageVersion: '2.2.0',
      threeDSServerTransID: request.threeDSServerTransactionId,
      acsTransID: ACS,
      challengeWindowSize: '02',
    },
  )
  assert.ok(!decodeBase64url(answer.creq)?.includes(DS), 'the payer never sees the third id')
})

test('3DS authentication: the answer can be printed without the authentication value', async () => {
  const authenticationValue = Buffer.alloc(20, 9).toString('base64')
  const { server } = aServer(answering(ares({ transStatus: 'Y', eci: '05', authenticationValue })))
  const answer = await server.authenticate(anAuthenticationRequest(PLACE))
  assert.equal(answer.kind === 'done' && answer.cavv?.reveal(), authenticationValue)
  assert.ok(!`${inspect(answer)}${JSON.stringify(answer)}`.includes(authenticationValue))
})

test('AReq: says the payment in the network’s words', () => {
  const areq = areqOf(
    anAuthenticationRequest(PLACE, {
      threeDSServerTransactionId: DS,
      resultsUrl: 'https://gateway.example/results',
      amount: { minor: 5n, currency: 'KWD' },
      expiry: { year: 2030, month: 1 },
      purchaseAt: new Date('2026-01-02T03:04:05.678Z'),
      challengePreference: 'mandated',
      methodCompletion: 'N',
      cardholderName: 'Terrance\nTay',
      email: 'terrance@example.com',
      acquirerMerchantId: '000000000012345',
      browser: {
        ip: '127.0.0.1',
        language: 'en-US',
        colorDepth: 30,
        timeZoneOffset: -420,
        screenHeight: 900,
        screenWidth: 1440.5,
        javaEnabled: false,
      },
    }),
  )
  assert.deepEqual(areq, {
    messageType: 'AReq',
    messageVersion: '2.2.0',
    deviceChannel: '02',
    messageCategory: '01',
    threeDSServerTransID: DS,
    threeDSServerURL: 'https://gateway.example/results',
    threeDSRequestorID: 'JT01',
    threeDSRequestorName: 'Demo shop',
    threeDSRequestorAuthenticationInd: '01',
    threeDSRequestorChallengeInd: '04',
    threeDSCompInd: 'N',
    acctNumber: '4000000000002065',
    cardExpiryDate: '3001',
    acquirerMerchantID: '000000000012345',
    merchantName: 'Demo shop',
    notificationURL: 'https://gateway.example/notify',
    purchaseAmount: '5',
    purchaseCurrency: '414',
    purchaseExponent: '3',
    purchaseDate: '20260102030405',
    cardholderName: 'Terrance Tay',
    email: 'terrance@example.com',
    browserIP: '127.0.0.1',
    browserJavaEnabled: false,
    browserLanguage: 'en-US',
    browserColorDepth: '24',
    browserScreenHeight: '900',
    browserTZ: '-420',
  })
})

test('AReq: whatever a browser or a merchant says, a directory server can read it', () => {
  const text = fc.option(fc.string({ unit: 'binary', maxLength: 60 }), { nil: undefined })
  const language = fc.option(fc.constantFrom('en', 'zh-Hant-TW', 'x', 'en-USA-1', 'deutsch-CH'), {
    nil: undefined,
  })
  const number = fc.option(fc.oneof(fc.double(), fc.integer(), fc.nat(3000)), { nil: undefined })
  const browser: fc.Arbitrary<BrowserDetails> = fc.record({
    ip: text,
    acceptHeader: text,
    userAgent: text,
    language: fc.oneof(text, language),
    colorDepth: number,
    screenHeight: number,
    screenWidth: number,
    timeZoneOffset: number,
    javaEnabled: fc.option(fc.boolean(), { nil: undefined }),
    javaScriptEnabled: fc.option(fc.boolean(), { nil: undefined }),
  })
  const changes = fc.record({
    browser,
    cardholderName: text,
    email: text,
    merchantName: fc.string({ unit: 'binary', maxLength: 60 }),
  })
  fc.assert(
    fc.property(changes, (part) => {
      const areq = areqOf(anAuthenticationRequest(PLACE, part))
      assert.deepEqual({ ...readMessage(writeMessage(areq), 'AReq') }, areq)
    }),
    { numRuns: 2000 },
  )
})
