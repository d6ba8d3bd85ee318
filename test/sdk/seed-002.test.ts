import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, test } from 'node:test'
import type { Fields, TwoC2pClient } from '../../src/sandbox/twoc2p-client.ts'
import { installPackedSdk, type Project } from '../support/packed-sdk.ts'
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts'
import { PRINTED_ORDER } from '../support/seed-002.ts'

// The client's code of the founding document "Customer Token Information", in an app of its own
// with the packed SDK, against a running sandbox.

const SAMPLE = readFileSync(
  new URL('../fixtures/customer-token-info-react-native.txt', import.meta.url),
  'utf8',
)

const PRINTED_TOKEN = /roZG9I1hk[^']+/

let gateway: TestSandbox
let merchant: TwoC2pClient
let project: Project
let paymentToken: string

before(async () => {
  gateway = await startTestSandbox()
  project = await installPackedSdk()
  merchant = await gateway.client('JT04')
  // Step 1 of the document, as it prints it.
  const answer = await merchant.signed('paymentToken', PRINTED_ORDER)
  paymentToken = String(answer['paymentToken'])
})

/** Runs a piece of an app: the import and the set-up that 2C2P's guide has, then the code. */
async function runApp(code: string): Promise<string> {
  const baseUrl = JSON.stringify(gateway.url)
  const path = await project.write(
    'app.mts',
    `import { APIEnvironment, APIResponseCode, CustomerTokenInfoRequest, PGWSDK, RTNPGW } from '@tessera/sdk'
await RTNPGW.initialize(JSON.stringify({ apiEnvironment: APIEnvironment.sandbox, baseUrl: ${baseUrl} }))
${code}`,
  )
  return project.node(path)
}

/** The sample, with something to see where it has a comment. */
function sampleWith(read: string, display: string): string {
  return SAMPLE.replace('//Read customer token info response.', read).replace(
    '//Get error response and display error',
    display,
  )
}

test("SDK seed 002: the document's React Native sample prints the stored card", async () => {
  const read = 'console.log(JSON.stringify(customerTokenInfoResponse, undefined, 2))'
  const sample = sampleWith(read, '').replace(PRINTED_TOKEN, paymentToken)
  const printed = JSON.parse(await runApp(sample)) as { customerTokens: Fields[] }
  const told = await merchant.plain('cardTokenInfo', { paymentToken })
  assert.deepEqual(printed, {
    paymentToken,
    customerTokens: told['customerToken'],
    responseCode: '0000',
    responseDescription: 'Success',
  })
  assert.deepEqual(
    printed.customerTokens.map(({ token, accountNo, status }) => [token, accountNo, status]),
    [['20052010380915759367', '555555XXXXXX4444', 'A']],
  )
})

test("SDK seed 002: the document's own payment token is a response with 9040, not a failure", async () => {
  const display = 'console.log(customerTokenInfoResponse)'
  const printed = await runApp(sampleWith('', display))
  assert.match(printed, /responseCode: '9040'/)
  assert.match(printed, /responseDescription: 'The token is invalid'/)
  assert.match(printed, /customerTokens: \[\]/)
})

test('SDK seed 002: a gateway that is gone is a failure, which the sample catches', async () => {
  const sample = `${SAMPLE.replace(/display error\n\}\);/, 'display error\nconsole.log(String(error))\n});')}`
  const initialize = "PGWSDK.initialize({ baseUrl: 'http://127.0.0.1:1' })\n"
  const printed = await runApp(initialize + sample)
  assert.equal(printed, 'PGWError: The payment gateway cannot be reached.\n')
})

test("SDK seed 002: the document's other samples work as JavaScript writes them", async () => {
  const request = `const paymentToken = '${paymentToken}'\n`
  const print = `(response) => {
    if (response['responseCode'] == APIResponseCode.apiSuccess) console.log(response.customerTokens[0].accountNo)
  }, (error) => { console.log(error) }`
  const calls = [
    `await PGWSDK().customerTokenInfo({ 'paymentToken': paymentToken }, ${print})`,
    `await new PGWSDK().customerTokenInfo({ 'paymentToken': paymentToken }, ${print})`,
    `await PGWSDK.shared.customerTokenInfo(new CustomerTokenInfoRequest(paymentToken), ${print})`,
    `await PGWSDK.getInstance().customerTokenInfo(new CustomerTokenInfoRequest(paymentToken), {
      onResponse(response) {
        if (response.responseCode == APIResponseCode.APISuccess) console.log(response.customerTokens[0].accountNo)
      },
      onFailure(error) { console.log(error) },
    })`,
    `console.log((await PGWSDK.shared.cardTokenInfo({ paymentToken })).customerTokens[0].accountNo)`,
  ]
  assert.equal(await runApp(request + calls.join('\n')), '555555XXXXXX4444\n'.repeat(calls.length))
})
