import type { FastifyInstance } from 'fastify'
import { Refusal } from '../../core/refusal.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import { findPayersOrder } from './find-order.ts'
import { wayBack } from './return-to-merchant.ts'
import { finishUrl } from './payment-page.ts'

interface WhitePageRequest {
  Querystring: { orderId?: unknown; mdOrder?: unknown; lang?: unknown }
}

const PATHS = ['/payment/acsRedirect.do', '/payment/rest/getwhitepageurl.do'] as const

/**
 * Sends a payer's browser through 3-D Secure: it comes with its order's id, by a link or by a form
 * in the fashion of 3DS 1, whose fields say nothing that is needed. What it carries from here on
 * stands in the fragment, which no server and no log sees.
 */
export function addWhitePage(
  scope: FastifyInstance,
  gateway: Gateway,
  publicUrl: () => string,
): void {
  for (const path of PATHS) {
    scope.route<WhitePageRequest>({
      method: ['GET', 'POST'],
      url: path,
      async handler({ query }, reply) {
        const id = query.orderId ?? query.mdOrder
        const target = await targetOf(gateway, publicUrl(), typeof id === 'string' ? id : '')
        // After a POST the browser has to GET, so that the fields end here.
        return reply.header('cache-control', 'no-store').redirect(target, 303)
      },
    })
  }
}

async function targetOf(gateway: Gateway, publicUrl: string, orderId: string): Promise<string> {
  try {
    const result = await findPayersOrder({ gateway }, orderId)
    const step = await gateway.heldStep(result.order)
    if (step === undefined) {
      const isOver = result.payment !== undefined && result.payment.status !== 'authenticating'
      return isOver ? wayBack(result) : finishUrl({ publicUrl, locale: 'en' }, orderId)
    }
    const ref = gateway.sessionTokens.seal(result.order).toString('base64url')
    const carried = Buffer.from(JSON.stringify(step), 'utf8').toString('base64url')
    return `${publicUrl}/3ds/${ref}#${carried}`
  } catch (error) {
    if (error instanceof Refusal) return finishUrl({ publicUrl, locale: 'en' }, 'unknown')
    throw error
  }
}
