import Type from 'typebox'
import { SUCCESS } from './codes.ts'
import { answer, base, kept } from './fields.ts'
import { plainOperation } from './operation.ts'
import { currentOrderOf } from './order-ref.ts'
import type { PaymentTokenRequest } from './payment-token-request.ts'

/** User Preference: what the merchant told of the payer. Nobody is remembered by `clientID`. */
export const userPreference = plainOperation(
  {
    path: 'userPreference',
    summary: "Show the payer's details that the payment token was made with",
    request: Type.Object(base),
    response: answer({
      paymentToken: Type.String(),
      user: kept(
        'preference: name, email, mobileNo, mobileNoPrefix, locale, currencyCode, countryCode; paymentChannels.',
      ),
    }),
  },
  async ({ gateway }, request) => {
    const order = await currentOrderOf(gateway, request.paymentToken)
    const { uiParams, locale } = order.details as Partial<PaymentTokenRequest>
    const { userInfo = {} } = uiParams ?? {}
    return {
      paymentToken: request.paymentToken,
      user: {
        preference: {
          name: userInfo.name ?? null,
          email: userInfo.email ?? null,
          mobileNo: userInfo.mobileNo ?? null,
          mobileNoPrefix: userInfo.mobileNoPrefix ?? null,
          locale: locale ?? '',
          currencyCode: userInfo.currencyCode ?? order.amount.currency,
          countryCode: userInfo.countryCode ?? null,
        },
        paymentChannels: [],
      },
      ...SUCCESS,
    }
  },
)
