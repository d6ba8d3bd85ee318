import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { sendJson, startOddGateway } from '../../sdk/src/gateway.fixture.ts'
import { freshPan } from '../support/canaries.ts'
import { installPackedSdk, type Project } from '../support/packed-sdk.ts'

// The SDK as those who install it get it: the packed tarball in a project of its own.

const GZIPPED_BYTES_MAX = 15_000

let project: Project

before(async () => {
  project = await installPackedSdk()
})

const installed = (path: string) => join(project.dir, 'node_modules/@tessera/sdk', path)

test('SDK package: it holds what was built, and its README and license', () => {
  const others = project.files.filter((path) => !path.startsWith('dist/'))
  assert.deepEqual(others.sort(), ['LICENSE', 'README.md', 'package.json'])
  assert.ok(project.files.every((path) => /\.(js|d\.ts|json|md)$|LICENSE$/.test(path)))
  const manifest = JSON.parse(readFileSync(installed('package.json'), 'utf8')) as object
  assert.ok(!('dependencies' in manifest))
})

test('SDK package: all of it is under 15 KB gzipped', () => {
  const paths = ['dist/esm/index.js', 'dist/browser/my2c2p.min.js']
  const bytes = paths.map((path) => gzipSync(readFileSync(installed(path)), { level: 9 }).length)
  const total = bytes.reduce((sum, size) => sum + size, 0)
  assert.ok(total < GZIPPED_BYTES_MAX, `${bytes.join(' + ')} bytes`)
})

const SAMPLE = `
  PGWSDK.initialize({ baseUrl: 'http://127.0.0.1:1' })
  const request = new TransactionResultRequestBuilder('t')
    .with(new CustomerTokenPaymentBuilder(new PaymentCode('CC'), '1').build())
    .build()
  RTNPGW.proceedTransaction(JSON.stringify(request)).catch((error) => {
    console.log(error instanceof PGWError, error.code, APIResponseCode.apiSuccess)
  })`

const NAMES =
  'APIResponseCode, CustomerTokenPaymentBuilder, PaymentCode, PGWError, PGWSDK, RTNPGW, ' +
  'TransactionResultRequestBuilder'

test('SDK package: import works', async () => {
  const path = await project.write('a.mjs', `import { ${NAMES} } from '@tessera/sdk'\n${SAMPLE}`)
  assert.equal(await project.node(path), 'true network 0000\n')
})

test('SDK package: require works', async () => {
  const path = await project.write(
    'a.cjs',
    `const { ${NAMES} } = require('@tessera/sdk')\n${SAMPLE}`,
  )
  assert.equal(await project.node(path), 'true network 0000\n')
})

test('SDK package: it needs no more than a React Native app has', async () => {
  const gateway = await startOddGateway((response) => sendJson(response, { respCode: '2000' }))
  const pan = freshPan()
  const exported: Record<string, unknown> = {}
  const world = createContext({
    exports: exported,
    fetch,
    AbortController,
    setTimeout,
    clearTimeout,
    baseUrl: gateway.url,
    pan,
  })
  runInContext(readFileSync(installed('dist/cjs/index.js'), 'utf8'), world)
  const paid: unknown = await runInContext(
    `const { CardPaymentBuilder, CardSchemeTokenPaymentBuilder, PaymentCode, RTNPGW } = exports
    const pay = (payment) => RTNPGW.proceedTransaction(JSON.stringify({ paymentToken: 't', payment }))
    RTNPGW.initialize(JSON.stringify({ baseUrl }))
      .then(() => pay(new CardPaymentBuilder(new PaymentCode('CC'), pan).build()))
      .then(() => pay(new CardSchemeTokenPaymentBuilder(new PaymentCode('CSTOKEN'), pan)
        .schemeToken({ channel: 'EXTERNAL', authMethod: 'CRYPTOGRAM_3DS' }).build()))`,
    world,
  )
  assert.equal(paid, '{"responseCode":"2000"}')
  const data = gateway.heard.map(({ body }) => (body['payment'] as { data: object }).data)
  const blob = Buffer.from('{"channel":"EXTERNAL","authMethod":"CRYPTOGRAM_3DS"}').toString(
    'base64',
  )
  assert.deepEqual(data, [{ cardNo: pan }, { token: blob, cardNo: pan }])
})

