import { followUp, type FollowUpRequest, type FollowUpResult } from './follow-up.ts'
import type { Parts } from './parts.ts'

/**
 * Releases a whole authorization of which nothing was captured.
 *
 * @throws Refusal `payment_not_found`, `payment_not_voidable`, `operation_reference_in_use`.
 */
export function voidPayment(
  parts: Parts,
  request: Omit<FollowUpRequest, 'minor'>,
): Promise<FollowUpResult> {
  return followUp(parts, 'void', request)
}
