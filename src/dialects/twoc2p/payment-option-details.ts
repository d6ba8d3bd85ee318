import Type from 'typebox'
import type { Order } from '../../core/order.ts'
import { CARD_TYPES } from './card-types.ts'
import { allows } from './channels.ts'
import { SUCCESS, WireError } from './codes.ts'
import { an, answer, base, kept, listOf, maybe } from './fields.ts'
import { type Context, plainOperation } from './operation.ts'
import { orderOf } from './order-ref.ts'
import { iconUrl } from './payment-option.ts'
import type { PaymentTokenRequest } from './payment-token-request.ts'

// The patterns that the API itself advertises to its clients.
const NAME = "^(?!\\s*$)[-a-zA-Z' ''.']{1,}$"
const EMAIL =
  '^(([^<>()\\[\\]\\\\.,;:\\s@"]+(\\.[^<>()\\[\\]\\\\.,;:\\s@"]+)*)|(".+"))@((\\[[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}])|(([a-zA-Z\\-0-9]+\\.)+[a-zA-Z]{2,}))$'

/** Payment Option Details: the channels of one group and what each asks for. */
export const paymentOptionDetails = plainOperation(
  {
    path: 'paymentOptionDetails',
    summary: 'Show the channels of one group of payment methods',
    request: Type.Object({ ...base, categoryCode: an(10), groupCode: an(10) }),
    response: answer({
      totalChannel: Type.Integer(),
      name: Type.String(),
      categoryCode: Type.String(),
      groupCode: Type.String(),
      iconUrl: maybe(),
      channels: listOf(kept('sequenceNo, name, currencyCodes, payment{code, input, validation}.')),
      validation: kept('cardNo, cardTypes.'),
      configuration: kept('payment, notification.'),
    }),
  },
  async (context, request) => {
    const order = await orderOf(context.gateway, request.paymentToken)
    const { paymentChannel } = order.details as Partial<PaymentTokenRequest>
    const isCard = request.categoryCode === 'GCARD' && request.groupCode === 'CC'
    if (!isCard || !allows('CC', paymentChannel)) {
      throw new WireError('9060', 'Payment channel unconfigured')
    }
    return {
      totalChannel: 1,
      name: 'Credit Card Payment',
      categoryCode: 'GCARD',
      groupCode: 'CC',
      iconUrl: iconUrl(context.publicUrl, 'card'),
      channels: [cardChannel(context, order)],
      validation: cardValidation(context),
      configuration: configurationOf(order),
      ...SUCCESS,
    }
  },
)

function cardChannel({ publicUrl }: Context, order: Order) {
  return {
    sequenceNo: 1,
    name: 'Credit Card Payment',
    currencyCodes: [order.amount.currency],
    iconUrl: iconUrl(publicUrl, 'card'),
    logoUrl: '',
    payment: {
      code: { channelCode: 'CC' },
      input: {
        name: 'O',
        email: 'O',
        cardNo: 'M',
        expiryMonth: 'M',
        expiryYear: 'M',
        securityCode: 'M',
      },
      validation: {
        name: NAME,
        email: EMAIL,
        mobileNo: '[0-9]+',
        additional: { cardNo: null, amount: { min: 0, max: 0 } },
      },
    },
    isDown: false,
  }
}

function cardValidation({ publicUrl }: Context) {
  return {
    cardNo: { prefixes: CARD_TYPES.flatMap(({ prefixes }) => prefixes), regex: '^[0-9]{12,19}$' },
    cardTypes: CARD_TYPES.map(({ brand, ...type }, index) => ({
      sequenceNo: index + 1,
      ...type,
      iconUrl: iconUrl(publicUrl, brand),
    })),
  }
}

function configurationOf(order: Order) {
  const details = order.details as Partial<PaymentTokenRequest>
  return {
    payment: {
      tokenize: order.tokenize === 'offered',
      tokenizeOnly: order.tokenize === 'only',
      cardTokenOnly: details.customerTokenOnly === true,
      immediatePayment: details.immediatePayment === true,
      fx: {},
    },
    notification: { facebook: false, whatsApp: false, line: false },
  }
}
