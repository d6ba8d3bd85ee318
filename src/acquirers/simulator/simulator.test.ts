import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { Pan } from '../../core/pan.ts'
import type { AcquirerOutcome, Authorization, FollowUp } from '../../gateway/acquirer-ports.ts'
import { type Ledger, openLedger } from './ledger.ts'
import { createSimulator } from './simulator.ts'
import { behaviorOf, TEST_CARDS } from './test-cards.ts'

const VISA = '4111111111111111'
const CARDS = {
  requestLost: '4000000000001000',
  answerLost: '4000000000001018',
  slow: '4000000000001026',
  late: '4000000000001034',
  declined: '4444333322221111',
}

const folder = await mkdtemp(join(tmpdir(), 'tessera-simulator-'))
after(() => rm(folder, { recursive: true }))

function aSimulator(ledger: Ledger = openLedger(':memory:'), now = '2026-11-20T12:34:56Z') {
  const clock = { now: () => new Date(now) }
  return { ledger, acquirer: createSimulator({ ledger, clock, timeoutMs: 4, slowMs: 2 }) }
}

function aSale(pan: string, differences: Partial<Authorization> = {}): Authorization {
  const parsed = Pan.parse(pan)
  assert.ok(parsed)
  return {
    merchantId: 'm1',
    operationId: 'o1',
    dialect: 'twoc2p',
    merchantReference: 'r1',
    description: 'item 1',
    amount: sgd(10n),
    purpose: 'sale',
    instrument: { kind: 'card', pan: parsed, expiry: { year: 2030, month: 12 } },
    initiator: 'customer',
    storedCredential: false,
    authentication: { eci: undefined },
    ...differences,
  }
}

const anAuthorization = (pan: string, differences: Partial<Authorization> = {}) =>
  aSale(pan, { purpose: 'authorize', ...differences })

let followUps = 0

function aFollowUp(minor: bigint, differences: Partial<FollowUp> = {}): FollowUp {
  followUps += 1
  const operationId = `f${followUps}`
  return {
    merchantId: 'm1',
    operationId,
    originalId: 'o1',
    dialect: 'twoc2p',
    amount: sgd(minor),
    isFinal: false,
    ...differences,
  }
}

function sgd(minor: bigint) {
  return { minor, currency: 'SGD' }
}

/** `approved`, `unknown`, or the response code of a decline. */
function inShort(outcome: AcquirerOutcome | { kind: 'absent' }): string {
  return outcome.kind === 'declined' ? (outcome.responseCode ?? 'declined') : outcome.kind
}

/** Waits until the acquirer has booked a message nobody waits for any more. */
async function booked(ledger: Ledger, operationId: string) {
  for (;;) {
    const entry = ledger.find('m1', operationId)
    if (entry !== undefined) return entry
    await sleep(1)
  }
}

test('simulator: every test card is a card of its brand and does what it says', async () => {
  for (const { pan, brand, behavior } of TEST_CARDS) {
    assert.equal(Pan.parse(pan)?.brand, brand, pan)
    const { acquirer, ledger } = aSimulator()
    const outcome = await acquirer.authorize(aSale(pan))
    const isAnswered = behavior.kind === 'approve' || behavior.kind === 'slow'
    const declined = behavior.kind === 'decline' ? behavior.responseCode : 'unknown'
    assert.equal(inShort(outcome), isAnswered ? 'approved' : declined, pan)
    const isBooked = behavior.kind !== 'requestLost' && behavior.kind !== 'late'
    assert.equal(ledger.find('m1', 'o1') !== undefined, isBooked, pan)
  }
})

test('simulator: amounts that no shop asks by accident decline with their last two digits', () => {
  // minor units, currency, behavior.
  const rows = `
    99005100  SGD decline 51
    99005199  SGD decline 51
    99000100  SGD decline 01
    99009900  SGD decline 99
    990051    JPY decline 51
    990051000 KWD decline 51
    990051    SGD approve
    99000000  SGD approve
    99010000  SGD approve
    99010100  SGD requestLost
    99010200  SGD answerLost
    99010300  SGD slow
    99010400  SGD late
    99010500  SGD approve
    990051000 SGD approve
    100       SGD approve`
  const exponents: Readonly<Record<string, number>> = { JPY: 0, SGD: 2, KWD: 3 }
  for (const row of rows.trim().split('\n')) {
    const [minor = '', currency = '', kind, responseCode] = row.trim().split(/ +/)
    const whole = (BigInt(minor) / 10n ** BigInt(exponents[currency] ?? 0)).toString()
    const expected = responseCode === undefined ? { kind } : { kind, responseCode }
    assert.deepEqual(behaviorOf(VISA, whole), expected, row)
  }
  assert.deepEqual(behaviorOf(CARDS.slow, '990051'), { kind: 'slow' })
})

