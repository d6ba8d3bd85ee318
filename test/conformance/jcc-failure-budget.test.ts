import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFailureBudget } from '../../src/dialects/jcc/failure-budget.ts'
import { postgresSeTokenStore } from '../../src/storage/postgres/se-token-store.ts'
import { clockFrom } from '../support/clock.ts'
import { freshDatabase } from '../support/database.ts'

// What several nodes count together, each with a memory of its own, in a real database.

const database = await freshDatabase()
const store = postgresSeTokenStore(database)
const LIMITS = { address: 20, merchant: 50, windowMs: 300_000 }
const PAYER = { merchantId: 'shop', address: '192.0.2.1' }

function nodesOf(count: number) {
  const clock = clockFrom('2026-11-21T12:00:00Z')
  const nodes = Array.from({ length: count }, () =>
    createFailureBudget({ store, clock, limits: LIMITS }),
  )
  const fail = async (from: number, times: number, sender = PAYER) => {
    const node = nodes[from] ?? assert.fail('no such node')
    await Promise.all(Array.from({ length: times }, async () => node.spend(sender)))
  }
  const spentAt = (sender = PAYER) => nodes.map((node) => node.isSpent(sender))
  return { clock, fail, spentAt }
}

test('jcc failures: all nodes count together, at once too, and each hears of it with its next one', async () => {
  const { clock, fail, spentAt } = nodesOf(3)
  await Promise.all([fail(0, 9), fail(1, 10)])
  assert.deepEqual(spentAt(), [false, false, false])
  await fail(0, 1)
  assert.deepEqual(spentAt(), [true, false, false])
  await fail(1, 1)
  assert.deepEqual(spentAt(), [true, true, false])
  assert.deepEqual(spentAt({ ...PAYER, address: '192.0.2.2' }), [false, false, false])
  assert.deepEqual(spentAt({ ...PAYER, merchantId: 'other' }), [false, false, false])
  clock.advance(LIMITS.windowMs - 1)
  assert.deepEqual(spentAt(), [true, true, false])
  clock.advance(1)
  assert.deepEqual(spentAt(), [false, false, false])
  await fail(0, 19)
  assert.deepEqual(spentAt(), [false, false, false], 'a new window begins with its first')
})

test('jcc failures: from ever new addresses they use up the merchant, and old ones are forgotten', async () => {
  const { clock, fail, spentAt } = nodesOf(2)
  const from = (index: number) => ({ merchantId: 'wide', address: `192.0.2.${index}` })
  for (let index = 1; index < LIMITS.merchant; index += 1) await fail(index % 2, 1, from(index))
  assert.deepEqual(spentAt(from(200)), [false, false])
  await fail(0, 1, from(99))
  assert.deepEqual(spentAt(from(200)), [true, false])
  clock.advance(LIMITS.windowMs)
  await fail(1, 1, from(200))
  const { rows } = await database.run<{ address: string; failures: number }>({
    name: 'kept',
    text: `select address, failures from se_token_failure where merchant_id = 'wide'
      order by address`,
    values: [],
  })
  assert.deepEqual(rows, [
    { address: '*', failures: 1 },
    { address: '192.0.2.200', failures: 1 },
  ])
})
