import type { Order } from '../../core/order.ts'
import type { PageTerms } from '../../gateway/ports.ts'
import { detailsOf, sessionReference } from './order-details.ts'
import { walletOf } from './payment-methods.ts'

/** What the hosted page may do about an order: it takes cards; wallets have their own pages. */
export function pageTerms(order: Order): PageTerms {
  const { locale, paymentMethodType = 'CARD', targetOrg } = detailsOf(order)
  const isSession = order.merchantReference.startsWith(sessionReference(''))
  return {
    locale,
    takesCards: paymentMethodType === 'CARD' && !isSession,
    takesNewCards: true,
    initiator: 'customer',
    authentication: undefined,
    wallet: walletOf(paymentMethodType, targetOrg),
  }
}
