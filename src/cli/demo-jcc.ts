import { createHmac } from 'node:crypto'
import type { SandboxInfo } from '../sandbox/info.ts'
import { heading, paint, say } from './demo-print.ts'
import { listenAsShop } from './demo-shop.ts'

type Fields = Readonly<Record<string, string>>
type Answer = Readonly<Record<string, unknown>>

const CARD = { cvc: '123', expiry: '203412', cardHolderName: 'TEST CARDHOLDER', language: 'en' }

/** Direct payments, server to server, as JCC's documents print them, with a partial refund. */
export async function demonstrateJcc(info: SandboxInfo): Promise<void> {
  const merchant = info.merchants.find(({ jcc }) => jcc.userName === 'test_user')
  if (merchant === undefined) throw new Error('the sandbox has no API user test_user')
  const { userName, password, callbackSecret } = merchant.jcc
  const call = caller(info.baseUrls.jcc, { userName, password })
  const shop = await listenAsShop('', (_body, { url = '' }) => {
    const fields = Object.fromEntries(new URL(url, 'http://shop').searchParams)
    say(`\n${heading('<', 'callback', 'GET')}`)
    say(paint(fields))
    const isRight = checksumOf(fields, callbackSecret) === fields['checksum']
    say(isRight ? 'Its checksum is right.' : 'Its checksum is wrong!')
  })
  try {
    const paid = await call('instantPayment.do', {
      ...anOrder(),
      ...CARD,
      pan: '4444555511113333',
      dynamicCallbackUrl: shop.url,
    })
    const orderId = String(paid['orderId'])
    await shop.heard(1)
    await call('getOrderStatusExtended.do', { orderId })
    await call('refund.do', { orderId, amount: '40' })
    await shop.heard(2)
    await call('getOrderStatusExtended.do', { orderId, language: 'el' })
    const challenged = await call('instantPayment.do', {
      ...anOrder(),
      ...CARD,
      pan: '5000001111111115',
      expiry: '203012',
    })
    const redirect = new URL('../acsRedirect.do', info.baseUrls.jcc)
    redirect.searchParams.set('orderId', String(challenged['orderId']))
    say(`\nThe payer's browser would go to ${redirect.href}`)
  } finally {
    shop.close()
  }
}

let orders = 0

function anOrder(): Fields {
  orders += 1
  return {
    amount: '100',
    currency: '978',
    description: 'my_first_order',
    orderNumber: `demo-${Date.now()}-${orders}`,
    backUrl: 'https://mybestmerchantreturnurl.com',
    failUrl: 'https://mybestmerchantreturnurl.com',
  }
}

function caller(baseUrl: string, credentials: Fields) {
  return async (method: string, fields: Fields): Promise<Answer> => {
    say(`\n${heading('>', method, 'form')}`)
    say(paint({ ...credentials, ...fields }, hideCard))
    const body = new URLSearchParams({ ...credentials, ...fields })
    const response = await fetch(new URL(method, baseUrl), { method: 'POST', body })
    const answer = (await response.json()) as Answer
    say(heading('<', method))
    say(paint(answer))
    return answer
  }
}

function hideCard(name: string, value: unknown): unknown {
  if (name === 'password' || name === 'cvc') return '***'
  if (name !== 'pan' || typeof value !== 'string') return value
  return value.replace(/^[0-9]+(?=[0-9]{4}$)/, (digits) => 'X'.repeat(digits.length))
}

/** As the documents say: `name;value;` of all but the checksum, sorted, HMAC-SHA256, upper case. */
function checksumOf(fields: Fields, secret: string): string {
  const text = Object.keys(fields)
    .filter((name) => name !== 'checksum' && name !== 'sign_alias')
    .toSorted()
    .map((name) => `${name};${fields[name] ?? ''};`)
    .join('')
  return createHmac('sha256', secret).update(text).digest('hex').toUpperCase()
}
