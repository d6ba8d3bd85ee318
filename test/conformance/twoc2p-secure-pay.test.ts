import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Acquirer, AuthorizationInstrument } from '../../src/gateway/acquirer-ports.ts'
import type { Fields, TwoC2pClient } from '../../src/sandbox/twoc2p-client.ts'
import { freshPan } from '../support/canaries.ts'
import {
  aCardPayment,
  aSchemeTokenPayment,
  openOrder,
  payAndStore,
  startTestSandbox,
  type TestSandbox,
} from '../support/sandbox.ts'
import { aClientCard, encryptAsClient, type EncryptOptions } from '../support/secure-pay.ts'

const REFUSED = {
  respCode: '9004',
  respDesc: 'The securePayToken value is not valid: it cannot be opened',
}

let gateway: TestSandbox
let client: TwoC2pClient
let key: EncryptOptions

/** The security codes that reached the acquirer, newest last. */
const codes: (string | undefined)[] = []

before(async () => {
  gateway = await startTestSandbox({ between: noting })
  client = await gateway.client('JT01')
  key = await publishedKey()
})

function noting(simulator: Acquirer): Acquirer {
  return {
    ...simulator,
    authorize(message) {
      codes.push(codeOf(message.instrument))
      return simulator.authorize(message)
    },
  }
}

function codeOf(instrument: AuthorizationInstrument): string | undefined {
  return instrument.kind === 'card' ? instrument.securityCode?.reveal() : undefined
}

const fetchKey = () => fetch(`${gateway.url}/payment/4.3/securePayKey`)

async function publishedKey(): Promise<EncryptOptions> {
  const { keyId, publicKey } = (await (await fetchKey()).json()) as Record<string, string>
  return { keyId: keyId ?? '', publicKey: Buffer.from(publicKey ?? '', 'base64') }
}

const encrypted = (fields: Fields = {}, given: Partial<EncryptOptions> = {}) =>
  encryptAsClient(aClientCard({ cardNo: freshPan(), ...fields }), { ...key, ...given })

function byCard(paymentToken: string, data: Fields): Fields {
  return { paymentToken, payment: { code: { channelCode: 'CC' }, data: { name: 'T', ...data } } }
}

test('2C2P securePayKey: any origin may fetch it, any cache may keep it for five minutes', async () => {
  const response = await fetchKey()
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('cache-control'), 'public, max-age=300')
  assert.equal(response.headers.get('access-control-allow-origin'), '*')
  const answer = (await response.json()) as Record<string, string>
  const { keyId, publicKey, ...rest } = answer
  assert.match(keyId ?? '', /^[0-9a-f]{16}$/)
  assert.equal(Buffer.from(publicKey ?? '', 'base64').length, 422)
  assert.deepEqual(rest, {
    algorithm: 'RSA-OAEP-256+A256GCM',
    respCode: '0000',
    respDesc: 'Success',
  })
  const path = `${gateway.url}/payment/4.1/SecurePayKey`
  assert.deepEqual(await (await fetch(path)).json(), answer)
  const preflight = await fetch(path, { method: 'OPTIONS' })
  assert.equal(preflight.headers.get('access-control-allow-methods'), 'GET')
  assert.equal((await fetch(path, { method: 'POST' })).status, 404)
})

test('2C2P securePayToken: a card that its payer’s browser encrypted pays', async () => {
  const cardNo = freshPan()
  const paymentToken = await openOrder(client)
  const securePayToken = await encrypted({ cardNo, securityCode: '987' })
  const paid = await client.plain('payment', byCard(paymentToken, { securePayToken }))
  assert.equal(paid['respCode'], '2000')
  const inquired = await client.signed('paymentInquiry', { paymentToken })
  assert.equal(inquired['respCode'], '0000')
  assert.equal(inquired['accountNo'], `499999XXXXXX${cardNo.slice(-4)}`)
  assert.equal(codes.at(-1), '987')
})

test('2C2P securePayToken: it is stored, and a stored card’s code comes the same way', async () => {
  const cardNo = freshPan()
  const stored = await payAndStore(client, {
    cardNo: undefined,
    expiryMonth: undefined,
    expiryYear: undefined,
    securityCode: undefined,
    securePayToken: await encrypted({ cardNo }),
  })
  const { customerToken } = stored
  assert.match(String(customerToken), /^[0-9]{20}$/)

  const paymentToken = await openOrder(client, { customerToken: [customerToken] })
  const at = Math.floor(Date.now() / 1_000)
  const securePayToken = await encryptAsClient({ securityCode: '456', at }, key)
  const data = { customerToken, securePayToken }
  assert.equal((await client.plain('payment', byCard(paymentToken, data)))['respCode'], '2000')
  const inquired = await client.signed('paymentInquiry', { paymentToken })
  assert.equal(inquired['customerToken'], customerToken)
  assert.equal(inquired['accountNo'], `499999XXXXXX${cardNo.slice(-4)}`)
  assert.equal(inquired['customerTokenExpiry'], '20301231')
  assert.equal(codes.at(-1), '456')

  const corrected = await openOrder(client, { customerToken: [customerToken] })
  const newer = await encryptAsClient({ expiryMonth: '03', expiryYear: '2033', at }, key)
  await client.plain('payment', byCard(corrected, { customerToken, securePayToken: newer }))
  const later = await client.signed('paymentInquiry', { paymentToken: corrected })
  assert.equal(later['customerTokenExpiry'], '20330331')
  assert.equal(codes.at(-1), undefined)
})

