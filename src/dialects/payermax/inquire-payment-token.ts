import Type from 'typebox'
import { id, listOf, optional, text } from './fields.ts'
import { operation } from './operation.ts'
import { isWalletMethod } from './payment-methods.ts'
import { listTokens, PaymentTokenFields, tokenFields, tokenScope } from './payment-tokens.ts'

/** PaymentTokenID inquiry: the cards and wallets that a customer may pay with again. */
export const inquirePaymentToken = operation(
  {
    name: 'inquirePaymentToken',
    summary: "List a customer's payment tokens",
    isFlatToo: true,
    request: Type.Object({
      userId: id(64, "The merchant's own name for its customer."),
      tokenScope,
      paymentTokenID: optional(id(64, 'Only this one.')),
      paymentMethodType: optional(text(64)),
      targetOrg: optional(text(32)),
      cardOrg: optional(text(32)),
      referralCode: optional(id(64)),
    }),
    response: Type.Object({ tokenList: listOf(PaymentTokenFields, 1_000) }),
  },
  async (context, request) => {
    const { userId, tokenScope: scope = 'tokenAcq' } = request
    const at = context.gateway.clock.now()
    const tokens = await listTokens(context, userId, scope as 'tokenAcq')
    const tokenList = tokens
      .map((one) => tokenFields(one, scope as 'tokenAcq', at))
      .filter(
        (one) =>
          (request.paymentTokenID ?? one.paymentTokenID) === one.paymentTokenID &&
          isOfMethod(request.paymentMethodType, one.paymentMethodType) &&
          isAsked(request.targetOrg, one.targetOrg) &&
          isAsked(request.cardOrg, one.brand),
      )
    return { tokenList: context.isFlat ? tokenList : tokenList.map(withReferral) }
  },
)

function isAsked(given: string | undefined, is: string): boolean {
  return given === undefined || given.toUpperCase() === is
}

/** WALLET, which is documented to ask with, is every wallet: no token has it. */
function isOfMethod(given: string | undefined, is: string): boolean {
  return isAsked(given, is) || (isAsked(given, 'WALLET') && isWalletMethod(is))
}

// Nothing binds a token to one here; the field is there for clients that expect it.
function withReferral<T extends object>(one: T): T & { referralCode: string } {
  return { ...one, referralCode: '' }
}
