import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { connect } from 'node:net'
import { before, test } from 'node:test'
import type { Fields, TwoC2pClient } from '../../src/sandbox/twoc2p-client.ts'
import { freshPan } from '../support/canaries.ts'
import {
  aCardPayment,
  anOrder,
  aSchemeTokenPayment,
  openOrder,
  startTestSandbox,
  type TestSandbox,
} from '../support/sandbox.ts'

let gateway: TestSandbox
let client: TwoC2pClient

before(async () => {
  gateway = await startTestSandbox()
  client = await gateway.client('JT01')
})

async function post(path: string, body: string, type = 'application/json') {
  const response = await fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': type },
    body,
  })
  return { status: response.status, body: (await response.json()) as Fields }
}

const base64url = (text: string) => Buffer.from(text).toString('base64url')
const envelope = (jws: string) => JSON.stringify({ payload: jws })

function signedWith(secret: string, header: string, claims: string): string {
  const signed = `${base64url(header)}.${base64url(claims)}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

const HS256 = '{"alg":"HS256","typ":"JWT"}'

test('2C2P envelope: what is wrong with it is said plainly, unsigned, with HTTP 200', async () => {
  const claims = JSON.stringify({ merchantID: 'JT01', ...anOrder() })
  const good = client.sign({ merchantID: 'JT01', ...anOrder() })
  const table: [string, string, string][] = [
    ['not JSON', '{', '6101'],
    ['no object', '[]', '6101'],
    ['duplicate names', '{"payload":"a","payload":"b"}', '6101'],
    ['no payload', '{}', '6102'],
    ['empty payload', envelope(''), '6102'],
    ['no JWT', envelope('abc'), '6103'],
    ['alg none', envelope(`${base64url('{"alg":"none"}')}.${base64url(claims)}.`), '6103'],
    ['HS512', envelope(signedWith('x', '{"alg":"HS512"}', claims)), '6103'],
    ['RS256', envelope(signedWith('x', '{"alg":"RS256"}', claims)), '6103'],
    ['a key id', envelope(signedWith('x', '{"alg":"HS256","kid":"../x"}', claims)), '6103'],
    ['claims that are no JSON', envelope(signedWith('x', HS256, 'hello')), '9900'],
    ['duplicate claims', envelope(signedWith('x', HS256, '{"a":1,"a":2}')), '9900'],
    ['no merchant', envelope(signedWith('x', HS256, '{"invoiceNo":"1"}')), '6104'],
    ['an unknown merchant', envelope(signedWith('x', HS256, '{"merchantID":"NOBODY"}')), '9007'],
    ['another secret', envelope(signedWith('x', HS256, claims)), '9042'],
    ['a changed signature', envelope(`${good.slice(0, -2)}AA`), '9042'],
  ]
  for (const [what, body, respCode] of table) {
    const answer = await post('/payment/4.3/paymentToken', body)
    assert.equal(answer.status, 200, what)
    assert.equal(answer.body['respCode'], respCode, what)
    assert.equal(typeof answer.body['respDesc'], 'string', what)
    assert.equal(answer.body['payload'], undefined, what)
  }
})

test('2C2P envelope: a secret decoded from hex is named as the mistake', async () => {
  const info = (await (await fetch(`${gateway.url}/sandbox`)).json()) as {
    merchants: { twoc2p: { secretKey: string } }[]
  }
  const secret = Buffer.from(info.merchants[0]?.twoc2p.secretKey ?? '', 'hex')
  const claims = JSON.stringify({ merchantID: 'JT01', ...anOrder() })
  const signed = `${base64url(HS256)}.${base64url(claims)}`
  const mac = createHmac('sha256', secret).update(signed).digest('base64url')
  const answer = await post('/payment/4.3/paymentToken', envelope(`${signed}.${mac}`))
  assert.match(String(answer.body['respDesc']), /decoded from hex/)
})

test('2C2P envelope: any JSON-ish content type and any case of the path will do', async () => {
  for (const type of [
    'application/*+json',
    'text/json',
    'application/json-patch+json',
    'text/plain',
  ]) {
    for (const path of ['/payment/4.3/PaymentToken', '/PAYMENT/4.3/paymenttoken']) {
      const jws = client.sign({ merchantID: 'JT01', ...anOrder() })
      const { body } = await post(path, envelope(jws), type)
      assert.equal(client.verify(String(body['payload']))['respCode'], '0000', `${type} ${path}`)
    }
  }
})

test('2C2P envelope: a body over 64 KiB is refused in the dialect’s form', async () => {
  const answer = await post('/payment/4.3/paymentToken', envelope('a'.repeat(70_000)))
  assert.equal(answer.status, 413)
  assert.equal(answer.body['respCode'], '6101')
})

test('2C2P envelope: no body, and another method, are answered in the dialect’s form', async () => {
  const empty = await fetch(`${gateway.url}/payment/4.3/paymentToken`, { method: 'POST' })
  assert.equal(((await empty.json()) as Fields)['respCode'], '6101')
  const get = await fetch(`${gateway.url}/payment/4.3/paymentToken`)
  assert.equal(get.status, 404)
  assert.equal(((await get.json()) as Fields)['respCode'], '6101')
})

test('2C2P envelope: bytes that are no HTTP end the connection and nothing else', async () => {
  const { hostname, port } = new URL(gateway.url)
  await new Promise<void>((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.write('\u0000nonsense\r\n\r\n'))
    socket.on('close', () => resolve())
    socket.resume()
  })
  assert.equal((await fetch(`${gateway.url}/health`)).status, 200)
})

test('2C2P payment token: each bad field is named with its code, in a signed answer', async () => {
  const table: [Fields, string, RegExp][] = [
    [{ amount: '10.555' }, '9009', /amount/],
    [{ amount: '1e3' }, '9009', /amount/],
    [{ amount: -1 }, '9009', /amount/],
    [{ amount: 0 }, '9009', /above zero/],
    [{ amount: '1234567890123' }, '9009', /amount/],
    [{ amount: '' }, '9005', /amount/],
    [{ amount: 10.5, currencyCode: 'JPY' }, '9009', /JPY/],
    [{ amount: 10.5, currencyCode: 'IDR' }, '9009', /IDR/],
    [{ currencyCode: 'XXQ' }, '9010', /Currency/],
    [{ currencyCode: '702' }, '9010', /currencyCode/],
    [{ invoiceNo: undefined }, '9005', /invoiceNo/],
    [{ description: undefined }, '9005', /description/],
    [{ invoiceNo: 'x'.repeat(51) }, '9006', /invoiceNo/],
    [{ description: 'x'.repeat(256) }, '9006', /description/],
    [{ description: 'a\u0000b' }, '9004', /description/],
    [{ description: 'my card is 4111 1111 1111 1111' }, '9004', /card number/],
    [{ userDefined1: freshPan() }, '9004', /userDefined1/],
    [{ request3DS: 'X' }, '9004', /request3DS/],
    [{ tokenize: 'perhaps' }, '9004', /tokenize/],
    [{ paymentExpiry: '2020-01-01 00:00:00' }, '9008', /past/],
    [{ paymentExpiry: 'tomorrow' }, '9008', /yyyy/],
    [{ paymentExpiry: '2030-02-31 00:00:00' }, '9008', /no such time/],
    [{ paymentChannel: ['NOPE'] }, '9058', /channel/],
    [{ paymentChannel: ['PPQR'] }, '9060', /channel/],
    [{ customerToken: ['99999999999999999999'] }, '9202', /CustomerToken/],
    [{ customerToken: 'x' }, '9004', /customerToken/],
    [{ eci: '99' }, '9004', /eci/],
    [{ backendReturnUrl: 'javascript:alert(1)' }, '9004', /backendReturnUrl/],
    [{ frontendReturnUrl: '//evil.example' }, '9004', /frontendReturnUrl/],
    [{ recurring: true }, '9004', /recurring/],
    [{ promotionCode: 'HALF' }, '9078', /Promotion/],
    [{ fxRateId: 'x' }, '9101', /Fx/],
    [{ loyaltyPoints: [{ providerID: 'x' }] }, '9107', /Loyalty/],
    [{ transactionInitiator: 'M' }, '9005', /previousPaymentID/],
    [{ statementDescriptor: 'a<b>c' }, '9004', /statementDescriptor/],
    [
      { subMerchants: [{ merchantID: 'a', invoiceNo: '1', amount: 1, description: 'x' }] },
      '9095',
      /mismatch/,
    ],
  ]
  for (const [fields, respCode, respDesc] of table) {
    const answer = await client.signed('paymentToken', anOrder(fields))
    assert.equal(answer['respCode'], respCode, JSON.stringify(fields))
    assert.match(String(answer['respDesc']), respDesc, JSON.stringify(fields))
  }
  assert.deepEqual(gateway.ledger.newest(1), [])
})

test('2C2P payment token: numbers, texts, zeros in front and names in any case are read alike', async () => {
  for (const amount of [10.5, '10.5', '10.50', '000000000010.50000']) {
    const paymentToken = await openOrder(client, { amount, INVOICENO: undefined })
    const inquired = await client.signed('paymentInquiry', { paymentToken })
    assert.equal(inquired['amount'], 10.5)
  }
  const { invoiceNo, ...rest } = anOrder()
  const renamed = {
    InvoiceNo: invoiceNo,
    REQUEST3ds: 'N',
    locale: null,
    iat: 1,
    nope: 'x',
    ...rest,
  }
  delete (renamed as Fields)['request3DS']
  assert.equal((await client.signed('paymentToken', renamed))['respCode'], '0000')
})

test('2C2P do payment: each bad field has its code, and no attempt is spent', async () => {
  const paymentToken = await openOrder(client)
  const other = await gateway.client('JT04')
  const foreign = await openOrder(other, { currencyCode: 'THB' })
  const card = (data: Fields) => aCardPayment(paymentToken, data)
  const blob = (fields: Fields) => aSchemeTokenPayment(paymentToken, { blob: fields })
  const bad = freshPan()
  const table: [string, Fields, string][] = [
    ['no payment', { paymentToken }, '9005'],
    ['no such token', aCardPayment('AAAA'), '9040'],
    ['a changed token', aCardPayment(`${paymentToken.slice(0, -5)}AAAA=`), '9040'],
    ['not a number', card({ cardNo: '4111-1111' }), '4076'],
    [
      'wrong check digit',
      card({ cardNo: `${bad.slice(0, -1)}${(Number(bad.at(-1)) + 1) % 10}` }),
      '4014',
    ],
    ['an expired card', card({ expiryMonth: '01', expiryYear: '2020' }), '4054'],
    ['no such month', card({ expiryMonth: '13' }), '4077'],
    ['a short security code', card({ securityCode: '12' }), '4078'],
    ['no security code', card({ securityCode: undefined }), '9005'],
    ['no card number', card({ cardNo: undefined }), '9005'],
    ['an unknown channel', { paymentToken, payment: { code: { channelCode: 'NOPE' } } }, '9058'],
    ['a channel not served', { paymentToken, payment: { code: { channelCode: 'PPQR' } } }, '9060'],
    ['an unknown customer token', card({ customerToken: '12345678901234567890' }), '4202'],
    ['points', card({ loyaltyPoints: [{ providerID: 'x' }] }), '9107'],
    ['another rate', card({ fxRateID: 'x' }), '9102'],
    ['no blob', aSchemeTokenPayment(paymentToken, { token: undefined }), '9005'],
    ['a blob that is no base64', aSchemeTokenPayment(paymentToken, { token: '%%%' }), '9004'],
    [
      'a cryptogram that is not canonical',
      blob({ cryptogram: 'AAAAAAAAAAAAAAAAAAAAAAAAAAB=' }),
      '9004',
    ],
    ['a cryptogram without padding', blob({ cryptogram: 'ADV9E+S06yWaAAGTQHQlGgADFA' }), '9004'],
    ['no cryptogram', blob({ cryptogram: undefined }), '9004'],
    ['an unknown wallet', blob({ channel: 'PAPERPAY' }), '9004'],
  ]
  for (const [what, request, respCode] of table) {
    const answer = await client.plain('payment', request)
    assert.equal(answer['respCode'], respCode, `${what}: ${JSON.stringify(answer)}`)
  }
  assert.deepEqual(gateway.ledger.newest(1), [])
  // Both orders can still be paid: nothing above changed them.
  assert.equal((await client.plain('payment', card({})))['respCode'], '2000')
  assert.equal((await client.plain('payment', aCardPayment(foreign)))['respCode'], '2000')
})

test('2C2P payment token: another merchant’s is unknown to inquiry', async () => {
  const other = await gateway.client('JT04')
  const paymentToken = await openOrder(other, { currencyCode: 'THB' })
  const asked = await client.signed('paymentInquiry', { paymentToken })
  assert.equal(asked['respCode'], '2002')
})

test('2C2P do payment: a used, a cancelled and an expired payment token each say so', async () => {
  const used = await openOrder(client)
  await client.plain('payment', aCardPayment(used))
  assert.equal((await client.plain('payment', aCardPayment(used)))['respCode'], '9041')

  const cancelled = await openOrder(client)
  assert.equal(
    (await client.plain('cancelTransaction', { paymentToken: cancelled }))['respCode'],
    '2000',
  )
  assert.equal((await client.plain('payment', aCardPayment(cancelled)))['respCode'], '0003')
  const inquired = await client.signed('paymentInquiry', { paymentToken: cancelled })
  assert.equal(inquired['respCode'], '0003')

  const expiring = await openOrder(client, { paymentExpiry: '2027-10-01 12:00:00' })
  await gateway.sandbox.program.database.script(
    `update payment_order set expires_at = now() where expires_at = '2027-10-01 12:00:00+08'`,
  )
  assert.equal((await client.plain('payment', aCardPayment(expiring)))['respCode'], '9020')
  const expired = await client.signed('paymentInquiry', { paymentToken: expiring })
  assert.equal(expired['respCode'], '5009')
})

test('2C2P do payment: a test card’s decline ends the flow, and inquiry says why', async () => {
  const table: [Fields, string][] = [
    [{ cardNo: '4444333322221111' }, '4005'],
    [{ cardNo: '4000000000000515' }, '4051'],
    [{ cardNo: '4000000000000820' }, '4063'],
  ]
  for (const [data, respCode] of table) {
    const paymentToken = await openOrder(client)
    const answer = await client.plain('payment', aCardPayment(paymentToken, data))
    assert.equal(answer['respCode'], '2000')
    const inquired = await client.signed('paymentInquiry', { paymentToken })
    assert.equal(inquired['respCode'], respCode)
    assert.equal(inquired['approvalCode'], '')
  }
  const byAmount = await openOrder(client, { amount: '990061.00' })
  await client.plain('payment', aCardPayment(byAmount))
  const inquired = await client.signed('paymentInquiry', { paymentToken: byAmount })
  assert.equal(inquired['respCode'], '4061')
})

test('2C2P do payment: 3-D Secure that is insisted on and not there is said so', async () => {
  const paymentToken = await openOrder(client, { request3DS: 'F' })
  const answer = await client.plain('payment', aCardPayment(paymentToken))
  assert.equal(answer['respCode'], '4081')
  const inquired = await client.signed('paymentInquiry', { paymentToken })
  assert.equal(inquired['respCode'], '4081')
  const brought = await openOrder(client, {
    request3DS: 'F',
    eci: '05',
    cavv: 'AJkBBkhgQQAAAE4gSEJydQAAAAA=',
    dsTransactionId: '8a880dc0-d2d2-4067-bcb1-b08d1690b26e',
  })
  assert.equal((await client.plain('payment', aCardPayment(brought)))['respCode'], '2000')
  const authenticated = await client.signed('paymentInquiry', { paymentToken: brought })
  assert.equal(authenticated['eci'], '05')
})
