import { createHash } from 'node:crypto'
import type { Parts } from './parts.ts'
import type { OrderRef } from './session-token.ts'

const TAG_DIGITS = 8

/**
 * A fresh id of an order or an authentication: a UUIDv7 whose last digits say whose it is, so that
 * either is found by its id alone on tables that are distributed by merchant.
 */
export function taggedId({ ids }: Pick<Parts, 'ids'>, merchantId: string): string {
  return ids.uuid().slice(0, -TAG_DIGITS) + tagOf(merchantId)
}

/** Finds an order by its id alone. @returns undefined when there is none. */
export async function locateOrder(parts: Parts, orderId: string): Promise<OrderRef | undefined> {
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(orderId)) return undefined
  // Digests this short may meet: then the order itself says which merchant it is.
  for (const merchantId of await parts.merchants.byTag(orderId.slice(-TAG_DIGITS))) {
    const order = await parts.orders.find(merchantId, orderId)
    if (order !== undefined) return { merchantId, orderId }
  }
  return undefined
}

/** Finds an order by the id of its authentication. @returns the order's id, if there is one. */
export async function locateAuthenticated(
  parts: Parts,
  authenticationId: string,
): Promise<string | undefined> {
  for (const merchantId of await parts.merchants.byTag(authenticationId.slice(-TAG_DIGITS))) {
    const orderId = await parts.authentications.orderOf(merchantId, authenticationId)
    if (orderId !== undefined) return orderId
  }
  return undefined
}

/** The same digits as the migration and the store of merchants write. */
function tagOf(merchantId: string): string {
  return createHash('sha256').update(merchantId, 'utf8').digest('hex').slice(0, TAG_DIGITS)
}
