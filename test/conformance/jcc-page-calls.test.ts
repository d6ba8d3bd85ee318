import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { freshPan } from '../support/canaries.ts'
import {
  anOrder,
  type Answer,
  type Fields,
  formOf,
  jccClient,
  type JccClient,
  register,
} from '../support/jcc.ts'
import { freshInvoice, startTestSandbox, type TestSandbox } from '../support/sandbox.ts'

// What merchants' own pages and the mobile SDKs call: they know the order's id and nothing else.

let gateway: TestSandbox
let jcc: JccClient
let page: JccClient
before(async () => {
  gateway = await startTestSandbox()
  jcc = jccClient(gateway.url)
  page = jccClient(gateway.url, {})
})

const RETURN = 'https://shop.example/done'

const aCard = (fields: Fields = {}): Fields => ({
  $PAN: freshPan(),
  $CVC: '123',
  $EXPIRY: '203412',
  TEXT: 'TEST CARDHOLDER',
  language: 'en',
  ...fields,
})

const typeCard = (MDORDER: string, fields: Fields = {}) =>
  page.call('rest/processform.do', { MDORDER, ...aCard(fields) })

const session = (MDORDER: string) => page.call('rest/getSessionStatus.do', { MDORDER })

async function orderStatus(orderId: string): Promise<unknown> {
  return (await jcc.call('rest/getOrderStatusExtended.do', { orderId }))['orderStatus']
}

async function storeCard(clientId: string): Promise<string> {
  const stored = await jcc.call('rest/createBindingNoPayment.do', {
    clientId,
    pan: freshPan(),
    expiryDate: '203412',
    cardholderName: 'TEST CARDHOLDER',
  })
  return String(stored['bindingId'])
}

test('jcc session: what a page and the mobile SDK need is there, until the order is over', async () => {
  const clientId = freshInvoice()
  const bindingId = await storeCard(clientId)
  const MDORDER = await register(jcc, { clientId, amount: '2000', description: 'two books' })
  const status = await session(MDORDER)
  const { remainingSecs, bindingItems, merchantInfo, ...rest } = status
  assert.ok(Number(remainingSecs) > 1_100 && Number(remainingSecs) <= 1_200)
  const [item] = bindingItems as readonly Answer[]
  assert.equal(item?.['id'], bindingId)
  assert.match(String(item?.['label']), /^499999\*\*\d{4} 12\/34$/)
  for (const name of ['paymentSystem', 'cardHolder', 'payerEmail', 'payerPhone']) {
    assert.equal(typeof item?.[name], 'string', name)
  }
  const info = merchantInfo as Answer
  for (const name of ['merchantUrl', 'merchantFullName', 'merchantLogin', 'captchaMode']) {
    assert.equal(typeof info[name], 'string', name)
  }
  assert.deepEqual(
    [rest['amount'], rest['currencyAlphaCode'], rest['description'], rest['bindingEnabled']],
    ['20.00 EUR', 'EUR', 'two books', true],
  )
  assert.equal('redirect' in rest, false)
  await typeCard(MDORDER)
  const over = await session(MDORDER)
  assert.deepEqual(
    [over['remainingSecs'], over['redirect'], over['bindingItems']],
    [undefined, `${RETURN}?orderId=${MDORDER}&lang=en`, []],
  )
})

test('jcc session: an order that nobody knows has no session', async () => {
  const unknown = await session('0179018d-8f96-7fbe-bc2b-4b7e00a7d8c0')
  assert.deepEqual([unknown['errorCode'], unknown['remainingSecs']], [6, undefined])
  assert.equal((await page.call('rest/getSessionStatus.do', {}))['errorCode'], 1)
})

test('jcc processform: a payer may try five times, and then no more', async () => {
  const MDORDER = await register(jcc)
  for (let attempt = 1; attempt <= 4; attempt += 1) {
    const declined = await typeCard(MDORDER, { $CVC: '000' })
    assert.deepEqual(
      [declined['errorCode'], declined['redirect'], declined['errorTypeName']],
      [0, undefined, 'DATA_INPUT_ERROR'],
      String(attempt),
    )
    assert.equal(declined['error'], declined['errorMessage'])
    assert.equal(await orderStatus(MDORDER), 0)
  }
  const last = await typeCard(MDORDER, { $CVC: '000' })
  assert.equal(last['redirect'], `${RETURN}?orderId=${MDORDER}&lang=en`)
  assert.equal(await orderStatus(MDORDER), 6)
  assert.equal((await typeCard(MDORDER))['errorCode'], 7)
})

