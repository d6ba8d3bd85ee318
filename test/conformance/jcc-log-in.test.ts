import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { test } from 'node:test'
import { WireError } from '../../src/dialects/jcc/codes.ts'
import { createLogIn } from '../../src/dialects/jcc/log-in.ts'
import type { LogInRequest } from '../../src/dialects/jcc/operation.ts'
import { readParameters } from '../../src/dialects/jcc/parameters.ts'
import { hashPassword } from '../../src/dialects/jcc/password.ts'
import { openTokenDigest } from '../../src/dialects/jcc/signed-request.ts'
import type { Gateway } from '../../src/gateway/gateway.ts'
import { postgresApiUserStore } from '../../src/storage/postgres/api-user-store.ts'
import { clockFrom } from '../support/clock.ts'
import { freshDatabase } from '../support/database.ts'

// The log-in against a real database, under a clock that the tests turn.

const MINUTE_MS = 60_000
const COST = { log2Rounds: 4, blockSize: 8 }
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

const store = postgresApiUserStore(await freshDatabase())

const merchantAccess = (merchantId: string) =>
  Promise.resolve({
    merchant: { merchantId },
    keys: [{ kind: 'merchantPublic', version: '', key: publicKey }],
  })

interface Signed {
  readonly body?: string
  readonly headers?: LogInRequest['headers']
  readonly ip?: string
  readonly openToken?: boolean
  /** Which of the nodes is asked. */
  readonly node?: number
}

/** One API user with its first password, two nodes' log-ins and a clock of its own. */
async function aUser(options: { mustSign?: boolean; openToken?: string } = {}) {
  const clock = clockFrom('2026-11-21T12:00:00Z')
  const userName = `u-${randomUUID()}-api`
  const merchantId = `m-${userName.slice(2, 10)}`
  const { mustSign = false, openToken } = options
  const openTokenDigestOf = openToken === undefined ? undefined : openTokenDigest(openToken)
  const user = { merchantId, userName, permissions: ['status'] as const, mustSign }
  assert.equal(await store.add({ ...user, openTokenDigest: openTokenDigestOf }, clock.now()), true)
  const node = () => createLogIn({ store, clock, cost: COST })
  const nodes = [node(), node()] as const
  const addPassword = async (password: string, oldUntil = clock.now()) => {
    const hash = await hashPassword(password, COST)
    const entry = { passwordId: randomUUID(), hash, at: clock.now(), oldUntil }
    await store.addPassword(user, entry)
  }
  await addPassword('first')
  const send = async (query: string, given: Signed = {}) => {
    try {
      const caller = await nodes[given.node === 1 ? 1 : 0]({
        gateway: { merchantAccess } as unknown as Gateway,
        parameters: readParameters({ query, body: Buffer.alloc(0) }),
        ip: given.ip ?? '192.0.2.1',
        headers: given.headers ?? {},
        body: Buffer.from(given.body ?? ''),
        openToken: given.openToken ?? false,
        mayAct: false,
        missing: '5',
      })
      return caller.user.userName
    } catch (error) {
      if (error instanceof WireError) return `${error.fault.code} ${error.fault.message}`
      throw error
    }
  }
  const attempt = (password: string, given: Signed = {}) =>
    send(new URLSearchParams({ userName, password }).toString(), given)
  return { clock, userName, addPassword, send, attempt }
}

const DENIED = '5 accessDenied'

async function fail(attempt: (password: string) => Promise<string>, times: number) {
  for (let count = 0; count < times; count += 1) assert.equal(await attempt(`no-${count}`), DENIED)
}

test('jcc log-in: the right password opens, everything else gets one answer', async () => {
  const { attempt, send, userName } = await aUser()
  assert.equal(await attempt('first'), userName)
  assert.equal(await attempt('first '), DENIED)
  assert.equal(await send('userName=nobody-api&password=first'), DENIED)
  assert.equal(await send(`userName=${userName}`), '5 passwordEmpty')
  assert.equal(await send('password=first'), '5 userNameEmpty')
  assert.equal(await send(`userName=${userName}&password=first&password=second`), DENIED)
})

test('jcc log-in: a rotated password overlaps with the new one, and then ends', async () => {
  const { attempt, addPassword, clock, userName } = await aUser()
  assert.equal(await attempt('first'), userName)
  await addPassword('second', clock.in(60 * MINUTE_MS))
  assert.equal(await attempt('second'), userName, 'it is good at once')
  assert.equal(await attempt('first'), userName)
  clock.advance(59 * MINUTE_MS)
  assert.equal(await attempt('first'), userName)
  clock.advance(2 * MINUTE_MS)
  assert.equal(await attempt('first'), DENIED, 'also where it was remembered to be right')
  assert.equal(await attempt('second'), userName)
})

