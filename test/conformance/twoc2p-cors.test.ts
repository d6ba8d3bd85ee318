import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { TwoC2pClient } from '../../src/sandbox/twoc2p-client.ts'
import { openOrder, startTestSandbox, type TestSandbox } from '../support/sandbox.ts'

const ORIGIN = 'https://app.example'

const FOR_CLIENTS = [
  'payment',
  'paymentOption',
  'paymentOptionDetails',
  'transactionStatus',
  'cancelTransaction',
  'cardTokenInfo',
  'userPreference',
  'initialization',
  'exchangeRate',
  'exchangeRate/apmMccExchangeRate',
]

const FOR_MERCHANTS = ['paymentToken', 'paymentInquiry', 'exchangeRate/secure']

let gateway: TestSandbox
let client: TwoC2pClient

before(async () => {
  gateway = await startTestSandbox()
  client = await gateway.client('JT01')
})

const ask = (path: string, init: RequestInit) =>
  fetch(`${gateway.url}/payment/4.3/${path}`, { ...init, headers: { origin: ORIGIN } })

const corsHeaders = ({ headers }: Response) =>
  [...headers].filter(([name]) => name.startsWith('access-control-'))

test('2C2P CORS: a page of any origin may ask for what the payment token authorizes', async () => {
  for (const path of FOR_CLIENTS) {
    const preflight = await ask(path, { method: 'OPTIONS' })
    assert.equal(preflight.status, 204, path)
    assert.equal(preflight.headers.get('access-control-allow-origin'), '*', path)
    assert.equal(preflight.headers.get('access-control-allow-methods'), 'POST', path)
    assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /\bcontent-type\b/)
    assert.equal(await preflight.text(), '')
    assert.equal(preflight.headers.get('access-control-allow-credentials'), null, path)
  }
})

test('2C2P CORS: every answer can be read there, refusals and faults too', async () => {
  const paymentToken = await openOrder(client)
  const bodies = [JSON.stringify({ paymentToken }), '{', JSON.stringify({ paymentToken: 'AAAA' })]
  for (const path of FOR_CLIENTS) {
    for (const body of [...bodies, 'a'.repeat(70_000)]) {
      const answer = await ask(path, { method: 'POST', body })
      assert.equal(answer.headers.get('access-control-allow-origin'), '*', `${path} ${body}`)
      assert.equal(answer.headers.get('access-control-allow-credentials'), null)
    }
  }
})

test('2C2P CORS: what needs a merchant’s secret is for servers alone', async () => {
  for (const path of FOR_MERCHANTS) {
    const preflight = await ask(path, { method: 'OPTIONS' })
    assert.equal(preflight.status, 404, path)
    assert.deepEqual(corsHeaders(preflight), [], path)
    for (const body of [JSON.stringify({ payload: client.sign({ merchantID: 'JT01' }) }), '{']) {
      assert.deepEqual(corsHeaders(await ask(path, { method: 'POST', body })), [], path)
    }
  }
})
