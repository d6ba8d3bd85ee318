import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { someClientKeys } from '../../test/support/client-keys.ts'
import { postgresWalletUseStore } from '../storage/postgres/wallet-use-store.ts'
import { GOOGLE_RECIPIENT } from './wallet-keys.ts'

const HOUR_MS = 3_600_000

const shop = (recipient: string) => ({
  purpose: 'applePay' as const,
  merchantId: 'SHOP1',
  recipient,
})

test('wallet keys: a rotation ends the keys of its own merchant identifier, after the overlap', async () => {
  const installation = await someClientKeys()
  const { time, keys } = installation
  const ours = installation.walletKeys()
  const first = await ours.add(shop('merchant.a'), 0)
  const other = await ours.add(shop('merchant.b'), 0)
  const google = await ours.add(GOOGLE_RECIPIENT, 0)
  const second = await ours.add(shop('merchant.a'), HOUR_MS)
  const open = async (merchantId: string, node = ours) =>
    (await node.open({ purpose: 'applePay', merchantId })).map(({ publicKey }) => publicKey)
  const all = [second.publicKey, other.publicKey, first.publicKey]
  assert.deepEqual(await open('SHOP1'), all)
  assert.deepEqual(await open('SHOP1', installation.walletKeys()), all)
  assert.deepEqual(await open('SHOP2'), [])
  const [platform] = await ours.open(GOOGLE_RECIPIENT)
  assert.deepEqual(platform?.publicKey, google.publicKey)
  time.ms += HOUR_MS
  assert.deepEqual(await open('SHOP1'), [second.publicKey, other.publicKey])
  // The private half that nobody encrypts to any more is erased, whoever's it was.
  assert.equal(await keys.retire(), 1)
  const listed = await ours.list({ purpose: 'applePay', merchantId: 'SHOP1' })
  assert.deepEqual(
    listed.map(({ recipient, publicKey }) => [recipient, publicKey]),
    [
      ['merchant.a', second.publicKey],
      ['merchant.b', other.publicKey],
    ],
  )
})

test('wallet keys: a key made elsewhere is taken if it is of P-256', async () => {
  const keys = (await someClientKeys()).walletKeys()
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { certificateRequest, ...added } = await keys.add(shop('merchant.a'), 0, privateKey)
  assert.deepEqual(added.publicKey, publicKey.export({ type: 'spki', format: 'der' }))
  assert.match(certificateRequest, /^-----BEGIN CERTIFICATE REQUEST-----\n/)
  const [opened] = await keys.open(shop('merchant.a'))
  assert.equal(opened?.privateKey.equals(privateKey), true)
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  await assert.rejects(keys.add(shop('merchant.a'), 0, p384.privateKey), TypeError)
})

test('wallet keys: of two nodes that add one at once, one is told so', async () => {
  const installation = await someClientKeys()
  const nodes = Array.from({ length: 4 }, () => installation.walletKeys())
  const added = await Promise.allSettled(nodes.map((node) => node.add(GOOGLE_RECIPIENT, 0)))
  const [node] = nodes
  const made = added.filter(({ status }) => status === 'fulfilled')
  assert.ok(made.length >= 1)
  assert.equal((await node?.list(GOOGLE_RECIPIENT))?.length, 1)
})

test('wallet payments: each counts once for a merchant, until its time refuses it', async () => {
  const { database, clock, time } = await someClientKeys()
  const uses = postgresWalletUseStore(database)
  const payment = { merchantId: 'SHOP1', wallet: 'applePay', walletPaymentId: 'a' }
  const use = (more: object = {}) =>
    uses.use({ ...payment, at: clock.now(), goodUntil: clock.in(HOUR_MS), ...more })
  const atOnce = await Promise.all(Array.from({ length: 5 }, () => use()))
  assert.equal(atOnce.filter((isFirst) => isFirst).length, 1)
  for (const more of [{ merchantId: 'SHOP2' }, { wallet: 'googlePay' }, { walletPaymentId: 'b' }]) {
    assert.deepEqual([await use(more), await use(more)], [true, false])
  }
  time.ms += HOUR_MS + 1
  await use({ walletPaymentId: 'c' })
  const { rows } = await database.run<{ wallet_payment_id: string }>({
    name: 'wallet_uses',
    text: "select wallet_payment_id from vault.wallet_use where merchant_id = 'SHOP1'",
    values: [],
  })
  assert.deepEqual(rows, [{ wallet_payment_id: 'c' }])
})
