import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import type { ServerResponse } from 'node:http'
import { freshPan } from '../../test/support/canaries.ts'
import { type OddGateway, sendJson, startOddGateway } from './gateway.fixture.ts'
import { PGWError, PGWSDK, RTNPGW } from './index.ts'
import type { TransactionResultRequest } from './payment.ts'

// Everything that can go wrong on the way, with a card on board: what it looked like must never be
// in what the app hears.

interface Failure {
  readonly error: PGWError
  readonly gateway: OddGateway
}

const pan = freshPan()

const payment: TransactionResultRequest = {
  paymentToken: 'a payment token',
  payment: {
    code: { channelCode: 'CSTOKEN' },
    data: { cardNo: pan, expiryMonth: 12, expiryYear: 2030, token: 'AAAA' },
  },
}

async function failureOf(
  answer: (response: ServerResponse) => void,
  options: { signal?: AbortSignal; timeoutMs?: number } = {},
): Promise<Failure> {
  const gateway = await startOddGateway((response) => answer(response))
  PGWSDK.initialize({ baseUrl: gateway.url })
  const error = await rejectionOf(PGWSDK.shared.proceedTransaction(payment, options))
  return { error, gateway }
}

async function rejectionOf(promise: Promise<unknown>): Promise<PGWError> {
  const error: unknown = await promise.then(
    () => assert.fail('it went well'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof PGWError, inspect(error))
  assert.ok(!inspect(error, { depth: 20, showHidden: true }).includes(pan), 'a card number is told')
  return error
}

test('SDK failure: a gateway that is not there is a network failure', async () => {
  PGWSDK.initialize({ baseUrl: 'http://127.0.0.1:1' })
  const error = await rejectionOf(PGWSDK.shared.proceedTransaction(payment))
  assert.equal(error.code, 'network')
  assert.equal(error.message, 'The payment gateway cannot be reached.')
  assert.ok(error.cause instanceof Error)
})

test('SDK failure: a connection that breaks within the answer is a network failure', async () => {
  const { error } = await failureOf((response) => {
    response.writeHead(200, { 'content-length': '1000' })
    response.write('{"respCode":')
    response.socket?.end()
  })
  assert.equal(error.code, 'network')
})

test('SDK failure: no answer in time is a time-out', async () => {
  const { error } = await failureOf(() => {}, { timeoutMs: 20 })
  assert.equal(error.code, 'timeout')
  assert.equal(error.message, 'The payment gateway did not answer in time.')
})

test('SDK failure: half an answer in time is a time-out', async () => {
  const { error } = await failureOf((response) => response.write('{"respCode":'), { timeoutMs: 50 })
  assert.equal(error.code, 'timeout')
})

test('SDK failure: a signal aborts a call under way, and one that has not begun', async () => {
  const controller = new AbortController()
  const { error } = await failureOf(() => controller.abort(), { signal: controller.signal })
  assert.equal(error.code, 'aborted')
  const { error: second, gateway } = await failureOf(() => {}, { signal: AbortSignal.abort() })
  assert.equal(second.code, 'aborted')
  assert.equal(gateway.heard.length, 0)
})

test('SDK failure: an answer that is none of the gateway is told as such', async () => {
  const answers = [
    '',
    'null',
    '[]',
    '{}',
    '"0000"',
    `<html>${pan}</html>`,
    `{"respCode":"0000", ${pan}`,
    `{"respCode":"${pan}","respDesc":"${pan}"}`,
    '{"respCode":0}',
    '{"respCode":null,"respDesc":"Success"}',
  ]
  for (const text of answers) {
    const { error } = await failureOf((response) => response.end(text))
    assert.deepEqual([error.code, error.status], ['invalidAnswer', 200], text)
  }
})

test('SDK failure: an HTTP error tells its status, and the code of the gateway if there is one', async () => {
  const fault = { respCode: '0999', respDesc: `System error ${pan}` }
  const { error } = await failureOf((response) => sendJson(response, fault, 503))
  assert.deepEqual([error.code, error.status, error.responseCode], ['http', 503, '0999'])
  assert.equal(error.message, 'The payment gateway answered with an HTTP error. (503)')
  const { error: page } = await failureOf((response) =>
    response.writeHead(404).end(`<h1>No ${pan}</h1>`),
  )
  assert.deepEqual([page.code, page.status, page.responseCode], ['http', 404, undefined])
})

test('SDK failure: a redirect is not followed, so no card goes elsewhere', async () => {
  const elsewhere = await startOddGateway((response) => sendJson(response, { respCode: '2000' }))
  const { error } = await failureOf((response) =>
    response.writeHead(307, { location: `${elsewhere.url}/payment/4.3/payment` }).end(),
  )
  assert.equal(error.code, 'network')
  assert.equal(elsewhere.heard.length, 0)
})

const withData = (data: object) => ({
  paymentToken: 't',
  payment: { code: { channelCode: 'CC' }, data },
})

test('SDK failure: what cannot be sent is refused before anything is sent', async () => {
  const gateway = await startOddGateway((response) => sendJson(response, { respCode: '2000' }))
  PGWSDK.initialize({ baseUrl: gateway.url })
  const { shared } = PGWSDK
  const circle: Record<string, unknown> = { cardNo: pan }
  circle['self'] = circle
  const wrong: unknown[] = [
    undefined,
    null,
    'text',
    [],
    {},
    { paymentToken: 't', payment: {} },
    { paymentToken: 't', payment: { code: { channelCode: 'CSTOKEN' }, data: circle } },
    withData({ cardNo: pan, securePayToken: 'x' }),
    withData({ cardNo: pan.replace(/.$/, (digit) => String((Number(digit) + 1) % 10)) }),
    withData({ cardNo: pan.slice(0, 11) }),
  ]
  for (const request of wrong) {
    const call = shared.proceedTransaction(request as TransactionResultRequest)
    assert.equal((await rejectionOf(call)).code, 'invalidRequest', inspect(request))
  }
  assert.equal(gateway.heard.length, 0)
})

test('SDK failure: a payment goes over https or to this machine only', async () => {
  for (const baseUrl of [
    'http://gateway.example',
    'http://192.168.1.10:8080',
    'http://127.0.0.1.example',
    'http://localhost.example',
    'http://10.0.2.20',
  ]) {
    PGWSDK.initialize({ baseUrl })
    const error = await rejectionOf(PGWSDK.shared.proceedTransaction(payment))
    assert.equal(error.code, 'insecure', baseUrl)
    assert.equal(
      error.message,
      'A payment goes over https, or to a gateway on this machine.',
      baseUrl,
    )
  }
})

test('SDK failure: the bridge never tells what it was given', async () => {
  const text = `{"cardNo": ${pan}, oops}`
  for (const request of [text, 'null', `"${pan}"`, '']) {
    const error = await rejectionOf(RTNPGW.proceedTransaction(request))
    assert.deepEqual([error.code, error.cause], ['invalidRequest', undefined])
  }
  assert.equal((await rejectionOf(RTNPGW.initialize(text))).code, 'invalidRequest')
})
