import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { connect } from '../../src/storage/postgres/database.ts'
import { freshPan } from '../support/canaries.ts'
import { cleanUpLater } from '../support/cleanup.ts'
import { freshDatabaseUrl } from '../support/database.ts'
import { anOrder, jccClient } from '../support/jcc.ts'
import { openJccShop } from '../support/jcc-shop.ts'
import {
  aCardPayment,
  clientOf,
  eventually,
  freshDataDir,
  freshInvoice,
  openOrder,
  openShop,
  startTestSandbox,
} from '../support/sandbox.ts'

const SCRIPT = fileURLToPath(new URL('../support/crashing-gateway.ts', import.meta.url))

type Place = 'before' | 'after'

/** A gateway that dies at `place` of one message to the acquirer. */
async function startDying(place: Place, verb: 'authorize' | 'capture') {
  const dataDir = await freshDataDir()
  const databaseUrl = await freshDatabaseUrl()
  const child = spawn(process.execPath, [SCRIPT, dataDir, databaseUrl, place, verb], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string]
  return { url, exited, dataDir, databaseUrl }
}

/** Pays through a gateway that dies at `place`, then starts another on the same data. */
async function crashAndRestart(place: Place) {
  const { url, exited, dataDir, databaseUrl } = await startDying(place, 'authorize')
  const shop = await openShop()
  const client = await clientOf(url, 'JT01')
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

/** Dies at `place` of the message that takes a hold at its date, and starts again. */
async function crashAtDate(place: Place): Promise<void> {
  const { url, exited, dataDir, databaseUrl } = await startDying(place, 'capture')
  const shop = await openJccShop()
  const paid = await jccClient(url).call('rest/instantPayment.do', {
    ...anOrder({ dynamicCallbackUrl: shop.callbackUrl }),
    pan: freshPan(),
    cvc: '123',
    expiry: '203412',
    preAuth: 'true',
    autocompletionDate: new Date(Date.now() + 86_400_000).toISOString().slice(0, 19),
  })
  const orderId = String(paid['orderId'])
  await shop.heard({ operation: 'approved', mdOrder: orderId })
  const database = connect(databaseUrl, { connections: 1 })
  cleanUpLater(() => database.close())
  await database.script('update hold_end set due_at = now()')
  const [, signal] = (await exited) as [number | null, string | null]
  assert.equal(signal, 'SIGKILL')

  const gateway = await startTestSandbox({ dataDir, databaseUrl })
  await database.script('update hold_end set due_at = now(); update operation set due_at = now()')
  await shop.heard({ operation: 'deposited', status: '1', mdOrder: orderId })
  const { gateway: verbs } = gateway.sandbox.program
  await eventually(async () => {
    await database.script('update hold_end set due_at = now()')
    await verbs.endHolds()
    const { rows } = await database.run<{ waits: boolean }>({
      name: 'waits',
      text: 'select exists (select from hold_end) waits',
      values: [],
    })
    return rows[0]?.waits === false ? true : undefined
  })
  const kinds = gateway.ledger.newest(10).map(({ kind }) => kind)
  assert.deepEqual(kinds, ['capture', 'authorize'])
  const { payment } = await verbs.inquire({ merchantId: 'CY01', orderId })
  assert.deepEqual([payment?.status, payment?.capturedMinor], ['captured', 1_000n])
}

test('crash: killed before or after the message that takes a hold at its date, it is taken once', async () => {
  await Promise.all([crashAtDate('before'), crashAtDate('after')])
})