const TYPED = `
import {
  APIResponseCode, CardPaymentBuilder, CustomerTokenInfoRequest, type CustomerToken, PaymentCode,
  PGWError, PGWSDK, PGWSDKParamsBuilder, PGWWebViewNavigation, RTNPGW,
  TransactionResultRequestBuilder,
} from '@tessera/sdk'

PGWSDK.initialize(new PGWSDKParamsBuilder('Sandbox').build(), (error: PGWError) => error.code)
export async function pay(paymentToken: string): Promise<readonly CustomerToken[]> {
  const request = new CustomerTokenInfoRequest(paymentToken)
  const response = await PGWSDK.getInstance().customerTokenInfo(request)
  await PGWSDK().customerTokenInfo({ paymentToken }, (told) => told.customerTokens, (e) => e.status)
  await new PGWSDK().transactionStatus({ paymentToken, additionalInfo: true }, {
    onResponse: (status) => status.additionalInfo?.resultInfo.code,
    onFailure: (error) => error.code === 'timeout',
    signal: new AbortController().signal,
  })
  const payment = new CardPaymentBuilder(new PaymentCode('CC')).securityCode('123').name('T')
  const result = await PGWSDK.shared.proceedTransaction(
    new TransactionResultRequestBuilder(paymentToken).with(payment.build()).build(),
    { timeoutMs: 1000 },
  )
  const url: string | undefined = result.data
  PGWWebViewNavigation.inquiry(url ?? '', (told: string) => told)
  const text: string = await RTNPGW.customerTokenInfo(JSON.stringify(request))
  // @ts-expect-error -- the bridge takes a text
  RTNPGW.customerTokenInfo(request)
  // @ts-expect-error -- a group's details need its codes
  PGWSDK.shared.paymentOptionDetail({ paymentToken })
  return response.responseCode === APIResponseCode.APISuccess && text !== '' ? response.customerTokens : []
}
`

test('SDK package: TypeScript has its types, for import, for require and for bundlers, in two compilers', async () => {
  await project.write('typed.mts', TYPED)
  await project.write('typed.cts', TYPED)
  await project.write('typed.ts', TYPED)
  const newest = import.meta.resolve('typescript/package.json')
  const older = createRequire(import.meta.resolve('@microsoft/api-extractor/package.json')).resolve(
    'typescript/package.json',
  )
  const compilers = [fileURLToPath(newest), older].map((path) => join(path, '../bin/tsc'))
  const common = ['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2022,dom']
  for (const compiler of compilers) {
    const modern = [
      '--module',
      'nodenext',
      '--exactOptionalPropertyTypes',
      'typed.mts',
      'typed.cts',
    ]
    assert.equal(await project.node(compiler, ...common, ...modern), '')
    const bundled = ['--module', 'esnext', '--moduleResolution', 'bundler', 'typed.ts']
    assert.equal(await project.node(compiler, ...common, ...bundled), '')
  }
})

/** What a bundler leaves of the SDK for an app that says this. */
async function bundled(app: string): Promise<string> {
  const entry = await project.write('app.mjs', app)
  const result = await build({
    configFile: false,
    root: project.dir,
    logLevel: 'silent',
    build: { write: false, minify: false, rolldownOptions: { input: entry } },
  })
  const outputs = Array.isArray(result) ? result : [result]
  return outputs
    .flatMap((bundle) => ('output' in bundle ? bundle.output : []))
    .map((chunk) => (chunk.type === 'chunk' ? chunk.code : ''))
    .join('')
}

test('SDK package: a bundler keeps what an app uses, and nothing else', async () => {
  const whole = await bundled(`import * as sdk from '@tessera/sdk'; globalThis.all = sdk`)
  const part = await bundled(
    `import { encryptCard } from '@tessera/sdk'; globalThis.e = encryptCard`,
  )
  assert.match(part, /RSA-OAEP/)
  assert.doesNotMatch(part, /transactionStatus|billingCity|iframe/)
  assert.ok(part.length < whole.length / 3, `${part.length} of ${whole.length} characters`)
  const builder = await bundled(
    `import { UserAddressBuilder as B } from '@tessera/sdk'; globalThis.b = B`,
  )
  assert.match(builder, /billingCity/)
  assert.doesNotMatch(builder, /RSA-OAEP|fetch/)
  const none = await bundled(`import '@tessera/sdk'; globalThis.nothing = 1`)
  assert.doesNotMatch(none, /PGW|RSA/)
})
