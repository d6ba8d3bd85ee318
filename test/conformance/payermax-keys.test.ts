import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { before, test } from 'node:test'
import { bindServiceProvider, oneLine, setPayerMaxAccount } from '../../src/cli/payermax.ts'
import type { Fields } from '../../src/sandbox/twoc2p-client.ts'
import { type PayerMaxClient, payerMaxOf, sandboxInfo } from '../support/payermax.ts'
import { payerMaxOf as applicationOf } from '../../src/sandbox/payermax-client.ts'
import { eventually, startTestSandbox, type TestSandbox } from '../support/sandbox.ts'

let gateway: TestSandbox
let client: PayerMaxClient

before(async () => {
  gateway = await startTestSandbox()
  client = await payerMaxOf(gateway.url)
})

const PATH = '/aggregate-pay/api/gateway/inquirePaymentToken'

function signedBy(body: string, key: KeyObject): string {
  return sign('sha256', Buffer.from(body), key).toString('base64')
}

async function codeFor(body: string, key: KeyObject, headers: Fields = {}): Promise<unknown> {
  const response = await fetch(`${gateway.url}${PATH}`, {
    method: 'POST',
    headers: { sign: signedBy(body, key), ...(headers as Record<string, string>) },
    body,
  })
  return ((await response.json()) as Fields)['code']
}

const body = (changes: Fields = {}) =>
  JSON.stringify({ ...client.envelope({ userId: 'u1', tokenScope: 'tokenAcq' }), ...changes })

/** A merchant of its own, with a key pair of its own. */
async function aMerchant(merchantId: string, account: string, overlapHours = 0) {
  const { program } = gateway.sandbox
  const [demo] = await program.merchants.list()
  assert.ok(demo)
  await program.merchants.add({ ...demo, merchantId }, program.clock.now())
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const given = {
    merchantId,
    account,
    appId: `app${account}`,
    publicKey: oneLine(pair.publicKey),
    keyVersion: '1',
    overlapHours,
    settings: {},
  }
  const platformKey = await setPayerMaxAccount(program, given)
  return { key: pair.privateKey, appId: given.appId, platformKey, given }
}

test('keys: a new public key overlaps the old one, under any keyVersion', async () => {
  const { key, given, platformKey } = await aMerchant('KEYS', 'SPKEYS')
  const { program } = gateway.sandbox
  const mine = (keyVersion: string) =>
    body({ merchantNo: 'SPKEYS', appId: given.appId, keyVersion })
  assert.equal(await codeFor(mine('1'), key), 'APPLY_SUCCESS')
  const next = generateKeyPairSync('rsa', { modulusLength: 3072 })
  const changed = { ...given, publicKey: oneLine(next.publicKey), keyVersion: '2', overlapHours: 1 }
  assert.equal(await setPayerMaxAccount(program, changed), platformKey)
  // Accounts are kept in memory for some seconds.
  await eventually(async () =>
    (await codeFor(mine('2'), next.privateKey)) === 'APPLY_SUCCESS' ? true : undefined,
  )
  assert.equal(await codeFor(mine('1'), key), 'APPLY_SUCCESS')
  assert.equal(await codeFor(mine('1'), next.privateKey), 'APPLY_SUCCESS')
  await program.database.script(`update merchant_secret set expires_at = now() where version = '1'
    and merchant_id = 'KEYS' and kind = 'merchantPublic'`)
  await eventually(async () =>
    (await codeFor(mine('1'), key)) === 'SIGN_VERIFY_FAILED' ? true : undefined,
  )
})

test('keys: one merchant’s key signs nothing for another, whose tokens stay hidden', async () => {
  const { key, appId } = await aMerchant('OTHER', 'SPOTHER')
  const payermax = applicationOf(await sandboxInfo(gateway.url))
  assert.equal(await codeFor(body(), key), 'SIGN_VERIFY_FAILED')
  assert.equal(await codeFor(body({ appId }), key), 'MERCHANT_APP_INVALID')
  const asked = body({
    merchantNo: 'SPOTHER',
    appId,
    data: { userId: payermax.sampleUserId, tokenScope: 'tokenAcq' },
  })
  const response = await fetch(`${gateway.url}${PATH}`, {
    method: 'POST',
    headers: { sign: signedBy(asked, key) },
    body: asked,
  })
  const answer = (await response.json()) as { data: { tokenList: Fields[] } }
  assert.deepEqual(answer.data.tokenList, [])
})

test('service providers: they act for a merchant with its code, in either header', async () => {
  const provider = await aMerchant('PROVIDER', 'SPPROV')
  const code = await bindServiceProvider(gateway.sandbox.program, 'JT01', 'SPPROV')
  const spBody = body({ spMerchantNo: 'SPPROV', appId: provider.appId })
  const right = { merchant_auth_token: code }
  await eventually(async () =>
    (await codeFor(spBody, provider.key, right)) === 'APPLY_SUCCESS' ? true : undefined,
  )
  assert.equal(await codeFor(spBody, provider.key, { merchantAuthToken: code }), 'APPLY_SUCCESS')
  assert.equal(await codeFor(spBody, provider.key), 'MERCHANT_INVALID')
  const wrong = { merchant_auth_token: `${code}0` }
  assert.equal(await codeFor(spBody, provider.key, wrong), 'MERCHANT_INVALID')
  const foreign = await aMerchant('FOREIGN', 'SPFOR')
  const foreignBody = body({ spMerchantNo: 'SPFOR', appId: foreign.appId })
  assert.equal(await codeFor(foreignBody, foreign.key, right), 'MERCHANT_INVALID')
})

test('keys: what is no RSA key, and names of others, are refused', async () => {
  const { given } = await aMerchant('STRICT', 'SPSTRICT')
  const { program } = gateway.sandbox
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  for (const changes of [
    { publicKey: 'nonsense' },
    { publicKey: oneLine(small.publicKey) },
    { publicKey: oneLine(curve.publicKey) },
    { account: 'SP328900011' },
    { account: 'a b' },
    { appId: '' },
    { merchantId: 'NOBODY' },
  ]) {
    await assert.rejects(setPayerMaxAccount(program, { ...given, ...changes }))
  }
})
