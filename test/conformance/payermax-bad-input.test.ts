import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { before, test } from 'node:test'
import { RESULT_CODES } from '../../src/dialects/payermax/codes.ts'
import type { Fields } from '../../src/sandbox/twoc2p-client.ts'
import {
  aCard,
  accepted,
  aDirectOrder,
  type PayerMaxClient,
  payerMaxOf,
  setConsole,
} from '../support/payermax.ts'
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts'

let gateway: TestSandbox
let client: PayerMaxClient
const seen = new Set<unknown>()

before(async () => {
  gateway = await startTestSandbox()
  client = await payerMaxOf(gateway.url)
})

const API = '/aggregate-pay/api/gateway'

/** Posts bytes as they are. @returns code and text of the refusal; nothing may have been booked. */
async function refused(path: string, body: string, signature?: string): Promise<string> {
  const unchanged = await state()
  const answer = await client.post(path, body, signature)
  seen.add(answer['code'])
  assert.notEqual(answer['code'], 'APPLY_SUCCESS', body)
  assert.equal(await state(), unchanged, 'something was changed')
  return `${String(answer['code'] ?? answer['bizCode'])} ${String(answer['msg'] ?? answer['message'])}`
}

/** Everything that a refused request may not change. */
async function state(): Promise<string> {
  const { database } = gateway.sandbox.program
  const { rows } = await database.run<Record<string, bigint>>({
    name: 'state',
    text: `select (select count(*) from payment_order) orders, (select count(*) from payment) payments,
      (select count(*) from operation) operations,
      (select count(*) from vault_token where deleted_at is null) stored`,
    values: [],
  })
  return Object.values(rows[0] ?? {}).join()
}

const refusedCall = (api: string, data: Fields) =>
  refused(`${API}/${api}`, JSON.stringify(client.envelope(data)))

const codeOf = async (api: string, data: Fields) => (await refusedCall(api, data)).split(' ')[0]

const inquiry = () => client.envelope({ userId: 'u1', tokenScope: 'tokenAcq' })

test('signature: wrong, missing, truncated, of another key, or over another body', async () => {
  const body = JSON.stringify(inquiry())
  const path = `${API}/inquirePaymentToken`
  const good = client.sign(body)
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const others = sign('sha256', Buffer.from(body), privateKey).toString('base64')
  const failed = 'SIGN_VERIFY_FAILED The signature verify failed.'
  assert.equal(await refused(path, body, ''), failed)
  for (const wrong of [good.slice(0, -8), `${good}=`, others, client.sign(`${body} `), 'x']) {
    assert.ok((await refused(path, body, wrong)).startsWith(failed), wrong)
  }
  const changed = body.replace('"u1"', '"u2"')
  assert.ok((await refused(path, changed, good)).startsWith(failed))
  const flat = JSON.stringify({
    merchantId: 'SP328900011',
    bizType: 'removePaymentToken',
    version: '2.6',
    userId: 'r047281273',
    paymentTokenID: 'PMTOKEN20221230182646924441600028843',
  })
  assert.match(await refused('/delSuffixStart2', flat, others), /^9998 SIGN_VERIFY_FAILED/)
  assert.match(await refused('/delSuffixStart2', flat, ''), /^9998 SIGN_VERIFY_FAILED/)
})

test('envelope: unknown merchants and applications, stale times, and what is missing', async () => {
  const post = (changes: Fields, path = `${API}/inquirePaymentToken`) =>
    refused(path, JSON.stringify({ ...inquiry(), ...changes }))
  const at = (ms: number) => ({ requestTime: new Date(Date.now() + ms).toISOString() })
  const stale = 'REQ_TIME_OVER_TIME requestTime effective in two minutes'
  assert.equal(await post(at(-125_000)), stale)
  assert.equal(await post(at(125_000)), stale)
  assert.equal(await post({ merchantNo: 'SP1' }), 'MERCHANT_INVALID The merchant has been offline.')
  const noKey = 'MERCHANT_APP_INVALID Signature key is not configured.'
  assert.equal(await post({ appId: 'ffffffffffffffffffffffffffffffff' }), noKey)
  for (const field of ['version', 'keyVersion', 'requestTime', 'appId', 'merchantNo']) {
    const missing = `PARAMS_INVALID ${field} is invalid,because ${field} is null.`
    assert.equal(await post({ [field]: undefined }), missing)
  }
  assert.match(await post({ requestTime: 'now' }), /^PARAMS_INVALID requestTime is invalid/)
  assert.match(await post({ data: [] }), /^PARAMS_INVALID data is invalid/)
  assert.match(await post({}, `${API}/noSuchApi`), /^PARAMS_INVALID The request address/)
})

