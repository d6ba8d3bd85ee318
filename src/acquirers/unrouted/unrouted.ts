import type { Acquirer, AcquirerOutcome } from '../../gateway/acquirer-ports.ts'

/** ISO 8583 response code 92: no route to an acquirer. */
const NO_ROUTE: AcquirerOutcome = { kind: 'declined', responseCode: '92' }

/**
 * Stands where no acquirer link is configured: every message is declined and nothing is sent. So
 * what a crash left in doubt was never sent either, and there is nothing to undo.
 */
export const unrouted: Acquirer = {
  authorize: () => Promise.resolve(NO_ROUTE),
  capture: () => Promise.resolve(NO_ROUTE),
  void: () => Promise.resolve(NO_ROUTE),
  refund: () => Promise.resolve(NO_ROUTE),
  credit: () => Promise.resolve(NO_ROUTE),
  reverse: () => Promise.resolve({ kind: 'approved' }),
  query: () => Promise.resolve({ kind: 'absent' }),
}