test('jcc processform: an expired card is told with 1, and the order stays open', async () => {
  const MDORDER = await register(jcc)
  const expired = await typeCard(MDORDER, { $EXPIRY: '202001' })
  assert.equal(expired['errorCode'], 1)
  const paid = await typeCard(MDORDER)
  assert.deepEqual(
    [paid['errorCode'], paid['redirect']],
    [0, `${RETURN}?orderId=${MDORDER}&lang=en`],
  )
})

test('jcc processBindingForm: a payer pays with a code, and cannot pass for the merchant', async () => {
  const clientId = freshInvoice()
  const bindingId = await storeCard(clientId)
  const orderId = await register(jcc, { clientId })
  const pay = (fields: Fields) =>
    page.call('rest/processBindingForm.do', { orderId, bindingId, ...fields })
  assert.equal((await pay({ tii: 'U' }))['errorCode'], 1)
  const jsonParams = JSON.stringify({ eci: '05', cavv: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' })
  assert.equal((await pay({ cvc: '123', jsonParams }))['errorCode'], 5)
  assert.equal((await pay({ cvc: '123' }))['errorCode'], 0)
  assert.equal(await orderStatus(orderId), 2)
})

test('jcc finished payment: its page is told what a receipt shows', async () => {
  const order = anOrder({ amount: '2000' })
  const orderId = await register(jcc, order)
  const unpaid = await page.call('rest/getFinishedPaymentInfo.do', { orderId })
  assert.deepEqual([unpaid['status'], unpaid['panMasked']], ['CREATED', undefined])
  const $PAN = freshPan()
  await typeCard(orderId, { $PAN })
  const info = await page.call('rest/getFinishedPaymentInfo.do', { orderId })
  const { paymentDate, approvalCode, refNum, ...rest } = info
  assert.match(String(paymentDate), /^\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d$/)
  assert.match(String(approvalCode), /^\d{6}$/)
  assert.match(String(refNum), /^\d{12}$/)
  assert.deepEqual(rest, {
    status: 'DEPOSITED',
    terminalId: '123456',
    panMasked: `${$PAN.slice(0, 6)}**${$PAN.slice(-4)}`,
    formattedAmount: '20.00',
    formattedFeeAmount: '0.00',
    currency: '978',
    orderNumber: order['orderNumber'],
    orderDescription: '',
    actionCodeDescription: '',
    backUrl: `${RETURN}?orderId=${orderId}&lang=en`,
    successUrl: `${RETURN}?orderId=${orderId}&lang=en`,
  })
})

test('jcc unbindcardanon: a payer removes a card of an open order, and no other', async () => {
  const clientId = freshInvoice()
  const bindingId = await storeCard(clientId)
  const others = await register(jcc, { clientId: freshInvoice() })
  const unbind = (mdOrder: string) => page.call('rest/unbindcardanon.do', { mdOrder, bindingId })
  assert.equal((await unbind(others))['errorCode'], 2)
  const mdOrder = await register(jcc, { clientId })
  assert.equal((await unbind(mdOrder))['errorCode'], 0)
  assert.deepEqual((await session(mdOrder))['bindingItems'], [])
  const stored = await jcc.call('rest/getBindings.do', { clientId })
  assert.equal(stored['errorCode'], '2')
})

test('jcc declineByClient: a payer gives up an order that nobody has paid', async () => {
  const failUrl = 'https://shop.example/failed'
  const mdOrder = await register(jcc, { failUrl })
  const declined = await page.call('rest/declineByClient.do', { mdOrder })
  assert.deepEqual(
    [declined['errorCode'], declined['redirect']],
    [0, `${failUrl}?orderId=${mdOrder}&lang=en`],
  )
  assert.equal(await orderStatus(mdOrder), 6)
  const paid = await register(jcc)
  await typeCard(paid)
  assert.equal((await page.call('rest/declineByClient.do', { mdOrder: paid }))['errorCode'], 7)
  assert.equal(await orderStatus(paid), 2)
})

test('jcc isMaestroCard: by its digits, in whatever way they come', async () => {
  const rows = [
    ['5000001111111115', true],
    ['6759649826438453', true],
    ['5555555555554444', false],
    ['4111111111111111', false],
  ] as const
  for (const [pan, isMaestro] of rows) {
    const response = await fetch(
      `${gateway.url}/payment/rest/isMaestroCard.do?${formOf({ pan }).toString()}`,
    )
    assert.deepEqual(await response.json(), { isMaestro }, pan)
  }
})

test('jcc getPaymentSettings: what a Google Pay button needs is told of a known merchant', async () => {
  const { merchantInfo } = await session(await register(jcc))
  const { merchantLogin: login } = merchantInfo as { merchantLogin: string }
  const settings = {
    'googlePay.environment': 'TEST',
    'googlePay.merchantId': 'CY01',
    'googlePay.gateway': 'tessera-sandbox',
  }
  assert.deepEqual(await page.call('rest/getPaymentSettings.do', { login }), { settings })
  const byUser = await page.call('rest/getPaymentSettings.do', { login: 'jt02' })
  const others = { ...settings, 'googlePay.merchantId': 'JT02' }
  assert.deepEqual(byUser, { settings: others })
  const nobody = await page.call('rest/getPaymentSettings.do', { login: 'nobody' })
  assert.equal(nobody['errorCode'], 5)
})

test('jcc getFee: a card costs nothing besides, and pages that only ask whether there is one hear no', async () => {
  const mdOrder = await register(jcc)
  const feeFor = (fields: Fields) => page.call('rest/getFee.do', fields)
  assert.deepEqual(await feeFor({ mdOrder, pan: freshPan() }), { errorCode: 0, fee: 0 })
  assert.equal((await feeFor({ mdOrder, pan: '0' }))['errorCode'], 1)
  assert.equal((await feeFor({ mdOrder: 'none', pan: freshPan() }))['errorCode'], 6)
})

test('jcc showErrors: it says what the payer was told, and nothing of an order in order', async () => {
  const errorsOf = (mdOrder: string) => page.call('rest/showErrors.do', { mdOrder })
  const mdOrder = await register(jcc)
  assert.deepEqual(await errorsOf(mdOrder), { errorCode: 0 })
  const { is3DSVer2: _none, ...refused } = await typeCard(mdOrder, { $CVC: '999' })
  assert.equal(refused['errorTypeName'], 'DATA_INPUT_ERROR')
  assert.deepEqual(await errorsOf(mdOrder), refused)
  const canceled = await register(jcc)
  await page.call('rest/declineByClient.do', { mdOrder: canceled })
  assert.deepEqual(await errorsOf(canceled), {
    errorCode: 0,
    error: 'The order was declined.',
    errorMessage: 'The order was declined.',
    redirect: `${RETURN}?orderId=${canceled}&lang=en`,
  })
  assert.equal((await errorsOf('none'))['errorCode'], 6)
})

test('jcc finish3dsVer2PaymentAnonymous: an app ends 3-D Secure by the id it was given', async () => {
  const MDORDER = await register(jcc)
  const first = await jcc.call('rest/paymentorder.do', {
    MDORDER,
    ...aCard({ $PAN: '4000000000002065' }),
    threeDSVer2FinishUrl: 'https://shop.example/finish',
  })
  const creq = String(first['packedCReq'])
  const read = JSON.parse(Buffer.from(creq, 'base64url').toString()) as Answer
  const threeDSServerTransId = String(read['threeDSServerTransID'])
  await fetch(`${gateway.url}/sandbox/3ds/answer`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ creq, code: '123456' }),
  })
  const finish = (id: string) =>
    page.call('rest/finish3dsVer2PaymentAnonymous.do', { threeDSServerTransId: id })
  const others = threeDSServerTransId.replace(/^.{8}/, '00000000')
  assert.equal((await finish(others))['errorCode'], 6)
  assert.equal(await orderStatus(MDORDER), 5)
  const finished = await finish(threeDSServerTransId)
  assert.equal(finished['redirect'], `${RETURN}?orderId=${MDORDER}&lang=en`)
  assert.equal(await orderStatus(MDORDER), 2)
})