test('envelope: every documented version and spelling is taken', async () => {
  const { appId, ...rest } = inquiry()
  for (const changes of [
    { version: '1.0', merchantAppId: appId },
    { version: '1.2', appId },
    { version: '1.6', appId, keyVersion: 1 },
  ]) {
    const body = JSON.stringify({ ...rest, ...changes })
    const answer = await client.post(`${API}/inquirePaymentToken`, body)
    assert.equal(answer['code'], 'APPLY_SUCCESS', JSON.stringify(answer))
  }
  const body = JSON.stringify(inquiry(), undefined, 4)
  for (const path of ['inquirePaymentToken/delSuffixStart1', 'inquirePaymentToken(dont-copy-me)']) {
    assert.equal((await client.post(`${API}/${path}`, body))['code'], 'APPLY_SUCCESS', path)
  }
})

test('bodies: what is no JSON object is refused, too much of it with HTTP 413', async () => {
  const path = `${API}/orderQuery`
  for (const body of ['', '[]', '{', '{"a":1,"a":2}', 'null', '\u0000']) {
    assert.match(await refused(path, body), /^PARAMS_INVALID The request body is invalid/, body)
  }
  const large = await fetch(`${gateway.url}${path}`, { method: 'POST', body: 'x'.repeat(70_000) })
  assert.equal(large.status, 413)
  const flat = { method: 'POST', body: 'x'.repeat(70_000) }
  const older = await fetch(`${gateway.url}/delSuffixStart1`, flat)
  assert.equal(((await older.json()) as Fields)['bizCode'], '9998')
  assert.equal(((await large.json()) as Fields)['code'], 'PARAMS_INVALID')
})

test('first generation: unknown bizTypes, missing and too long fields', async () => {
  const post = (changes: Fields) =>
    refused(
      '/aggregate-pay-gate/api/gateway',
      JSON.stringify({
        merchantId: 'SP328900011',
        bizType: 'inquirePaymentToken',
        version: '2.6',
        userId: 'u1',
        ...changes,
      }),
    )
  assert.match(
    await post({ bizType: 'payWithThoughts' }),
    /^9998 PARAMS_INVALID: bizType is invalid/,
  )
  assert.match(await post({ bizType: 'orderAndPay' }), /^9998 PARAMS_INVALID: bizType is invalid/)
  assert.equal(
    await post({ userId: undefined }),
    '9998 PARAMS_INVALID: userId is invalid,because userId is null.',
  )
  assert.match(await post({ userId: 'u'.repeat(65) }), /userId length must be between 1 and 64/)
  assert.match(await post({ merchantId: 'SP1' }), /^9998 MERCHANT_INVALID/)
  assert.match(
    await post({
      bizType: 'removePaymentToken',
      paymentTokenID: 'PMTOKEN20221230182646924441600028843',
    }),
    /^9998 PAYMENT_TOKEN_ID_INVALID/,
  )
})

