import Type from 'typebox'
import type { Order } from '../../core/order.ts'
import type { Wallet } from '../../core/wallet-payment.ts'
import { stepPath } from '../../gateway/browser-step.ts'
import type { Instrument } from '../../gateway/pay.ts'
import type { Authentication } from '../../gateway/acquirer-ports.ts'
import type { MerchantAccess, PaymentResult } from '../../gateway/ports.ts'
import { walletInstrument } from '../../gateway/wallet-instrument.ts'
import { invalid } from './bind.ts'
import {
  correctedExpiryOf,
  expiryOf,
  missing,
  panOf,
  readCardFields,
  securityCodeOf,
} from './card-fields.ts'
import { type Channel, channelOf, isWallet } from './channels.ts'
import { type Code, FLOW, UNAUTHENTICATED, WireError } from './codes.ts'
import { an, answer, c, kept, optional, partial } from './fields.ts'
import { type Context, DIALECT, plainOperation } from './operation.ts'
import { infoUrl, orderOf } from './order-ref.ts'
import { broughtAuthentication, initiatorOf } from './page-terms.ts'
import { checkReturnUrl } from './return-url.ts'
import { readSchemeToken } from './scheme-token.ts'
import type { PaymentTokenRequest } from './payment-token-request.ts'

const secret = (description: string) => optional(Type.String({ opaque: true, description }))

const PaymentData = Type.Object({
  name: optional(c(50)),
  email: optional(c(150)),
  mobileNo: optional(c(255)),
  accountNo: optional(an(255)),
  cardNo: secret('PAN, or the DPAN of a card scheme token.'),
  expiryMonth: secret('1 to 12.'),
  expiryYear: secret('Two or four digits.'),
  securityCode: secret('Three digits, Amex four.'),
  pin: secret('Local cards only; not served.'),
  customerToken: optional(an(255, 'A stored card named at the payment token.')),
  token: secret('Card scheme token: base64 of a small JSON; or what a wallet encrypted.'),
  accountTokenization: optional(
    Type.Boolean({ aliases: ['cardTokenize', 'tokenize'], description: 'Store this card.' }),
  ),
  cardBank: optional(c(255)),
  cardCountry: optional(c(255)),
  billingAddress1: optional(c(255)),
  billingAddress2: optional(c(255)),
  billingAddress3: optional(c(255)),
  billingCity: optional(c(255)),
  billingState: optional(c(255)),
  billingPostalCode: optional(c(255)),
  billingCountryCode: optional(c(255)),
  customerNote: optional(c(2048)),
  userAgent: optional(c(2048)),
  interestType: optional(c(10)),
  installmentPeriod: optional(c(10)),
  payLaterPeriod: optional(c(10)),
  fxRateID: optional(Type.String({ maxLength: 50, aliases: ['fxRateId'] })),
  loyaltyPoints: optional(kept('Points to redeem; not served.')),
  securePayToken: secret("A card encrypted by its payer's client."),
})

type PaymentData = Type.Static<typeof PaymentData>

const PaymentRequest = Type.Object({
  paymentToken: an(255),
  clientID: optional(an(255)),
  locale: optional(c(10)),
  responseReturnUrl: optional(c(2048)),
  clientIP: optional(an(64)),
  browserDetails: optional(
    partial({ deviceType: c(255), name: c(255), os: c(255), version: c(255) }),
  ),
  payment: Type.Object({
    code: Type.Object({
      channelCode: an(10),
      agentCode: optional(an(10)),
      agentChannelCode: optional(an(20)),
    }),
    data: optional(PaymentData),
  }),
})

/** Do Payment: pays the order of a payment token with a card, a scheme token or a stored card. */
export const payment = plainOperation(
  {
    path: 'payment',
    summary: 'Pay with a card, a card scheme token, a wallet or a stored card',
    request: PaymentRequest,
    response: answer({
      invoiceNo: optional(Type.String()),
      channelCode: optional(Type.String()),
    }),
  },
  async (context, request) => {
    const order = await orderOf(context.gateway, request.paymentToken)
    const details = order.details as Partial<PaymentTokenRequest>
    const access = await context.gateway.merchantAccess(order.merchantId, DIALECT)
    if (access === undefined) throw new Error('an order has no merchant')
    const { responseReturnUrl } = request
    if (responseReturnUrl !== infoUrl(context.publicUrl)) {
      checkReturnUrl('responseReturnUrl', responseReturnUrl, access.merchant)
    }
    const channel = channelOf(request.payment.code.channelCode, details.paymentChannel)
    const data = request.payment.data ?? {}
    refuseUnserved(data)
    refuseUnstored(channel, order, data)
    const instrument = await READERS[channel](context, { order, access, data })
    const authentication = authenticationOf(details, instrument)
    const result = await context.gateway.pay({
      order,
      instrument: instrument.instrument,
      ...keptOf(channel, data),
      ...((data.name ?? data.email) !== undefined && {
        holder: { name: data.name, email: data.email },
      }),
      reopens: false,
      browser: {
        ...(request.clientIP !== undefined && { ip: request.clientIP }),
        ...(data.userAgent !== undefined && { userAgent: data.userAgent }),
      },
      returnUrl: responseReturnUrl,
      initiator: initiatorOf(details),
      ...(authentication && { authentication }),
    })
    return flowAnswer(context, result, channel)
  },
)

/** Of a wallet its channel is kept, but never its card. */
function keptOf(channel: Channel, { accountTokenization }: PaymentData) {
  if (!isWallet(channel)) return { storeCard: accountTokenization === true }
  return { storeCard: false, details: { channelCode: channel } }
}

