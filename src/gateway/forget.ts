import type { Parts } from './parts.ts'

/**
 * Erases what is kept no longer than it is needed, sealed as it is: authentication values of orders
 * that ran out unpaid, and private keys that nobody encrypts to any more.
 *
 * @returns how many.
 */
export async function forget({ orders, clientCards, clock }: Parts): Promise<number> {
  const values = await orders.forgetAuthentications(clock.now())
  return values + (await clientCards.retire())
}