test('2C2P securePayToken: every failure has one answer, and none spends an attempt', async () => {
  const paymentToken = await openOrder(client)
  const elsewhere = await startTestSandbox()
  const foreign = (await (
    await fetch(`${elsewhere.url}/payment/4.3/securePayKey`)
  ).json()) as Record<string, string>
  const foreignKey = Buffer.from(foreign['publicKey'] ?? '', 'base64')
  const now = Math.floor(Date.now() / 1_000)
  const text = await encrypted()
  const bad = freshPan()
  const table: [string, string][] = [
    ['no token', 'x'],
    ['an empty card', '0000'],
    ['a cut one', text.slice(0, -4)],
    ['an altered one', `${text.slice(0, -5)}${text.at(-5) === 'A' ? 'B' : 'A'}${text.slice(-4)}`],
    ['another installation’s', await encrypted({}, { ...foreign, publicKey: foreignKey })],
    ['an unknown key id', await encrypted({}, { keyId: '0123456789abcdef' })],
    ['another key under our id', await encrypted({}, { publicKey: foreignKey })],
    ['another version', await encrypted({}, { version: 2 })],
    ['an old one', await encrypted({ at: now - 16 * 60 })],
    ['one from the future', await encrypted({ at: now + 4 * 60 })],
    ['a wrong check digit', await encrypted({ cardNo: `${bad.slice(0, -1)}${flip(bad.at(-1))}` })],
    ['no such month', await encrypted({ expiryMonth: '13' })],
    ['letters for a code', await encrypted({ securityCode: 'abc' })],
    ['more than a card', await encrypted({ holder: 'T' })],
  ]
  for (const [what, securePayToken] of table) {
    const answer = await client.plain('payment', byCard(paymentToken, { securePayToken }))
    assert.deepEqual(answer, REFUSED, what)
  }
  const good = byCard(paymentToken, { securePayToken: text })
  assert.equal((await client.plain('payment', good))['respCode'], '2000')
})

const flip = (digit = '0') => (Number(digit) + 1) % 10

test('2C2P securePayToken: a card field in clear beside it is refused by its name', async () => {
  const paymentToken = await openOrder(client)
  const securePayToken = await encrypted()
  const table: Fields = {
    cardNo: freshPan(),
    expiryMonth: '12',
    expiryYear: '2030',
    securityCode: '123',
  }
  for (const [name, value] of Object.entries(table)) {
    const request = byCard(paymentToken, { securePayToken, [name]: value })
    assert.deepEqual(await client.plain('payment', request), {
      respCode: '9004',
      respDesc: `The ${name} value is not valid: a card comes encrypted or in clear, not both`,
    })
  }
  const scheme = aSchemeTokenPayment(paymentToken, { securePayToken })
  assert.equal((await client.plain('payment', scheme))['respCode'], '9004')
  const good = byCard(paymentToken, { securePayToken })
  assert.equal((await client.plain('payment', good))['respCode'], '2000')
})

test('2C2P securePayToken: what opens is held to the same rules as a card in clear', async () => {
  const paymentToken = await openOrder(client)
  const at = Math.floor(Date.now() / 1_000)
  const cardNo = freshPan()
  const expiry = { expiryMonth: '12', expiryYear: '2030' }
  const table: [Fields, string, RegExp][] = [
    [{ securityCode: '123', at }, '9005', /cardNo/],
    [{ cardNo, securityCode: '123', at }, '9005', /expiryMonth/],
    [{ cardNo, ...expiry, at }, '9005', /securityCode/],
    [{ cardNo, ...expiry, securityCode: '1234', at }, '4078', /Three Digits/],
    [{ cardNo, expiryMonth: '01', expiryYear: '2020', securityCode: '123', at }, '4054', /Expired/],
  ]
  for (const [plaintext, respCode, respDesc] of table) {
    const securePayToken = await encryptAsClient(plaintext, key)
    const answer = await client.plain('payment', byCard(paymentToken, { securePayToken }))
    assert.equal(answer['respCode'], respCode, JSON.stringify(Object.keys(plaintext)))
    assert.match(String(answer['respDesc']), respDesc)
  }
  const amex = { cardNo: '378282246310005', ...expiry, securityCode: '1234', at }
  const securePayToken = await encryptAsClient(amex, key)
  const paid = await client.plain('payment', byCard(paymentToken, { securePayToken }))
  assert.equal(paid['respCode'], '2000')
  assert.equal(codes.at(-1), '1234')
})

test('2C2P securePayToken: after a rotation new and old keys are both good', async () => {
  const { clientKeys } = gateway.sandbox.program
  const older = key
  const { keyId } = await clientKeys.rotate('securePay', 3_600_000)
  key = await publishedKey()
  assert.equal(key.keyId, keyId)
  for (const given of [older, key]) {
    const paymentToken = await openOrder(client)
    const securePayToken = await encrypted({}, given)
    const paid = await client.plain('payment', byCard(paymentToken, { securePayToken }))
    assert.equal(paid['respCode'], '2000')
  }
})

test('2C2P do payment: a card in clear is still a card in clear', async () => {
  const paymentToken = await openOrder(client)
  await client.plain('payment', aCardPayment(paymentToken, { securityCode: '321' }))
  assert.equal(codes.at(-1), '321')
})
