import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RefusalCode } from '../../core/refusal.ts'
import { actionOfResponse, describeAction } from './action-codes.ts'
import { formFault, legacyFault, numberFault, textFault, wrappedFault } from './answer.ts'
import { type Fault, faultOf, say } from './codes.ts'

const EMPTY: Fault = { code: '4', message: 'empty', field: 'amount' }

test('jcc codes: one error in each shape that methods write it in', () => {
  const message = '[amount] is empty'
  assert.deepEqual(textFault(EMPTY, 'en'), { errorCode: '4', errorMessage: message })
  assert.deepEqual(numberFault(EMPTY, 'en'), { errorCode: 4, errorMessage: message })
  assert.deepEqual(legacyFault(EMPTY, 'en'), { ErrorCode: '4', ErrorMessage: message })
  assert.deepEqual(formFault(EMPTY, 'en'), {
    error: message,
    errorCode: 4,
    is3DSVer2: false,
    errorMessage: message,
  })
  assert.deepEqual(wrappedFault(EMPTY, 'en'), {
    success: false,
    error: { code: '4', description: message, message },
  })
})

test('jcc codes: every message names its field, in each language in its own words', () => {
  for (const message of ['empty', 'wrong', 'ambiguous'] as const) {
    const texts = (['en', 'ru', 'el'] as const).map((language) =>
      say({ message, field: 'returnUrl' }, language),
    )
    for (const text of texts) assert.match(text, /\[returnUrl\]/)
    assert.equal(new Set(texts).size, 3)
  }
})

test('jcc codes: a method says a refusal in its own way, and the others in the common one', () => {
  const own = { order_not_found: { code: '2', message: 'bindingNotFound' } } as const
  assert.equal(faultOf('order_not_found', own).code, '2')
  assert.equal(faultOf('order_not_found').code, '6')
  assert.equal(faultOf('reference_in_use', own).code, '1')
  const states: readonly RefusalCode[] = ['order_finished', 'order_in_progress', 'order_expired']
  for (const state of states) assert.equal(faultOf(state).code, '7')
})

test('jcc action codes: the issuer decides the code, and the code what the payer is told', () => {
  const table: readonly (readonly [string | undefined, number, RegExp])[] = [
    ['00', 0, /^$/],
    ['05', 5, /bank that issued/],
    ['14', 111, /bank that issued/],
    ['51', 116, /available funds/],
    ['54', 101, /card data/],
    ['91', 910, /try again later/],
    ['N7', 71015, /card data/],
    ['ZZ', 5, /bank that issued/],
    [undefined, 5, /bank that issued/],
  ]
  for (const [responseCode, code, told] of table) {
    const action = actionOfResponse(responseCode)
    assert.equal(action.code, code)
    assert.match(describeAction(action, 'en'), told)
    assert.equal(describeAction(action, 'ru') === '', code === 0)
  }
})
