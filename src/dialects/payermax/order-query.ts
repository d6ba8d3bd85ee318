import Type from 'typebox'
import { id } from './fields.ts'
import { DIALECT, operation } from './operation.ts'
import { referenceOf } from './order-details.ts'
import { OrderResultFields, orderFields } from './order-result.ts'

/** Order query: what became of an order. */
export const orderQuery = operation(
  {
    name: 'orderQuery',
    summary: 'Ask what became of an order',
    request: Type.Object({ outTradeNo: id(64) }),
    response: OrderResultFields,
  },
  async ({ gateway, access }, { outTradeNo }) => {
    const { merchantId } = access.merchant
    const merchantReference = referenceOf(outTradeNo)
    const result = await gateway.inquire({ merchantId, dialect: DIALECT, merchantReference })
    return orderFields(result, gateway.clock.now())
  },
)