test('orderAndPay: each wrong field has its documented code', async () => {
  const detail = (paymentDetail: Fields) => aDirectOrder({ paymentDetail })
  const card = (fields: Fields) => detail({ cardInfo: aCard(fields) })
  const cases: [string, Fields][] = [
    ['PARAMS_INVALID', aDirectOrder({ outTradeNo: 'a b' })],
    ['PARAMS_INVALID', aDirectOrder({ subject: undefined })],
    ['PARAMS_INVALID', aDirectOrder({ country: undefined })],
    ['PARAMS_INVALID', aDirectOrder({ terminalType: undefined })],
    ['PARAMS_INVALID', aDirectOrder({ userId: 'u'.repeat(65) })],
    ['PARAMS_INVALID', aDirectOrder({ integrate: 'Direct' })],
    ['PARAMS_INVALID', aDirectOrder({ expireTime: 'soon' })],
    ['PARAMS_INVALID', aDirectOrder({ frontCallbackUrl: 'javascript:alert(1)' })],
    ['PARAMS_INVALID', aDirectOrder({ notifyUrl: 'not a url' })],
    ['PARAMS_INVALID', aDirectOrder({ shippingInfo: { firstName: 'A' } })],
    ['PARAMS_INVALID', { ...aDirectOrder(), paymentDetail: undefined }],
    ['PARAMS_INVALID', detail({ buyerInfo: undefined })],
    ['PARAMS_INVALID', detail({ buyerInfo: { clientIp: '1.1.1.1' } })],
    ['PARAMS_INVALID', detail({ cardInfo: undefined })],
    ['PARAMS_INVALID', detail({ merchantInitiated: true })],
    ['PARAMS_INVALID', detail({ paymentMethodType: undefined })],
    ['PARAMS_INVALID', card({ cvv: undefined })],
    ['PARAMS_INVALID', card({ dynamic3DS: 'ext3DS' })],
    ['COUNTRY_INVALID', aDirectOrder({ country: 'QQ' })],
    ['CURRENCY_INVALID', aDirectOrder({ currency: 'XYZ' })],
    ['AMOUNT_INVALID', aDirectOrder({ totalAmount: 0 })],
    ['AMOUNT_INVALID', aDirectOrder({ totalAmount: '-5' })],
    ['AMOUNT_INVALID', aDirectOrder({ totalAmount: 1.234 })],
    ['AMOUNT_INVALID', aDirectOrder({ totalAmount: 1.5, currency: 'TWD' })],
    ['PAYMENT_METHOD_NOT_EXIST', detail({ paymentMethodType: 'BARTER' })],
    ['CONTRACT_INVALID', detail({ paymentMethodType: 'WALLET' })],
    ['CARD_INVALID', card({ cardIdentifierNo: '4111111111111112' })],
    ['CARD_EXPIRE_DATE_INVALID', card({ cardExpirationMonth: '13' })],
    ['CARD_EXPIRE_DATE_INVALID', card({ cardExpirationYear: '20' })],
    ['CARD_HOLDER_NAME_INVALID', card({ cardHolderFullName: '123' })],
    ['CVV_INVALID', card({ cvv: '12a' })],
    ['UNSUPPORT_CARD', detail({ allowedCardOrg: ['JCB'] })],
    ['PAYMENT_TOKEN_ID_INVALID', detail({ cardInfo: undefined, paymentTokenID: 'PMTOKEN1' })],
    ['AMOUNT_LIMIT_MINIMUM', mitOrder({ totalAmount: 14, currency: 'UYU' })],
    ['AMOUNT_LIMIT_MAXIMUM', mitOrder({ totalAmount: 3001, currency: 'PEN' })],
  ]
  for (const [code, order] of cases) {
    assert.equal(await codeOf('orderAndPay', order), code, JSON.stringify(order))
  }
})

function mitOrder(fields: Fields): Fields {
  const paymentDetail = { tokenForFutureUse: true, mitType: 'SCHEDULED' }
  return aDirectOrder({ ...fields, paymentDetail })
}

