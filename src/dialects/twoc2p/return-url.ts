import { isReturnAllowed } from '../../core/return-url.ts'
import type { Merchant } from '../../gateway/ports.ts'
import { invalid } from './bind.ts'

/** @throws WireError 9004 for a URL that this merchant's payers may not be sent to. */
export function checkReturnUrl(field: string, text: string | undefined, merchant: Merchant): void {
  if (text === undefined || isReturnAllowed(text, merchant.returnHosts)) return
  throw invalid(field, 'it must be an https URL on a host registered for this merchant')
}
