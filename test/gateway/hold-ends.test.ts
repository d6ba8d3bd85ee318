import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Acquirer } from '../../src/gateway/acquirer-ports.ts'
import type { Gateway } from '../../src/gateway/gateway.ts'
import type { HoldEnd } from '../../src/gateway/hold-ports.ts'
import { sql } from '../../src/storage/postgres/database.ts'
import { postgresHoldStore } from '../../src/storage/postgres/hold-store.ts'
import { freshDatabase } from '../support/database.ts'
import { type Answer, jccClient, type JccClient, payByCard, register } from '../support/jcc.ts'
import { openJccShop } from '../support/jcc-shop.ts'
import { refusalOf } from '../support/refusals.ts'
import { eventually, startTestSandbox, type TestSandbox } from '../support/sandbox.ts'

const MERCHANT = 'CY01'
const DATES = { capture: 'autocompletionDate', void: 'autoReverseDate' } as const

let gateway: TestSandbox
let verbs: Gateway
let client: JccClient
/** What the line to the acquirer does with captures. */
const line: { captures: 'delivered' | 'declined' | 'unanswered' } = { captures: 'delivered' }

before(async () => {
  gateway = await startTestSandbox({
    limits: { inDoubtAfterMs: 300 },
    between: (simulator) => faulty(simulator),
  })
  verbs = gateway.sandbox.program.gateway
  client = jccClient(gateway.url)
})

function faulty(simulator: Acquirer): Acquirer {
  return {
    ...simulator,
    async capture(message) {
      if (line.captures === 'declined') return { kind: 'declined', responseCode: '05' }
      const outcome = await simulator.capture(message)
      return line.captures === 'unanswered' ? { kind: 'unknown' } : outcome
    },
  }
}

/** In seconds from now, as the wire writes it. */
const dateIn = (seconds: number) =>
  new Date(Date.now() + seconds * 1_000).toISOString().slice(0, 19)

/** An order of two phases with a date. */
async function dated(kind: HoldEnd['kind'], fields: Record<string, string> = {}): Promise<string> {
  const date = { [DATES[kind]]: dateIn(86_400) }
  return register(client, { ...date, ...fields }, 'rest/registerPreAuth.do')
}

async function held(kind: HoldEnd['kind'], fields: Record<string, string> = {}): Promise<string> {
  const orderId = await dated(kind, fields)
  await payByCard(gateway, orderId)
  return orderId
}

/** Brings the date on, or the next look after it. */
async function comes(orderId: string): Promise<void> {
  await gateway.sandbox.program.database.run(
    sql('test_hold_due')`update hold_end set due_at = now() where order_id = ${orderId}`,
  )
}

async function waits(orderId: string): Promise<boolean> {
  const { count } = await gateway.sandbox.program.database.run(
    sql('test_hold')`select from hold_end where order_id = ${orderId}`,
  )
  return count === 1
}

/** Brings the date on until nothing is left to be done. */
async function over(orderId: string): Promise<void> {
  await eventually(async () => {
    await comes(orderId)
    await verbs.endHolds()
    return (await waits(orderId)) ? undefined : true
  })
}

async function paymentOf(orderId: string) {
  const { payment } = await verbs.inquire({ merchantId: MERCHANT, orderId })
  assert.ok(payment)
  return payment
}

async function booked(orderId: string): Promise<readonly string[]> {
  const { paymentId } = await paymentOf(orderId)
  const entries = gateway.ledger.about(MERCHANT, paymentId).filter(({ approved }) => approved)
  return entries.map(({ kind, minor }) => `${kind} ${minor}`).toSorted()
}

test('hold: it is taken at its date, once, and the merchant is told', async () => {
  const shop = await openJccShop()
  const orderId = await held('capture', { dynamicCallbackUrl: shop.callbackUrl })
  await verbs.endHolds()
  assert.equal((await paymentOf(orderId)).status, 'authorized', 'not before')
  await comes(orderId)
  await shop.heard({ operation: 'deposited', status: '1', mdOrder: orderId, amount: '1000' })
  await over(orderId)
  assert.deepEqual(await booked(orderId), ['authorize 1000', 'capture 1000'])
  const status = await client.call('rest/getOrderStatusExtended.do', { orderId })
  assert.equal(status['orderStatus'], 2)
  assert.equal(shop.callbacks.filter(({ fields }) => fields['operation'] === 'deposited').length, 1)
})

