import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { test } from 'node:test'
import { MERCHANT_KEY } from '../../src/dialects/jcc/settings.ts'
import { secretPlace } from '../../src/gateway/merchants.ts'
import { type Answer, anOrder, formOf, USER } from '../support/jcc.ts'
import { startTestSandbox } from '../support/sandbox.ts'

// Signed requests (X-Hash, X-Signature) as a merchant's server sends them.

const gateway = await startTestSandbox()
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

await keepMerchantKey()

async function keepMerchantKey(): Promise<void> {
  const { merchants, vault, clock } = gateway.sandbox.program
  const secretId = randomUUID()
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const sealed = await vault.sealSecret('CY01', secretPlace('jcc', secretId), pem)
  const at = clock.now()
  const secret = { secretId, kind: MERCHANT_KEY, version: '', sealed, at, oldUntil: at }
  await merchants.addSecret('CY01', 'jcc', secret)
}

async function send(body: string, options: { signed?: string; query?: string } = {}) {
  const digest = createHash('sha256')
    .update(options.signed ?? body)
    .digest()
  const response = await fetch(`${gateway.url}/payment/rest/register.do?${options.query ?? ''}`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-hash': digest.toString('base64'),
      'x-signature': sign('RSA-SHA256', digest, privateKey).toString('base64'),
    },
  })
  assert.equal(response.status, 200)
  return (await response.json()) as Answer
}

const form = () => formOf({ ...USER, ...anOrder() }).toString()

test('jcc signed request: it is taken, and what stands beside the body does not count', async () => {
  assert.ok('formUrl' in (await send(form())))
  assert.ok('formUrl' in (await send(form(), { query: 'amount=1&returnUrl=javascript:x' })))
})

test('jcc signed request: a body other than the signed one is denied', async () => {
  const body = form()
  const answer = await send(`${body}&failUrl=https%3A%2F%2Felsewhere.example`, { signed: body })
  assert.deepEqual(answer, { errorCode: '5', errorMessage: 'Access denied' })
})
