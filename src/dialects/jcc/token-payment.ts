import Type, { type Static } from 'typebox'
import { wrappedFault } from './answer.ts'
import { WireError } from './codes.ts'
import { credentials, flag, object, opaque, optional, request, text } from './fields.ts'
import {
  type Caller,
  type Context,
  merchantOperation,
  type Operation,
  payerOperation,
} from './operation.ts'
import { openOrder, type OrderRequest, orderFields } from './order-request.ts'
import { type NetworkToken, networkToken } from './network-token.ts'
import { wrapped } from './recurrent-payment.ts'
import { readApplePay, readGooglePay } from './wallet-data.ts'

const answer = Type.Object({
  success: Type.Boolean(),
  data: optional(Type.Object({ orderId: Type.String() })),
  orderStatus: optional(Type.Unknown()),
  error: optional(Type.Object({ code: Type.String(), message: Type.String() })),
})

const commonFields = {
  ...credentials,
  ...orderFields,
  returnUrl: optional(orderFields.returnUrl),
  preAuth: optional(flag()),
  additionalParameters: optional(object({ description: 'As jsonParams.' })),
}

const described = {
  response: answer,
  fault: wrappedFault,
  refusals: { reference_in_use: { code: '10', message: 'orderNumberInUse' } },
} as const

const TokenRequest = request({
  ...commonFields,
  tokenType: optional(text(16, { aliases: ['paymentSystem'] })),
  paymentData: object({
    description: '{dpan, tokenCryptogram, MM, YYYY, eci}.',
    opaque: true,
    missing: '4',
    wrong: '1',
  }),
})

/** `token/payment.do`: a network token's number with its cryptogram. */
const tokenPayment = merchantOperation(
  {
    ...described,
    paths: ['token/payment.do', 'rest/token/payment.do'],
    summary: 'Pay with a network token and its cryptogram',
    request: TokenRequest,
    permission: 'pay',
    missing: '4',
  },
  (context, fields, caller) => pay(context, fields, { caller, paid: readToken(fields) }),
)

const WALLETS: Readonly<Record<string, NetworkToken['instrument']['wallet']>> = {
  APPLE: 'applePay',
  GOOGLE: 'googlePay',
}

function readToken({ paymentData, tokenType = '' }: Static<typeof TokenRequest>): NetworkToken {
  const { dpan, tokenCryptogram, MM, YYYY, eci } = paymentData
  return networkToken({
    wallet: WALLETS[tokenType.toUpperCase()] ?? 'external',
    number: dpan,
    month: MM,
    year: YYYY,
    cryptogram: tokenCryptogram,
    eci,
  })
}

const WalletRequest = request({
  ...commonFields,
  amount: optional(orderFields.amount),
  paymentToken: opaque(16_384, { description: 'Base64 of the decrypted JSON.', missing: '4' }),
})

type WalletFields = Static<typeof WalletRequest>

const applePayDirect = directPayment('applepay', (data) => readApplePay(data))
const googlePayDirect = directPayment('google', (data) => readGooglePay(data))

/** `…/paymentDirect.do`: the merchant has decrypted the wallet's data itself. */
function directPayment(wallet: string, read: (data: string) => NetworkToken): Operation {
  return merchantOperation(
    {
      ...described,
      paths: [`${wallet}/paymentDirect.do`, `rest/${wallet}/paymentDirect.do`],
      summary: 'Pay with wallet data that the merchant has decrypted',
      request: WalletRequest,
      permission: 'pay',
      missing: '4',
    },
    async (context, fields, caller) => {
      const paid = read(fields.paymentToken)
      return pay(context, amountOf(fields, paid), { caller, paid })
    },
  )
}

/** The wallet's own word for the sum comes first: its holder saw it. */
function amountOf(fields: WalletFields, { amount, currency }: NetworkToken) {
  const sum = amount ?? fields.amount
  if (sum === undefined) throw new WireError('4', 'empty', 'amount')
  if (fields.amount !== undefined && fields.amount !== sum) {
    throw new WireError('5', 'wrong', 'amount')
  }
  return { ...fields, amount: sum, ...(currency !== undefined && { currency }) }
}

type TokenOrder = Omit<OrderRequest, 'returnUrl'> & {
  readonly returnUrl?: string
  readonly preAuth?: boolean
  readonly additionalParameters?: Record<string, unknown>
}

async function pay(
  context: Context,
  fields: TokenOrder,
  { caller, paid }: { readonly caller: Caller; readonly paid: NetworkToken },
): Promise<object> {
  const { gateway } = context
  const { additionalParameters: jsonParams = fields.jsonParams, returnUrl = 'finish' } = fields
  const asked = { ...fields, returnUrl, ...(jsonParams !== undefined && { jsonParams }) }
  const order = await openOrder(context, asked, { caller, isTwoPhase: fields.preAuth === true })
  await gateway.pay({
    order,
    instrument: paid.instrument,
    storeCard: false,
    initiator: 'customer',
    authentication: { eci: paid.eci },
    returnUrl: undefined,
    browser: {},
    reopens: false,
  })
  return wrapped(context, await gateway.inquire(order))
}

/**
 * `…/payment.do` brings what the wallet encrypted for a certificate of the merchant's, and no
 * credentials: without that certificate nothing of it can be read, so it is refused.
 */
const encrypted = ['applepay', 'google', 'samsung', 'samsungWeb'].map((wallet) =>
  payerOperation(
    {
      ...described,
      paths: [`${wallet}/payment.do`, `rest/${wallet}/payment.do`],
      summary: 'Refused: wallet data is encrypted for a certificate that is not here',
      request: request({
        merchant: optional(opaque(255)),
        orderNumber: optional(opaque(36)),
        paymentToken: optional(opaque(16_384)),
      }),
    },
    () => Promise.reject(new WireError('10', 'walletKeysMissing')),
  ),
)

export const WALLET_OPERATIONS: readonly Operation[] = [
  tokenPayment,
  applePayDirect,
  googlePayDirect,
  ...encrypted,
]