test('hold: it is released at its date, once, and the merchant is told', async () => {
  const shop = await openJccShop()
  const orderId = await held('void', { dynamicCallbackUrl: shop.callbackUrl })
  await comes(orderId)
  await shop.heard({ operation: 'reversed', status: '1', mdOrder: orderId })
  await over(orderId)
  assert.deepEqual(await booked(orderId), ['authorize 1000', 'void 1000'])
  assert.equal((await paymentOf(orderId)).status, 'voided')
})

test('hold: a date must be ahead, alone, and of an order that holds money', async () => {
  const ahead = dateIn(3_600)
  const wrong = async (fields: Record<string, string>, method = 'registerPreAuth') => {
    const fresh = { amount: '1000', returnUrl: 'https://shop.example/done', orderNumber: ahead }
    return client.call(`rest/${method}.do`, { ...fresh, ...fields })
  }
  const refused = (field: string) => ({ errorCode: '5', errorMessage: `[${field}] is wrong` })
  for (const field of Object.values(DATES)) {
    const bad = [dateIn(-1), dateIn(367 * 86_400), '2027-02-30T00:00:00', '2027-02-28', 'soon']
    for (const value of bad)
      assert.deepEqual(await wrong({ [field]: value }), refused(field), value)
    assert.deepEqual(await wrong({ [field]: ahead }, 'register'), refused(field))
    const verified = { features: 'VERIFY', amount: '0', [field]: ahead }
    assert.deepEqual(await wrong(verified), refused(field))
  }
  const both = { autocompletionDate: ahead, autoReverseDate: ahead }
  assert.deepEqual(await wrong(both), refused('autoReverseDate'))
})

test('hold: what the merchant has left of it is taken or released', async () => {
  const rest = { capture: 'capture 600', void: 'void 600' } as const
  for (const kind of ['capture', 'void'] as const) {
    const orderId = await held(kind)
    const { merchantId, paymentId } = await paymentOf(orderId)
    await verbs.capture({ merchantId, paymentId, minor: 400n })
    await over(orderId)
    assert.deepEqual(await booked(orderId), ['authorize 1000', 'capture 400', rest[kind]])
    const { status, authorizedMinor, capturedMinor } = await paymentOf(orderId)
    assert.deepEqual([status, authorizedMinor], ['captured', capturedMinor])
  }
})

test('hold: where the merchant was first, its date changes nothing', async () => {
  for (const kind of ['capture', 'void'] as const) {
    const [deposited, reversed] = [await held(kind), await held(kind)]
    const call = (method: string, orderId: string): Promise<Answer> =>
      client.call(`rest/${method}.do`, { orderId, amount: '0' })
    assert.equal((await call('deposit', deposited))['errorCode'], '0')
    assert.equal((await call('reverse', reversed))['errorCode'], '0')
    await over(deposited)
    await over(reversed)
    assert.deepEqual(await booked(deposited), ['authorize 1000', 'capture 1000'])
    assert.deepEqual(await booked(reversed), ['authorize 1000', 'void 1000'])
    // As when the deposit comes between our look at the hold and its release.
    const { merchantId, paymentId } = await paymentOf(deposited)
    const late = { merchantId, paymentId, minor: 1_000n, onlyHeld: true }
    assert.equal(await refusalOf(verbs.void(late)), 'payment_not_voidable')
  }
})

