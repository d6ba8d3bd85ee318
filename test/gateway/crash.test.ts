import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { freshDatabaseUrl } from '../support/database.ts'
import {
  aCardPayment,
  clientOf,
  freshDataDir,
  freshInvoice,
  openOrder,
  openShop,
  startTestSandbox,
} from '../support/sandbox.ts'

const SCRIPT = fileURLToPath(new URL('../support/crashing-gateway.ts', import.meta.url))

/** Pays through a gateway that dies at `place`, then starts another on the same data. */
async function crashAndRestart(place: 'before' | 'after') {
  const dataDir = await freshDataDir()
  const databaseUrl = await freshDatabaseUrl()
  const child = spawn(process.execPath, [SCRIPT, dataDir, databaseUrl, place], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const shop = await openShop()
  const client = await clientOf(line, 'JT01')
  const invoiceNo = freshInvoice()
  const paymentToken = await openOrder(client, { invoiceNo, backendReturnUrl: shop.url })
  await assert.rejects(client.plain('payment', aCardPayment(paymentToken)))
  const [, signal] = (await exited) as [number | null, string | null]
  assert.equal(signal, 'SIGKILL')
  assert.equal(shop.heard.length, 0)

  const gateway = await startTestSandbox({ dataDir, databaseUrl })
  const again = await gateway.client('JT01')
  await gateway.sandbox.program.database.script('update operation set due_at = now()')
  await shop.heardAtLeast(1)
  const told = again.verify(shop.heard[0] ?? '')
  const inquired = await again.signed('paymentInquiry', { paymentToken })
  const booked = gateway.ledger.newest(10).filter(({ approved }) => approved)
  return { told, inquired, booked, invoiceNo, gateway, again, paymentToken }
}

test('crash: killed between the acquirer’s answer and our commit, the payment is found and told', async () => {
  const { told, inquired, booked, invoiceNo, again, paymentToken } = await crashAndRestart('after')
  assert.equal(told['invoiceNo'], invoiceNo)
  assert.equal(told['respCode'], '0000')
  assert.equal(inquired['respCode'], '0000')
  assert.deepEqual(
    booked.map(({ kind, merchantReference }) => [kind, merchantReference]),
    [['sale', invoiceNo]],
  )
  assert.equal(inquired['approvalCode'], booked[0]?.approvalCode)
  // It cannot be paid twice.
  const repeated = await again.plain('payment', aCardPayment(paymentToken))
  assert.equal(repeated['respCode'], '9041')
})

test('crash: killed before the message was sent, nothing is charged and the merchant is told', async () => {
  const { told, inquired, booked } = await crashAndRestart('before')
  assert.equal(told['respCode'], '4091')
  assert.equal(inquired['respCode'], '4091')
  assert.deepEqual(
    booked.map(({ kind }) => kind),
    ['reverse'],
  )
})
