import { followUp, type FollowUpRequest, type FollowUpResult } from './follow-up.ts'
import type { Parts } from './parts.ts'

/**
 * Releases an authorization or part of it; or takes back, as a whole, a capture that is younger
 * than `limits.reversalWindowMs` and of which nothing was refunded.
 *
 * @throws Refusal `payment_not_found`, `payment_not_voidable`, `amount_exceeds_authorized`,
 * `operation_reference_in_use`.
 */
export function voidPayment(parts: Parts, request: FollowUpRequest): Promise<FollowUpResult> {
  return followUp(parts, 'void', request)
}
