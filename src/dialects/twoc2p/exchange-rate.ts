import Type, { type TSchema } from 'typebox'
import { WireError } from './codes.ts'
import { an, answer, base, currency, n, optional } from './fields.ts'
import { type Operation, plainOperation, signedOperation } from './operation.ts'
import { currentOrderOf } from './order-ref.ts'

// No rates are kept here, and the options say that none is active: payers pay the order's currency.
function unavailable(): WireError {
  return new WireError('9102', 'FxRate not available')
}

function ratesOf(path: string, whose: string, fields: Record<string, TSchema>): Operation {
  return plainOperation(
    {
      path,
      summary: `Ask for exchange rates of ${whose} (there are none: 9102)`,
      request: Type.Object({ ...base, ...fields }),
      response: answer({}),
    },
    async ({ gateway }, request) => {
      await currentOrderOf(gateway, request.paymentToken)
      throw unavailable()
    },
  )
}

/** Exchange Rate: what an order would cost in another currency. */
export const exchangeRate = ratesOf('exchangeRate', 'a card payment', {
  bin: optional(n(8, 'Leading digits of the card.')),
})

/** The same for wallets and banks. */
export const apmMccExchangeRate = ratesOf(
  'exchangeRate/apmMccExchangeRate',
  'another payment method',
  {},
)

/** The same for a merchant, without an order. */
export const secureExchangeRate = signedOperation(
  {
    path: 'exchangeRate/secure',
    summary: 'Ask for exchange rates without an order (there are none: 9102)',
    request: Type.Object({
      merchantID: an(25),
      providerCode: an(20),
      currencyCode: currency('What the merchant prices in.'),
    }),
    response: answer({}),
  },
  async () => {
    throw unavailable()
  },
)
