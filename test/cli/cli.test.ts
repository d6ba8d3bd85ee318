import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { twoC2pClient } from '../../src/sandbox/twoc2p-client.ts'
import { connect } from '../../src/storage/postgres/database.ts'
import { cleanUpLater } from '../support/cleanup.ts'
import { freshDatabaseUrl, testServer } from '../support/database.ts'
import { jccClient } from '../support/jcc.ts'
import { execute, withDatabase } from '../support/server.ts'
import {
  aCardPayment,
  anOrder,
  eventually,
  freshDataDir,
  startTestSandbox,
} from '../support/sandbox.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

type Env = Record<string, string>

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

function start(args: readonly string[], env: Env): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', ...env },
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, out, err }))
  return { child, ended }
}

const run = (args: readonly string[], env: Env = {}) => start(args, env).ended

let kekFile: string

before(async () => {
  kekFile = join(await freshDataDir(), 'kek')
  await writeFile(kekFile, randomBytes(32), { mode: 0o400 })
})

async function emptyDatabaseUrl(): Promise<string> {
  const { url } = await testServer()
  const name = `empty_${randomBytes(6).toString('hex')}`
  await execute(url, `create database ${name}`)
  return withDatabase(url, name)
}

test('command line: help is there for every command', async () => {
  for (const args of [
    [],
    ['sandbox'],
    ['serve'],
    ['migrate'],
    ['merchant'],
    ['merchant', 'add'],
    ['vault'],
  ]) {
    const { code, out } = await run([...args, '--help'])
    assert.equal(code, 0)
    assert.match(out, /^Usage: tessera/)
  }
  const unknown = await run(['nonsense'])
  assert.notEqual(unknown.code, 0)
  assert.match(unknown.err, /unknown command/)
})

test('serve: it refuses to start without a database, a key, tables, or with a sandbox’s own', async () => {
  const sandbox = await startTestSandbox()
  const open = join(await freshDataDir(), 'open-kek')
  await writeFile(open, randomBytes(32))
  await chmod(open, 0o644)
  const table: [Env, RegExp][] = [
    [{}, /DATABASE_URL/],
    [{ DATABASE_URL: sandbox.databaseUrl }, /TESSERA_KEK_FILE/],
    [{ DATABASE_URL: sandbox.databaseUrl, TESSERA_KEK_FILE: '/no/such/file' }, /cannot be read/],
    [{ DATABASE_URL: sandbox.databaseUrl, TESSERA_KEK_FILE: open }, /owner only/],
    [{ DATABASE_URL: sandbox.databaseUrl, TESSERA_KEK_FILE: kekFile }, /belongs to a sandbox/],
    [{ DATABASE_URL: await emptyDatabaseUrl(), TESSERA_KEK_FILE: kekFile }, /migrate/],
    [{ DATABASE_URL: 'mysql://x', TESSERA_KEK_FILE: kekFile }, /DATABASE_URL/],
    [{ PORT: 'eighty' }, /PORT/],
  ]
  for (const [env, message] of table) {
    const { code, err, out } = await run(['serve'], env)
    assert.match(err, message)
    assert.notEqual(code, 0)
    assert.equal(out, '')
  }
})

test('serve: a merchant that was added signs, rotates its secret, and is declined without an acquirer', async () => {
  const env = { DATABASE_URL: await emptyDatabaseUrl(), TESSERA_KEK_FILE: kekFile }
  assert.match((await run(['migrate'], env)).out, /Applied 000001.sql/)
  assert.match((await run(['migrate'], env)).out, /up to date/)
  const add = ['merchant', 'add', '--id', 'SHOP1', '--name', 'Shop', '--currency', 'EUR']
  const firstSecret = secretIn(await run(add, env))
  assert.match((await run(add, env)).err, /already/)
  assert.match((await run(['merchant', 'list'], env)).out, /^SHOP1\tEUR\tShop\n$/)
  const newSecret = secretIn(await run(['merchant', 'rotate-secret', 'SHOP1'], env))
  assert.notEqual(newSecret, firstSecret)

  const { child, ended } = start(['serve'], { ...env, PORT: '0' })
  cleanUpLater(() => {
    child.kill('SIGKILL')
  })
  const url = await listeningUrl(child)
  for (const secretKey of [firstSecret, newSecret]) {
    const client = twoC2pClient({ baseUrl: `${url}/payment/4.3`, merchantID: 'SHOP1', secretKey })
    const opened = await client.signed('paymentToken', anOrder({ currencyCode: 'EUR' }))
    assert.equal(opened['respCode'], '0000')
    const { paymentToken } = opened
    await client.plain('payment', aCardPayment(String(paymentToken)))
    const inquired = await client.signed('paymentInquiry', { paymentToken })
    assert.equal(inquired['respCode'], '4092')
  }
  for (const path of ['/sandbox', '/sandbox/ledger', '/']) {
    assert.equal((await fetch(`${url}${path}`)).status, 404, path)
  }
  assert.match(await (await fetch(`${url}/metrics`)).text(), /tessera_events_total/)
  child.kill('SIGTERM')
  const { code, out } = await ended
  assert.equal(code, 0)
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  const requests = lines.filter((line) => line['msg'] === 'request')
  assert.ok(requests.length > 0)
  for (const line of requests) assert.match(String(line['requestId']), /^[0-9a-f-]{36}$/)
})

