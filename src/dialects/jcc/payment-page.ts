import type { FastifyInstance } from 'fastify'
import type { Gateway } from '../../gateway/gateway.ts'
import { type Context, DIALECT } from './operation.ts'

const THEME = 'ecom'

/** A prefix of the page's file name that stays within it. */
const VIEW = /^[A-Za-z0-9-]{1,20}$/

/** Where the payer goes to pay: `…/merchants/ecom/payment_en.html?mdOrder=…`. */
export function formUrl(
  { publicUrl, locale }: Pick<Context, 'publicUrl' | 'locale'>,
  orderId: string,
  pageView = 'DESKTOP',
): string {
  const view = pageView.toUpperCase() === 'MOBILE' ? 'mobile' : pageView
  const prefix = pageView === 'DESKTOP' || !VIEW.test(view) ? '' : `${view}_`
  return `${publicUrl}/payment/merchants/${THEME}/${prefix}payment_${locale}.html?mdOrder=${orderId}`
}

/** Where a payer sees how it ended: the page of a shop that has none of its own. */
export function finishUrl(
  { publicUrl, locale }: Pick<Context, 'publicUrl' | 'locale'>,
  orderId: string,
): string {
  return `${publicUrl}/payment/merchants/${THEME}/finish.html?orderId=${orderId}&lang=${locale}`
}

interface PageRequest {
  Params: { theme: string; file: string }
  Querystring: { mdOrder?: unknown; orderId?: unknown }
}

/**
 * The documented addresses of the payment page. Our one page names its order in the fragment, so
 * these lead there; an order that nobody knows leads to the page's own word for it.
 */
export function addPaymentPages(scope: FastifyInstance, gateway: Gateway): void {
  scope.get<PageRequest>('/payment/merchants/:theme/:file', async ({ params, query }, reply) => {
    const isFinish = /^finish\.html$|errors_[a-z]{2}\.html$/i.test(params.file)
    const id = isFinish ? (query.orderId ?? query.mdOrder) : query.mdOrder
    const name = await pageName(gateway, typeof id === 'string' ? id : '')
    const kind = isFinish ? 'info' : 'token'
    return reply
      .header('cache-control', 'no-store')
      .redirect(`${PAYMENT_PAGE}#/${kind}/${encodeURIComponent(name)}`, 302)
  })
}

/** Where our page is for orders of this dialect. */
export const PAYMENT_PAGE = '/payment/merchants'

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

async function pageName(gateway: Gateway, orderId: string): Promise<string> {
  const ref = UUID.test(orderId) ? await gateway.locateOrder(orderId.toLowerCase()) : undefined
  const order = ref && (await gateway.findOrder(ref))
  if (order?.dialect !== DIALECT) return 'unknown'
  return gateway.sessionTokens.seal(order).toString('base64')
}