test('hold: of its date, on several nodes, and a deposit at the same instant one wins', async () => {
  for (let round = 0; round < 12; round += 1) {
    for (const kind of ['capture', 'void'] as const) {
      const orderId = await held(kind)
      const { merchantId, paymentId } = await paymentOf(orderId)
      const deposit = async () => {
        // Later from round to round, so that it meets every step of the others.
        for (let reads = 0; reads < round; reads += 1)
          await verbs.findPayment(merchantId, paymentId)
        await verbs.capture({ merchantId, paymentId, minor: 400n, isFinal: true })
      }
      await comes(orderId)
      const ends = [verbs.endHolds(), verbs.endHolds(), verbs.endHolds()]
      const [outcome] = await Promise.all([refusalOf(deposit()), ...ends])
      await over(orderId)
      const moved = outcome === 'done' ? 'capture 400' : `${kind} 1000`
      assert.deepEqual(await booked(orderId), ['authorize 1000', moved])
      const { capturedMinor, capturingMinor } = await paymentOf(orderId)
      const captured = outcome === 'done' ? 400n : kind === 'capture' ? 1_000n : 0n
      assert.deepEqual([capturedMinor, capturingMinor], [captured, 0n])
    }
  }
})

test('hold: an order that is paid after its date is waited for, one that cannot be paid is not', async () => {
  const [late, given] = [await dated('capture'), await dated('capture')]
  await comes(late)
  await verbs.endHolds()
  assert.equal(await waits(late), true)
  await payByCard(gateway, late)
  await over(late)
  assert.deepEqual(await booked(late), ['authorize 1000', 'capture 1000'])
  await client.call('rest/decline.do', { orderId: given })
  await over(given)
  const declined = await dated('void')
  await payByCard(gateway, declined, '4000000000000515')
  await over(declined)
  assert.equal((await paymentOf(declined)).status, 'declined')
})

test('hold: a bank that says no is asked five times, and then the hold is left as it is', async () => {
  const shop = await openJccShop()
  const orderId = await held('capture', { dynamicCallbackUrl: shop.callbackUrl })
  line.captures = 'declined'
  await over(orderId)
  line.captures = 'delivered'
  const { status, capturingMinor } = await paymentOf(orderId)
  assert.deepEqual([status, capturingMinor], ['authorized', 0n])
  const made = (await verbs.operations(await paymentOf(orderId))).map(({ state }) => state)
  assert.deepEqual(made, ['approved', ...Array.from({ length: 5 }, () => 'declined')])
  await shop.heard({ operation: 'deposited', status: '0', mdOrder: orderId })
  const deposit = await client.call('rest/deposit.do', { orderId, amount: '0' })
  assert.equal(deposit['errorCode'], '0', 'its merchant may still take it')
})

test('hold: where the bank does not answer, recovery finds out, and nothing is taken twice', async () => {
  const orderId = await held('capture')
  line.captures = 'unanswered'
  await comes(orderId)
  await verbs.endHolds()
  await eventually(async () => ((await booked(orderId)).length === 2 ? true : undefined))
  line.captures = 'delivered'
  await over(orderId)
  assert.deepEqual(await booked(orderId), ['authorize 1000', 'capture 1000'])
  assert.equal((await paymentOf(orderId)).status, 'captured')
})

test('hold store: many claims at once share what is due, and a lease that has ended is claimed anew', async () => {
  const own = await freshDatabase()
  const store = postgresHoldStore(own)
  await own.script(`insert into hold_end (merchant_id, order_id, kind, due_at)
    select 'm' || n % 3, gen_random_uuid(), 'capture', now() from generate_series(1, 60) n`)
  const now = Date.now() + 1_000
  const [at, leaseUntil, later] = [0, 5_000, 10_000].map((after) => new Date(now + after))
  assert.ok(at && leaseUntil && later)
  const claim = () => store.claimDue(at, leaseUntil, 10)
  const claimed: string[] = []
  for (let round = 0; round < 60 && claimed.length < 60; round += 1) {
    const found = (await Promise.all(Array.from({ length: 8 }, claim))).flat()
    claimed.push(...found.map(({ orderId }) => orderId))
  }
  assert.equal(new Set(claimed).size, 60)
  assert.equal(claimed.length, 60)
  const again = await store.claimDue(later, later, 100)
  assert.deepEqual(new Set(again.map(({ attempts }) => attempts)), new Set([2]))
  assert.equal(again.length, 60)
})