test('vault rotate-client-key: the newest key is told, and an older one can end at once', async () => {
  const env = { DATABASE_URL: await emptyDatabaseUrl(), TESSERA_KEK_FILE: kekFile }
  assert.match((await run(['vault', 'rotate-client-key'], env)).err, /migrate/)
  await run(['migrate'], env)
  const rotate = async (...options: string[]) => {
    const { out, err } = await run(['vault', 'rotate-client-key', ...options], env)
    const keyId = /^New client key ([0-9a-f]{16})\./.exec(out)?.[1]
    assert.ok(keyId, err)
    return keyId
  }
  const [first, second] = [await rotate(), await rotate('--overlap-hours', '0')]
  assert.notEqual(second, first)
  const { child, ended } = start(['serve'], env)
  cleanUpLater(() => {
    child.kill('SIGKILL')
  })
  const url = await listeningUrl(child)
  const key = (await (await fetch(`${url}/payment/4.3/securePayKey`)).json()) as { keyId: string }
  assert.equal(key.keyId, second)
  const database = connect(env.DATABASE_URL, { connections: 1 })
  // The server erases what is over as soon as it has started.
  const erased = await eventually(async () => {
    const { rows } = await database.run<{ key_id: string }>({
      name: 'erased',
      text: 'select key_id from vault.client_key where sealed is null',
      values: [],
    })
    return rows.length > 0 ? rows.map(({ key_id }) => key_id) : undefined
  })
  assert.deepEqual(erased, [first])
  await database.close()
  child.kill('SIGTERM')
  assert.equal((await ended).code, 0)
})

