import type { StoredFor } from '../../core/order.ts'

/** What the customer agrees to with binding: to pay again, or also to be debited. */
export function storedForOf(mitType: string | undefined): StoredFor {
  // Printed as SCHEDULED and as SCHEDULE, and once each without a letter.
  const usage = mitType?.startsWith('SCHEDULE') === true ? 'recurring' : 'unscheduled'
  return { usage, merchantMayInitiate: mitType !== undefined }
}
