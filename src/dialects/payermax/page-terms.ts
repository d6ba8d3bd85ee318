import type { Order } from '../../core/order.ts'
import type { PageTerms } from '../../gateway/ports.ts'
import { detailsOf, sessionReference } from './order-details.ts'

/** What the hosted page may do about an order: it takes cards, and nothing else. */
export function pageTerms(order: Order): PageTerms {
  const { locale, paymentMethodType = 'CARD' } = detailsOf(order)
  const isSession = order.merchantReference.startsWith(sessionReference(''))
  return {
    locale,
    takesCards: paymentMethodType === 'CARD' && !isSession,
    takesNewCards: true,
    initiator: 'customer',
    authentication: undefined,
  }
}