test('simulator: an amount is judged in whole units of its currency', async () => {
  for (const [currency, minor] of [
    ['JPY', 990_051n],
    ['SGD', 99_005_100n],
    ['KWD', 990_051_000n],
  ] as const) {
    const { acquirer } = aSimulator()
    const outcome = await acquirer.authorize(aSale(VISA, { amount: { minor, currency } }))
    assert.equal(inShort(outcome), '51', currency)
  }
})

test('simulator: a repeated message is answered as the first was, and booked once', async () => {
  const { acquirer, ledger } = aSimulator()
  const authorization = anAuthorization(VISA)
  const first = await acquirer.authorize(authorization)
  assert.equal(first.kind, 'approved')
  assert.deepEqual(await acquirer.authorize(authorization), first)
  const capture = aFollowUp(4n)
  const captured = await acquirer.capture(capture)
  assert.deepEqual(await acquirer.capture(capture), captured)
  assert.deepEqual(await acquirer.capture({ ...capture, amount: sgd(99n) }), captured)
  const refund = aFollowUp(9n)
  assert.equal(inShort(await acquirer.refund(refund)), '13')
  assert.deepEqual(await acquirer.query('m1', refund.operationId), await acquirer.refund(refund))
  assert.deepEqual(await acquirer.query('m1', 'o1'), first)
  assert.equal(ledger.about('m1', 'o1').length, 3)
})

test('simulator: many at once with one operation id are one', async () => {
  const { acquirer, ledger } = aSimulator()
  for (const pan of [VISA, CARDS.slow]) {
    const message = aSale(pan, { operationId: pan })
    const asked = Array.from({ length: 10 }, () => acquirer.authorize(message))
    const [first, ...others] = await Promise.all(asked)
    for (const other of others) assert.deepEqual(other, first)
    assert.equal(ledger.about('m1', pan).length, 1)
  }
})

test('simulator: an operation of another merchant is another operation', async () => {
  const { acquirer, ledger } = aSimulator()
  await acquirer.authorize(anAuthorization(VISA))
  await acquirer.authorize(anAuthorization(CARDS.declined, { merchantId: 'm2' }))
  assert.equal(inShort(await acquirer.query('m1', 'o1')), 'approved')
  assert.equal(inShort(await acquirer.query('m2', 'o1')), '05')
  assert.equal(inShort(await acquirer.query('m3', 'o1')), 'absent')
  assert.equal(inShort(await acquirer.capture(aFollowUp(1n, { merchantId: 'm2' }))), '13')
  assert.equal(ledger.about('m1', 'o1').length, 1)
})

test('simulator: a lost request was never there', async () => {
  const { acquirer, ledger } = aSimulator()
  assert.deepEqual(await acquirer.authorize(aSale(CARDS.requestLost)), { kind: 'unknown' })
  assert.deepEqual(await acquirer.query('m1', 'o1'), { kind: 'absent' })
  assert.deepEqual(ledger.newest(10), [])
})

test('simulator: a lost answer leaves the message booked, once, and inquiry finds it', async () => {
  const { acquirer, ledger } = aSimulator()
  const message = aSale(CARDS.answerLost)
  assert.deepEqual(await acquirer.authorize(message), { kind: 'unknown' })
  assert.deepEqual(await acquirer.authorize(message), { kind: 'unknown' })
  assert.equal(inShort(await acquirer.query('m1', 'o1')), 'approved')
  assert.equal(ledger.about('m1', 'o1').length, 1)
})

test('simulator: a late message is booked after everybody gave up on it', async () => {
  const { acquirer, ledger } = aSimulator()
  assert.deepEqual(await acquirer.authorize(aSale(CARDS.late)), { kind: 'unknown' })
  assert.deepEqual(await acquirer.query('m1', 'o1'), { kind: 'absent' })
  assert.equal((await booked(ledger, 'o1')).approved, true)
  assert.equal(inShort(await acquirer.query('m1', 'o1')), 'approved')
})