test('follow-ups: unknown orders, orders in progress, and orders that ended', async () => {
  const refund = { outRefundNo: 'r-none', refundAmount: 1, refundCurrency: 'USD' }
  const none = { outTradeNo: 'none' }
  const capture = { requestId: 'c-none', currency: 'USD', amount: 1 }
  assert.equal(await codeOf('orderQuery', none), 'ORDER_NOT_EXIST')
  assert.equal(await codeOf('orderClose', none), 'ORDER_NOT_EXIST')
  assert.equal(await codeOf('refund', { ...refund, ...none }), 'ORDER_NOT_EXIST')
  assert.equal(await codeOf('refund', { ...refund, tradeToken: 'T1' }), 'ORDER_NOT_EXIST')
  assert.equal(await codeOf('refund', refund), 'PARAMS_INVALID')
  assert.equal(await codeOf('refundQuery', { outRefundNo: 'r-none' }), 'ORDER_NOT_EXIST')
  assert.equal(await codeOf('refundQuery', { refundTradeNo: 'x' }), 'ORDER_NOT_EXIST')
  assert.equal(await codeOf('refundQuery', {}), 'PARAMS_INVALID')
  assert.equal(await codeOf('capture', { ...capture, ...none }), 'ORDER_NOT_EXIST')
  assert.equal(await codeOf('cancel', { requestId: 'x-none', ...none }), 'ORDER_NOT_EXIST')

  const pending = aDirectOrder({ subject: 'PENDING', captureMode: 'MANUAL' })
  const { outTradeNo } = pending
  assert.equal((await accepted(client, 'orderAndPay', pending))['status'], 'PENDING')
  assert.equal(await codeOf('refund', { ...refund, outTradeNo }), 'PAYMENT_PROCESSING')
  assert.equal(await codeOf('capture', { ...capture, outTradeNo }), 'PAYMENT_PROCESSING')
  assert.equal(await codeOf('orderClose', { outTradeNo }), 'PAYMENT_PROCESSING')

  const held = aDirectOrder({ captureMode: 'MANUAL' })
  await accepted(client, 'orderAndPay', held)
  const uncaptured = { ...refund, refundCurrency: 'SAR', outTradeNo: held['outTradeNo'] }
  assert.equal(await codeOf('refund', uncaptured), 'REFUND_FAILED')
  const same = { ...uncaptured, outRefundNo: held['outTradeNo'] }
  assert.equal(await codeOf('refund', same), 'REFUND_NO_INVALID')

  const failed = aDirectOrder({ subject: 'FAILED' })
  await accepted(client, 'orderAndPay', failed)
  const close = { outTradeNo: failed['outTradeNo'] }
  assert.equal(await codeOf('orderClose', close), 'ORDER_CLOSE_FAILED')

  const { paymentDetail: _detail, ...hosted } = aDirectOrder({ integrate: 'Hosted_Checkout' })
  await accepted(client, 'orderAndPay', hosted)
  const { database } = gateway.sandbox.program
  await database.script("update payment_order set expires_at = now() where status = 'open'")
  assert.equal(await codeOf('orderClose', { outTradeNo: hosted['outTradeNo'] }), 'ORDER_CLOSED')
  assert.equal(await codeOf('orderAndPay', hosted), 'ORDER_REPEAT')
})

test('declines: the issuer’s answer is told in this API’s words', async () => {
  const declined: [string, string][] = [
    ['4000000000000515', 'BALANCE_INSUFFICIENT'],
    ['4000000000000549', 'CARD_EXPIRE_DATE_INVALID'],
    ['4000000000000416', 'ACCOUNT_BLOCKED'],
    ['4000000000000143', 'CARD_INVALID'],
    ['4000000000000572', 'UNSUPPORT_CARD'],
    ['4000000000000598', 'ISSUER_PAYMENT_REJECTED'],
    ['4000000000000614', 'AMOUNT_LIMIT'],
    ['4000000000000820', 'CVV_INVALID'],
    ['4000000000000044', 'PAYMENT_FAILED'],
    ['4000000000002024', 'AUTHENTICATE_FAILED'],
  ]
  // An approving card, and amounts that the simulated issuer declines with their last two digits.
  const byAmount: [number, string][] = [
    [990_046, 'ACCOUNT_INVALID'],
    [990_055, 'PIN_INVALID'],
    [990_075, 'PIN_VERIFY_LIMIT'],
    [990_078, 'ACCOUNT_INVALID'],
    [990_083, 'ISSUER_PAYMENT_REJECTED'],
  ]
  const cases: [Fields, string][] = [
    ...declined.map(([cardIdentifierNo, code]): [Fields, string] => [
      aDirectOrder({ paymentDetail: { cardInfo: aCard({ cardIdentifierNo }) } }),
      code,
    ]),
    ...byAmount.map(([totalAmount, code]): [Fields, string] => [
      aDirectOrder({ totalAmount }),
      code,
    ]),
  ]
  for (const [order, code] of cases) {
    assert.equal((await accepted(client, 'orderAndPay', order))['status'], 'FAILED')
    const { outTradeNo } = order
    const queried = await accepted(client, 'orderQuery', { outTradeNo })
    assert.equal(queried['resultCode'], code)
    seen.add(queried['resultCode'])
  }
})

test('stored cards: a lapsed one is AUTH_EXPIRED', async () => {
  const { database } = gateway.sandbox.program
  const name = 'PMTOKEN20221230182646924441600028843'
  const paymentDetail = { cardInfo: undefined, paymentTokenID: name }
  const order = aDirectOrder({ userId: 'r047281273', paymentDetail })
  await database.script(
    "update vault_token set expiry_year = 2020 where customer_id = 'r047281273'",
  )
  assert.equal(await codeOf('orderAndPay', order), 'AUTH_EXPIRED')
})

