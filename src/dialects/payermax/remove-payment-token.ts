import Type from 'typebox'
import { WireError } from './codes.ts'
import { id, optional, text } from './fields.ts'
import { DIALECT, operation } from './operation.ts'
import { listTokens } from './payment-tokens.ts'

/** Removes a payment token of a customer, here and under its names in all other dialects. */
export const removePaymentToken = operation(
  {
    name: 'removePaymentToken',
    summary: "Remove a customer's payment token",
    isFlatToo: true,
    request: Type.Object({
      userId: id(64),
      paymentTokenID: id(64),
      removeReason: optional(text(256)),
    }),
    response: Type.Object({
      userId: id(64),
      paymentTokenID: id(64),
      paymentTokenStatus: Type.Literal('Deleted'),
      merchantId: optional(id(30, 'In the first generation.')),
    }),
  },
  async (context, { userId, paymentTokenID: name }) => {
    const { gateway, access, isFlat } = context
    const { merchantId } = access.merchant
    const tokens = await listTokens(context, userId, 'tokenAcq')
    const found = tokens.find(({ stored }) => stored.name === name)
    if (found?.kind === 'card') {
      const token = { merchantId, dialect: DIALECT, name }
      await gateway.changeVaultToken(token, { isDeleted: true })
    } else {
      const consent = { merchantId, dialect: DIALECT, customerId: userId, name }
      const isRemoved = await gateway.removeConsent(consent)
      if (!isRemoved) throw new WireError('PAYMENT_TOKEN_ID_INVALID')
    }
    return {
      ...(isFlat && { merchantId: access.account }),
      userId,
      paymentTokenID: name,
      paymentTokenStatus: 'Deleted',
    }
  },
)
