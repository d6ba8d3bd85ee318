import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { openTokenDigest } from '../../src/dialects/jcc/signed-request.ts'
import { postgresApiUserStore } from '../../src/storage/postgres/api-user-store.ts'
import {
  anOrder,
  type Answer,
  type Fields,
  jccClient,
  type JccClient,
  payByCard,
  register,
} from '../support/jcc.ts'
import { setSettings } from '../support/jcc-shop.ts'
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts'

// JT05 lets the API user of CY01 act for it, and an open token of CY01's; JT06 lets nobody.

let gateway: TestSandbox
let parent: JccClient
let child: JccClient
let byToken: JccClient
before(async () => {
  gateway = await startTestSandbox()
  await setSettings(gateway, 'JT05', { actingUsers: ['test_user', 'web-api'] })
  byToken = await addUser('CY01', 'web-api')
  parent = jccClient(gateway.url)
  child = jccClient(gateway.url, { userName: 'jt05-api', password: 'jt05-api_password' })
})

/** Adds a user that may register orders. @returns its client, by an open token. */
async function addUser(merchantId: string, userName: string): Promise<JccClient> {
  const { database, clock } = gateway.sandbox.program
  const rights = {
    permissions: ['register'],
    openTokenDigest: openTokenDigest(userName),
    mustSign: false,
  } as const
  await postgresApiUserStore(database).add({ merchantId, userName, ...rights }, clock.now())
  return jccClient(gateway.url, { token: userName })
}

const codeOf = async (client: JccClient, method: string, fields: Fields) =>
  (await client.call(`rest/${method}.do`, fields))['errorCode']

test('jcc merchantLogin: a user that a merchant names acts for it, by its id or its account', async () => {
  for (const merchantLogin of ['JT05', 'jt05-api', 'jt05']) {
    const orderId = await register(parent, { currency: '608', merchantLogin })
    assert.equal(await codeOf(child, 'getOrderStatusExtended', { orderId }), '0')
    assert.equal(await codeOf(parent, 'getOrderStatusExtended', { orderId }), '6')
    await payByCard(gateway, orderId)
    const refund = { orderId, amount: '100' }
    assert.equal(await codeOf(parent, 'refund', refund), '6')
    assert.equal(await codeOf(parent, 'refund', { ...refund, merchantLogin }), '0')
    const status = { orderId, merchantLogin }
    const told = await parent.call('rest/getOrderStatusExtended.do', status)
    assert.deepEqual([told['orderStatus'], told['currency']], [4, '608'])
    const listed = await parent.call('rest/getLastOrdersForMerchants.do', {
      size: '1',
      from: '20200101000000',
      to: '20990101000000',
      transactionStates: 'REFUNDED',
      merchants: merchantLogin,
    })
    const [newest] = listed['orderStatuses'] as readonly Answer[]
    assert.equal(newest?.['orderNumber'], told['orderNumber'])
  }
})

test('jcc merchantLogin: every user of a merchant names its own by id and account', async () => {
  const own = await addUser('JT05', 'jt05-web')
  for (const merchantLogin of ['JT05', 'jt05-api', 'jt05', 'jt05-web']) {
    const orderId = await register(own, { currency: '608', merchantLogin })
    assert.equal(await codeOf(child, 'getOrderStatusExtended', { orderId }), '0')
  }
})

test('jcc merchantLogin: a user whose login is another merchant’s name is not taken for that one', async () => {
  const alike = await addUser('CY01', 'JT06-api')
  for (const merchantLogin of ['JT06', 'jt06']) {
    assert.equal(await codeOf(alike, 'register', anOrder({ merchantLogin })), '5')
  }
})

test('jcc merchantLogin: nobody else acts for a merchant, and no open token does', async () => {
  const orderId = await register(child, { currency: '608' })
  const other = jccClient(gateway.url, { userName: 'jt06-api', password: 'jt06-api_password' })
  assert.equal(await codeOf(byToken, 'register', anOrder()), undefined)
  const rows: readonly (readonly [JccClient, string, Fields])[] = [
    [other, 'getOrderStatusExtended', { orderId, merchantLogin: 'JT05' }],
    [other, 'refund', { orderId, amount: '0', merchantLogin: 'jt05' }],
    [parent, 'register', anOrder({ merchantLogin: 'JT06' })],
    [parent, 'register', anOrder({ merchantLogin: 'nobody' })],
    [child, 'register', anOrder({ merchantLogin: 'CY01' })],
    [byToken, 'register', anOrder({ merchantLogin: 'JT05' })],
  ]
  for (const [client, method, fields] of rows) {
    assert.equal(await codeOf(client, method, fields), '5', `${method} ${JSON.stringify(fields)}`)
  }
  const span = { size: '1', from: '20200101000000', to: '20990101000000' }
  const list = { ...span, transactionStates: 'CREATED', merchants: 'CY01,JT05' }
  assert.equal(await codeOf(parent, 'getLastOrdersForMerchants', list), 5)
  assert.equal(await codeOf(other, 'getLastOrdersForMerchants', { ...list, merchants: 'JT05' }), 5)
})
