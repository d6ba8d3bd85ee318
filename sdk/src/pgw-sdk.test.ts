import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { sendJson, startOddGateway } from './gateway.fixture.ts'
import {
  APIEnvironment,
  APIResponseCode,
  CustomerTokenInfoRequest,
  type PGWClient,
  PGWError,
  PGWSDK,
  PGWSDKParamsBuilder,
  PGWWebStep,
  PGWWebViewNavigation,
  RTNPGW,
} from './index.ts'

const assertCode = (code: string, about: RegExp) => (error: unknown) =>
  error instanceof PGWError && error.code === code && about.test(error.message)

// First: nothing has initialized it yet.
test('SDK: before initialize every method fails, and says why', async () => {
  await assert.rejects(
    PGWSDK.shared.customerTokenInfo({ paymentToken: 't' }),
    assertCode('notInitialized', /Call PGWSDK\.initialize first/),
  )
  await assert.rejects(RTNPGW.transactionStatus('{}'), assertCode('notInitialized', /first/))
  await assert.rejects(RTNPGW.clientId(), assertCode('notInitialized', /first/))
  assert.throws(() => PGWSDK.shared.configuration(), assertCode('notInitialized', /first/))
})

test('SDK: every way to write it is the same one', () => {
  const all: PGWClient[] = [PGWSDK(), new PGWSDK(), PGWSDK.getInstance(), PGWSDK.shared]
  assert.equal(new Set(all).size, 1)
})

test('SDK: codes have both spellings', () => {
  assert.equal(APIResponseCode.APISuccess, '0000')
  const codes: Readonly<Record<string, string>> = APIResponseCode
  const capitals = Object.keys(codes).filter((name) => /^[A-Z]/.test(name))
  assert.equal(capitals.length * 2, Object.keys(codes).length)
  for (const name of capitals) {
    const other = name.replace(/^[A-Z]+(?=[A-Z])|^[A-Z]/, (start) => start.toLowerCase())
    assert.equal(codes[other], codes[name], other)
  }
})

test('SDK: initialize takes an environment or an address, with or without the API in it', () => {
  const baseUrls: readonly (readonly [string, string])[] = [
    ['http://127.0.0.1:9', 'http://127.0.0.1:9'],
    ['https://pay.example/', 'https://pay.example'],
    ['HTTPS://Pay.Example/Tessera', 'https://pay.example/Tessera'],
    ['https://pay.example/payment/4.3', 'https://pay.example'],
    ['https://pay.example/payment/4.3/', 'https://pay.example'],
    ['https://pay.example/tessera//', 'https://pay.example/tessera'],
    ['https://pay.example/tessera/payment/4.1', 'https://pay.example/tessera'],
  ]
  for (const [given, baseUrl] of baseUrls) {
    assert.equal(PGWSDK.initialize({ baseUrl: given }).configuration().baseUrl, baseUrl)
  }
  PGWSDK.initialize({ apiEnvironment: APIEnvironment.sandbox })
  assert.equal(PGWSDK.shared.configuration().baseUrl, 'http://127.0.0.1:8080')
})

test('SDK: initialize says which parameter cannot be used', () => {
  const { baseUrl } = PGWSDK.shared.configuration()
  const wrong: readonly (readonly [object, RegExp])[] = [
    [{}, /baseUrl/],
    [{ apiEnvironment: 'Production' }, /baseUrl/],
    [{ apiEnvironment: 'Staging', baseUrl: 'https://pay.example' }, /apiEnvironment/],
    [{ baseUrl: 'pay.example' }, /baseUrl/],
    [{ baseUrl: 'ftp://pay.example' }, /baseUrl/],
    [{ baseUrl: 'https://user@pay.example' }, /baseUrl/],
    [{ baseUrl: 'https://pay.example?x=1' }, /baseUrl/],
    [{ baseUrl: 'https://pay.example', timeoutMs: 0 }, /timeoutMs/],
    [{ baseUrl: 'https://pay.example', timeoutMs: Number.NaN }, /timeoutMs/],
  ]
  for (const [params, about] of wrong) {
    assert.throws(() => PGWSDK.initialize(params), assertCode('invalidRequest', about))
    const heard: PGWError[] = []
    PGWSDK.initialize(params, (error) => heard.push(error))
    assert.deepEqual(heard.map(assertCode('invalidRequest', about)), [true])
  }
  assert.equal(PGWSDK.shared.configuration().baseUrl, baseUrl, 'the one before stays')
})

