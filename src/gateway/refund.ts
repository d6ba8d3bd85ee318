import { followUp, type FollowUpRequest, type FollowUpResult } from './follow-up.ts'
import type { Parts } from './parts.ts'

/**
 * Gives back part or all of what was captured. Several refunds add up to the captures at most.
 *
 * @throws Refusal `payment_not_found`, `payment_not_refundable`, `amount_exceeds_captured`,
 * `captured_otherwise`, `operation_reference_in_use`.
 */
export function refund(parts: Parts, request: FollowUpRequest): Promise<FollowUpResult> {
  return followUp(parts, 'refund', request)
}
