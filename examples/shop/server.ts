import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fastify, type FastifyInstance } from 'fastify'
import { type Claims, openGateway } from './gateway.ts'

const PRODUCT = { description: 'Two bags of whole beans', amount: 42.5, currencyCode: 'SGD' }

/** A shop that takes cards without ever seeing one. */
export async function createShop(gatewayUrl: string): Promise<FastifyInstance> {
  const gateway = await openGateway(gatewayUrl)
  /** What the gateway said of each order. */
  const orders = new Map<string, { state: 'waiting' | 'paid' | 'declined'; card?: string }>()
  /** The one customer's stored cards: the sandbox has this one from the start. */
  const cards = new Map([['28052010234224845229', '411111XXXXXX1111']])

  /** Every purchase is an order of its own. @returns where the browser goes next. */
  async function buy({ way, ...instrument }: Claims): Promise<string | undefined> {
    const invoiceNo = `BHC-${randomUUID().slice(-12)}`
    const { respDesc, paymentToken, webPaymentUrl } = await gateway.signed('paymentToken', {
      invoiceNo,
      ...PRODUCT,
      tokenize: true,
      customerToken: [...cards.keys()],
      // A real shop names its public address here.
      backendReturnUrl: `${shop.listeningOrigin}/notification`,
      frontendReturnUrl: `${shop.listeningOrigin}/back`,
    })
    if (paymentToken === undefined) throw new Error(respDesc)
    orders.set(invoiceNo, { state: 'waiting' })
    if (way === 'page') return webPaymentUrl
    const payment = { code: { channelCode: 'CC' }, data: instrument }
    const {
      respCode = '',
      data,
      ...answer
    } = await gateway.plain('payment', { paymentToken, payment })
    // The issuer wants to see the payer: 3-D Secure. The browser comes back to /back.
    if (respCode === '1001') return data
    // It was tried; the notification says how it ended.
    if (/^(?:2000|2001|4081)$/.test(respCode)) return `/order?${invoiceNo}`
    throw new Error(answer['respDesc'])
  }

  /** The gateway tells of every attempt, sometimes twice. What is paid stays paid. */
  function hear({ invoiceNo = '', respCode, amount, accountNo = '', customerToken }: Claims): void {
    if (orders.get(invoiceNo)?.state === 'paid' || Number(amount) !== PRODUCT.amount) return
    orders.set(invoiceNo, { state: respCode === '0000' ? 'paid' : 'declined', card: accountNo })
    if (customerToken) cards.set(customerToken, accountNo)
  }

  const shop = fastify()
  addFiles(shop, gatewayUrl)
  shop.get('/shop.json', async () => ({ merchantID: gateway.merchantID, cards: [...cards] }))
  shop.get<{ Params: Claims }>(
    '/orders/:id',
    async ({ params }) => orders.get(params['id'] ?? '') ?? {},
  )
  shop.post<{ Body: Claims }>('/buy', async ({ body }) => ({ url: await buy(body) }))
  shop.post<{ Body: Claims }>('/notification', async ({ body }) => {
    hear(gateway.verify(body))
    return 'OK'
  })
  // What the browser brings back is not signed: it only says which order to show.
  shop.post<{ Body: string }>('/back', async ({ body }, reply) => {
    const told = new URLSearchParams(body).get('paymentResponse') ?? ''
    const { invoiceNo = '' } = JSON.parse(Buffer.from(told, 'base64').toString()) as Claims
    return reply.redirect(`/order?${invoiceNo}`, 303)
  })
  const form = 'application/x-www-form-urlencoded'
  shop.addContentTypeParser(form, { parseAs: 'string' }, async (_: unknown, body: string) => body)
  return shop
}

const TYPES = { html: 'text/html', css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml' }

/** The pages, which name the gateway where {{gateway}} stands. */
function addFiles(shop: FastifyInstance, gatewayUrl: string): void {
  for (const name of ['index.html', 'order.html', 'shop.css', 'shop.js', 'order.js', 'beans.svg']) {
    shop.get(`/${name.replace(/(?:index)?\.html$/, '')}`, async (_, reply) => {
      const text = await readFile(new URL(`public/${name}`, import.meta.url), 'utf8')
      const type = TYPES[name.split('.')[1] as keyof typeof TYPES]
      return reply.type(`${type}; charset=utf-8`).send(text.replaceAll('{{gateway}}', gatewayUrl))
    })
  }
}
