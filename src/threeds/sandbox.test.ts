import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { hasCheckDigit, brandOf } from '../core/pan.ts'
import { eciOf, judge } from '../core/threeds.ts'
import { TEST_CARDS } from '../acquirers/simulator/test-cards.ts'
import { areqOf, type AuthenticationRequest } from './areq.ts'
import { decodeBase64url, encodeBase64url } from './base64url.ts'
import { readMessage, writeMessage } from './messages.ts'
import { createSandboxAcs } from './sandbox-acs.ts'
import { type Outcome, THREEDS_CARDS, THREEDS_TEST_CARDS } from './sandbox-cards.ts'
import {
  aPan,
  anAuthenticationRequest,
  type Arrival,
  CHALLENGES,
  postJson,
  startWorld,
  type World,
} from './sandbox.fixture.ts'

// The whole flow over loopback: 3DS server, directory server and ACS, without a browser.

let world: World
before(async () => {
  world = await startWorld()
})
after(() => world?.close())

/** Asks for a challenge, and notes the ids as a payment row would. */
async function challenged(pan: string, changes: Partial<AuthenticationRequest> = {}) {
  const request = anAuthenticationRequest(world, { pan: aPan(pan), ...changes })
  const answer = await world.server.authenticate(request)
  assert.equal(answer.kind, 'challenge')
  const { dsTransactionId, acsTransactionId } = answer
  const { threeDSServerTransactionId: id } = request
  world.expect({ threeDSServerTransactionId: id, dsTransactionId, acsTransactionId })
  return { id, request, answer }
}

interface Answered {
  readonly status: number
  readonly body: Record<string, unknown> & { cres?: string }
}

async function answerHeadless(creq: string, how: object): Promise<Answered> {
  const body = JSON.stringify({ creq, threeDSSessionData: 'c2Vzc2lvbg', ...how })
  const answer = await fetch(`${world.url}/sandbox/3ds/answer`, { method: 'POST', body })
  return { status: answer.status, body: (await answer.json()) as Answered['body'] }
}

/** The parts of an arrival that decide. */
function told(arrival: Arrival | undefined): string {
  const reading = arrival?.reading
  if (reading?.kind !== 'results') return reading?.kind ?? 'nothing'
  const { transStatus, transStatusReason, eci, cavv, challengeCancel } = reading
  const value = cavv === undefined ? '-' : 'cavv'
  return [transStatus, transStatusReason ?? '-', challengeCancel ?? '-', eci, value].join(' ')
}

test('3DS test cards: good numbers of their brand, none twice, none of the acquirer’s', () => {
  const pans = THREEDS_TEST_CARDS.map(({ pan }) => pan)
  assert.ok(pans.length >= 20)
  assert.equal(
    new Set([...pans, ...TEST_CARDS.map(({ pan }) => pan)]).size,
    pans.length + TEST_CARDS.length,
  )
  for (const { pan, brand, cvv, does } of THREEDS_TEST_CARDS) {
    assert.ok(hasCheckDigit(pan), pan)
    assert.equal(brandOf(pan), brand)
    assert.match(cvv, /^[0-9]{3}$/)
    assert.match(does, /^3-D Secure/)
  }
})

test('3DS lookup: each test card takes part in its version, no other card does', async () => {
  for (const { pan, version, method } of THREEDS_CARDS) {
    const methodUrl = {
      none: undefined,
      completes: `${world.url}/sandbox/3ds/method`,
      hangs: `${world.url}/sandbox/3ds/method?hangs`,
    }[method]
    const expected = { kind: 'enrolled', version, methodUrl }
    assert.deepEqual(await world.server.lookup(aPan(pan)), expected)
  }
  for (const pan of ['4111111111111111', '378282246310005'])
    assert.deepEqual(await world.server.lookup(aPan(pan)), { kind: 'notEnrolled' })
})

test('3DS card ranges: they fit into the 16 KiB that outgoing calls read', async () => {
  const preq = { messageType: 'PReq', messageVersion: '2.2.0' } as const
  const body = writeMessage({ ...preq, threeDSServerTransID: randomUUID() })
  const answer = await postJson({ url: `${world.url}/sandbox/3ds/directory`, body })
  assert.ok(Buffer.byteLength(answer?.body ?? '') < 14_000)
})

const ROWS = CHALLENGES.trim()
  .split('\n')
  .map((row) => {
    const parts = /^ *([0-9]+) (\w+) +(.+?)  +([YN]) (\S+)$/.exec(row)?.slice(1) ?? []
    const [pan = '', how = '', arrivals = '', letter = '', judged = ''] = parts
    const expected = arrivals === 'nothing' ? [] : arrivals.split(', ')
    return { pan, how, expected, letter, judged }
  })

