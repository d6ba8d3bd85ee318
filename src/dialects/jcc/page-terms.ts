import type { Order } from '../../core/order.ts'
import type { PageTerms } from '../../gateway/ports.ts'
import { detailsOf } from './order-details.ts'

/** What a registered order allows on the hosted page. */
export function pageTerms(order: Order): PageTerms {
  const { locale, bindingOnly, storesCard } = detailsOf(order)
  return {
    locale,
    takesCards: true,
    takesNewCards: bindingOnly !== true,
    storesCard: storesCard === true,
    initiator: 'customer',
    authentication: undefined,
  }
}
