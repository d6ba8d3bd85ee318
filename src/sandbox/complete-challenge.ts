import type { Gateway } from '../gateway/gateway.ts'
import type { BrowserStep } from '../gateway/ports.ts'
import type { OrderRef } from '../gateway/session-token.ts'
import { refOf, wayBack } from '../page/threeds-routes.ts'
import type { Program } from '../cli/compose.ts'

/** What a test asks for: the address that the payment answered, and how the payer does. */
interface Asked {
  readonly url?: unknown
  readonly code?: unknown
  readonly outcome?: unknown
}

/**
 * The payer's whole part of 3-D Secure in one call, for tests without a browser: `POST
 * /sandbox/3ds/complete` with the `url` that Do Payment answered and the `code` (123456 is right) or
 * an `outcome` (`pass`, `fail`, `cancel`, `timeout`). Answers the way back to the merchant.
 */
export function addChallengeCompletion({ app, gateway, page }: Program): void {
  app.post('/sandbox/3ds/complete', async ({ body }, reply) => {
    const { url, code, outcome } = (body ?? {}) as Asked
    const carried = carriedBy(url)
    const order = carried && refOf(gateway, carried.ref)
    if (carried === undefined || order === undefined) {
      return reply.code(400).send({ error: 'url must be the address that the payment answered' })
    }
    const step = await challengeOf(gateway, order, carried.step)
    if (step !== undefined) {
      const { creq, sessionData } = step
      const payload = { creq, threeDSSessionData: sessionData, code, outcome }
      await app.inject({ method: 'POST', url: '/sandbox/3ds/answer', payload })
      await gateway.finishAuthentication(order, sessionData)
    }
    const result = await gateway.inquire(order)
    return { status: result.payment?.status, back: await wayBack(page, order, result) }
  })
}

/** The challenge itself, after the issuer's method page where there is one. */
async function challengeOf(gateway: Gateway, order: OrderRef, step: BrowserStep) {
  if (step.kind === 'challenge') return step
  const part = { sessionData: step.sessionData, methodCompletion: 'Y' as const }
  const { next } = await gateway.continueAuthentication(order, part)
  return next?.kind === 'challenge' ? next : undefined
}

function carriedBy(url: unknown): { ref: string; step: BrowserStep } | undefined {
  const parsed = typeof url === 'string' ? URL.parse(url) : null
  const [, ref] = /^\/3ds\/([A-Za-z0-9_-]+)$/.exec(parsed?.pathname ?? '') ?? []
  if (parsed === null || ref === undefined) return undefined
  try {
    const json = Buffer.from(parsed.hash.slice(1), 'base64url').toString('utf8')
    return { ref, step: JSON.parse(json) as BrowserStep }
  } catch {
    return undefined
  }
}
