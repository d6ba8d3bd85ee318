import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAcknowledged, retryDelaySeconds } from './notification.ts'

test('notification: six attempts by the published schedule, and then no more', () => {
  const delays = [1, 2, 3, 4, 5, 6].map((attempts) => retryDelaySeconds(attempts))
  assert.deepEqual(delays, [30, 300, 600, 3_600, 43_200, undefined])
})

test('notification: only the documented answers acknowledge it', () => {
  const acknowledges = (body: string, status = 200) => isAcknowledged({ status, body })
  assert.equal(acknowledges('{"code":"SUCCESS","msg":"Success"}'), true)
  assert.equal(acknowledges('{"bizCode":"0000","message":"success"}'), true)
  assert.equal(acknowledges('{"code":"SUCCESS"}', 201), true)
  for (const body of [
    '',
    'SUCCESS',
    '"SUCCESS"',
    '[]',
    '{"code":"success"}',
    '{"msg":"Success"}',
    '{"code":"FAIL"}',
    '{"bizCode":"9998","message":"data is invalid"}',
  ]) {
    assert.equal(acknowledges(body), false, body)
  }
  assert.equal(acknowledges('{"code":"SUCCESS"}', 500), false)
  assert.equal(acknowledges('{"code":"SUCCESS"}', 302), false)
})
