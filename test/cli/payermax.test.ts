import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { commandLine, type CommandLine } from '../support/command-line.ts'
import { freshDataDir } from '../support/sandbox.ts'

let inShell: CommandLine
let keyFile: string

before(async () => {
  inShell = await commandLine()
  keyFile = join(await freshDataDir(), 'merchant.pub')
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  await writeFile(keyFile, publicKey.export({ type: 'spki', format: 'der' }).toString('base64'))
})

const run = (...args: string[]) => inShell('merchant', ...args)

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
