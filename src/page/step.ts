import type { Gateway } from '../gateway/gateway.ts'
import type { BrowserStep } from '../gateway/ports.ts'
import type { OrderRef } from '../gateway/session-token.ts'

/**
 * The form that the hosted page posts for 3-D Secure: to us, since it may post to nobody else. What
 * the browser carries passes through our hands there and is sent on in the fragment of the page
 * that may go to the issuer; no store and no log sees it.
 */
export function stepForm({ sessionTokens }: Gateway, order: OrderRef, next: BrowserStep) {
  return {
    kind: 'challenge' as const,
    acsUrl: `/3ds/${sessionTokens.seal(order).toString('base64url')}/go`,
    creq: Buffer.from(JSON.stringify(next), 'utf8').toString('base64url'),
    sessionData: next.sessionData,
  }
}