/** What is thought of the last results, "-" when there are none. */
function judgmentOn(pan: string, arrival: Arrival | undefined): string {
  const reading = arrival?.reading
  const brand = brandOf(pan)
  if (reading?.kind !== 'results' || brand === undefined) return '-'
  const { transStatus, eci, cavv } = reading
  return judge({ brand, transStatus, eci, cavv, policy: 'try' }).kind
}

test('3DS challenge: the table has every card that challenges', () => {
  const due = THREEDS_CARDS.filter(({ behavior }) => behavior.kind === 'challenge')
  const pans = new Set(ROWS.map(({ pan }) => pan))
  assert.deepEqual([...pans].sort(), due.map(({ pan }) => pan).sort())
})

for (const { pan, how, expected, letter, judged } of ROWS) {
  test(`3DS challenge: ${pan} answered with ${how} ends as its card says`, async () => {
    const lookup = await world.server.lookup(aPan(pan))
    const version = lookup.kind === 'enrolled' ? lookup.version : ''
    const { id, answer } = await challenged(pan, { version })
    const asked = how === 'code' ? { code: '123456' } : { outcome: how }
    const { status, body } = await answerHeadless(answer.creq, asked)
    assert.equal(status, 200)
    assert.equal(body['notificationUrl'], `${world.url}/notify`)
    assert.equal(body['threeDSSessionData'], 'c2Vzc2lvbg')
    await world.arrived(id, expected.length)
    assert.deepEqual(world.arrivals(id).map(told), expected)
    assert.deepEqual(world.server.readChallengeResponse(body.cres ?? ''), {
      threeDSServerTransactionId: id,
      acsTransactionId: answer.acsTransactionId,
      transStatus: letter,
    })
    assert.equal(judgmentOn(pan, world.arrivals(id).at(-1)), judged)
  })
}

test('3DS challenge: the results are answered before the browser carries anything', async () => {
  for (const [pan, before] of [
    ['4000000000002065', 1],
    ['4000000000002131', 2],
  ] as const) {
    const { id, answer } = await challenged(pan)
    await answerHeadless(answer.creq, { code: '123456' })
    assert.equal(world.arrivals(id).length, before)
  }
})

test('3DS frictionless: every card that is not challenged is answered as it says', async () => {
  const seen = new Set<string>()
  for (const { pan, brand, behavior } of THREEDS_CARDS) {
    if (behavior.kind !== 'frictionless') continue
    const request = anAuthenticationRequest(world, { pan: aPan(pan) })
    const answer = await world.server.authenticate(request)
    assert.equal(answer.kind, 'done')
    if (answer.kind !== 'done') continue
    const { transStatus, eci, cavv } = answer
    assert.equal(transStatus, behavior.transStatus)
    const [forced, tried] = (['force', 'try'] as const).map(
      (policy) => judge({ brand, transStatus, eci, cavv, policy }).kind,
    )
    assert.equal(tried, 'NR'.includes(transStatus) ? 'refuse' : 'proceed')
    assert.equal(forced, transStatus === 'Y' ? 'proceed' : 'refuse')
    assert.equal(cavv?.reveal().length, 'YA'.includes(transStatus) ? 28 : undefined)
    if (transStatus === 'Y') assert.equal(eci, eciOf(brand, 'authenticated'))
    seen.add(transStatus)
  }
  assert.equal([...seen].sort().join(''), 'AINRUY')
})

test('3DS faults: silence, an error and nonsense from the directory server have their names', async () => {
  const ask = (pan: string) => anAuthenticationRequest(world, { pan: aPan(pan) })
  const unavailable = (reason: string) => ({ kind: 'unavailable', reason })
  assert.deepEqual(
    await world.impatient.authenticate(ask('4000000000002164')),
    unavailable('timeout'),
  )
  assert.deepEqual(await world.server.authenticate(ask('4000000000002172')), unavailable('error'))
  assert.deepEqual(
    await world.server.authenticate(ask('4000000000002180')),
    unavailable('malformed'),
  )
  const stranger = await world.server.authenticate(ask('4111111111111111'))
  assert.equal(stranger.kind === 'done' && stranger.transStatus + stranger.transStatusReason, 'U13')
})

test('3DS challenge: wrong codes count, and the third ends it with reason 19', async () => {
  const { id, answer } = await challenged('4000000000002065')
  const wrong = await answerHeadless(answer.creq, { code: '000000' })
  assert.deepEqual([wrong.status, wrong.body['triesLeft']], [422, 2])
  assert.equal((await answerHeadless(answer.creq, { code: '12345' })).status, 422)
  assert.equal(world.arrivals(id).length, 0)
  assert.equal((await answerHeadless(answer.creq, { code: '654321' })).status, 200)
  assert.deepEqual(world.arrivals(id).map(told), ['N 19 - 07 -'])
})

