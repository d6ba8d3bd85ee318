import Type from 'typebox'
import { expiresWithin, isExpired, lastDayOf } from '../../core/card.ts'
import type { Order } from '../../core/order.ts'
import type { VaultToken } from '../../core/payment.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import { cardTypeName } from './card-types.ts'
import { SUCCESS } from './codes.ts'
import { answer, base, listOf, optional } from './fields.ts'
import { type Context, plainOperation } from './operation.ts'
import { currentOrderOf } from './order-ref.ts'
import { iconUrl } from './payment-option.ts'
import type { PaymentTokenRequest } from './payment-token-request.ts'
import { accountNo, schemeCode } from './result.ts'

const SOON_MONTHS = 6

const StoredCard = Type.Object({
  token: Type.String(),
  accountNo: Type.String({ description: 'First six and last four digits.' }),
  name: Type.String(),
  email: Type.String(),
  expiry: Type.String({ description: 'yyyy-MM-dd with EX, XXXX-XX-XX with A, empty with ED.' }),
  channelCode: Type.String(),
  subChannelCode: Type.String({ description: 'The payment scheme, such as VI.' }),
  cardBrand: Type.String(),
  status: Type.String({ description: 'A available, EX expires within six months, ED expired.' }),
  iconUrl: Type.String(),
  logoUrl: Type.String(),
})

const OlderStoredCard = Type.Object({
  cardToken: Type.String(),
  pan: Type.String(),
  expiryDate: Type.String({ description: 'MM/YY with EX, XX/XX with A, empty with ED.' }),
  cardholderName: Type.String(),
  cardholderEmail: Type.String(),
  status: Type.String(),
  iconUrl: Type.String(),
  logoUrl: Type.String(),
})

/** Customer Token Information: the stored cards that a payment token names. */
export const cardTokenInfo = plainOperation(
  {
    path: 'cardTokenInfo',
    summary: 'List the stored cards that may pay an order',
    request: Type.Object(base),
    response: answer({
      paymentToken: Type.String(),
      customerToken: listOf(StoredCard),
      cardTokenDetails: optional(listOf(OlderStoredCard, '4.1 and 4.2 only.')),
    }),
  },
  async (context, request) => {
    const { gateway, version } = context
    const order = await currentOrderOf(gateway, request.paymentToken)
    const stored = await namedCards(gateway, order)
    const customerToken = stored.map((card) => cardFields(context, card))
    return {
      paymentToken: request.paymentToken,
      ...(version !== '4.3' && { cardTokenDetails: customerToken.map(olderFields) }),
      customerToken,
      ...SUCCESS,
    }
  },
)

/** In the order in which the merchant named them. */
async function namedCards(gateway: Gateway, order: Order): Promise<readonly VaultToken[]> {
  const { customerToken: names = [] } = order.details as Partial<PaymentTokenRequest>
  const stored = await gateway.orderCards(order)
  return stored.toSorted((one, other) => names.indexOf(one.name) - names.indexOf(other.name))
}

function cardFields({ gateway, publicUrl }: Context, stored: VaultToken) {
  const { brand, panMasked } = stored.card
  const status = statusOf(stored, gateway.clock.now())
  const icon = iconUrl(publicUrl, brand ?? 'card')
  return {
    token: stored.name,
    accountNo: accountNo(panMasked),
    name: stored.holder?.name ?? '',
    email: maskedEmail(stored.holder?.email ?? ''),
    expiry: { A: 'XXXX-XX-XX', EX: dashed(lastDayOf(stored.expiry)), ED: '' }[status],
    channelCode: 'CC',
    subChannelCode: schemeCode(brand),
    cardBrand: cardTypeName(brand),
    status,
    iconUrl: icon,
    logoUrl: icon,
  }
}

/** The names of 4.1; a date there is `MM/YY`. */
function olderFields(card: ReturnType<typeof cardFields>) {
  return {
    cardToken: card.token,
    pan: card.accountNo,
    expiryDate: card.expiry.replace(/^..(..)-(..)-..$/, '$2/$1'),
    cardholderName: card.name,
    cardholderEmail: card.email,
    status: card.status,
    iconUrl: card.iconUrl,
    logoUrl: card.logoUrl,
  }
}

/** `d***y@g**l.com`: as many stars for a short name as for a long one. */
function maskedEmail(email: string): string {
  const [, local = '', host = '', rest = ''] = /^(.+)@([^@.]+)(\.[^@]+)$/.exec(email) ?? []
  return rest === '' ? '' : `${ends(local, '***')}@${ends(host, '**')}${rest}`
}

function ends(text: string, stars: string): string {
  return `${text.charAt(0)}${stars}${text.length > 2 ? text.slice(-1) : ''}`
}

function statusOf({ expiry }: VaultToken, at: Date): 'A' | 'EX' | 'ED' {
  if (isExpired(expiry, at)) return 'ED'
  return expiresWithin(expiry, SOON_MONTHS, at) ? 'EX' : 'A'
}

function dashed(day: string): string {
  return day.replace(/^(....)(..)(..)$/, '$1-$2-$3')
}