interface Chosen {
  readonly instrument: Instrument
  /** The wallet's or network's own indicator. */
  readonly eci?: string | undefined
}

interface Given {
  readonly order: Order
  readonly access: MerchantAccess
  readonly data: PaymentData
}

const READERS: Readonly<
  Record<Channel, (context: Context, given: Given) => Chosen | Promise<Chosen>>
> = {
  CC: cardInstrument,
  CSTOKEN: (_context, { data }) => schemeTokenInstrument(data),
  APPLEPAY: (context, given) => sealedInstrument(context, 'applePay', given),
  GOOGLEPAY: (context, given) => sealedInstrument(context, 'googlePay', given),
}

/** What a wallet encrypted; Apple Pay's holder has agreed to an amount, which must be the order's. */
async function sealedInstrument(
  { gateway }: Context,
  wallet: Wallet,
  { order, access, data }: Given,
): Promise<Chosen> {
  if (data.token === undefined) throw missing('payment.data.token')
  const payment = await gateway.openWalletPayment({
    wallet,
    text: data.token,
    merchantId: order.merchantId,
    names: [access.account],
  })
  if (payment === undefined) {
    throw invalid('token', "it must be the wallet's own, made for this merchant, and new")
  }
  const { minor, currency } = payment.amount ?? order.amount
  if (minor !== order.amount.minor || currency !== order.amount.currency) {
    throw invalid('token', "its amount must be the order's")
  }
  const { instrument, authentication } = walletInstrument(payment)
  return { instrument, eci: authentication?.eci }
}

function schemeTokenInstrument(data: PaymentData): Chosen {
  if (data.securePayToken !== undefined) {
    throw invalid('securePayToken', 'a card scheme token comes in clear')
  }
  const dpan = panOf(data)
  const expiry = expiryOf(data)
  if (data.token === undefined) throw missing('payment.data.token')
  const { wallet, tokenCryptogram, eci } = readSchemeToken(data.token)
  const cryptogram = tokenCryptogram && { tokenCryptogram }
  return { instrument: { kind: 'networkToken', dpan, expiry, wallet, ...cryptogram }, eci }
}

async function cardInstrument({ gateway }: Context, { order, data }: Given): Promise<Chosen> {
  const details = order.details as Partial<PaymentTokenRequest>
  const card = await readCardFields(gateway, data)
  if (data.customerToken !== undefined) {
    const { merchantId } = order
    const [vaultToken] = await gateway.vaultTokens(merchantId, DIALECT, [data.customerToken])
    if (vaultToken === undefined) throw new WireError('4202', 'Invalid Card / Customer Token')
    const securityCode = securityCodeOf(card, vaultToken.card.brand)
    const expiry = correctedExpiryOf(card)
    return {
      instrument: {
        kind: 'vaultToken',
        vaultToken,
        ...(securityCode && { securityCode }),
        ...(expiry && { expiry }),
      },
    }
  }
  const pan = panOf(card)
  const expiry = expiryOf(card)
  const securityCode = securityCodeOf(card, pan.brand)
  if (securityCode === undefined && details.transactionInitiator !== 'M') {
    throw missing('payment.data.securityCode')
  }
  return { instrument: { kind: 'card', pan, expiry, ...(securityCode && { securityCode }) } }
}

// The merchant's own 3-D Secure values come with the payment token, a wallet's with the blob.
function authenticationOf(
  details: Partial<PaymentTokenRequest>,
  chosen: Chosen,
): Authentication | undefined {
  if (chosen.instrument.kind === 'networkToken') return { eci: chosen.eci }
  return broughtAuthentication(details)
}

/** Refuses what would change the amount a cardholder pays if it were silently ignored. */
function refuseUnserved(data: PaymentData): void {
  if (data.fxRateID !== undefined) throw new WireError('9102', 'FxRate not available')
  const { loyaltyPoints } = data
  const redeems = !Array.isArray(loyaltyPoints) || loyaltyPoints.length > 0
  if (loyaltyPoints !== undefined && redeems)
    throw new WireError('9107', 'Invalid Loyalty Provider')
}

/**
 * Refuses what is no stored card where only such may pay, and wallets where all that is wanted is a
 * card to store.
 *
 * @throws WireError 9059
 */
function refuseUnstored(channel: Channel, order: Order, { customerToken }: PaymentData): void {
  const { customerTokenOnly } = order.details as Partial<PaymentTokenRequest>
  const isStored = channel === 'CC' && customerToken !== undefined
  if (customerTokenOnly === true && !isStored) {
    throw new WireError('9059', 'Payment channel unauthorized: only stored cards may pay')
  }
  if (order.tokenize === 'only' && isWallet(channel)) {
    throw new WireError('9059', "Payment channel unauthorized: a wallet's card is not stored")
  }
}

/** What the payer's client does next; the verdict itself is for inquiry and notification. */
function flowAnswer(context: Context, result: PaymentResult, channelCode: string): object {
  const { order, payment: paid, next } = result
  if (next !== undefined) {
    const data = context.publicUrl + stepPath(context.gateway.sessionTokens, order, next)
    return { data, channelCode, ...FLOW.redirect }
  }
  const ended = (flow: Code) => ({ invoiceNo: order.merchantReference, channelCode, ...flow })
  if (paid?.status === 'failed' && paid.failure === 'authentication') return ended(UNAUTHENTICATED)
  if (paid?.status === 'authorizing' || paid?.status === 'authenticating')
    return { channelCode, ...FLOW.inProgress }
  return ended(FLOW.completed)
}
