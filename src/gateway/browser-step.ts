import type { BrowserStep } from './ports.ts'
import type { OrderRef, SessionTokens } from './session-token.ts'

/**
 * The path where a browser does its part of 3-D Secure. What it carries stands in the fragment,
 * which no server and no log sees.
 */
export function stepPath(sessionTokens: SessionTokens, order: OrderRef, next: BrowserStep): string {
  const ref = sessionTokens.seal(order).toString('base64url')
  const carried = Buffer.from(JSON.stringify(next), 'utf8').toString('base64url')
  return `/3ds/${ref}#${carried}`
}
