import Type, { type Static } from 'typebox'
import type { Order } from '../../core/order.ts'
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

/** What describes an order that is opened with its payment. */
export const paidOrderFields = {
  ...orderFields,
  returnUrl: optional(orderFields.returnUrl),
  preAuth: optional(flag()),
  additionalParameters: optional(object({ description: 'As jsonParams.' })),
}

const commonFields = { ...credentials, ...paidOrderFields }

/** How methods of this kind answer. */
export const described = {
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
      return pay(context, withSum(fields, paid), { caller, paid })
    },
  )
}

interface Sum {
  readonly amount?: string | undefined
  readonly currency?: string | undefined
}

/**
 * The wallet's own word for the sum comes first: its holder saw it.
 *
 * @throws WireError 4 where nobody says it, 5 where the merchant says another one.
 */
export function withSum<T extends Sum>(
  fields: T,
  { amount, currency }: Sum,
): Omit<T, keyof Sum> & { readonly amount: string; readonly currency?: string } {
  const { amount: askedAmount, currency: askedCurrency, ...rest } = fields
  const sum = amount ?? askedAmount
  if (sum === undefined) throw new WireError('4', 'empty', 'amount')
  if (askedAmount !== undefined && askedAmount !== sum) throw new WireError('5', 'wrong', 'amount')
  const said = currency ?? askedCurrency
  return { ...rest, amount: sum, ...(said !== undefined && { currency: said }) }
}

type TokenOrder = Omit<OrderRequest, 'returnUrl'> & {
  readonly returnUrl?: string
  readonly preAuth?: boolean
  readonly additionalParameters?: Record<string, unknown>
}

/** Opens the order that is about to be paid. @throws WireError, Refusal as `openOrder`. */
export function openPaidOrder(
  context: Context,
  fields: TokenOrder,
  caller: Caller,
): Promise<Order> {
  const { additionalParameters: jsonParams = fields.jsonParams, returnUrl = 'finish' } = fields
  const asked = { ...fields, returnUrl, ...(jsonParams !== undefined && { jsonParams }) }
  return openOrder(context, asked, { caller, isTwoPhase: fields.preAuth === true })
}

async function pay(
  context: Context,
  fields: TokenOrder,
  { caller, paid }: { readonly caller: Caller; readonly paid: NetworkToken },
): Promise<object> {
  const { gateway } = context
  const order = await openPaidOrder(context, fields, caller)
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

/** Samsung publishes neither what its `3ds.data` is encrypted with nor whose key that is. */
const samsung = ['samsung', 'samsungWeb'].map((wallet) =>
  payerOperation(
    {
      ...described,
      paths: [`${wallet}/payment.do`, `rest/${wallet}/payment.do`],
      summary: 'Refused: the form of its payment data is not published',
      request: request({
        merchant: optional(opaque(255)),
        orderNumber: optional(opaque(36)),
        paymentToken: optional(opaque(16_384)),
      }),
    },
    () => Promise.reject(new WireError('10', 'walletRefused')),
  ),
)

/** Network tokens, and wallets' data that the merchant has decrypted. */
export const TOKEN_OPERATIONS: readonly Operation[] = [
  tokenPayment,
  applePayDirect,
  googlePayDirect,
  ...samsung,
]
