import type { Parts } from './parts.ts'

/**
 * Erases authentication values, sealed as they are, from orders that ran out unpaid: sensitive data
 * is kept no longer than a payment needs it.
 *
 * @returns how many orders held some.
 */
export function forget({ orders, clock }: Parts): Promise<number> {
  return orders.forgetAuthentications(clock.now())
}
