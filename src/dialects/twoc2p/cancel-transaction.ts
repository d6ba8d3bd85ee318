import Type from 'typebox'
import { FLOW } from './codes.ts'
import { answer, base } from './fields.ts'
import { plainOperation } from './operation.ts'
import { orderOf } from './order-ref.ts'

/** Cancel Transaction: the payer gave up; the order takes no payment any more. */
export const cancelTransaction = plainOperation(
  {
    path: 'cancelTransaction',
    summary: 'Cancel an order that nobody is paying',
    request: Type.Object(base),
    response: answer({ invoiceNo: Type.String(), channelCode: Type.String() }),
  },
  async ({ gateway }, request) => {
    const order = await orderOf(gateway, request.paymentToken)
    await gateway.cancelOrder(order)
    return { invoiceNo: order.merchantReference, channelCode: 'CC', ...FLOW.completed }
  },
)
