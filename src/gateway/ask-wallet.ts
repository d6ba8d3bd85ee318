import { isPastExpiry, type Order } from '../core/order.ts'
import type { Payment } from '../core/payment.ts'
import { findOrder } from './inquire.ts'
import type { Parts } from './parts.ts'
import type { PaymentResult } from './ports.ts'
import type { OrderRef } from './session-token.ts'
import { settleAttempt } from './settle-attempt.ts'

/**
 * Asks a wallet what its owner has answered, as recovery does, at the moment when the owner's
 * browser is here. After the order's time only recovery does, which may undo the payment then.
 *
 * @returns the result; with `walletUrl` while the owner has not answered.
 * @throws Refusal `order_not_found`.
 */
export async function askWallet(parts: Parts, ref: OrderRef): Promise<PaymentResult> {
  const order = await findOrder(parts, ref)
  const found = await parts.payments.findByOrder(order)
  const result = { order, payment: found?.payment, vaultToken: found?.vaultToken }
  const isAsked = found !== undefined && isWaiting(found.payment)
  if (!isAsked || isPastExpiry(order, parts.clock.now())) return result
  return answered(parts, order, found.payment)
}

function isWaiting({ instrument, status }: Payment): boolean {
  return instrument === 'wallet' && status === 'authorizing'
}

async function answered(parts: Parts, order: Order, payment: Payment): Promise<PaymentResult> {
  const result = { order, payment, vaultToken: undefined }
  const { merchantId, paymentId } = payment
  const operation = await parts.payments.operation(merchantId, paymentId)
  const outcome = await parts.acquirer.query(merchantId, paymentId)
  if (operation === undefined || outcome.kind === 'absent') return result
  if (outcome.kind === 'unknown') {
    const { payerUrl: walletUrl } = outcome
    return { ...result, ...(walletUrl !== undefined && { walletUrl }) }
  }
  const asked = { order, payment, operation, outcome }
  return settleAttempt(parts, { ...asked, card: undefined, vaultToken: undefined })
}