test('jcc log-in: ten wrong passwords lock an address out for half an hour', async () => {
  const { attempt, clock, userName } = await aUser()
  await fail(attempt, 10)
  assert.equal(await attempt('first'), DENIED, 'the right one too')
  assert.equal(await attempt('first', { ip: '192.0.2.2' }), userName, 'not from elsewhere')
  clock.advance(30 * MINUTE_MS - 1)
  assert.equal(await attempt('wrong'), DENIED)
  clock.advance(1)
  assert.equal(await attempt('first'), userName, 'who keeps trying does not prolong it')
})

test('jcc log-in: wrong passwords count together, whichever node they are tried at', async () => {
  const { attempt, userName } = await aUser()
  const tries = Array.from({ length: 60 }, (_, index) =>
    attempt(`no-${index}`, { node: index % 2 }),
  )
  assert.deepEqual(new Set(await Promise.all(tries)), new Set([DENIED]))
  for (const node of [0, 1]) assert.equal(await attempt('first', { node }), DENIED)
  const elsewhere = { ip: '192.0.2.2', node: 1 }
  assert.equal(await attempt('first', elsewhere), userName)
})

test('jcc log-in: nine wrong passwords and a right one leave nothing behind', async () => {
  const { attempt, userName } = await aUser()
  await fail(attempt, 9)
  assert.equal(await attempt('first'), userName)
  await fail(attempt, 9)
  assert.equal(await attempt('first'), userName)
})

test('jcc log-in: a hundred wrong passwords from everywhere lock a user, whoever knows it in', async () => {
  const { attempt, clock, userName } = await aUser()
  assert.equal(await attempt('first', { ip: '192.0.2.9' }), userName)
  for (let address = 0; address < 10; address += 1) {
    await fail((password) => attempt(password, { ip: `198.51.100.${address}` }), 10)
  }
  assert.equal(await attempt('first', { ip: '192.0.2.9' }), userName, 'it is known in memory')
  clock.advance(6 * MINUTE_MS)
  assert.equal(await attempt('first', { ip: '192.0.2.9' }), DENIED)
  clock.advance(30 * MINUTE_MS)
  assert.equal(await attempt('first', { ip: '192.0.2.9' }), userName)
})

test('jcc log-in: attempts at once cannot pass the budget', async () => {
  const { attempt, userName } = await aUser()
  const wrong = Array.from({ length: 20 }, (_, count) => attempt(`no-${count}`))
  assert.deepEqual(new Set(await Promise.all(wrong)), new Set([DENIED]))
  assert.equal(await attempt('first'), DENIED)
  assert.equal(await attempt('first', { ip: '192.0.2.2' }), userName)
})

test('jcc log-in: a disabled user is out within seconds', async () => {
  const { attempt, clock, userName } = await aUser()
  assert.equal(await attempt('first'), userName)
  assert.equal(await store.disable(userName, clock.now()), true)
  clock.advance(5_000)
  assert.equal(await attempt('first'), DENIED)
})

test('jcc log-in: an open token stands for the pair where it may, and never beside it', async () => {
  const openToken = randomUUID()
  const { send, userName } = await aUser({ openToken })
  assert.equal(await send(`token=${openToken}`, { openToken: true }), userName)
  assert.equal(await send(`token=${openToken}`), DENIED, 'the method does not take one')
  assert.equal(await send(`token=x${openToken}`, { openToken: true }), DENIED)
  const both = `token=${openToken}&userName=${userName}&password=first`
  assert.equal(await send(both, { openToken: true }), DENIED)
})

test('jcc log-in: a signature is checked where it comes, and demanded where it must', async () => {
  const body = 'a=b'
  const digest = createHash('sha256').update(body).digest()
  const headers = {
    'x-hash': digest.toString('base64'),
    'x-signature': sign('RSA-SHA256', digest, privateKey).toString('base64'),
  }
  const free = await aUser()
  assert.equal(await free.attempt('first', { body, headers }), free.userName)
  assert.equal(await free.attempt('first', { body: 'a=c', headers }), DENIED)
  assert.equal(await free.attempt('first', { body, headers: { 'x-hash': 'x' } }), DENIED)
  const bound = await aUser({ mustSign: true })
  assert.equal(await bound.attempt('first'), DENIED)
  assert.equal(await bound.attempt('first', { body, headers }), bound.userName)
})
