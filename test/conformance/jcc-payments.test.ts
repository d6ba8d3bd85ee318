import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { freshCryptogram, freshPan } from '../support/canaries.ts'
import {
  anOrder,
  type Answer,
  type Fields,
  jccClient,
  type JccClient,
  register,
} from '../support/jcc.ts'
import { authenticate, setSettings } from '../support/jcc-shop.ts'
import { freshInvoice, startTestSandbox, type TestSandbox } from '../support/sandbox.ts'

let gateway: TestSandbox
let jcc: JccClient
before(async () => {
  gateway = await startTestSandbox()
  jcc = jccClient(gateway.url)
  await setSettings(gateway, 'JT02', { ownAuthentication: true })
})

const CHALLENGED = '4000000000002065'
const FRICTIONLESS = '4000000000002008'
const ATTEMPTED = '4000001111111118'

const RETURN = 'https://shop.example/done'

const aCard = (fields: Fields = {}): Fields => ({
  pan: freshPan(),
  cvc: '123',
  expiry: '203412',
  cardHolderName: 'TEST CARDHOLDER',
  ...fields,
})

const payAtOnce = (fields: Fields = {}) =>
  jcc.call('rest/instantPayment.do', { ...anOrder(), ...aCard(), ...fields })

async function payOrder(orderId: string, fields: Fields = {}): Promise<Answer> {
  const { pan = freshPan(), cvc = '123', ...others } = fields
  return jcc.call('rest/paymentorder.do', {
    MDORDER: orderId,
    $PAN: pan,
    $CVC: cvc,
    YYYY: '2034',
    MM: '12',
    TEXT: 'TEST CARDHOLDER',
    language: 'en',
    ...others,
  })
}

async function statusOf(orderId: unknown): Promise<Answer> {
  return jcc.call('rest/getOrderStatusExtended.do', { orderId: String(orderId) })
}

/** orderStatus and actionCode. */
async function verdictOn(orderId: unknown): Promise<unknown[]> {
  const { orderStatus, actionCode } = await statusOf(orderId)
  return [orderStatus, actionCode]
}

/** Whether what a browser is to carry, and what opens it, are on the authentication's row. */
async function keptFor(orderId: unknown): Promise<unknown> {
  const { rows } = await gateway.sandbox.program.database.run({
    name: 'test_kept',
    text: `select sealed_step is not null as step, session_key is not null as key
      from authentication join payment using (merchant_id, payment_id) where order_id = $1`,
    values: [orderId],
  })
  return rows[0]
}

/** Stores a card at a payment. @returns its name. */
async function storeCard(clientId: string, fields: Fields = {}): Promise<string> {
  const paid = await payAtOnce({ clientId, ...fields })
  const { bindingInfo } = await statusOf(paid['orderId'])
  const { bindingId } = bindingInfo as { bindingId: string }
  assert.match(bindingId, /^[0-9a-f-]{36}$/)
  return bindingId
}

test('jcc paymentorder: a registered order is paid, by its literal dollar names', async () => {
  const orderId = await register(jcc)
  const answer = await payOrder(orderId)
  assert.deepEqual(answer, {
    info: 'Your order is proceeded, redirecting...',
    redirect: `${RETURN}?orderId=${orderId}&lang=en`,
    errorCode: 0,
    is3DSVer2: false,
  })
  assert.deepEqual(await verdictOn(orderId), [2, 0])
  const again = await payOrder(orderId)
  assert.deepEqual([again['errorCode'], again['error']], [7, again['errorMessage']])
})

test('jcc paymentorder: a wrong code declines with 71015, and no error of the request', async () => {
  const failUrl = 'https://shop.example/failed'
  const orderId = await register(jcc, { failUrl })
  const answer = await payOrder(orderId, { pan: '4444555511113333', cvc: '999' })
  assert.equal(answer['errorCode'], 0)
  assert.equal(answer['redirect'], `${failUrl}?orderId=${orderId}&lang=en`)
  assert.equal(answer['errorTypeName'], 'DATA_INPUT_ERROR')
  assert.equal(answer['processingErrorType'], 'CLIENT_ERROR')
  assert.equal(answer['error'], answer['errorMessage'])
  assert.deepEqual(await verdictOn(orderId), [6, 71015])
})

