import { WireError } from './codes.ts'

const SERVED = new Set(['CARD', 'APPLEPAY', 'GOOGLEPAY'])

// Payment methods of the documentation that no acquirer here takes.
const UNSERVED = new Set([
  'WALLET',
  'ONE_TOUCH',
  'AUTO_DEBIT',
  'BANK_TRANSFER',
  'BANKTRANSFER',
  'REALTIME_PAYMENT',
  'OTC',
  'PAY_LATER',
  'BILL_PAYMENT',
  'CARRIER_BILLING',
])

/** @throws WireError `PAYMENT_METHOD_NOT_EXIST`, or `CONTRACT_INVALID` for one not served here. */
export function checkMethod(method: string): void {
  if (SERVED.has(method)) return
  if (!UNSERVED.has(method)) throw new WireError('PAYMENT_METHOD_NOT_EXIST')
  throw new WireError('CONTRACT_INVALID', `Merchant has not signed the ${method} payment method.`)
}
