import Type from 'typebox'
import type { Order } from '../../core/order.ts'
import type { PaymentResult } from '../../gateway/ports.ts'
import { cardOf, maskedName } from './card.ts'
import { WireError } from './codes.ts'
import { country, id, oneOf, optional, partial, text } from './fields.ts'
import { stepUrl } from './links.ts'
import { storedForOf } from './stored-for.ts'
import { type Context, DIALECT, operation } from './operation.ts'
import { mitType } from './order-and-pay-request.ts'
import { bindingReference, detailsOf, type OrderDetails } from './order-details.ts'
import { stateOf } from './order-result.ts'
import { checkMethod } from './payment-methods.ts'
import { checkReturnUrl } from './return-to-merchant.ts'

const BINDING_MS = 30 * 60_000

const ApplyRequest = Type.Object({
  requestId: id(64, 'A repeat answers the first.'),
  country,
  paymentMethodType: text(64),
  targetOrg: optional(text(32)),
  userId: id(64),
  frontCallbackUrl: text(1024, { aliases: ['frontCallbackURL', 'frontCallBackUrl'] }),
  tokenScope: oneOf(['tokenAcq']),
  mitType,
  cardInfo: optional(
    Type.Object({
      cardOrg: text(32),
      cardIdentifierNo: text(19, { opaque: true }),
      cardHolderFullName: text(64),
      cardExpirationMonth: text(2, { loose: true }),
      cardExpirationYear: text(4, { loose: true }),
      cvv: optional(text(4, { loose: true })),
    }),
  ),
  envInfo: optional(
    partial({
      userAgent: text(2048),
      clientIp: text(64),
      terminalType: text(16),
      osType: text(16),
      osVersion: text(64),
      browserType: text(64),
      timeZone: text(64),
      deviceId: id(128),
      deviceLanguage: text(32),
      screenHeight: text(16, { loose: true }),
      screenWidth: text(16, { loose: true }),
    }),
  ),
})

/** What an application for a payment token answers, at once and when it is asked about. */
export const ApplicationFields = Type.Object({
  requestId: id(64),
  status: oneOf(['PENDING', 'SUCCESS', 'FAILED']),
  redirectUrl: optional(Type.String()),
  paymentTokenID: optional(id(64)),
})

/** applyPaymentToken: binds a card without paying; its issuer confirms it, and may see the payer. */
export const applyPaymentToken = operation(
  {
    name: 'applyPaymentToken',
    summary: 'Bind a card without paying',
    request: ApplyRequest,
    response: ApplicationFields,
  },
  async (context, request) => {
    const { gateway, access } = context
    checkMethod(request.paymentMethodType)
    if (request.paymentMethodType !== 'CARD') throw new WireError('PAYMENT_METHOD_NOT_EXIST')
    checkReturnUrl(request.frontCallbackUrl, access.merchant)
    const { cardInfo = {}, envInfo } = request
    const instrument = cardOf(cardInfo, gateway.clock.now())
    const order = await open(context, request)
    if (order.status !== 'open') return applicationFields(context, await gateway.inquire(order))
    const { clientIp, userAgent } = envInfo ?? {}
    const { cardHolderFullName: cardHolder } = request.cardInfo ?? {}
    const result = await gateway.pay({
      order,
      instrument,
      storeCard: true,
      initiator: 'customer',
      holder: { name: cardHolder },
      details: { cardHolder: maskedName(cardHolder) },
      returnUrl: undefined,
      browser: {
        ...(clientIp !== undefined && { ip: clientIp }),
        ...(userAgent !== undefined && { userAgent }),
      },
      reopens: false,
    })
    return applicationFields(context, result)
  },
)

async function open(
  { gateway, access }: Context,
  request: Type.Static<typeof ApplyRequest>,
): Promise<Order> {
  const { merchant } = access
  const { requestId, country: where, frontCallbackUrl, userId } = request
  const merchantReference = bindingReference(requestId)
  const details: OrderDetails = { outTradeNo: '', requestId, country: where, frontCallbackUrl }
  const { cardInfo: _card, envInfo: _environment, ...asked } = request
  return gateway.openOrder({
    order: {
      merchantId: merchant.merchantId,
      dialect: DIALECT,
      merchantReference,
      amount: { minor: 0n, currency: merchant.currency },
      description: 'Card verification',
      captureMode: 'none',
      tokenize: 'only',
      threeds: 'try',
      storedFor: storedForOf(request.mitType),
      customerId: userId,
      vaultTokenIds: [],
      notifyUrl: undefined,
      announcesExpiry: false,
      details: { ...details },
      expiresAt: gateway.clock.in(BINDING_MS),
    },
    idempotencyKey: merchantReference,
    canonical: JSON.stringify(asked),
  })
}

export function applicationFields(context: Context, result: PaymentResult): object {
  const { order, vaultToken, next } = result
  const { requestId } = detailsOf(order)
  const state = stateOf(result, context.gateway.clock.now())
  const isBound = state === 'SUCCESS' && vaultToken !== undefined
  return {
    requestId,
    status: isBound ? 'SUCCESS' : state === 'PENDING' ? 'PENDING' : 'FAILED',
    ...(next && { redirectUrl: stepUrl(context, order, next) }),
    ...(isBound && { paymentTokenID: vaultToken.name }),
  }
}
