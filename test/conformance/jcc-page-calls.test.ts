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
