import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  aCardPayment,
  eventually,
  freshInvoice,
  openOrder,
  openShop,
  startTestSandbox,
} from '../support/sandbox.ts'

interface Attempt {
  attempt: number
  status: number | null
  error: string | null
  state: string
}

test('notification: it is tried again until it is acknowledged, and every attempt is kept', async () => {
  const gateway = await startTestSandbox()
  const client = await gateway.client('JT01')
  const { database } = gateway.sandbox.program
  const shop = await openShop()
  shop.answers.push(500, 302, 503)
  const paymentToken = await openOrder(client, { backendReturnUrl: shop.url })
  await client.plain('payment', aCardPayment(paymentToken))

  for (let heard = 1; heard <= 4; heard += 1) {
    await shop.heardAtLeast(heard)
    await eventually(async () => ((await attempts()).length === heard ? true : undefined))
    await database.script('update notification set due_at = now()')
  }
  assert.deepEqual(
    (await attempts()).map(({ attempt, status, error }) => [attempt, status, error]),
    [
      [1, 500, null],
      [2, 302, null],
      [3, 503, null],
      [4, 200, null],
    ],
  )
  assert.ok((await attempts()).every(({ state }) => state === 'delivered'))
  assert.equal(new Set(shop.heard).size, 1)

  async function attempts(): Promise<Attempt[]> {
    const { rows } = await database.run<Attempt>({
      name: 'attempts',
      text: `select attempt, status, error, state from notification_attempt
        join notification using (merchant_id, notification_id) order by attempt`,
      values: [],
    })
    return rows
  }
})

test('notification: a shop that cannot be reached costs no payment', async () => {
  const gateway = await startTestSandbox()
  const client = await gateway.client('JT01')
  const paymentToken = await openOrder(client, { backendReturnUrl: 'http://127.0.0.1:9/nobody' })
  const answer = await client.plain('payment', aCardPayment(paymentToken))
  assert.equal(answer['respCode'], '2000')
  const { database } = gateway.sandbox.program
  const error = await eventually(async () => {
    const { rows } = await database.run<{ error: string }>({
      name: 'errors',
      text: 'select error from notification_attempt',
      values: [],
    })
    return rows[0]?.error
  })
  assert.equal(error, 'connect')
})

test('notification: the merchant’s default URL serves an order that names none', async () => {
  const { sandbox, databaseUrl, dataDir } = await startTestSandbox()
  const shop = await openShop()
  await sandbox.program.database.run({
    name: 'default_url',
    text: `update merchant set notify_url = $1 where merchant_id = 'JT01'`,
    values: [shop.url],
  })
  // Another node, which has not read the merchant yet.
  const gateway = await startTestSandbox({ databaseUrl, dataDir })
  const client = await gateway.client('JT01')
  const paymentToken = await openOrder(client)
  await client.plain('payment', aCardPayment(paymentToken))
  await shop.heardAtLeast(1)
  assert.equal(client.verify(shop.heard[0] ?? '')['respCode'], '0000')
})

test('notification: a decline is told too', async () => {
  const gateway = await startTestSandbox()
  const client = await gateway.client('JT01')
  const shop = await openShop()
  const invoiceNo = freshInvoice()
  const order = { invoiceNo, backendReturnUrl: shop.url, amount: '990051.00' }
  const paymentToken = await openOrder(client, order)
  await client.plain('payment', aCardPayment(paymentToken))
  await shop.heardAtLeast(1)
  const told = client.verify(shop.heard[0] ?? '')
  assert.equal(told['respCode'], '4051')
  assert.equal(told['invoiceNo'], invoiceNo)
})