test('merchant add: a color and a logo are checked, and the page shows them', async () => {
  const env = { DATABASE_URL: await emptyDatabaseUrl(), TESSERA_KEK_FILE: kekFile }
  await run(['migrate'], env)
  const folder = await freshDataDir()
  const [png, svg] = [join(folder, 'logo.png'), join(folder, 'logo.svg')]
  await writeFile(png, Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'))
  await writeFile(svg, '<svg xmlns="http://www.w3.org/2000/svg"/>')
  const add = (...args: string[]) =>
    run(['merchant', 'add', '--id', 'S', '--name', 'Shop', '--currency', 'EUR', ...args], env)
  const table: [string[], RegExp][] = [
    [['--color', 'teal'], /#rrggbb/],
    [['--logo', svg], /PNG, JPEG or WebP/],
    [['--logo', join(folder, 'none.png')], /cannot be read/],
  ]
  for (const [args, words] of table) {
    const { code, err } = await add(...args)
    assert.equal(code, 78)
    assert.match(err, words)
  }
  const secretKey = secretIn(await add('--color', '#0f766e', '--logo', png))

  const { child } = start(['serve'], { ...env, PORT: '0' })
  cleanUpLater(() => {
    child.kill('SIGKILL')
  })
  const url = await listeningUrl(child)
  const client = twoC2pClient({ baseUrl: `${url}/payment/4.3`, merchantID: 'S', secretKey })
  const opened = await client.signed('paymentToken', anOrder({ currencyCode: 'EUR' }))
  const ref = Buffer.from(String(opened['paymentToken']), 'base64').toString('base64url')
  const view = (await (await fetch(`${url}/page/${ref}`)).json()) as {
    merchant: { color: string; logoUrl: string }
  }
  assert.equal(view.merchant.color, '#0f766e')
  const logo = await fetch(url + view.merchant.logoUrl)
  assert.equal(logo.headers.get('content-type'), 'image/png')
})

test('api users: they are added, permitted, rotated, listed and disabled, and each can log in', async () => {
  const env = { DATABASE_URL: await emptyDatabaseUrl(), TESSERA_KEK_FILE: kekFile }
  assert.equal((await run(['migrate'], env)).code, 0)
  const added = ['merchant', 'add', '--id', 'SHOP2', '--name', 'Shop', '--currency', 'EUR']
  assert.equal((await run(added, env)).code, 0)
  const apiUser = (...args: readonly string[]) => run(['merchant', 'api-user', ...args], env)
  const refused = await apiUser('add', 'SHOP2', 'x-api', '--permission', 'fly')
  assert.equal(refused.code, 78)
  assert.match(refused.err, /no permission/)
  const first = await apiUser('add', 'SHOP2', 'shop-api')
  // What pays money out is granted by name alone.
  assert.match((await apiUser('list', 'SHOP2')).out, /^shop-api\tregister,pay,.*,bindings\n$/)
  await apiUser('permit', 'shop-api', '--permission', 'status', 'credit')
  assert.equal((await apiUser('list', 'SHOP2')).out, 'shop-api\tstatus,credit\n')
  const second = await apiUser('rotate', 'shop-api')
  const passwords = [first, second].map(({ out, err }) => {
    const password = /^[\w-]{24}$/m.exec(out)?.[0]
    assert.ok(password, err)
    return password
  })

  const jcc = (...args: readonly string[]) => run(['merchant', 'jcc', 'SHOP2', ...args], env)
  assert.match((await jcc('--checksum', 'symmetric')).out, /^[0-9a-f]{40}$/m)
  const chosen = ['--own-authentication', '--callback-params', 'eci', 'panMasked']
  const { out: told } = await jcc('--checksum', 'asymmetric', ...chosen)
  const publicKey = /-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/.exec(told)?.[0] ?? ''
  const pem = join(await freshDataDir(), 'merchant.pem')
  await writeFile(pem, publicKey)
  const key = (path: string) => run(['merchant', 'jcc-key', 'SHOP2', path], env)
  assert.match((await key(pem)).out, /^Kept the key of SHOP2/)
  assert.match((await key(kekFile)).err, /certificate or public key in PEM/)
  assert.match((await jcc('--callback-params', 'eci', 'pan')).err, /Callbacks have no pan/)
  const set = { checksum: 'asymmetric', ownAuthentication: true }
  assert.deepEqual(await settings(env), { ...set, callbackParams: ['eci', 'panMasked'] })
  assert.match((await jcc('--acting-users', 'nobody')).err, /There is no API user nobody/)
  await jcc('--no-own-authentication', '--callback-params', '--acting-users', 'shop-api')
  const none = { ownAuthentication: false, callbackParams: [] }
  const unset = { ...set, ...none, actingUsers: ['shop-api'] }
  assert.deepEqual(await settings(env), unset)

  const { child, ended } = start(['serve'], { ...env, PORT: '0' })
  cleanUpLater(() => {
    child.kill('SIGKILL')
  })
  const url = await listeningUrl(child)
  const status = async (password: string) => {
    const client = jccClient(url, { userName: 'shop-api', password })
    const answer = await client.call('rest/getOrderStatusExtended.do', { orderId: 'none' })
    return answer['errorCode']
  }
  for (const password of passwords) assert.equal(await status(password), '6')
  assert.equal(await status('wrong'), '5')
  assert.match((await apiUser('disable', 'shop-api')).out, /^Disabled shop-api/)
  await eventually(async () => ((await status(passwords[1] ?? '')) === '5' ? true : undefined))
  child.kill('SIGTERM')
  assert.equal((await ended).code, 0)
})

test('sandbox: it runs from an empty folder, and closes in order on SIGINT', async () => {
  const databaseUrl = await freshDatabaseUrl()
  const dataDir = await freshDataDir()
  const secret = 'S'.repeat(40)
  const { child, ended } = start(['sandbox'], {
    DATABASE_URL: databaseUrl,
    TESSERA_DATA_DIR: dataDir,
    TESSERA_SANDBOX_SECRET_JT01: secret,
  })
  cleanUpLater(() => {
    child.kill('SIGKILL')
  })
  const url = await listeningUrl(child)
  const client = twoC2pClient({
    baseUrl: `${url}/payment/4.3`,
    merchantID: 'JT01',
    secretKey: secret,
  })
  assert.equal((await client.signed('paymentToken', anOrder()))['respCode'], '0000')
  child.kill('SIGINT')
  child.kill('SIGINT')
  assert.equal((await ended).code, 0)
})

/** What the only merchant has set for the JCC API. */
async function settings(env: { readonly DATABASE_URL: string }): Promise<unknown> {
  const database = connect(env.DATABASE_URL, { connections: 1 })
  const { rows } = await database.run<{ settings: unknown }>({
    name: 'jcc_settings',
    text: `select settings from merchant_account where dialect = 'jcc'`,
    values: [],
  })
  await database.close()
  return rows[0]?.settings
}

function secretIn({ out, err }: Ended): string {
  const secret = /^[0-9A-F]{64}$/m.exec(out)?.[0]
  assert.ok(secret, err)
  return secret
}

async function listeningUrl(child: ChildProcess): Promise<string> {
  let text = ''
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()))
  return eventually(async () => /(http:\/\/127\.0\.0\.1:[0-9]+)/.exec(text)?.[1])
}
