import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { PERMISSIONS } from '../../src/dialects/jcc/ports.ts'
import { openTokenDigest } from '../../src/dialects/jcc/signed-request.ts'
import { postgresApiUserStore } from '../../src/storage/postgres/api-user-store.ts'
import { freshPan } from '../support/canaries.ts'
import { anOrder, type Answer, type Fields, jccClient, type JccClient } from '../support/jcc.ts'
import { checksumOf, type JccShop, openJccShop, setSettings } from '../support/jcc-shop.ts'
import { seToken } from '../support/se-token.ts'
import { freshInvoice, startTestSandbox, type TestSandbox } from '../support/sandbox.ts'

let gateway: TestSandbox
let jcc: JccClient
let shop: JccShop
before(async () => {
  gateway = await startTestSandbox()
  jcc = jccClient(gateway.url)
  shop = await openJccShop()
  const callbackParams = ['approvedAmount', 'depositedAmount', 'refundedAmount', 'panMasked']
  await setSettings(gateway, 'CY01', { callbackUrl: shop.callbackUrl, callbackParams })
})

const NO_FUNDS = '4000000000000515'

const aCredit = (fields: Fields = {}): Fields => ({
  orderNumber: freshInvoice(),
  amount: '1500',
  currency: '978',
  language: 'en',
  ...fields,
})

const aCard = (): Fields => ({ pan: freshPan(), expiry: '203412', cardHolderName: 'T HOLDER' })

const send = (fields: Fields) => jcc.call('rest/instantRefund.do', aCredit(fields))

const statusOf = (fields: Fields) => jcc.call('rest/getOrderStatusExtended.do', fields)

/** What the acquirer booked about an order. */
const bookedFor = (orderNumber: unknown) =>
  gateway.ledger
    .newest(200, 'CY01')
    .filter(({ merchantReference }) => merchantReference === orderNumber)

/** Stores a card without a payment. @returns its name. */
async function storeCard(clientId: string): Promise<string> {
  const stored = await jcc.call('rest/createBindingNoPayment.do', {
    clientId,
    pan: freshPan(),
    expiryDate: '203412',
    cardholderName: 'T HOLDER',
  })
  assert.equal(typeof stored['bindingId'], 'string', JSON.stringify(stored))
  return String(stored['bindingId'])
}

test('jcc instantRefund: a card is sent money that no order ever took from it', async () => {
  const card = aCard()
  const { orderId, orderNumber, orderStatus, ...others } = await send({ ...card, cvc: '123' })
  assert.deepEqual(others, { errorCode: '0', errorMessage: 'Success' })
  const [booked, ...more] = bookedFor(orderNumber)
  assert.deepEqual([booked?.kind, booked?.minor, more.length], ['credit', 1500n, 0])
  const masked = `${String(card['pan']).slice(0, 6)}**${String(card['pan']).slice(-4)}`
  const { paymentNetRefNum, Ip, ...legacy } = orderStatus as Answer
  assert.match(String(paymentNetRefNum), /^[0-9]{15}$/)
  assert.equal(Ip, '127.0.0.1')
  assert.deepEqual(legacy, {
    expiration: '203412',
    cardholderName: 'T HOLDER',
    depositAmount: 0,
    currency: '978',
    approvalCode: booked?.approvalCode,
    authCode: 2,
    rrn: booked?.rrn,
    ErrorCode: '0',
    ErrorMessage: 'Success',
    OrderStatus: 4,
    OrderNumber: orderNumber,
    Pan: masked,
    Amount: 1500,
  })

  const status = await statusOf({ orderId: String(orderId) })
  assert.deepEqual([status['orderStatus'], status['actionCode'], status['amount']], [4, 0, 1500])
  assert.deepEqual(status['paymentAmountInfo'], {
    paymentState: 'REFUNDED',
    approvedAmount: 0,
    depositedAmount: 0,
    refundedAmount: 1500,
    totalAmount: 0,
  })
  assert.equal(typeof status['refundedDate'], 'number')
  assert.deepEqual([status['depositedDate'], status['refunds']], [undefined, undefined])

  const heard = await shop.heard({ mdOrder: String(orderId) })
  const { operation, amount, checksum, approvedAmount, depositedAmount } = heard.fields
  assert.deepEqual([operation, heard.fields['status'], amount], ['refunded', '1', '1500'])
  assert.deepEqual(
    [approvedAmount, depositedAmount, heard.fields['refundedAmount']],
    ['0', '0', '1500'],
  )
  assert.equal(checksum, await checksumOf(gateway, heard))
})

test('jcc instantRefund: it is listed among the refunded orders, and among no others', async () => {
  const { orderNumber } = await send(aCard())
  const list = async (transactionStates: string) => {
    const { orderStatuses } = await jcc.call('rest/getLastOrdersForMerchants.do', {
      size: '200',
      from: '20260101000000',
      to: '20991231000000',
      transactionStates,
      merchants: '',
    })
    return (orderStatuses as Answer[]).filter((order) => order['orderNumber'] === orderNumber)
  }
  assert.deepEqual((await list('REFUNDED')).length, 1)
  assert.deepEqual(await list('CREATED,APPROVED,DEPOSITED,DECLINED,REVERSED'), [])
})