test('SDK: the builder of parameters builds what it was told', () => {
  const params = new PGWSDKParamsBuilder(APIEnvironment.Production)
    .baseUrl('https://pay.example')
    .clientId('30c7cf51-75c4-4265-a70a-effddfbbb0ff')
    .locale('th')
    .timeoutMs(5_000)
    .log(true)
    .build()
  assert.deepEqual(PGWSDK.initialize(params).configuration(), {
    apiEnvironment: 'Production',
    baseUrl: 'https://pay.example',
    clientId: '30c7cf51-75c4-4265-a70a-effddfbbb0ff',
    locale: 'th',
    timeoutMs: 5_000,
    log: true,
  })
})

test('SDK: an installation has a UUID, and requests carry it and the locale', async () => {
  const gateway = await startOddGateway((response) => sendJson(response, { respCode: '0000' }))
  PGWSDK.initialize({ baseUrl: gateway.url, locale: 'th' })
  const clientId = PGWSDK.shared.clientId()
  assert.match(clientId, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  await PGWSDK.shared.customerTokenInfo(new CustomerTokenInfoRequest('t'))
  await PGWSDK.shared.customerTokenInfo({ paymentToken: 't', clientId: 'c', locale: 'en' })
  assert.deepEqual(
    gateway.heard.map(({ body }) => body),
    [
      { clientID: clientId, locale: 'th', paymentToken: 't' },
      { clientID: 'c', locale: 'en', paymentToken: 't' },
    ],
  )
  assert.equal(gateway.heard[0]?.path, '/payment/4.3/cardTokenInfo')
  assert.equal(await RTNPGW.clientId(), clientId)
})

// The console is the process's own: another one.
const LOGGING = (url: string) => `
  import { PGWSDK } from '${new URL('index.ts', import.meta.url).href}'
  PGWSDK.initialize({ baseUrl: '${url}', log: true })
  await PGWSDK.shared.transactionStatus({ paymentToken: 'secret' })
  PGWSDK.initialize({ baseUrl: 'http://127.0.0.1:1', log: true })
  await PGWSDK.shared.transactionStatus({ paymentToken: 'secret' }).catch(() => {})
  PGWSDK.initialize({ baseUrl: '${url}' })
  await PGWSDK.shared.transactionStatus({ paymentToken: 'secret' })`

test('SDK: the log tells operation, code and time, and nothing else', async () => {
  const gateway = await startOddGateway((response) =>
    sendJson(response, { respCode: '9040', respDesc: 'The token is invalid' }),
  )
  const args = ['--input-type=module', '-e', LOGGING(gateway.url)]
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args)
  assert.match(
    stdout + stderr,
    /^\[PGWSDK\] transactionStatus 9040 \d+ ms\n\[PGWSDK\] transactionStatus network \d+ ms\n$/,
  )
})

test('SDK: the web view rule reads the payment token from the end of the way back', () => {
  PGWSDK.initialize({ baseUrl: 'https://pay.example' })
  const info = 'https://pay.example/payment/4.3/#/info/'
  const back = 'shop://paid?token='
  const rows: readonly (readonly [string, string | undefined, string | undefined])[] = [
    [`${info}kSAops9Z%2b%2F%3d`, undefined, 'kSAops9Z+/='],
    [`${info}abc?lang=en`, undefined, 'abc'],
    [info, undefined, undefined],
    [`${info}%E0%A4%A`, undefined, undefined],
    ['https://pay.example/payment/4.3/#/token/abc', undefined, undefined],
    [`https://evil.example/${info}abc`, undefined, undefined],
    ['https://pay.example.evil.example/payment/4.3/#/info/abc', undefined, undefined],
    ['https://pay.example/3ds/abc#def', undefined, undefined],
    [`${back}a%2Bb`, back, 'a+b'],
    [`${info}abc`, back, undefined],
  ]
  for (const [url, returnUrl, expected] of rows) {
    const heard: string[] = []
    const isOver = PGWWebViewNavigation.inquiry(url, (token) => heard.push(token), returnUrl)
    assert.deepEqual([isOver, heard[0]], [expected !== undefined, expected], url)
  }
})

test('SDK: the web step says that it needs a browser', async () => {
  const step = { paymentToken: 't', url: 'https://pay.example/3ds/a' }
  await assert.rejects(PGWWebStep.modal(step), assertCode('unsupported', /document/))
  assert.throws(() => PGWWebStep.redirect(step.url), assertCode('unsupported', /location/))
})
