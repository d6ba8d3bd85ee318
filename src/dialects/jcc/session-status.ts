import Type from 'typebox'
import type { Order } from '../../core/order.ts'
import type { VaultToken } from '../../core/payment.ts'
import { formatDecimal } from '../../core/money.ts'
import { formFault, known } from './answer.ts'
import { flag, opaque, optional, orderId, repeated, request } from './fields.ts'
import { findPayersOrder } from './find-order.ts'
import { type Context, DIALECT, payerOperation } from './operation.ts'
import { detailsOf } from './order-details.ts'
import { STATUS, stateOf } from './order-state.ts'
import { expiryText, maskOf, paymentSystemOf } from './order-status.ts'
import { finishUrl } from './payment-page.ts'
import { wayBack } from './return-to-merchant.ts'

/** `getSessionStatus.do`: what a payment page or a mobile SDK needs to know of its order. */
export const getSessionStatus = payerOperation(
  {
    paths: ['rest/getSessionStatus.do'],
    summary: 'Ask what a payment page shows',
    request: request({
      MDORDER: orderId({ missing: '1' }),
      informRbsOnLoad: optional(flag()),
      paramNames: optional(repeated(255)),
      pageView: optional(opaque(20)),
    }),
    response: Type.Object({
      remainingSecs: optional(Type.Integer()),
      redirect: optional(Type.String()),
      orderNumber: Type.String(),
      amount: Type.String(),
      bindingItems: Type.Array(Type.Unknown()),
      merchantInfo: Type.Object({ merchantFullName: Type.String() }),
      merchantOptions: Type.Array(Type.String()),
    }),
    fault: formFault,
  },
  async (context, { MDORDER }) => {
    const { gateway } = context
    const result = await findPayersOrder(context, MDORDER)
    const { order } = result
    const now = gateway.clock.now()
    const { orderStatus } = stateOf(result, now)
    const isPayable = orderStatus === STATUS.created
    const seconds = Math.ceil((order.expiresAt.getTime() - now.getTime()) / 1_000)
    const bindingItems = isPayable ? (await gateway.orderCards(order)).map(itemOf) : []
    return {
      ...known({
        remainingSecs: isPayable ? seconds : undefined,
        // Whoever is done has nothing to do here.
        redirect: isPayable || orderStatus === STATUS.authenticating ? undefined : wayBack(result),
      }),
      ...described(order),
      bindingItems,
      bindingEnabled: order.tokenize === 'offered',
      bindingDeactivationEnabled: bindingItems.length > 0,
      cvcNotRequired: detailsOf(order).features.includes('FORCE_NO_CVC'),
      otherWayEnabled: false,
      feeEnabled: false,
      sslOnly: order.threeds === 'none',
      orderExpired: now >= order.expiresAt,
      backUrl: finishUrl(context, order.orderId),
      merchantInfo: await merchantInfo(context, order),
      // The sandbox's Google is not the one that a payer's phone has.
      merchantOptions:
        context.googlePay?.environment === 'PRODUCTION'
          ? [...MERCHANT_OPTIONS, 'GOOGLEPAY']
          : MERCHANT_OPTIONS,
    }
  },
)

const MERCHANT_OPTIONS: readonly string[] = [
  'VISA',
  'VISA_TDS',
  'MASTERCARD',
  'MASTERCARD_TDS',
  'AMEX',
  'JCB',
  'CUP',
  'SSL',
]

function described(order: Order): object {
  const { email, phone, features } = detailsOf(order)
  const { currency } = order.amount
  return {
    orderNumber: order.merchantReference,
    description: order.description,
    amount: `${formatDecimal(order.amount)} ${currency}`,
    currencyAlphaCode: currency,
    customerDetails: known({ email, phone }),
    orderFeatures: features,
  }
}

function itemOf({ name, card, expiry, holder, createdAt }: VaultToken): object {
  const text = expiryText(expiry)
  return {
    id: name,
    label: `${maskOf(card.panMasked)} ${text.slice(4)}/${text.slice(2, 4)}`,
    paymentSystem: paymentSystemOf(card.brand) ?? '',
    cardHolder: holder?.name ?? '',
    createdDate: createdAt.getTime(),
    // Whoever has the order's id may ask, and is not told whose card it is beyond its name.
    payerEmail: '',
    payerPhone: '',
  }
}

async function merchantInfo({ gateway }: Context, order: Order): Promise<object> {
  const access = await gateway.merchantAccess(order.merchantId, DIALECT)
  if (access === undefined) throw new Error('an order has no merchant')
  return {
    merchantUrl: access.merchant.returnUrl ?? '',
    merchantFullName: access.merchant.name,
    merchantLogin: access.account.replace(/-api$/, ''),
    captchaMode: 'NONE',
    custom: false,
  }
}
