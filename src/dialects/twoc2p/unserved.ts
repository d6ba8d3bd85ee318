import Type, { type TSchema } from 'typebox'
import { type Code, code, WireError } from './codes.ts'
import { answer, an, base, c, optional } from './fields.ts'
import { type Operation, plainOperation } from './operation.ts'
import { orderOf } from './order-ref.ts'

/** What clients may ask for and nobody here has: told by 2C2P's own code, not by an HTTP error. */
export const unserved: readonly Operation[] = [
  refusing('loyaltyPointInfo', code('9107', 'Invalid Loyalty Provider'), {
    providerID: optional(an(20)),
  }),
  refusing('cardInstallmentPlanInfo', code('9060', 'Payment channel unconfigured'), {
    bankCode: optional(an(50)),
  }),
  refusing('applePay/merchantValidation', code('9060', 'Payment channel unconfigured'), {
    validationUrl: optional(c(2048)),
  }),
  refusing(
    'paymentNotification',
    code('9004', 'The plateform value is not valid: no message can be sent there'),
    { plateform: optional(an(20)) },
  ),
]

function refusing(path: string, refusal: Code, fields: Record<string, TSchema>): Operation {
  return plainOperation(
    {
      path,
      summary: `Not available: ${refusal.respCode}`,
      request: Type.Object({ ...base, ...fields }),
      response: answer({}),
    },
    async ({ gateway }, request) => {
      await orderOf(gateway, request.paymentToken)
      throw new WireError(refusal.respCode, refusal.respDesc)
    },
  )
}