test('simulator: a late message that finds the book closed is lost without a trace', async () => {
  const { acquirer, ledger } = aSimulator()
  await acquirer.authorize(aSale(CARDS.late))
  ledger.close()
  // Were it booked now, that would throw where nobody catches, and fail this file.
  await sleep(10)
})

test('simulator: a reversal keeps a late original out', async () => {
  const { acquirer, ledger } = aSimulator()
  assert.deepEqual(await acquirer.authorize(aSale(CARDS.late)), { kind: 'unknown' })
  assert.equal(inShort(await acquirer.reverse(aFollowUp(10n))), 'approved')
  assert.equal((await booked(ledger, 'o1')).approved, false)
  assert.equal(inShort(await acquirer.query('m1', 'o1')), '12')
  const kinds = ledger.about('m1', 'o1').map(({ kind, approved }) => `${kind} ${String(approved)}`)
  assert.deepEqual(kinds, ['reverse true', 'sale false'])
  assert.equal(inShort(await acquirer.refund(aFollowUp(1n))), '12')
})

test('simulator: a reversal undoes its original, and is one however often it is sent', async () => {
  const { acquirer, ledger } = aSimulator()
  await acquirer.authorize(anAuthorization(VISA))
  const first = await acquirer.reverse(aFollowUp(10n))
  assert.equal(first.kind, 'approved')
  assert.deepEqual(await acquirer.reverse(aFollowUp(10n)), first)
  assert.equal(ledger.about('m1', 'o1').length, 2)
  for (const kind of ['capture', 'void', 'refund'] as const) {
    assert.equal(inShort(await acquirer[kind](aFollowUp(1n))), '12', kind)
  }
  await acquirer.authorize(anAuthorization(VISA, { operationId: 'o2' }))
  assert.equal(inShort(await acquirer.query('m1', 'o2')), 'approved')
})

test('simulator: what may follow depends on what was asked for first', async () => {
  // What came first, then one message after another with its minor units and the answer.
  const rows = `
    authorize  capture 10 approved  capture 1 13        refund 10 approved  refund 1 13
    authorize  capture 11 13        capture 4 approved  refund 5 13         void 10 approved
    authorize  void 10 approved     void 10 12          capture 1 12        refund 1 12
    authorize  void 4 approved      capture 7 13        capture 6 approved  void 1 12
    authorize  refund 1 13          void 10 approved    refund 1 12         capture 10 12
    sale       capture 1 13         void 9 12           refund 4 approved   refund 6 approved
    sale       refund 4 approved    void 10 12          refund 6 approved   refund 1 13
    sale       void 10 approved     refund 1 12         void 10 12          capture 1 12
    sale       refund 11 13         refund 10 approved  refund 1 13         void 10 12
    verify     capture 1 13         refund 1 13         void 10 12          void 10 12`
  for (const row of rows.trim().split('\n')) {
    const [purpose, ...steps] = row.trim().split(/ +/)
    const { acquirer } = aSimulator()
    await acquirer.authorize(aSale(VISA, { purpose: purpose as Authorization['purpose'] }))
    for (let at = 0; at < steps.length; at += 3) {
      const [kind = '', minor = '', expected] = steps.slice(at, at + 3)
      const send = acquirer[kind as 'capture' | 'void' | 'refund']
      assert.equal(inShort(await send(aFollowUp(BigInt(minor)))), expected, `${row}: ${kind} ${at}`)
    }
  }
})

test('simulator: what was declined or never came takes no capture, refund or void', async () => {
  const { acquirer } = aSimulator()
  await acquirer.authorize(anAuthorization(CARDS.declined))
  for (const originalId of ['o1', 'missing']) {
    assert.equal(inShort(await acquirer.capture(aFollowUp(1n, { originalId }))), '13')
    assert.equal(inShort(await acquirer.refund(aFollowUp(1n, { originalId }))), '13')
    assert.equal(inShort(await acquirer.void(aFollowUp(10n, { originalId }))), '12')
  }
})

