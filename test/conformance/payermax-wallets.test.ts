import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Fields } from '../../src/sandbox/twoc2p-client.ts'
import {
  accepted,
  openPayerMaxShop,
  type PayerMaxClient,
  payerMaxOf,
  refusal,
  setConsole,
} from '../support/payermax.ts'
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts'

let gateway: TestSandbox
let client: PayerMaxClient

before(async () => {
  gateway = await startTestSandbox()
  client = await payerMaxOf(gateway.url)
})

/** The consent that the founding document prints. */
const SEEDED = { userId: 'czy_0088', paymentTokenID: 'ed27884948d3b6cd0d17052e46064baf' }

async function list(userId: string, fields: Fields = {}): Promise<Fields[]> {
  const asked = { userId, tokenScope: 'tokenAcq', ...fields }
  return (await accepted(client, 'inquirePaymentToken', asked))['tokenList'] as Fields[]
}

test('wallets: a consent is removed like a card, and the removal is told', async () => {
  const shop = await openPayerMaxShop()
  await setConsole(gateway, { paymentTokenNotifyUrl: shop.url })
  const others = { ...SEEDED, userId: 'mallory' }
  assert.equal(await refusal(client, 'removePaymentToken', others), 'PAYMENT_TOKEN_ID_INVALID')
  await accepted(client, 'removePaymentToken', SEEDED)
  await shop.heardAtLeast(1)
  const [heard] = shop.heard
  assert.equal(heard?.fields['notifyType'], 'TOKENIZATION')
  const data = heard.fields['data'] as Fields
  assert.deepEqual(
    { ...data, paymentTokenExpiry: '' },
    {
      tokenScope: 'tokenAcq',
      targetOrg: 'KAKAOPAY',
      ifCVV: '',
      cardInfo: '',
      paymentTokenID: SEEDED.paymentTokenID,
      accountDisplay: '63-9****72180',
      paymentTokenStatus: 'Deleted',
      userId: SEEDED.userId,
      brand: '',
      paymentMethodType: 'AUTO_DEBIT',
      paymentTokenExpiry: '',
      outTradeNo: '',
      country: 'UN',
      requestId: '',
      referralCode: '',
      supportMIT: true,
      status: 'SUCCESS',
    },
  )
  assert.equal(await refusal(client, 'removePaymentToken', SEEDED), 'PAYMENT_TOKEN_ID_INVALID')
  const wallets = await list(SEEDED.userId, { paymentMethodType: 'AUTO_DEBIT' })
  assert.deepEqual(wallets, [])
})
