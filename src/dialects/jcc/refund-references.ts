import type { Payment } from '../../core/payment.ts'
import type { OperationRecord } from '../../gateway/ports.ts'
import type { Context } from './operation.ts'

/** Refunds without the cart, and those of one of its positions, are known by their references. */
export const RAW_SUM = 'raw-sum:'
export const RAW_POSITION = 'raw-position:'

/** A reference that the merchant gave, not one of ours. */
export function isOwnReference(reference: string): boolean {
  return !reference.startsWith(RAW_SUM) && !reference.startsWith(RAW_POSITION)
}

/** What was asked to be given back of a payment, oldest first. */
export async function refundsOf(
  { gateway }: Context,
  payment: Payment,
): Promise<readonly OperationRecord[]> {
  const operations = await gateway.operations(payment)
  return operations.filter(({ kind }) => kind === 'refund')
}