// A shopkeeper's tally is the model. Amounts are small, so that sums often land on the limit.
test('simulator: captures and refunds add up and never pass their limits', async () => {
  const step = fc.record({ kind: fc.constantFrom('capture', 'refund'), minor: fc.bigInt(1n, 9n) })
  const run = fc.asyncProperty(fc.bigInt(1n, 20n), fc.array(step), async (limit, steps) => {
    const { acquirer, ledger } = aSimulator()
    await acquirer.authorize(anAuthorization(VISA, { amount: sgd(limit) }))
    let [captured, refunded] = [0n, 0n]
    for (const { kind, minor } of steps) {
      const isCapture = kind === 'capture'
      const isFree = isCapture ? captured + minor <= limit : refunded + minor <= captured
      const send = isCapture ? acquirer.capture : acquirer.refund
      assert.equal(inShort(await send(aFollowUp(minor))), isFree ? 'approved' : '13')
      if (isFree && isCapture) captured += minor
      if (isFree && !isCapture) refunded += minor
    }
    ledger.close()
  })
  await fc.assert(run, { numRuns: 50 })
})

test('simulator: an answer carries the codes of an acquirer', async () => {
  const { acquirer } = aSimulator(openLedger(':memory:'), '2028-12-31T23:59:59Z')
  const approved = await acquirer.authorize(aSale(VISA))
  assert.ok(approved.kind === 'approved')
  assert.equal(approved.responseCode, '00')
  assert.match(approved.approvalCode ?? '', /^[0-9]{6}$/)
  assert.match(approved.rrn ?? '', /^836623[0-9]{6}$/)
  const declined = await acquirer.authorize(aSale(CARDS.declined, { operationId: 'o2' }))
  assert.equal(inShort(declined), '05')
  assert.equal('approvalCode' in declined, false)
  assert.match('rrn' in declined ? (declined.rrn ?? '') : '', /^[0-9]{12}$/)
})

test('ledger: it survives its closing, and answers a repeated message as before', async () => {
  const path = join(folder, 'ledger.sqlite')
  const first = aSimulator(openLedger(path))
  const outcome = await first.acquirer.authorize(anAuthorization(VISA))
  await first.acquirer.capture(aFollowUp(4n))
  const entries = first.ledger.about('m1', 'o1')
  first.ledger.close()

  const second = aSimulator(openLedger(path))
  assert.equal(entries.length, 2)
  assert.deepEqual(second.ledger.about('m1', 'o1'), entries)
  assert.deepEqual(await second.acquirer.authorize(anAuthorization(VISA)), outcome)
  assert.equal(inShort(await second.acquirer.capture(aFollowUp(7n))), '13')
  assert.equal(inShort(await second.acquirer.capture(aFollowUp(6n))), 'approved')
  const files = await readdir(folder)
  const bytes = await Promise.all(files.map((file) => readFile(join(folder, file))))
  assert.equal(
    bytes.some((content) => content.includes(VISA)),
    false,
  )
  assert.equal(
    bytes.some((content) => content.includes('411111******1111')),
    true,
  )
  second.ledger.close()
})

test('ledger: amounts beyond what a number holds are kept exactly', () => {
  const ledger = openLedger(':memory:')
  const entry = {
    merchantId: 'm1',
    operationId: 'o1',
    kind: 'sale',
    originalId: 'o1',
    minor: 999_999_999_999_999_999n,
    currency: 'JPY',
    merchantReference: 'r1',
    panMasked: '411111******1111',
    link: '',
    wallet: '',
    approved: true,
    responseCode: '00',
    approvalCode: '000001',
    rrn: '000000000001',
  } as const
  ledger.book(entry)
  assert.deepEqual(ledger.find('m1', 'o1'), entry)
  assert.throws(() => ledger.book(entry), /UNIQUE/)
  assert.throws(() => ledger.book({ ...entry, kind: 'refund' }), /UNIQUE/)
})

test('ledger: its newest entries come first, all of them or one merchant’s', async () => {
  const { acquirer, ledger } = aSimulator()
  for (const [merchantId, operationId] of [
    ['m1', 'a'],
    ['m2', 'b'],
    ['m1', 'c'],
  ] as const) {
    await acquirer.authorize(aSale(VISA, { merchantId, operationId }))
  }
  const ids = (limit: number, merchantId?: string) =>
    ledger.newest(limit, merchantId).map(({ operationId }) => operationId)
  assert.deepEqual(
    [ids(9), ids(2), ids(9, 'm1'), ids(9, 'm3')],
    [['c', 'b', 'a'], ['c', 'b'], ['c', 'a'], []],
  )
})
