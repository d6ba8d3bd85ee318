import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { freshDatabaseUrl } from '../support/database.ts'
import { freshDataDir } from '../support/sandbox.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

let env: Record<string, string>
let keyFile: string

before(async () => {
  const dir = await freshDataDir()
  const kekFile = join(dir, 'kek')
  await writeFile(kekFile, randomBytes(32), { mode: 0o400 })
  keyFile = join(dir, 'merchant.pub')
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  await writeFile(keyFile, publicKey.export({ type: 'spki', format: 'der' }).toString('base64'))
  env = {
    PATH: process.env['PATH'] ?? '',
    DATABASE_URL: await freshDatabaseUrl(),
    TESSERA_KEK_FILE: kekFile,
  }
})

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'merchant', ...args], {
    env,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

const account = (...more: string[]) => [
  'payermax',
  'SHOP1',
  '--merchant-no',
  'P0001',
  '--app-id',
  '3b242b56a8b64274bcc37dac281120e3',
  '--public-key',
  keyFile,
  ...more,
]

test('command line: a provider sets a merchant’s PayerMax account, secret and service provider', () => {
  assert.equal(run(...account()).status, 78)
  run('add', '--id', 'SHOP1', '--name', 'Shop', '--currency', 'SAR')
  const set = run(...account('--payment-notify-url', 'https://shop.example/n'))
  assert.equal(set.status, 0, set.stderr)
  const [, platform = ''] = set.stdout.trim().split('\n')
  const der = Buffer.from(platform, 'base64')
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
  assert.equal(key.asymmetricKeyDetails?.modulusLength, 2048)
  assert.equal(
    run(...account('--key-version', '2'))
      .stdout.trim()
      .split('\n')[1],
    platform,
  )
  assert.match(run('payermax-secret', 'SHOP1').stdout, /\n[0-9a-f]{32}\n$/)
  assert.match(run('payermax-provider', 'SHOP1', 'P0002').stdout, /\n[0-9a-f]{40}\n$/)
  assert.equal(run('payermax-secret', 'NOBODY').status, 78)
  const plain = run(...account('--payment-notify-url', 'http://shop.example/n'))
  assert.equal(plain.status, 78)
  assert.match(plain.stderr, /https:/)
})
