import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { anOrder } from '../../core/order.fixture.ts'
import type { Order, OrderStatus } from '../../core/order.ts'
import { aPayment } from '../../core/payment.fixture.ts'
import { type Payment, PAYMENT_TRANSITIONS, type PaymentStatus } from '../../core/payment.ts'
import type { PaymentResult } from '../../gateway/ports.ts'
import { type Code, refusalCode, verdict, WireError } from './codes.ts'

const EXPIRES_AT = new Date('2026-11-20T12:00:00Z')
const BEFORE = new Date(EXPIRES_AT.getTime() - 1)

/** The response codes that 2C2P's table has for an issuer's no, first and last of each run. */
const ISSUER_CODES = '01-07 09-09 12-15 17-22 25-25 30-31 33-44 50-68 75-75 90-96 98-99'

const vaultToken: NonNullable<PaymentResult['vaultToken']> = {
  vaultTokenId: '0193a1b2-4222-7222-8222-222200000002',
  cardId: '0193a1b2-4222-7222-8222-222200000003',
  name: '28052010234224845229',
  card: { panMasked: '411111******1111', brand: 'visa' },
  expiry: { year: 2030, month: 12 },
  customerId: undefined,
  isActive: true,
  isDeleted: false,
  usage: 'unscheduled',
  merchantMayInitiate: false,
  networkTransactionId: undefined,
  createdAt: BEFORE,
}

function verdictOn(payment: Partial<Payment>, order: Partial<Order> = {}): Code {
  const result = { order: anOrder(order), payment: aPayment(payment), vaultToken: undefined }
  return verdict(result, BEFORE)
}

function declinedWith(responseCode: string | undefined): Code {
  return verdictOn({ status: 'declined', responseCode })
}

