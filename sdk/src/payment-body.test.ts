import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freshPan } from '../../test/support/canaries.ts'
import {
  CardPaymentBuilder,
  CardSchemeTokenPaymentBuilder,
  CustomerTokenPaymentBuilder,
  TransactionResultRequestBuilder,
  UserAddressBuilder,
} from './builders.ts'
import { PaymentCode, type TransactionResultRequest } from './payment.ts'
import { paymentBody } from './payment-body.ts'
import { SECURE_PAY_ALGORITHM, type SecurePayKey } from './secure-pay.ts'

const connection = { baseUrl: 'https://pay.example', timeoutMs: 1_000, log: false }

async function newKey(): Promise<SecurePayKey> {
  const { publicKey } = await crypto.subtle.generateKey(
    {
      name: 'RSA-OAEP',
      hash: 'SHA-256',
      modulusLength: 3072,
      publicExponent: Uint8Array.of(1, 0, 1),
    },
    true,
    ['encrypt', 'decrypt'],
  )
  const der = Buffer.from(await crypto.subtle.exportKey('spki', publicKey)).toString('base64')
  return { keyId: '0123456789abcdef', algorithm: SECURE_PAY_ALGORITHM, publicKey: der }
}

const key = newKey()

/** What is sent, as JSON has it. */
async function sent(request: TransactionResultRequest) {
  const body = await paymentBody(request, connection, async () => key)
  const text = JSON.stringify(body)
  return { text, ...(JSON.parse(text) as Sent) }
}

interface Sent {
  readonly payment: { readonly code: object; readonly data: Fields }
  readonly responseReturnUrl: string
}

type Fields = Record<string, unknown>

const request = (payment: TransactionResultRequest['payment']): TransactionResultRequest =>
  new TransactionResultRequestBuilder('t').with(payment).build()

test('SDK payment: a new card goes encrypted, and all else under the names of the gateway', async () => {
  const pan = freshPan()
  const address = new UserAddressBuilder()
    .billingAddress1('1 Road')
    .billingAddress2('2 Floor')
    .billingAddress3('3 Door')
    .billingCity('Bangkok')
    .billingState('BKK')
    .billingPostalCode('10110')
    .billingCountryCode('TH')
    .build()
  const card = new CardPaymentBuilder(new PaymentCode('CC'), pan)
    .expiryMonth(12)
    .expiryYear(2030)
    .securityCode('123')
    .name('Terrance Tay')
    .email('t@example.com')
    .mobileNo('0812345678')
    .customerNote('by noon')
    .fxRateId('F1')
    .userAddress(address)
    .tokenize(true)
    .build()
  const { text, payment, responseReturnUrl } = await sent(request(card))
  assert.ok(!text.includes(pan))
  const { securePayToken, ...data } = payment.data
  assert.match(String(securePayToken), /^0200[A-Za-z0-9+/=]+$/)
  assert.deepEqual(payment.code, { channelCode: 'CC' })
  assert.deepEqual(data, {
    name: 'Terrance Tay',
    email: 't@example.com',
    mobileNo: '0812345678',
    customerNote: 'by noon',
    fxRateID: 'F1',
    accountTokenization: true,
    ...address,
  })
  assert.equal(responseReturnUrl, 'https://pay.example/payment/4.3/#/info/')
})

test('SDK payment: a stored card is named as such, its security code encrypted', async () => {
  const stored = new CustomerTokenPaymentBuilder(new PaymentCode('CC'), '28052010234224845229')
  assert.deepEqual((await sent(request(stored.build()))).payment.data, {
    customerToken: '28052010234224845229',
  })
  const { payment } = await sent(request(stored.securityCode('123').build()))
  assert.deepEqual(Object.keys(payment.data).sort(), ['customerToken', 'securePayToken'])
})

test('SDK payment: what was encrypted before is passed on', async () => {
  const code = new PaymentCode('CC')
  for (const builder of [
    new CardPaymentBuilder(code).securePayToken('0200x'),
    new CustomerTokenPaymentBuilder(code, '1').securePayToken('0200x'),
  ]) {
    assert.equal((await sent(request(builder.build()))).payment.data['securePayToken'], '0200x')
  }
})

test('SDK payment: a card scheme token is its number, expiry and blob', async () => {
  const pan = freshPan()
  const schemeToken = {
    channel: 'EXTERNAL',
    authMethod: 'CRYPTOGRAM_3DS',
    cryptogram: 'AAAA',
    eci: '05',
  } as const
  const payment = new CardSchemeTokenPaymentBuilder(new PaymentCode('CSTOKEN'), pan)
    .expiryMonth('12')
    .expiryYear('2030')
    .schemeToken(schemeToken)
    .build()
  const { data } = (await sent(request(payment))).payment
  assert.deepEqual(JSON.parse(Buffer.from(String(data['token']), 'base64').toString()), schemeToken)
  assert.deepEqual([data['cardNo'], data['expiryMonth'], data['expiryYear']], [pan, '12', '2030'])
})

test('SDK payment: typed numbers may have blanks and dashes, and what is empty is left out', async () => {
  const pan = freshPan()
  const spaced = pan.replace(/(.{4})(?=.)/g, '$1 ').replace(' ', '-')
  const code = { channelCode: 'cstoken' }
  const data = { cardNo: spaced, expiryMonth: 1, expiryYear: '', token: 'AAAA' }
  assert.deepEqual((await sent({ paymentToken: 't', payment: { code, data } })).payment.data, {
    token: 'AAAA',
    cardNo: pan,
    expiryMonth: '1',
  })
})

test('SDK payment: a request is not built before it says how to pay', () => {
  assert.throws(() => new TransactionResultRequestBuilder('t').build(), TypeError)
})

test('SDK payment: a builder passes on where the browser returns, and who asks', async () => {
  const built = new TransactionResultRequestBuilder('t')
    .with(new CardPaymentBuilder(new PaymentCode('CC', 'A', 'B')).build())
    .clientId('c')
    .locale('th')
    .responseReturnUrl('https://shop.example/?token=')
    .build()
  assert.deepEqual([built.clientId, built.locale], ['c', 'th'])
  const { payment, responseReturnUrl } = await sent(built)
  assert.equal(responseReturnUrl, 'https://shop.example/?token=')
  assert.deepEqual(payment.code, { channelCode: 'CC', agentCode: 'A', agentChannelCode: 'B' })
})
