import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { TwoC2pClient } from '../../src/sandbox/twoc2p-client.ts'
import { execute } from '../support/server.ts'
import { aCardPayment, openOrder, startTestSandbox, type TestSandbox } from '../support/sandbox.ts'

// What a merchant's page may show in a frame of its own, and where the payer goes from there.

const CHALLENGE = '4000000000002065'

let gateway: TestSandbox
let client: TwoC2pClient

before(async () => {
  gateway = await startTestSandbox()
  await execute(
    gateway.databaseUrl,
    `update merchant set return_hosts = '{}' where merchant_id = 'JT05'`,
  )
  client = await gateway.client('JT05')
})

const policyOf = ({ headers }: Response) => headers.get('content-security-policy') ?? ''

async function startChallenge(responseReturnUrl: string) {
  const paymentToken = await openOrder(client, { request3DS: 'Y', currencyCode: 'PHP' })
  const request = { ...aCardPayment(paymentToken, { cardNo: CHALLENGE }), responseReturnUrl }
  const { respCode, data } = await client.plain('payment', request)
  return { paymentToken, respCode, url: String(data) }
}

test('3-D Secure in a frame: the pages on the way to the issuer may be shown in one', async () => {
  const { url } = await startChallenge(`${gateway.url}/payment/4.3/#/info/`)
  const hop = await fetch(url)
  assert.match(policyOf(hop), /frame-ancestors http: https:;/)
  const methodDone = await fetch(`${gateway.url}/3ds/method-done`, { method: 'POST' })
  assert.match(policyOf(methodDone), /frame-ancestors http: https:;/)
  const page = await fetch(`${gateway.url}/payment/4.3/`)
  assert.match(policyOf(page), /frame-ancestors 'none';/)
})

test('3-D Secure in a frame: it ends on a page that a frame can show, elsewhere on the result', async () => {
  const own = `${gateway.url}/payment/4.3/#/info/`
  const { paymentToken, url } = await startChallenge(own)
  const end = url.replace(/#.*/, '/end')
  const framed = await fetch(end, { headers: { 'sec-fetch-dest': 'iframe' } })
  assert.equal(framed.status, 200)
  assert.match(policyOf(framed), /frame-ancestors http: https:;/)
  assert.match(await framed.text(), /Your bank has answered/)
  const whole = await fetch(end, { redirect: 'manual', headers: { 'sec-fetch-dest': 'document' } })
  assert.equal(whole.headers.get('location'), own + encodeURIComponent(paymentToken))
})

test('3-D Secure: the own result page is a way back that no merchant has to register', async () => {
  const { url } = gateway
  const rows: readonly (readonly [string, string])[] = [
    [`${url}/payment/4.3/#/info/`, '1001'],
    [`${url}/payment/4.3/#/token/`, '9004'],
    [`${url}.evil.example/payment/4.3/#/info/`, '9004'],
    ['https://shop.example/back', '9004'],
  ]
  for (const [returnUrl, respCode] of rows) {
    assert.equal((await startChallenge(returnUrl)).respCode, respCode, returnUrl)
  }
})