test('codes: each two-digit response code of an issuer gives one documented code', () => {
  const runs = ISSUER_CODES.split(' ').map((run) => run.split('-').map(Number))
  for (let number = 0; number < 100; number += 1) {
    const responseCode = String(number).padStart(2, '0')
    const isKnown = runs.some(([first = 0, last = 0]) => first <= number && number <= last)
    const { respCode, respDesc } = declinedWith(responseCode)
    assert.equal(respCode, isKnown ? `40${responseCode}` : '4005', responseCode)
    assert.match(respDesc, /^[A-Z][A-Za-z0-9 ,'/-]+$/)
  }
  assert.deepEqual(declinedWith('51'), { respCode: '4051', respDesc: 'Insufficient Funds' })
  assert.deepEqual(declinedWith('54'), { respCode: '4054', respDesc: 'Expired Card' })
  assert.deepEqual(declinedWith('91'), {
    respCode: '4091',
    respDesc: 'Issuer or Switch is Inoperative',
  })
})

test('codes: a declined card is never told as a success, whatever its response code', () => {
  // 2C2P uses these numbers for what is no issuer's answer: verification, settlement, cancellation.
  const taken = [
    '00',
    '08',
    '10',
    '11',
    '16',
    '32',
    '45',
    '46',
    '47',
    '48',
    '49',
    '69',
    '70',
    '71',
    '80',
    '81',
  ]
  for (const responseCode of taken) assert.equal(declinedWith(responseCode).respCode, '4005')
})

test('codes: an odd response code is the plain no, but for the two that mean more', () => {
  const plain = [undefined, '', '0', '000', '5', '051', '1B', 'n7', 'N8', '??', 'XX', ' 51', '５１']
  for (const responseCode of plain) {
    assert.deepEqual(declinedWith(responseCode), { respCode: '4005', respDesc: 'Do not honor' })
  }
  assert.equal(declinedWith('N7').respCode, '4063')
  assert.equal(declinedWith('1A').respCode, '0004')
  const odd = fc.string({ maxLength: 3 })
  fc.assert(fc.property(odd, (text) => assert.match(declinedWith(text).respCode, /^[0-9]{4}$/)))
})

test('codes: each status of a payment has its verdict', () => {
  const verdicts: Readonly<Record<PaymentStatus, string>> = {
    authenticating: '2001 Transaction is in progress.',
    authorizing: '2001 Transaction is in progress.',
    authorized: '0000 Success',
    captured: '0000 Success',
    refunded: '4120 Refunded',
    voiding: '0000 Success',
    voided: '4047 Cancel Success',
    verified: '4201 Tokenization Failed',
    crediting: '2001 Transaction is in progress.',
    credited: '4120 Refunded',
    declined: '4005 Do not honor',
    reversed: '4068 Response Received Too Late',
    failed: '4091 Issuer or Switch is Inoperative',
  }
  for (const [status, expected] of Object.entries(verdicts)) {
    const { respCode, respDesc } = verdictOn({ status: status as PaymentStatus })
    assert.equal(`${respCode} ${respDesc}`, expected)
  }
  assert.deepEqual(Object.keys(verdicts).toSorted(), Object.keys(PAYMENT_TRANSITIONS).toSorted())
})

test('codes: a failure says whether it was the authentication', () => {
  const told = (failure: Payment['failure']) => verdictOn({ status: 'failed', failure })
  assert.deepEqual(told('authentication'), {
    respCode: '4081',
    respDesc: 'Unable to authenticate card holder',
  })
  assert.equal(told('unreachable').respCode, '4091')
})

test('codes: an order that only stores a card tells of that and of nothing else', () => {
  const order = anOrder({ tokenize: 'only' })
  const stored = { order, payment: aPayment({ status: 'verified' }), vaultToken }
  assert.deepEqual(verdict(stored, BEFORE), {
    respCode: '4200',
    respDesc: 'Tokenization Successful',
  })
  for (const payment of [{ status: 'verified' }, { status: 'declined', responseCode: '51' }]) {
    const { respCode } = verdictOn(payment as Partial<Payment>, { tokenize: 'only' })
    assert.equal(respCode, '4201')
  }
})

test('codes: an order without a payment is pending until it is cancelled or expires', () => {
  // status, milliseconds from its expiry, code.
  const rows = `
    open      -1 0001
    open      0  5009
    open      1  5009
    paying    -1 0001
    cancelled -1 0003
    cancelled 1  0003`
  for (const row of rows.trim().split('\n')) {
    const [status, after, expected] = row.trim().split(/ +/)
    const order = anOrder({ status: status as OrderStatus })
    const at = new Date(EXPIRES_AT.getTime() + Number(after))
    const result = { order, payment: undefined, vaultToken: undefined }
    assert.equal(verdict(result, at).respCode, expected, row)
  }
})

test('codes: a payment decides, however long its order has expired', () => {
  const result = { order: anOrder(), payment: aPayment(), vaultToken: undefined }
  const later = new Date(EXPIRES_AT.getTime() + 1)
  assert.equal(verdict(result, later).respCode, '0000')
})

test('codes: each refusal has its code', () => {
  const rows = `
    amount_exceeds_authorized  4070
    amount_exceeds_captured    4064
    captured_otherwise         4064
    card_expired               4054
    idempotency_conflict       9015
    operation_reference_in_use 4094
    order_cancelled            0003
    order_expired              9020
    order_finished             9041
    order_in_progress          2001
    order_not_found            2002
    payment_not_capturable     4012
    payment_not_found          2002
    payment_not_refundable     4012
    payment_not_voidable       4012
    reference_in_use           9015
    vault_token_unknown        4202`
  for (const row of rows.trim().split('\n')) {
    const [refusal = '', expected] = row.trim().split(/ +/)
    const { respCode, respDesc } = refusalCode(refusal as Parameters<typeof refusalCode>[0])
    assert.equal(respCode, expected, row)
    assert.ok(respDesc.length > 0)
  }
})

test('codes: an error on the wire says its code, and keeps its text for the answer', () => {
  const error = new WireError('9004', 'The amount value is not valid')
  assert.deepEqual([error.name, error.message], ['WireError', '9004'])
  assert.deepEqual(error.answer, { respCode: '9004', respDesc: 'The amount value is not valid' })
})
