import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { commandLine, type CommandLine } from '../support/command-line.ts'
import { freshDataDir } from '../support/sandbox.ts'

let run: CommandLine

before(async () => {
  run = await commandLine()
  run('merchant', 'add', '--id', 'SHOP1', '--name', 'Shop', '--currency', 'EUR')
})

test("command line: a merchant's Apple Pay keys come with the request for their certificate", async () => {
  const first = run('vault', 'apple-pay-key', 'SHOP1', 'merchant.shop')
  assert.equal(first.status, 0, first.stderr)
  assert.match(first.stderr, /^New Apple Pay key [A-Za-z0-9+/]{43}=\. Older ones end in 720 hours/)
  assert.match(first.stdout, /^-----BEGIN CERTIFICATE REQUEST-----\n[^]*-----END[^]*-----\n$/)
  const file = join(await freshDataDir(), 'key.pem')
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  await writeFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const options = ['--import', file, '--overlap-hours', '1']
  assert.equal(run('vault', 'apple-pay-key', 'SHOP1', 'merchant.shop', ...options).status, 0)
  const lines = run('vault', 'wallet-keys', 'SHOP1').stdout.trim().split('\n')
  assert.equal(lines.length, 2)
  assert.match(lines[0] ?? '', /^merchant\.shop\t[A-Za-z0-9+/]{43}=\tnewest$/)
  assert.match(lines[1] ?? '', /^merchant\.shop\t[A-Za-z0-9+/]{43}=\t\d{4}-\d\d-\d\dT/)
  assert.equal(run('vault', 'apple-pay-key', 'NOBODY', 'merchant.shop').status, 78)
  assert.equal(run('vault', 'apple-pay-key', 'SHOP1', 'not one').status, 78)
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  await writeFile(file, rsa.export({ type: 'pkcs8', format: 'pem' }))
  assert.match(run('vault', 'google-pay-key', '--import', file).stderr, /P-256 in PEM/)
})

test("command line: the gateway's Google Pay key is told as Google asks for it", () => {
  const made = run('vault', 'google-pay-key')
  const bytes = Buffer.from(made.stdout, 'base64')
  assert.equal(bytes.length, 65, made.stderr)
  const x = bytes.subarray(1, 33).toString('base64url')
  const y = bytes.subarray(33).toString('base64url')
  assert.ok(createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' }))
  assert.match(run('vault', 'wallet-keys').stdout, /^Google Pay\t[A-Za-z0-9+/]{87}=\tnewest\n$/)
})

test('command line: Google Pay is set up in full or not at all', async () => {
  const keys = join(await freshDataDir(), 'keys.json')
  await writeFile(keys, '{"keys":[]}')
  const serve = (env: Record<string, string>) => run.with(env)('serve')
  const half = serve({ TESSERA_GOOGLE_PAY_GATEWAY: 'tessera' })
  assert.deepEqual([half.status, /belong together/.test(half.stderr)], [78, true])
  const empty = serve({ TESSERA_GOOGLE_PAY_GATEWAY: 'tessera', TESSERA_GOOGLE_PAY_KEYS_FILE: keys })
  assert.deepEqual([empty.status, /keys that Google publishes/.test(empty.stderr)], [78, true])
})
