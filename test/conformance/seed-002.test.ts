import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { before, test } from 'node:test'
import type { Fields, TwoC2pClient } from '../../src/sandbox/twoc2p-client.ts'
import { freshPan } from '../support/canaries.ts'
import {
  aCardPayment,
  anOrder,
  freshInvoice,
  openOrder,
  payAndStore,
  startTestSandbox,
  type TestSandbox,
} from '../support/sandbox.ts'
import { PRINTED_ORDER } from '../support/seed-002.ts'

let gateway: TestSandbox
let client: TwoC2pClient

before(async () => {
  gateway = await startTestSandbox()
  client = await gateway.client('JT01')
})

async function post(path: string, init: RequestInit = {}): Promise<Fields> {
  const response = await fetch(`${gateway.url}/payment/${path}`, { method: 'POST', ...init })
  assert.equal(response.status, 200, path)
  return (await response.json()) as Fields
}

/** Stores a card. @returns its customer token. */
async function store(data: Fields = {}): Promise<string> {
  return String((await payAndStore(client, data))['customerToken'])
}

const cardsOf = (answer: Fields) => answer['customerToken'] as Fields[]

async function infoOf(names: readonly string[]): Promise<Fields[]> {
  const paymentToken = await openOrder(client, { customerToken: names })
  return cardsOf(await client.plain('cardTokenInfo', { paymentToken }))
}

/** The last two digits of a month that is so many months from now, and its year. */
function monthFromNow(months: number): { month: string; year: string } {
  const now = new Date()
  const date = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1))
  const [year = '', month = ''] = date.toISOString().split('-')
  return { month, year }
}

test('2C2P seed 002: the printed payment token tells the printed stored card', async () => {
  const merchant = await gateway.client('JT04')
  const { paymentToken, respCode } = await merchant.signed('paymentToken', PRINTED_ORDER)
  assert.equal(respCode, '0000')
  const icon = `${gateway.url}/page-assets/icons/mastercard.svg`
  assert.deepEqual(await merchant.plain('cardTokenInfo', { paymentToken }), {
    paymentToken,
    customerToken: [
      {
        token: '20052010380915759367',
        accountNo: '555555XXXXXX4444',
        name: 'Terrance Tay',
        email: 't***e@s**p.example',
        expiry: 'XXXX-XX-XX',
        channelCode: 'CC',
        subChannelCode: 'MA',
        cardBrand: 'MasterCard',
        status: 'A',
        iconUrl: icon,
        logoUrl: icon,
      },
    ],
    respCode: '0000',
    respDesc: 'Success',
  })
})

test('2C2P customer token info: the cards that were named and no others, as they were named', async () => {
  const [first, second, third] = [await store(), await store(), await store()]
  for (const names of [[first], [third, first], [second, third, first], []]) {
    const told = (await infoOf(names)).map(({ token }) => token)
    assert.deepEqual(told, names)
  }
  assert.equal((await infoOf([first, first])).length, 1)
})

test('2C2P customer token info: a number shows its first six and last four digits', async () => {
  const cardNo = freshPan()
  const [card] = await infoOf([await store({ cardNo })])
  assert.equal(card?.['accountNo'], `499999XXXXXX${cardNo.slice(-4)}`)
  assert.equal(JSON.stringify(card).includes(cardNo), false)
})

test('2C2P customer token info: the holder is who stored the card last, with a masked address', async () => {
  const cardNo = freshPan()
  const token = await store({ cardNo, name: 'DavidBilly', email: 'davidbilly@gmail.com' })
  const [first] = await infoOf([token])
  assert.deepEqual([first?.['name'], first?.['email']], ['DavidBilly', 'd***y@g**l.com'])
  await store({ cardNo, name: undefined })
  assert.equal((await infoOf([token]))[0]?.['name'], 'DavidBilly')
  // Address, as it is told.
  const rows = `
    ab@xy.co            a***@x**.co
    a@mail.shop.co.th   a***@m**l.shop.co.th
    a.b@c@shop.example  a***c@s**p.example
    nobody              -
    nobody@localhost    -`
  for (const row of rows.trim().split('\n')) {
    const [email = '', told] = row.trim().split(/ +/)
    const again = await store({ cardNo, name: 'T', email })
    assert.equal(again, token)
    const [card] = await infoOf([token])
    assert.deepEqual([card?.['name'], card?.['email']], ['T', told === '-' ? '' : told])
  }
})

