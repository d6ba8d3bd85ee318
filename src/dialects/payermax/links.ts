import type { BrowserStep } from '../../gateway/ports.ts'
import type { OrderRef } from '../../gateway/session-token.ts'
import type { Context } from './operation.ts'

/** Where payers find our one hosted page under this dialect's address. */
export const CASHIER_PATH = '/cashier'

type Linking = Pick<Context, 'gateway' | 'publicUrl'>

/** The hosted cashier's address; the order stands in the fragment, which no server sees. */
export function cashierUrl({ gateway, publicUrl }: Linking, order: OrderRef): string {
  const ref = gateway.sessionTokens.seal(order).toString('base64url')
  return `${publicUrl}${CASHIER_PATH}/#/token/${ref}`
}

/** Where an order that a wallet pays leads its owner's browser on. */
export function walletUrl({ gateway, publicUrl }: Linking, order: OrderRef): string {
  return `${publicUrl}/wallet/${gateway.sessionTokens.seal(order).toString('base64url')}`
}

/** Where a browser does its part of 3-D Secure. */
export function stepUrl({ gateway, publicUrl }: Linking, order: OrderRef, next: BrowserStep) {
  const ref = gateway.sessionTokens.seal(order).toString('base64url')
  const carried = Buffer.from(JSON.stringify(next), 'utf8').toString('base64url')
  return `${publicUrl}/3ds/${ref}#${carried}`
}