test('jcc paymentotherway: cards lead to the page, other ways are none', async () => {
  const clientId = freshInvoice()
  const MDORDER = await register(jcc, { clientId, language: 'el' })
  const start = (paymentWay: string) => jcc.call('rest/paymentotherway.do', { MDORDER, paymentWay })
  const { redirect, ...answer } = await start('CARD')
  assert.equal(answer['errorCode'], 0)
  assert.match(String(redirect), /payment_el\.html\?mdOrder=/)
  const opened = await fetch(String(redirect), { redirect: 'manual' })
  assert.match(opened.headers.get('location') ?? '', /#\/token\//)
  assert.equal((await start('CARD_BINDING'))['errorCode'], 14)
  await storeCard(clientId)
  assert.equal((await start('CARD_BINDING'))['errorCode'], 0)
  assert.equal((await start('PAYPAL'))['errorCode'], 14)
  await typeCard(MDORDER)
  assert.equal((await start('CARD'))['errorCode'], 7)
})

test('jcc updateSSLCardList: no card is exempt from 3-D Secure by a list', async () => {
  const mdorder = await register(jcc)
  const answer = await jcc.call('rest/updateSSLCardList.do', { mdorder })
  assert.equal(answer['errorCode'], '5')
  assert.match(String(answer['errorMessage']), /FORCE_SSL/)
})
