import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Pan } from '../../core/pan.ts'
import type { Authorization } from '../../gateway/acquirer-ports.ts'
import { openLedger } from './ledger.ts'
import { createSimulator } from './simulator.ts'

const MADE_AT = new Date('2026-11-20T12:34:56Z')

/** A UUIDv7 of that moment, as the gateway makes operation ids. */
function idOf(at: Date, last: string): string {
  const hex = at.getTime().toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${last.padStart(12, '0')}`
}

function aWorld() {
  const now = { at: MADE_AT }
  const clock = { now: () => now.at }
  const ledger = openLedger(':memory:')
  return { now, acquirer: createSimulator({ ledger, clock, timeoutMs: 4, slowMs: 2 }) }
}

function aSale(description: string, differences: Partial<Authorization> = {}): Authorization {
  const pan = Pan.parse('4444333322221111')
  assert.ok(pan)
  return {
    merchantId: 'm1',
    operationId: 'o1',
    dialect: 'payermax',
    merchantReference: 'r1',
    description,
    amount: { minor: 5_000_000n, currency: 'USD' },
    purpose: 'sale',
    instrument: { kind: 'card', pan, expiry: { year: 2030, month: 12 } },
    initiator: 'customer',
    storedCredential: false,
    authentication: { eci: undefined },
    ...differences,
  }
}

test('drivers: the subject decides in its own dialect only', async () => {
  for (const [description, dialect, kind] of [
    ['SUCCESS', 'payermax', 'approved'],
    ['anything', 'payermax', 'approved'],
    ['FAILED', 'payermax', 'declined'],
    ['PENDING', 'payermax', 'unknown'],
    ['SUCCESS', 'twoc2p', 'declined'],
  ] as const) {
    const { acquirer } = aWorld()
    const outcome = await acquirer.authorize(aSale(description, { dialect }))
    assert.equal(outcome.kind, kind, `${description} in ${dialect}`)
  }
})

test('drivers: what is pending stays so, whoever asks', async () => {
  const { acquirer } = aWorld()
  await acquirer.authorize(aSale('PENDING'))
  assert.equal((await acquirer.query('m1', 'o1')).kind, 'unknown')
  assert.equal((await acquirer.authorize(aSale('PENDING'))).kind, 'unknown')
})

test('drivers: refunds of documented amounts fail after a minute, or wait', async () => {
  for (const [minor, later] of [
    [10_200n, 'declined'],
    [1_000_000n, 'declined'],
    [20_200n, 'unknown'],
    [2_000_000n, 'unknown'],
    [10_300n, 'approved'],
  ] as const) {
    const { acquirer, now } = aWorld()
    await acquirer.authorize(aSale('SUCCESS'))
    const operationId = idOf(MADE_AT, 'f1')
    const message = {
      merchantId: 'm1',
      operationId,
      originalId: 'o1',
      dialect: 'payermax',
      amount: { minor, currency: 'USD' },
      isFinal: false,
    }
    const first = later === 'approved' ? 'approved' : 'unknown'
    assert.equal((await acquirer.refund(message)).kind, first)
    now.at = new Date(MADE_AT.getTime() + 59_999)
    assert.equal((await acquirer.query('m1', operationId)).kind, first)
    now.at = new Date(MADE_AT.getTime() + 60_000)
    assert.equal((await acquirer.query('m1', operationId)).kind, later)
    assert.equal((await acquirer.refund({ ...message, dialect: 'jcc' })).kind, later)
  }
})