test('contract: what a merchant has not agreed is refused with its own code', async () => {
  await setConsole(gateway, { dynamic3DS: false, authorization: true, preAuthorization: false })
  const cardInfo = aCard({ dynamic3DS: 'no3DS' })
  assert.equal(
    await codeOf('orderAndPay', aDirectOrder({ paymentDetail: { cardInfo } })),
    'MER_CONFIG_ERROR',
  )
  const manual = { captureMode: 'MANUAL', authorizationType: 'PRE_AUTH' }
  assert.equal(await codeOf('orderAndPay', aDirectOrder(manual)), 'PRE_AUTH_NOT_SUPPORT')
  await setConsole(gateway, { authorization: false, showsIssuerCodes: true })
  assert.equal(await codeOf('orderAndPay', aDirectOrder(manual)), 'AUTH_NOT_SUPPORT')
  const declined = aCard({ cardIdentifierNo: '4000000000000515' })
  const order = aDirectOrder({ paymentDetail: { cardInfo: declined } })
  const failed = await accepted(client, 'orderAndPay', order)
  assert.equal(failed['issuerResponseCode'], '51')
  assert.equal(failed['issuerResponseMsg'], 'Insufficient funds/over credit limit')
})

test('operations: those documented are in the OpenAPI document, and are there; no others are', async () => {
  const response = await fetch(`${gateway.url}/openapi.json`)
  const { paths } = (await response.json()) as { paths: Record<string, { post?: object }> }
  const described = Object.keys(paths).flatMap((path) => {
    const [, api] = /^\/aggregate-pay\/api\/gateway\/(\w+)$/.exec(path) ?? []
    return api === undefined ? [] : [api]
  })
  const docs = await readFile('docs/payermax.md', 'utf8')
  const [, table = ''] = docs.split('| api | what it does |')
  const [rows = ''] = table.split('Not there:')
  const documented = [...rows.matchAll(/`(\w+)`/g)].map(([, api = '']) => api)
  assert.deepEqual(described.toSorted(), documented.toSorted())
  for (const api of described) assert.match(await refusedCall(api, {}), /null/)
  assert.match(await refusedCall('applyDDC', {}), /no such interface/)
  const current = JSON.stringify(paths[`${API}/orderAndPay`])
  for (const name of ['merchantNo', 'paymentTokenID', 'redirectUrl']) {
    assert.match(current, new RegExp(`"${name}"`))
  }
  const printed = JSON.stringify(paths['/aggregate-pay-gate/api/gateway/delSuffixStart1'])
  for (const name of ['bizType', 'bizCode', 'tokenList']) {
    assert.match(printed, new RegExp(`"${name}"`))
  }
})

test('faults: without its tables the gateway is busy, with HTTP 503', async () => {
  const { database } = gateway.sandbox.program
  await database.script('alter table payment_order rename to payment_order_away')
  const body = JSON.stringify(client.envelope({ outTradeNo: 'any' }))
  const response = await fetch(`${gateway.url}${API}/orderQuery`, {
    method: 'POST',
    headers: { sign: client.sign(body) },
    body,
  })
  await database.script('alter table payment_order_away rename to payment_order')
  assert.equal(response.status, 503)
  assert.equal(response.headers.get('retry-after'), '1')
  const answer = (await response.json()) as Fields
  assert.deepEqual(answer, {
    code: 'SYSTEM_ERROR',
    msg: 'System is busy, please try again later.',
  })
  seen.add(answer['code'])
})

test('result codes: every one that this gateway has was seen above, and is documented', async () => {
  const refusals = RESULT_CODES.filter((code) => code !== 'APPLY_SUCCESS')
  assert.deepEqual(
    refusals.filter((code) => !seen.has(code)),
    [],
  )
  const docs = await readFile('docs/payermax.md', 'utf8')
  const [, table = ''] = docs.split('## Result codes')
  const documented = [...table.matchAll(/`([A-Z0-9_]{3,})`/g)].map(([, code = '']) => code)
  assert.deepEqual(documented.toSorted(), refusals.toSorted())
})