test('3DS challenge: what has ended stays ended, and is told again without a second results message', async () => {
  const { id, answer } = await challenged('4000000000002065')
  const outcomes: Outcome[] = ['cancel', 'pass', 'fail', 'timeout']
  const answers = await Promise.all(
    outcomes.map((outcome) => answerHeadless(answer.creq, { outcome })),
  )
  answers.push(await answerHeadless(answer.creq, { code: '123456' }))
  assert.equal(new Set(answers.map(({ body }) => body.cres)).size, 1)
  assert.equal(world.arrivals(id).length, 1)
})

test('3DS challenge: after ten minutes it has timed out, after fifteen it is gone', async () => {
  const { id, answer } = await challenged('4000000000002065')
  world.clock.at += 10 * 60_000 + 1
  assert.equal((await answerHeadless(answer.creq, { code: '123456' })).status, 200)
  assert.deepEqual(world.arrivals(id).map(told), ['N 14 04 07 -'])
  world.clock.at += 5 * 60_000
  assert.equal((await answerHeadless(answer.creq, { code: '123456' })).status, 404)
})

test('3DS challenge: a creq that is altered, or of no challenge, finds nothing', async () => {
  const { id, answer } = await challenged('4000000000002065')
  const text = decodeBase64url(answer.creq)?.toString('utf8') ?? ''
  for (const creq of [
    `${answer.creq}=`,
    encodeBase64url(text.replace(id, randomUUID())),
    encodeBase64url(text.replace(answer.acsTransactionId, randomUUID())),
    encodeBase64url('{}'),
  ])
    assert.equal((await answerHeadless(creq, { code: '123456' })).status, 404)
  for (const how of [{}, { code: '123456', outcome: 'pass' }, { outcome: 'win' }, { code: 1 }])
    assert.equal((await answerHeadless(answer.creq, how)).status, 400)
  const odd = { code: '123456', threeDSSessionData: '<script>' }
  assert.equal((await answerHeadless(answer.creq, odd)).status, 400)
  assert.equal(world.arrivals(id).length, 0)
})

test('3DS results: a second message gets the very same answer', async () => {
  const { id, answer } = await challenged('4000000000002131')
  await answerHeadless(answer.creq, { code: '123456' })
  const [first, second] = world.arrivals(id)
  assert.equal(first?.body, second?.body)
  assert.equal(JSON.stringify(first?.reading), JSON.stringify(second?.reading))
  assert.deepEqual(
    { ...first?.reading.answer },
    {
      messageType: 'RRes',
      messageVersion: '2.2.0',
      threeDSServerTransID: id,
      dsTransID: answer.dsTransactionId,
      acsTransID: answer.acsTransactionId,
      resultsStatus: '01',
    },
  )
  assert.equal(readMessage(JSON.stringify(first?.reading.answer), 'RRes').resultsStatus, '01')
})

test('3DS results: one id that does not match is an Erro 301, whichever it is', async () => {
  const { id, answer } = await challenged('4000000000002065')
  await answerHeadless(answer.creq, { code: '123456' })
  const body = world.arrivals(id)[0]?.body ?? ''
  const { dsTransactionId, acsTransactionId } = answer
  const ids = { threeDSServerTransactionId: id, dsTransactionId, acsTransactionId }
  assert.equal(world.server.readResults(body, ids).kind, 'results')
  for (const name of Object.keys(ids)) {
    for (const other of [randomUUID(), '']) {
      const reading = world.server.readResults(body, { ...ids, [name]: other })
      assert.equal(reading.kind, 'refused')
      const erro = readMessage(JSON.stringify(reading.answer), 'Erro')
      assert.equal(
        `${erro.errorCode} ${erro.errorComponent} ${erro.errorMessageType ?? ''}`,
        '301 S RReq',
      )
      assert.doesNotMatch(JSON.stringify(reading.answer), /authenticationValue|eci/)
    }
  }
  const altered = body.replace('"transStatus":"Y"', '"transStatus":"Q"')
  const refused = world.server.readResults(altered, ids)
  assert.equal(readMessage(JSON.stringify(refused.answer), 'Erro').errorDetail, 'transStatus')
})