test('2C2P customer token info: no payment keeps a holder when it has ended', async () => {
  await store({ name: 'Stored' })
  const paymentToken = await openOrder(client)
  await client.plain('payment', aCardPayment(paymentToken, { name: 'Not stored' }))
  const { rows } = await gateway.sandbox.program.database.run<{ payments: bigint; kept: bigint }>({
    name: 'holders',
    text: 'select count(*) payments, count(holder) kept from payment',
    values: [],
  })
  assert.equal(rows[0]?.kept, 0n)
  assert.ok((rows[0]?.payments ?? 0n) > 1n)
})

test('2C2P customer token info: a card that may not pay now is not told', async () => {
  const name = await store()
  const { gateway: verbs } = gateway.sandbox.program
  const which = { merchantId: 'JT01', dialect: 'twoc2p', name }
  await verbs.changeVaultToken(which, { isActive: false })
  assert.deepEqual(await infoOf([name]), [])
  await verbs.changeVaultToken(which, { isActive: true })
  assert.equal((await infoOf([name])).length, 1)
})

test('2C2P customer token info: an expiry is told only while it is near', async () => {
  const soon = monthFromNow(6)
  const later = monthFromNow(7)
  const near = await store({ expiryMonth: soon.month, expiryYear: soon.year })
  const far = await store({ expiryMonth: later.month, expiryYear: later.year })
  const gone = await store()
  await gateway.sandbox.program.database.script(
    `update vault_token set expiry_year = 2020, expiry_month = 2
      from vault_token_name named
      where named.vault_token_id = vault_token.vault_token_id and named.name = '${gone}'`,
  )
  const paymentToken = await openOrder(client, { customerToken: [near, far, gone] })
  const told = await client.plain('cardTokenInfo', { paymentToken })
  const lastDay = new Date(Date.UTC(Number(soon.year), Number(soon.month), 0)).toISOString()
  assert.deepEqual(
    cardsOf(told).map(({ status, expiry }) => [status, expiry]),
    [
      ['EX', lastDay.slice(0, 10)],
      ['A', 'XXXX-XX-XX'],
      ['ED', ''],
    ],
  )
  const older = await client.plain('../4.1/cardTokenInfo', { paymentToken })
  assert.deepEqual(
    (older['cardTokenDetails'] as Fields[]).map(({ status, expiryDate }) => [status, expiryDate]),
    [
      ['EX', `${soon.month}/${soon.year.slice(2)}`],
      ['A', 'XX/XX'],
      ['ED', ''],
    ],
  )
})

test('2C2P customer token info: 4.1 and 4.2 have the older names in front', async () => {
  const name = await store()
  const paymentToken = await openOrder(client, { cardTokens: [name] })
  for (const version of ['4.1', '4.2']) {
    const answer = await client.plain(`../${version}/cardTokenInfo`, { paymentToken })
    const [older] = answer['cardTokenDetails'] as Fields[]
    const [card] = cardsOf(answer)
    assert.deepEqual(Object.keys(older ?? {}), [
      'cardToken',
      'pan',
      'expiryDate',
      'cardholderName',
      'cardholderEmail',
      'status',
      'iconUrl',
      'logoUrl',
    ])
    assert.equal(older?.['cardToken'], name)
    assert.equal(older?.['pan'], card?.['accountNo'])
    assert.equal(card?.['token'], name)
  }
  const current = await client.plain('cardTokenInfo', { paymentToken })
  assert.equal('cardTokenDetails' in current, false)
})

const BY_PAYMENT_TOKEN = [
  'cardTokenInfo',
  'userPreference',
  'exchangeRate',
  'exchangeRate/apmMccExchangeRate',
]

test('2C2P client side: an unknown, an expired and a missing payment token each say so', async () => {
  const invoiceNo = freshInvoice()
  const paymentToken = await openOrder(client, { invoiceNo })
  await gateway.sandbox.program.database.script(
    `update payment_order set expires_at = now() where merchant_reference = '${invoiceNo}'`,
  )
  const table: [Fields, string, string][] = [
    [{ paymentToken }, '9020', 'Payment Expired'],
    [{ paymentToken: 'AAAA' }, '9040', 'The token is invalid'],
    [{ paymentToken: `${paymentToken.slice(0, -5)}AAAA=` }, '9040', 'The token is invalid'],
    [{}, '9005', 'Some mandatory fields are missing: paymentToken'],
    [{ paymentToken: 'x'.repeat(256) }, '9006', ''],
  ]
  for (const path of BY_PAYMENT_TOKEN) {
    for (const [request, respCode, respDesc] of table) {
      const answer = await client.plain(path, request)
      assert.equal(answer['respCode'], respCode, `${path} ${JSON.stringify(request)}`)
      assert.ok(String(answer['respDesc']).startsWith(respDesc))
    }
  }
})