test('jcc payments: a wrong card is told before there is an order, and leaves none', async () => {
  const rows: readonly (readonly [Fields, string])[] = [
    [{ pan: '4444555511113334' }, '1'],
    [{ pan: '44445555' }, '1'],
    [{ pan: '' }, '1'],
    [{ expiry: '203013' }, '1'],
    [{ expiry: '' }, '1'],
    [{ expiry: '3012' }, '1'],
    [{ cvc: '12' }, '1'],
    [{ seToken: 'AAAA' }, '5'],
    [{ pan: '', bindingId: 'nobody' }, '2'],
  ]
  for (const [fields, code] of rows) {
    const orderNumber = freshInvoice()
    const answer = await payAtOnce({ orderNumber, ...fields })
    assert.equal(answer['errorCode'], code, JSON.stringify([fields, answer]))
    const status = await jcc.call('rest/getOrderStatusExtended.do', { orderNumber })
    assert.equal(status['errorCode'], '6')
  }
})

test('jcc payments: an expired card and a missing code are refused, and the order stays', async () => {
  const orderId = await register(jcc)
  const expired = await payOrder(orderId, { YYYY: '2020' })
  assert.equal(expired['errorCode'], 1)
  const codeless = await payOrder(orderId, { cvc: '' })
  assert.deepEqual([codeless['errorCode'], codeless['error']], [1, '[cvc] is empty'])
  assert.deepEqual(await verdictOn(orderId), [0, -100])
})

test('jcc payments: features say how much 3-D Secure it takes', async () => {
  // Card, features, orderStatus and actionCode.
  const rows: readonly (readonly [string, string | readonly string[], number, number])[] = [
    [FRICTIONLESS, [], 2, 0],
    [ATTEMPTED, [], 2, 0],
    [ATTEMPTED, 'FORCE_TDS', 2, 0],
    [ATTEMPTED, 'FORCE_FULL_TDS', 6, -2006],
    [CHALLENGED, 'FORCE_SSL', 2, 0],
    [freshPan(), 'FORCE_TDS', 6, -2006],
    [freshPan(), 'FORCE_FULL_TDS', 6, -2006],
  ]
  for (const [pan, features, ...expected] of rows) {
    const answer = await payAtOnce({ pan, features })
    assert.deepEqual(await verdictOn(answer['orderId']), expected, `${pan} ${String(features)}`)
  }
})

test('jcc payments: a challenge without a browser ends as the payer answers it', async () => {
  const passed = await payAtOnce({ pan: CHALLENGED })
  assert.deepEqual(await keptFor(passed['orderId']), { step: true, key: true })
  assert.equal((await authenticate(gateway.url, String(passed['orderId']))).status, 'captured')
  assert.deepEqual(await keptFor(passed['orderId']), { step: false, key: false })
  assert.deepEqual(await verdictOn(passed['orderId']), [2, 0])
  const failed = await payAtOnce({ pan: CHALLENGED })
  const { back } = await authenticate(gateway.url, String(failed['orderId']), { outcome: 'fail' })
  assert.equal(back.url, `${RETURN}?orderId=${String(failed['orderId'])}&lang=en`)
  assert.equal((await verdictOn(failed['orderId']))[0], 6)
  assert.deepEqual(await keptFor(failed['orderId']), { step: false, key: false })
})

test('jcc 3-D Secure 2: a shop whose own page goes through it, with the issuer’s method', async () => {
  const order = { ...anOrder(), ...aCard({ pan: '4000000000002073' }) }
  const drives = { threeDSVer2FinishUrl: 'https://shop.example/finish' }
  const first = await jcc.call('rest/instantPayment.do', { ...order, ...drives })
  const { orderId, threeDSServerTransId, threeDSMethodDataPacked } = first
  assert.deepEqual([first['errorCode'], first['is3DSVer2']], ['0', true])
  assert.match(String(first['threeDSMethodURL']), /\/sandbox\/3ds\/method/)
  const packed = Buffer.from(String(threeDSMethodDataPacked), 'base64url').toString()
  assert.equal((JSON.parse(packed) as Answer)['threeDSServerTransID'], threeDSServerTransId)
  const second = await jcc.call('rest/instantPayment.do', {
    ...order,
    ...drives,
    threeDSServerTransId: String(threeDSServerTransId),
    threeDSVer2MdOrder: String(orderId),
  })
  assert.deepEqual([second['orderId'], second['is3DSVer2']], [orderId, true])
  const creq = String(second['packedCReq'])
  assert.match(String(second['acsUrl']), /\/sandbox\/3ds\/acs$/)
  await fetch(`${gateway.url}/sandbox/3ds/answer`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ creq, code: '123456' }),
  })
  const finished = await jcc.call('rest/finish3dsVer2Payment.do', {
    threeDSServerTransId: String(threeDSServerTransId),
  })
  assert.equal(finished['redirect'], `${RETURN}?orderId=${String(orderId)}&lang=en`)
  assert.deepEqual(await verdictOn(orderId), [2, 0])
})

