import { followUp, type FollowUpRequest, type FollowUpResult } from './follow-up.ts'
import type { Parts } from './parts.ts'

/**
 * Takes part or all of what was authorized. Several captures add up to the authorization at most.
 *
 * @throws Refusal `payment_not_found`, `payment_not_capturable`, `amount_exceeds_authorized`,
 * `operation_reference_in_use`.
 */
export function capture(parts: Parts, request: FollowUpRequest): Promise<FollowUpResult> {
  return followUp(parts, 'capture', request)
}