test('2C2P client side: one merchant’s payment token tells nothing of another’s cards', async () => {
  const other = await gateway.client('JT02')
  const order = anOrder({ currencyCode: 'MMK', customerToken: [await store()] })
  assert.equal((await other.signed('paymentToken', order))['respCode'], '9202')
  const paymentToken = await openOrder(other, { currencyCode: 'MMK' })
  assert.deepEqual(cardsOf(await client.plain('cardTokenInfo', { paymentToken })), [])
})

test('2C2P user preference: what the merchant told of the payer, and null for the rest', async () => {
  const userInfo = { name: 'Terrance', email: 't@shop.example', mobileNo: '88888888' }
  const named = await openOrder(client, {
    locale: 'en',
    uiParams: { userInfo: { ...userInfo, mobileNoPrefix: '65', countryCode: 'SG' } },
  })
  assert.deepEqual(await client.plain('userPreference', { paymentToken: named }), {
    paymentToken: named,
    user: {
      preference: {
        ...userInfo,
        mobileNoPrefix: '65',
        locale: 'en',
        currencyCode: 'SGD',
        countryCode: 'SG',
      },
      paymentChannels: [],
    },
    respCode: '0000',
    respDesc: 'Success',
  })
  const bare = await openOrder(client)
  const clientID = 'E380BEC2BFD727A4B6845133519F3AD7'
  const answer = await client.plain('userPreference', { paymentToken: bare, clientID })
  assert.deepEqual((answer['user'] as Record<string, Fields>)['preference'], {
    name: null,
    email: null,
    mobileNo: null,
    mobileNoPrefix: null,
    locale: '',
    currencyCode: 'SGD',
    countryCode: null,
  })
})

test('2C2P initialization: without a body it tells the languages that the hosted page speaks', async () => {
  const folder = new URL('../../src/page/browser/locales/', import.meta.url)
  const spoken = readdirSync(folder).map((name) => name.replace('.ts', ''))
  const json = { 'content-type': 'application/json' }
  for (const init of [{}, { headers: json }, { headers: json, body: '{}' }]) {
    const answer = await post('4.3/Initialization', init)
    assert.equal(answer['respCode'], '0000')
    const { locale } = answer['initialization'] as { locale: { code: string; name: string }[] }
    assert.deepEqual(locale.map(({ code }) => code.replace(/-.*/, '')).sort(), spoken.sort())
    assert.equal(locale.find(({ code }) => code === 'th')?.name, 'ไทย')
  }
})

test('2C2P exchange rate: there is none, which is said plainly and signed', async () => {
  const paymentToken = await openOrder(client)
  const unavailable = { respCode: '9102', respDesc: 'FxRate not available' }
  const rate = { paymentToken, bin: '411111' }
  assert.deepEqual(await client.plain('exchangeRate', rate), unavailable)
  assert.deepEqual(
    await client.plain('exchangeRate/apmMccExchangeRate', { paymentToken }),
    unavailable,
  )
  const asked = { providerCode: 'MCP', currencyCode: 'USD' }
  const envelope = await post('4.3/ExchangeRate/secure', {
    body: JSON.stringify({ payload: client.sign({ merchantID: 'JT01', ...asked }) }),
  })
  assert.deepEqual(client.verify(String(envelope['payload'])), unavailable)
  const missing = await client.signed('exchangeRate/secure', { providerCode: 'MCP' })
  assert.equal(missing['respCode'], '9005')
})

test('2C2P client side: what is not offered is refused by its own code, with HTTP 200', async () => {
  const paymentToken = await openOrder(client)
  const table: [string, Fields, string][] = [
    ['loyaltyPointInfo', { providerID: 'x' }, '9107'],
    ['cardInstallmentPlanInfo', { bankCode: 'x' }, '9060'],
    ['applePay/merchantValidation', { validationUrl: 'https://apple.example' }, '9060'],
    ['paymentNotification', { plateform: 'email', recipientID: 't@shop.example' }, '9004'],
  ]
  for (const [path, fields, respCode] of table) {
    const answer = await client.plain(path, { paymentToken, ...fields })
    assert.equal(answer['respCode'], respCode, path)
    assert.equal((await client.plain(path, { paymentToken: 'AAAA' }))['respCode'], '9040', path)
  }
})
