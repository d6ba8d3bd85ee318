import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Pan } from '../../core/pan.ts'
import type { Credit } from '../../gateway/acquirer-ports.ts'
import { openLedger } from './ledger.ts'
import { createSimulator } from './simulator.ts'

const APPROVED = '4111111111111111'
const DECLINED = '4000000000000515'
const LATE = '4000000000001034'

const amount = { minor: 10n, currency: 'EUR' }
const about = { merchantId: 'm1', operationId: 'o1', dialect: 'jcc', amount }
const undoing = { ...about, operationId: 'f1', originalId: 'o1', isFinal: true }

function aWorld() {
  const ledger = openLedger(':memory:')
  const clock = { now: () => new Date('2026-11-20T12:34:56Z') }
  return { ledger, acquirer: createSimulator({ ledger, clock, timeoutMs: 4, slowMs: 2 }) }
}

function aCredit(digits: string): Credit {
  const pan = Pan.parse(digits)
  assert.ok(pan)
  const instrument = { kind: 'card' as const, pan, expiry: { year: 2030, month: 12 } }
  return { ...about, merchantReference: 'r1', description: '', instrument }
}

test('simulated credit: it is answered as its card has it, and a repeat as the first was', async () => {
  const { acquirer, ledger } = aWorld()
  const first = await acquirer.credit(aCredit(APPROVED))
  assert.equal(first.kind, 'approved')
  assert.deepEqual(await acquirer.credit(aCredit(APPROVED)), first)
  assert.deepEqual(await acquirer.query('m1', 'o1'), first)
  const booked = ledger.newest(9).map(({ kind, minor, approved }) => [kind, minor, approved])
  assert.deepEqual(booked, [['credit', 10n, true]])
  const declined = await aWorld().acquirer.credit(aCredit(DECLINED))
  assert.equal(declined.kind === 'declined' && declined.responseCode, '51')
})

test('simulated credit: nothing can be captured, refunded or voided of it', async () => {
  const { acquirer } = aWorld()
  await acquirer.credit(aCredit(APPROVED))
  for (const kind of ['capture', 'refund', 'void'] as const) {
    const outcome = await acquirer[kind]({ ...undoing, operationId: kind })
    assert.equal(outcome.kind, 'declined', kind)
  }
})

test('simulated credit: a reversal keeps a late one out', async () => {
  const { acquirer, ledger } = aWorld()
  assert.deepEqual(await acquirer.credit(aCredit(LATE)), { kind: 'unknown' })
  assert.equal((await acquirer.reverse(undoing)).kind, 'approved')
  for (let waits = 0; ledger.find('m1', 'o1') === undefined && waits < 1_000; waits += 1) {
    await sleep(1)
  }
  assert.equal(ledger.find('m1', 'o1')?.approved, false)
})
