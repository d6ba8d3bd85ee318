import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startEmbeddedPostgres } from '../../src/storage/embedded.ts'
import type { Fields } from '../../src/sandbox/twoc2p-client.ts'
import { cleanUpLater } from '../support/cleanup.ts'
import {
  aCardPayment,
  anOrder,
  eventually,
  freshDataDir,
  openOrder,
  startTestSandbox,
} from '../support/sandbox.ts'

test('a closed database: every request is answered in the dialect’s form, and all is well after', async () => {
  const dir = await freshDataDir()
  let postgres = await startEmbeddedPostgres({ dir })
  cleanUpLater(() => postgres.stop())
  const gateway = await startTestSandbox({ databaseUrl: postgres.url })
  const client = await gateway.client('JT01')
  const paymentToken = await openOrder(client)
  const { port } = new URL(postgres.url)

  await postgres.stop()
  const payload = client.sign({ merchantID: 'JT01', ...anOrder() })
  const requests: [string, Fields][] = [
    ['paymentToken', { payload }],
    ['payment', aCardPayment(paymentToken)],
    ['transactionStatus', { paymentToken }],
  ]
  for (const [path, body] of requests) {
    const response = await fetch(`${gateway.url}/payment/4.3/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    })
    assert.equal(response.status, 503, path)
    assert.equal(response.headers.get('retry-after'), '1')
    assert.deepEqual(await response.json(), { respCode: '0999', respDesc: 'System error' })
  }
  assert.equal((await fetch(`${gateway.url}/health`)).status, 200)
  assert.equal((await fetch(`${gateway.url}/ready`)).status, 503)
  assert.deepEqual(gateway.ledger.newest(1), [])

  postgres = await startEmbeddedPostgres({ dir, settings: { port } })
  await eventually(async () =>
    (await fetch(`${gateway.url}/ready`)).status === 200 ? true : undefined,
  )
  const paid = await client.plain('payment', aCardPayment(paymentToken))
  assert.equal(paid['respCode'], '2000')
})