test('3DS challenge response: whatever is done to it, the results say what they said', async () => {
  const { id, answer } = await challenged('4000000000002099')
  const { body } = await answerHeadless(answer.creq, { code: '123456' })
  const { dsTransactionId, acsTransactionId } = answer
  const ids = { threeDSServerTransactionId: id, dsTransactionId, acsTransactionId }
  const results = world.arrivals(id)[0]?.body ?? ''
  const verdict = JSON.stringify(world.server.readResults(results, ids))
  const cres = Buffer.from(body.cres ?? '')
  fc.assert(
    fc.property(fc.nat(cres.length - 1), fc.integer({ min: 1, max: 255 }), (position, change) => {
      const tampered = Buffer.from(cres)
      tampered[position] = (tampered[position] ?? 0) ^ change
      const read = world.server.readChallengeResponse(tampered.toString('latin1'))
      if (read !== undefined) assert.deepEqual(Object.keys(read).length, 3)
      assert.equal(JSON.stringify(world.server.readResults(results, ids)), verdict)
      assert.equal(world.server.readResults(tampered, ids).kind, 'refused')
    }),
    { numRuns: 1000 },
  )
  const forged = encodeBase64url(
    (decodeBase64url(body.cres ?? '')?.toString('utf8') ?? '').replace('"N"', '"Y"'),
  )
  assert.equal(world.server.readChallengeResponse(forged)?.transStatus, 'Y')
  assert.equal(told(world.arrivals(id)[0]), 'N 01 - 07 -')
})

test('3DS challenge: the oldest of more than ten thousand gives way', () => {
  const acs = createSandboxAcs({
    clock: world.clock,
    send: postJson,
    resultsTimeoutMs: 1,
    lateResultsMs: 1,
  })
  const areq = areqOf(anAuthenticationRequest(world))
  const creqs = Array.from({ length: 10_001 }, () => {
    const [threeDSServerTransID, acsTransID] = [randomUUID(), randomUUID()]
    const ids = { threeDSServerTransID, dsTransID: randomUUID(), acsTransID }
    const behavior = { kind: 'challenge', delivery: 'once' } as const
    acs.open({ areq, ids, amount: { minor: 1n, currency: 'THB' }, behavior, brand: 'visa' })
    const creq = {
      messageType: 'CReq',
      messageVersion: '2.2.0',
      challengeWindowSize: '05',
    } as const
    return encodeBase64url(writeMessage({ ...creq, threeDSServerTransID, acsTransID }))
  })
  assert.equal(acs.find(creqs[0] ?? ''), undefined)
  assert.ok(creqs.slice(1).every((creq) => acs.find(creq) !== undefined))
  acs.close()
})

test('3DS directory server: a currency that is none, or has other decimals, is 304', async () => {
  const areq = areqOf(anAuthenticationRequest(world))
  for (const [changes, element] of [
    [{ purchaseCurrency: '999' }, 'purchaseCurrency'],
    [{ purchaseExponent: '3' }, 'purchaseExponent'],
  ] as const) {
    const body = writeMessage({ ...areq, ...changes })
    const answer = await postJson({ url: `${world.url}/sandbox/3ds/directory`, body })
    const erro = readMessage(answer?.body ?? '', 'Erro')
    assert.deepEqual([erro.errorCode, erro.errorDetail], ['304', element])
    assert.ok(!answer?.body.includes(areq.acctNumber))
  }
})

test('3DS directory server: what it cannot read it answers with an Erro', async () => {
  const ask = async (body: string) => {
    const answer = await postJson({ url: `${world.url}/sandbox/3ds/directory`, body })
    const erro = readMessage(answer?.body ?? '', 'Erro')
    return [answer?.status, erro.errorComponent, erro.errorCode, erro.errorDetail].join(' ')
  }
  assert.equal(await ask('{'), '200 D 101 message')
  assert.equal(await ask(''), '200 D 101 message')
  assert.equal(await ask('{"messageType":"RReq"}'), '200 D 101 messageType')
  assert.equal(
    await ask('{"messageType":"PReq","messageVersion":"2.2.0"}'),
    '200 D 201 threeDSServerTransID',
  )
})

test('3DS method: the page posts the completion to the 3DS server, or nothing for the card that hangs', async () => {
  const id = randomUUID()
  const threeDSMethodData = world.server.methodData(id, `${world.url}/notify`)
  const open = (path: string, data: string) =>
    fetch(`${world.url}/sandbox/3ds/${path}`, {
      method: 'POST',
      body: new URLSearchParams({ threeDSMethodData: data }),
    })
  const page = await (await open('method', threeDSMethodData)).text()
  const [, posted = ''] = /name="threeDSMethodData" value="([^"]+)"/.exec(page) ?? []
  assert.equal(world.server.readMethodCompletion(posted), id)
  assert.match(page, new RegExp(`action="${world.url}/notify"`))
  assert.doesNotMatch(await (await open('method?hangs', threeDSMethodData)).text(), /<form/)
  assert.equal((await open('method', `${threeDSMethodData}=`)).status, 400)
})
