import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { callOf } from './call.ts'
import { PGWError } from './error.ts'

const echo = callOf(async (request: { readonly say: string }) => {
  if (request.say === 'fail') throw new PGWError('network')
  if (request.say === 'break') throw new RangeError('4111')
  return { said: request.say }
})

const assertCode = (code: string) => (error: unknown) =>
  error instanceof PGWError && error.code === code

test('a call without callbacks is a promise', async () => {
  assert.deepEqual(await echo({ say: 'a' }), { said: 'a' })
  assert.deepEqual(await echo({ say: 'a' }, {}), { said: 'a' })
  await assert.rejects(echo({ say: 'fail' }), assertCode('network'))
})

test('a fault within a call is a PGWError that tells nothing of it', async () => {
  await assert.rejects(echo({ say: 'break' }), (error) => {
    assert.ok(error instanceof PGWError)
    return !/4111/.test(`${error.message} ${String(error.cause)} ${String(error.stack)}`)
  })
})

test('a call with two functions calls one of them, once', async () => {
  const heard: unknown[] = []
  const hear = (kind: string) => (value: unknown) => void heard.push([kind, value])
  assert.equal(await echo({ say: 'a' }, hear('response'), hear('failure')), undefined)
  assert.equal(await echo({ say: 'fail' }, hear('response'), hear('failure')), undefined)
  assert.deepEqual(heard[0], ['response', { said: 'a' }])
  assert.ok(assertCode('network')((heard[1] as unknown[])[1]))
  assert.equal(heard.length, 2)
})

test('a callback object may be an instance of a class', async () => {
  class Screen {
    readonly shown: unknown[] = []
    onResponse(response: unknown) {
      this.shown.push(response)
    }
    onFailure(error: PGWError) {
      this.shown.push(error.code)
    }
  }
  const screen = new Screen()
  await echo({ say: 'a' }, screen)
  await echo({ say: 'fail' }, screen)
  assert.deepEqual(screen.shown, [{ said: 'a' }, 'network'])
})

test('a call with a callback object calls its methods, as Android samples do', async () => {
  const heard: unknown[] = []
  const callback = {
    onResponse: (response: unknown) => heard.push(response),
    onFailure: (error: PGWError) => heard.push(error.code),
  }
  await echo({ say: 'a' }, callback)
  await echo({ say: 'fail' }, callback)
  assert.deepEqual(heard, [{ said: 'a' }, 'network'])
})

// What a callback throws is an uncaught error, which no test runner lets pass: another process.
const THROWING = `
  import { callOf } from '${new URL('call.ts', import.meta.url)}'
  const seen = []
  process.on('uncaughtException', (error, origin) => seen.push(origin + ': ' + error.message))
  const call = callOf(async ({ fails }) => { if (fails) throw new Error('inner'); return 1 })
  const no = () => seen.push('the other callback')
  await call({}, () => { throw new Error('in onResponse') }, no)
  await call({}, async () => { throw new Error('in async onResponse') }, no)
  await call({ fails: true }, no, () => { throw new Error('in onFailure') })
  await call({ fails: true }, no, async () => { throw new Error('in async onFailure') })
  setTimeout(() => setTimeout(() => console.log(JSON.stringify(seen))))
`

test('a callback that throws surfaces as an uncaught error; the other one hears nothing', async () => {
  const run = promisify(execFile)
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', THROWING])
  assert.deepEqual(
    JSON.parse(stdout),
    ['onResponse', 'async onResponse', 'onFailure', 'async onFailure'].map(
      (name) => `uncaughtException: in ${name}`,
    ),
  )
})
