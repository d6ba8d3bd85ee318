import type { Order } from '../../core/order.ts'
import type { Payment } from '../../core/payment.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import type { OperationRecord, PaymentResult } from '../../gateway/ports.ts'
import { missing } from './bind.ts'
import { WireError } from './codes.ts'
import { orderIdOf } from './ids.ts'
import { type Context, DIALECT } from './operation.ts'
import { referenceOf } from './order-details.ts'
import { stateOf } from './order-result.ts'

interface Named {
  readonly outTradeNo?: string | undefined
  readonly tradeToken?: string | undefined
}

/**
 * The order that a request names by number or by trade token, with its successful payment.
 *
 * @throws WireError `ORDER_NOT_EXIST`; `PAYMENT_PROCESSING` while its outcome is open.
 */
export async function paidOrder(
  context: Context,
  named: Named,
): Promise<{ order: Order; payment: Payment }> {
  const result = await findOrder(context, named)
  const { order, payment } = result
  const state = stateOf(result, context.gateway.clock.now())
  if (state === 'PENDING') throw new WireError('PAYMENT_PROCESSING')
  if (payment === undefined || state !== 'SUCCESS') throw new WireError('ORDER_NOT_EXIST')
  return { order, payment }
}

async function findOrder(
  { gateway, access }: Context,
  { outTradeNo, tradeToken }: Named,
): Promise<PaymentResult> {
  const { merchantId } = access.merchant
  if (outTradeNo !== undefined) {
    const merchantReference = referenceOf(outTradeNo)
    const result = await gateway.inquire({ merchantId, dialect: DIALECT, merchantReference })
    const { orderId } = result.order
    if (tradeToken === undefined || orderIdOf(tradeToken) === orderId) return result
    throw new WireError('ORDER_NOT_EXIST')
  }
  if (tradeToken === undefined) throw missing('outTradeNo')
  const orderId = orderIdOf(tradeToken)
  if (orderId === undefined) throw new WireError('ORDER_NOT_EXIST')
  const result = await gateway.inquire({ merchantId, orderId })
  if (result.order.dialect !== DIALECT) throw new WireError('ORDER_NOT_EXIST')
  return result
}

/** An operation as it is recorded now. */
export async function recordOf(
  gateway: Gateway,
  merchantId: string,
  operationId: string,
): Promise<OperationRecord> {
  const found = await gateway.operation(merchantId, operationId)
  if (found === undefined) throw new Error('an operation is not recorded')
  return found
}