test('jcc 3-D Secure 2: 3ds/continue.do goes on, and finishing early is refused', async () => {
  const orderId = await register(jcc)
  const drives = { threeDSVer2FinishUrl: 'https://shop.example/finish' }
  const first = await payOrder(orderId, { pan: '4000000000002073', ...drives })
  assert.equal(first['is3DSVer2'], true)
  const early = await jcc.call('rest/finish3dsPayment.do', { mdOrder: orderId, paRes: 'x' })
  assert.equal(early['errorCode'], 7)
  const second = await jcc.call('rest/3ds/continue.do', { mdOrder: orderId })
  assert.equal(typeof second['packedCReq'], 'string')
  assert.deepEqual(await verdictOn(orderId), [5, -9000])
})

test('jcc payments: a merchant allowed to may bring 3-D Secure values of its own', async () => {
  const jsonParams = JSON.stringify({ eci: '05', cavv: freshCryptogram(), note: 'kept' })
  const refused = await payAtOnce({ jsonParams, features: 'FORCE_FULL_TDS' })
  assert.equal(refused['errorCode'], '5')
  const other = jccClient(gateway.url, { userName: 'jt02-api', password: 'jt02-api_password' })
  const order = { ...anOrder({ features: 'FORCE_FULL_TDS' }), ...aCard() }
  const paid = await other.call('rest/instantPayment.do', { ...order, jsonParams })
  const status = await other.call('rest/getOrderStatusExtended.do', {
    orderId: String(paid['orderId']),
  })
  assert.equal(status['orderStatus'], 2, JSON.stringify([paid, status]))
  const params = status['merchantOrderParams'] as { name: string }[]
  assert.deepEqual(params.map(({ name }) => name).sort(), ['eci', 'note'])
})

test('jcc motoPayment: paid without its payer, whatever 3-D Secure would say', async () => {
  const order = anOrder()
  const card = { ...aCard({ pan: CHALLENGED }), cvc: '' }
  const answer = await jcc.call('rest/motoPayment.do', { ...order, ...card })
  const { mdOrder, ...rest } = answer
  assert.deepEqual(rest, {
    errorCode: '0',
    errorMessage: 'Success',
    success: true,
    orderNumber: order['orderNumber'],
  })
  assert.deepEqual(await verdictOn(mdOrder), [2, 0])
})

test('jcc paymentOrderBinding: the customer pays with a code, the merchant without one', async () => {
  const clientId = freshInvoice()
  const bindingId = await storeCard(clientId)
  const pay = async (order: Fields, fields: Fields) => {
    const mdOrder = await register(jcc, order)
    const answer = await jcc.call('rest/paymentOrderBinding.do', { mdOrder, bindingId, ...fields })
    return { answer, verdict: await verdictOn(mdOrder) }
  }
  const byCustomer = await pay({ clientId }, { tii: 'F', cvc: '123' })
  assert.deepEqual([byCustomer.answer['errorCode'], byCustomer.verdict], [0, [2, 0]])
  const codeless = await pay({ clientId }, { tii: 'F' })
  assert.deepEqual([codeless.answer['errorCode'], codeless.verdict], [1, [0, -100]])
  const byMerchant = await pay({ clientId }, { tii: 'U' })
  assert.deepEqual([byMerchant.answer['errorCode'], byMerchant.verdict], [0, [2, 0]])
  const auto = await pay({ clientId, features: 'AUTO_PAYMENT' }, {})
  assert.deepEqual([auto.answer['errorCode'], auto.verdict], [0, [2, 0]])
  const { answer: unnamed } = await pay({}, { tii: 'U' })
  assert.deepEqual([unnamed['error'], unnamed['errorCode']], ['[clientId] is empty', 5])
  const { answer: others } = await pay({ clientId: 'somebody else' }, { tii: 'U' })
  assert.equal(others['errorCode'], 2)
})

test('jcc payments: an order for one stored card takes no other', async () => {
  const clientId = freshInvoice()
  const bindingId = await storeCard(clientId)
  const orderId = await register(jcc, { clientId, bindingId })
  assert.equal((await payOrder(orderId))['errorCode'], 5)
  const paid = await jcc.call('rest/paymentOrderBinding.do', {
    mdOrder: orderId,
    bindingId,
    cvc: '123',
  })
  assert.equal(paid['errorCode'], 0)
  assert.deepEqual(await verdictOn(orderId), [2, 0])
})

