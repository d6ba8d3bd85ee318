import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { apiNameOf } from './api-name.ts'
import { nameVaultToken, numberOf, operationIdOf, orderIdOf, tradeTokenOf } from './ids.ts'
import { endOfMonth, parseTime, spacedTime } from './times.ts'

test('address: the documentation’s remarks are left out of the operation’s name', () => {
  const addresses = {
    orderAndPay: 'orderAndPay',
    'orderAndPay/': 'orderAndPay',
    'orderAndPay/delSuffixStart1': 'orderAndPay',
    'orderAndPay(for-drop-dont-copy-me)': 'orderAndPay',
    'orderAndPay(for-auth-caputre-dont-copy-me)': 'orderAndPay',
    'orderAndPay(for-auth-capture-drop-dont-copy-me)': 'orderAndPay',
    'applyDropinSession(for-auth-capture-copy-me)': 'applyDropinSession',
    'orderAndPay/(for-drop-dont-copy-me)': 'orderAndPay',
    'orderAndPay/dontCopyMe': 'orderAndPay',
    InquireApplyRequest: 'InquireApplyRequest',
    '': '',
  }
  for (const [path, name] of Object.entries(addresses)) assert.equal(apiNameOf(path), name, path)
})

test('trade tokens and operation numbers: they say what they name, and nothing else does', () => {
  const at = new Date('2024-06-27T02:28:09.123Z')
  const id = randomUUID()
  assert.match(tradeTokenOf(id, at), /^T2024062702\d{39}$/)
  assert.equal(orderIdOf(tradeTokenOf(id, at)), id)
  assert.match(numberOf(id, at, 'TI'), /^20240627022809TI\d{39}$/)
  assert.equal(operationIdOf(numberOf(id, at, 'ED')), id)
  const smallest = '00000000-0000-0000-0000-000000000001'
  assert.equal(orderIdOf(tradeTokenOf(smallest, at)), smallest)
  for (const wrong of ['', 'T', 'T2024062702289232000001', `T2024062702${'9'.repeat(39)}`]) {
    assert.equal(orderIdOf(wrong), undefined, wrong)
  }
  assert.equal(operationIdOf(tradeTokenOf(id, at)), undefined)
})

test('payment token ids: PMTOKEN, the time, and digits, within 64 characters', () => {
  const at = new Date('2023-07-10T08:04:39.571Z')
  const name = nameVaultToken(at)
  assert.match(name, /^PMTOKEN20230710080439571\d{18}$/)
  assert.notEqual(nameVaultToken(at), name)
})

test('requestTime: every documented form is read as its instant', () => {
  const forms = {
    '2022-01-22T10:00:00.500+08:00': '2022-01-22T02:00:00.500Z',
    '2025-05-28T03:52:42.591-02:00': '2025-05-28T05:52:42.591Z',
    '2025-02-26T05:00:00+00:00': '2025-02-26T05:00:00.000Z',
    '2025-02-26T05:00:00+0000': '2025-02-26T05:00:00.000Z',
    '2024-05-13T10:28:03.6Z': '2024-05-13T10:28:03.600Z',
    '2024-05-13T10:28:03Z': '2024-05-13T10:28:03.000Z',
    '2024-05-13T10:28:03.123456789Z': '2024-05-13T10:28:03.123Z',
  }
  for (const [text, instant] of Object.entries(forms)) {
    assert.equal(parseTime(text)?.toISOString(), instant, text)
  }
})

test('requestTime: what is no instant is refused', () => {
  const refused = [
    '',
    '2024-05-13',
    '2024-05-13 10:28:03Z',
    '2024-05-13T10:28:03',
    '2024-02-30T10:28:03Z',
    '2024-05-13T25:28:03Z',
    '2024-05-13T10:28:03.Z',
    '2024-05-13T10:28:03Zx',
    '1715596083',
  ]
  for (const text of refused) assert.equal(parseTime(text), undefined, text)
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), (text) => {
      assert.doesNotThrow(() => parseTime(text))
    }),
  )
})

test('times: a token ends with its card’s month; captures have a space before the zone', () => {
  assert.equal(endOfMonth({ year: 2028, month: 2 }), '2028-02-29T23:59:59.000Z')
  assert.equal(endOfMonth({ year: 2030, month: 12 }), '2030-12-31T23:59:59.000Z')
  assert.equal(spacedTime(new Date('2023-08-06T23:50:59.700Z')), '2023-08-06T23:50:59 +0000')
})
