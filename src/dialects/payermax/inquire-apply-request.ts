import Type from 'typebox'
import { ApplicationFields, applicationFields } from './apply-payment-token.ts'
import { WireError } from './codes.ts'
import { id } from './fields.ts'
import { DIALECT, operation } from './operation.ts'
import { bindingReference } from './order-details.ts'
import { tokenScope } from './payment-tokens.ts'

/** InquireApplyRequest: what became of an application for a payment token. */
export const inquireApplyRequest = operation(
  {
    name: 'InquireApplyRequest',
    summary: 'Ask what became of a binding',
    request: Type.Object({ userId: id(64), tokenScope, requestId: id(64) }),
    response: ApplicationFields,
  },
  async (context, { userId, requestId }) => {
    const { gateway, access } = context
    const { merchantId } = access.merchant
    const merchantReference = bindingReference(requestId)
    const result = await gateway.inquire({ merchantId, dialect: DIALECT, merchantReference })
    if (result.order.customerId !== userId) throw new WireError('ORDER_NOT_EXIST')
    return applicationFields(context, result)
  },
)
