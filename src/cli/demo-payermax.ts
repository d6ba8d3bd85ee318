import type { SandboxInfo } from '../sandbox/info.ts'
import { payerMaxClient, type PayerMaxClient, payerMaxOf } from '../sandbox/payermax-client.ts'
import type { Exchange, Fields } from '../sandbox/twoc2p-client.ts'
import { heading, paint, say } from './demo-print.ts'
import { listenAsShop } from './demo-shop.ts'

/** The founding inquiry, then a card bound without paying, paid with, given back, and removed. */
export async function demonstratePayerMax(info: SandboxInfo): Promise<void> {
  const client = payerMaxClient(info, show)
  const userId = `demo-${Date.now()}`
  await inquireAsPrinted(client, payerMaxOf(info).sampleUserId)
  const shop = await listenAsShop('{"code":"SUCCESS","msg":"Success"}', (body, { headers }) => {
    const isOurs = client.isOurs(body, String(headers['sign']))
    say(`\n${heading('<', 'notification', isOurs ? 'its signature is right' : 'wrong signature!')}`)
    say(paint(JSON.parse(body) as Fields))
  })
  try {
    const bound = await client.call('applyPaymentToken', {
      requestId: `${userId}-bind`,
      country: 'SA',
      paymentMethodType: 'CARD',
      userId,
      frontCallbackUrl: 'https://shop.example/bound',
      tokenScope: 'tokenAcq',
      mitType: 'UNSCHEDULE',
      cardInfo: { cardOrg: 'VISA', ...cardInfo() },
    })
    const { paymentTokenID } = bound['data'] as Fields
    const outTradeNo = `${userId}-1`
    await client.call('orderAndPay', {
      ...anOrder(userId, outTradeNo),
      notifyUrl: shop.url,
      paymentDetail: {
        paymentMethodType: 'CARD',
        paymentTokenID,
        buyerInfo: { clientIp: '176.16.34.144', userAgent: 'Chrome' },
      },
    })
    await shop.heard(1)
    await client.call('refund', {
      outRefundNo: `${userId}-r1`,
      outTradeNo,
      refundAmount: 9.99,
      refundCurrency: 'SAR',
      refundNotifyUrl: shop.url,
    })
    await shop.heard(2)
    await client.call('orderQuery', { outTradeNo })
    await client.call('removePaymentToken', { userId, paymentTokenID })
    await showCashier(client, userId)
  } finally {
    shop.close()
  }
}

/** The first generation: everything in one object, at the address that its documents print. */
async function inquireAsPrinted(client: PayerMaxClient, userId: string): Promise<void> {
  const request = {
    merchantId: client.merchantNo,
    bizType: 'inquirePaymentToken',
    version: '2.6',
    userId,
    tokenScope: 'tokenAcq',
  }
  const answer = await client.post('/delSuffixStart1', JSON.stringify(request))
  show({ path: 'inquirePaymentToken, version 2.6', signed: true, request, answer })
}

async function showCashier(client: PayerMaxClient, userId: string): Promise<void> {
  const opened = await client.call('orderAndPay', {
    ...anOrder(userId, `${userId}-2`),
    integrate: 'Hosted_Checkout',
  })
  const { redirectUrl } = opened['data'] as Fields
  say(`\nThe payer's browser would go to ${String(redirectUrl)}`)
}

function anOrder(userId: string, outTradeNo: string): Fields {
  return {
    outTradeNo,
    integrate: 'Direct_Payment',
    subject: 'River Game',
    totalAmount: 39.99,
    currency: 'SAR',
    country: 'SA',
    userId,
    terminalType: 'WEB',
    frontCallbackUrl: 'https://shop.example/back',
  }
}

function cardInfo(): Fields {
  return {
    cardIdentifierNo: '4444333322221111',
    cardHolderFullName: 'James Smith',
    cardExpirationMonth: '03',
    cardExpirationYear: String(new Date().getFullYear() + 3).slice(-2),
    cvv: '123',
  }
}

function show({ path, request, answer }: Exchange): void {
  say(`\n${heading('>', path, 'SHA256withRSA')}`)
  say(paint(request, hideCard))
  say(heading('<', path, 'its signature is right'))
  say(paint(answer))
}

function hideCard(name: string, value: unknown): unknown {
  if (name === 'cvv') return '***'
  const isPan = name === 'cardIdentifierNo' && typeof value === 'string'
  return isPan ? value.replace(/^\d+(?=\d{4}$)/, (digits) => '*'.repeat(digits.length)) : value
}