test('jcc instantPayment: a stored card pays for its own customer, named or not, and no other', async () => {
  const clientId = freshInvoice()
  const bindingId = await storeCard(clientId)
  const order = anOrder()
  const pay = (fields: Fields) =>
    jcc.call('rest/instantPayment.do', { ...order, bindingId, cvc: '123', ...fields })
  assert.equal((await pay({ clientId: freshInvoice() }))['errorCode'], '2')
  const paid = await pay({ clientId })
  assert.deepEqual([paid['errorCode'], await verdictOn(paid['orderId'])], ['0', [2, 0]])
  const unnamed = await pay(anOrder())
  assert.deepEqual([unnamed['errorCode'], await verdictOn(unnamed['orderId'])], ['0', [2, 0]])
})

test('jcc recurrentPayment and installmentPayment: charged as agreed, by JSON', async () => {
  const bindingId = await storeCard(freshInvoice(), { tii: 'RI' })
  const send = async (method: string, fields: object) => {
    const response = await fetch(`${gateway.url}/payment/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ userName: 'test_user', password: 'test_user_password', ...fields }),
    })
    return (await response.json()) as Answer
  }
  const order = { orderNumber: freshInvoice(), amount: 250, currency: '978', bindingId }
  const recurrent = await send('recurrentPayment.do', order)
  assert.equal(recurrent['success'], true, JSON.stringify(recurrent))
  assert.equal((recurrent['orderStatus'] as Answer)['orderStatus'], 2)
  const repeated = await send('recurrentPayment.do', order)
  assert.deepEqual([repeated['success'], (repeated['error'] as Answer)['code']], [false, '10'])
  const part = { ...order, orderNumber: freshInvoice(), preAuth: true }
  const installment = await send('installmentPayment.do', part)
  assert.deepEqual([installment['errorCode'], installment['error']], [0, false])
  assert.equal((installment['orderStatus'] as Answer)['orderStatus'], 1)
  const token = { dpan: freshPan(), tokenCryptogram: freshCryptogram(), MM: '12', YYYY: '2030' }
  const wallet = await send('token/payment.do', {
    ...part,
    orderNumber: freshInvoice(),
    preAuth: false,
    bindingId: undefined,
    tokenType: 'VTS',
    paymentData: { ...token, eci: '05' },
  })
  assert.equal(wallet['success'], true, JSON.stringify(wallet))
  assert.equal((wallet['orderStatus'] as Answer)['orderStatus'], 2)
})

test('jcc wallets: data that the merchant decrypted is paid', async () => {
  const apple = {
    applicationPrimaryAccountNumber: freshPan(),
    applicationExpirationDate: '301231',
    currencyCode: '978',
    transactionAmount: 777,
    paymentDataType: '3DSecure',
    paymentData: { onlinePaymentCryptogram: freshCryptogram(), eciIndicator: '5' },
  }
  const paymentToken = Buffer.from(JSON.stringify(apple)).toString('base64')
  const order = { orderNumber: freshInvoice(), paymentToken }
  const paid = await jcc.call('applepay/paymentDirect.do', order)
  assert.equal(paid['success'], true, JSON.stringify(paid))
  const status = paid['orderStatus'] as Answer
  assert.deepEqual([status['amount'], status['currency'], status['orderStatus']], [777, '978', 2])
  const google = {
    paymentMethodDetails: {
      pan: freshPan(),
      expirationMonth: 12,
      expirationYear: 2030,
      authMethod: 'PAN_ONLY',
    },
  }
  const direct = await jcc.call('google/paymentDirect.do', {
    ...anOrder(),
    paymentToken: Buffer.from(JSON.stringify(google)).toString('base64'),
  })
  assert.equal(direct['success'], true, JSON.stringify(direct))
})

test('jcc verifyEnrollment and verifyCard: asked, and nothing is charged', async () => {
  const enrolled = await jcc.call('rest/verifyEnrollment.do', { pan: CHALLENGED })
  assert.deepEqual(
    [enrolled['errorCode'], enrolled['enrolled'], enrolled['is3DSVer2']],
    ['0', 'Y', true],
  )
  const not = await jcc.call('rest/verifyEnrollment.do', { pan: freshPan() })
  assert.deepEqual([not['enrolled'], not['is3DSVer2']], ['N', false])
  const wrong = await jcc.call('rest/verifyEnrollment.do', { pan: '4111111111111112' })
  assert.equal(wrong['errorCode'], '1')
  const verified = await jcc.call('rest/verifyCard.do', { currency: '978', ...aCard() })
  assert.deepEqual(
    [verified['errorCode'], verified['amount'], verified['actionCode'], verified['currency']],
    ['0', 0, 0, '978'],
    JSON.stringify(verified),
  )
  assert.deepEqual(await verdictOn(verified['orderId']), [3, 0])
  const declined = await jcc.call('rest/verifyCard.do', aCard({ cvc: '000' }))
  assert.deepEqual([declined['errorCode'], declined['actionCode']], ['0', 71015])
})
