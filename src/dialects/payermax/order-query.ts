import Type from 'typebox'
import { outTradeNo } from './fields.ts'
import { DIALECT, operation } from './operation.ts'
import { referenceOf } from './order-details.ts'
import { OrderResultFields, orderFields } from './order-result.ts'

/** Order query: what became of an order. */
export const orderQuery = operation(
  {
    name: 'orderQuery',
    summary: 'Ask what became of an order',
    request: Type.Object({ outTradeNo }),
    response: OrderResultFields,
  },
  async ({ gateway, access }, request) => {
    const { merchantId } = access.merchant
    const merchantReference = referenceOf(request.outTradeNo)
    const result = await gateway.inquire({ merchantId, dialect: DIALECT, merchantReference })
    return orderFields(result, gateway.clock.now())
  },
)