test('jcc instantRefund: a bank that refuses is no error, and no money', async () => {
  const answer = await send({ ...aCard(), pan: NO_FUNDS })
  const { OrderStatus } = answer['orderStatus'] as Answer
  assert.deepEqual([answer['errorCode'], OrderStatus], ['0', 6])
  assert.match(String(answer['errorMessage']), /available funds/)
  const status = await statusOf({ orderId: String(answer['orderId']) })
  assert.deepEqual([status['orderStatus'], status['actionCode']], [6, 116])
  const { refundedAmount } = status['paymentAmountInfo'] as Answer
  assert.equal(refundedAmount, 0)
  const heard = await shop.heard({ mdOrder: String(answer['orderId']) })
  assert.deepEqual([heard.fields['operation'], heard.fields['status']], ['refunded', '0'])
})

test('jcc instantRefund: a stored card is sent money while it is active, by its own customer', async () => {
  const clientId = freshInvoice()
  const bindingId = await storeCard(clientId)
  for (const fields of [{ bindingId }, { bindingId, clientId }]) {
    const answer = await send(fields)
    assert.equal((answer['orderStatus'] as Answer)['OrderStatus'], 4, JSON.stringify(answer))
    const { bindingInfo, paymentWay } = await statusOf({ orderId: String(answer['orderId']) })
    assert.deepEqual([bindingInfo, paymentWay], [{ clientId, bindingId }, 'CARD_BINDING'])
  }
  const orderNumber = freshInvoice()
  const refused = async (fields: Fields) => (await send({ orderNumber, ...fields }))['errorCode']
  assert.equal(await refused({ bindingId, clientId: 'somebody else' }), '2')
  assert.equal(await refused({ bindingId: 'nobody' }), '2')
  assert.equal((await jcc.call('rest/unBindCard.do', { bindingId }))['errorCode'], '0')
  assert.equal(await refused({ bindingId }), '2')
  assert.deepEqual(bookedFor(orderNumber), [])
})

test('jcc instantRefund: each documented form of a seToken is taken, once', async () => {
  const bindingId = await storeCard(freshInvoice())
  const forms: readonly (readonly string[])[] = [
    [freshPan(), '123', '203412'],
    [freshPan(), '', '203412'],
    ['', '123', '', '', bindingId],
    ['', '', '', '', bindingId],
  ]
  for (const form of forms) {
    const token = await seToken(gateway.url, ...form)
    const answer = await send({ seToken: token })
    assert.equal((answer['orderStatus'] as Answer)['OrderStatus'], 4, JSON.stringify(answer))
    const again = await send({ seToken: token })
    assert.deepEqual([again['errorCode'], again['errorMessage']], ['5', '[seToken] is wrong'])
  }
})

test('jcc instantRefund: what is wrong is said before there is an order, and leaves none', async () => {
  const rows: readonly (readonly [Fields, string])[] = [
    [{ amount: '' }, '4 [amount] is empty'],
    [{ amount: '0' }, '4 [amount] is empty'],
    [{ amount: '-5' }, '5 [amount] is wrong'],
    [{ currency: '000' }, '3 Unknown currency'],
    [{ pan: '' }, '1 [pan] is empty'],
    [{ pan: '4444555511113334' }, '1 [pan] is wrong'],
    [{ expiry: '' }, '1 [expiry] is empty'],
    [{ expiry: '202001' }, '1 The card has expired'],
    [{ cvc: '12' }, '1 [cvc] is wrong'],
    [{ merchantLogin: 'somebody-api' }, '5 Access denied'],
    [{ dynamicCallbackUrl: 'nowhere' }, '5 [dynamicCallbackUrl] is wrong'],
  ]
  for (const [fields, expected] of rows) {
    const orderNumber = freshInvoice()
    const { errorCode, errorMessage } = await send({ ...aCard(), orderNumber, ...fields })
    assert.equal(`${String(errorCode)} ${String(errorMessage)}`, expected, JSON.stringify(fields))
    assert.equal((await statusOf({ orderNumber }))['errorCode'], '6')
    assert.deepEqual(bookedFor(orderNumber), [])
  }
  const unnumbered = await send({ ...aCard(), orderNumber: '' })
  assert.equal(unnumbered['errorMessage'], '[orderNumber] is empty')
})

test('jcc instantRefund: a token that a browser may hold sends no money', async () => {
  const token = 'an open token of the shop'
  const user = { merchantId: 'CY01', userName: 'browser-api', permissions: PERMISSIONS }
  await postgresApiUserStore(gateway.sandbox.program.database).add(
    { ...user, mustSign: false, openTokenDigest: openTokenDigest(token) },
    new Date(),
  )
  const browser = jccClient(gateway.url, { token })
  const registered = await browser.call('rest/register.do', anOrder())
  assert.equal(typeof registered['orderId'], 'string', JSON.stringify(registered))
  const { errorCode } = await browser.call('rest/instantRefund.do', aCredit(aCard()))
  assert.equal(errorCode, '5')
})

test('jcc instantRefund: of twenty at once with one order number, one sends money', async () => {
  const request = { ...aCard(), orderNumber: freshInvoice() }
  const answers = await Promise.all(Array.from({ length: 20 }, () => send(request)))
  const codes = answers.map(({ errorCode }) => errorCode)
  assert.equal(codes.filter((code) => code === '0').length, 1)
  assert.equal(codes.filter((code) => code === '1').length, 19)
  const later = await send({ ...request, amount: '1' })
  assert.match(String(later['errorMessage']), /^Order number is duplicated/)
  assert.deepEqual(
    bookedFor(request.orderNumber).map(({ kind, minor }) => [kind, minor]),
    [['credit', 1500n]],
  )
})
