import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { notificationDelaySeconds, recoveryDelaySeconds } from './retry.ts'

test('retry: a notification is tried on the schedule of Standard Webhooks, and then parked', () => {
  const delays = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]
  delays.forEach((delay, index) => {
    assert.equal(notificationDelaySeconds(index + 1, 0.5), delay)
  })
  assert.equal(notificationDelaySeconds(delays.length + 1, 0.5), undefined)
  assert.equal(notificationDelaySeconds(1_000, 0), undefined)
})

test('retry: jitter spreads a delay by a fifth either way, and no further', () => {
  const jitter = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), jitter, (attempts, chance) => {
      const middle = notificationDelaySeconds(attempts, 0.5) ?? 0
      const delay = notificationDelaySeconds(attempts, chance) ?? 0
      assert.ok(delay >= middle * 0.8 - 1e-6 && delay <= middle * 1.2 + 1e-6)
    }),
  )
  assert.equal(notificationDelaySeconds(1, 0)?.toFixed(3), '4.000')
  assert.equal(notificationDelaySeconds(1, 1)?.toFixed(3), '6.000')
})

test('retry: an operation in doubt is looked into ever less often, at least every ten minutes', () => {
  const delays = Array.from({ length: 12 }, (_, attempts) => recoveryDelaySeconds(attempts))
  assert.deepEqual(delays, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600])
  assert.equal(recoveryDelaySeconds(1e9), 600)
})
