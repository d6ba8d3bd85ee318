import type { Order } from '../core/order.ts'
import type { VaultToken } from '../core/payment.ts'
import { cancelOrder } from './cancel-order.ts'
import { capture } from './capture.ts'
import { createDeliverer } from './deliver.ts'
import type { FollowUpRequest, FollowUpResult } from './follow-up.ts'
import { forget } from './forget.ts'
import { findOrder, inquire, type Inquiry } from './inquire.ts'
import { type OpenOrder, openOrder } from './open-order.ts'
import type { Parts } from './parts.ts'
import { type Pay, pay } from './pay.ts'
import type { Clock, Ids, MerchantAccess, PaymentResult } from './ports.ts'
import { recover } from './recover.ts'
import { refund } from './refund.ts'
import type { OrderRef, SessionTokens } from './session-token.ts'
import { voidPayment } from './void.ts'

/** What a payment does, as dialects call it: one verb per file beside this one. */
export interface Gateway {
  readonly clock: Clock
  readonly ids: Ids
  readonly sessionTokens: SessionTokens
  merchantAccess(merchantId: string, dialect: string): Promise<MerchantAccess | undefined>
  vaultTokens(
    merchantId: string,
    dialect: string,
    names: readonly string[],
  ): Promise<readonly VaultToken[]>
  openOrder(request: OpenOrder): Promise<Order>
  findOrder(inquiry: Inquiry): Promise<Order>
  pay(request: Pay): Promise<PaymentResult>
  inquire(inquiry: Inquiry): Promise<PaymentResult>
  cancelOrder(order: OrderRef): Promise<void>
  capture(request: FollowUpRequest): Promise<FollowUpResult>
  refund(request: FollowUpRequest): Promise<FollowUpResult>
  void(request: Omit<FollowUpRequest, 'minor'>): Promise<FollowUpResult>
  /** One round of each, as the loops run them. @returns how much there was to do. */
  recover(): Promise<number>
  deliverDue(): Promise<number>
  forget(): Promise<number>
  /** Resolves when no delivery is under way. */
  idle(): Promise<void>
}

export function createGateway(given: Omit<Parts, 'deliverSoon'>): Gateway {
  const deliverer = createDeliverer(given)
  const parts: Parts = { ...given, deliverSoon: (...told) => deliverer.soon(...told) }
  return {
    clock: parts.clock,
    ids: parts.ids,
    sessionTokens: parts.sessionTokens,
    merchantAccess: (...who) => parts.merchantAccess(...who),
    async vaultTokens(merchantId, dialect, names) {
      return names.length === 0 ? [] : parts.vaultTokens.findByNames(merchantId, dialect, names)
    },
    openOrder: (request) => openOrder(parts, request),
    findOrder: (inquiry) => findOrder(parts, inquiry),
    pay: (request) => pay(parts, request),
    inquire: (inquiry) => inquire(parts, inquiry),
    cancelOrder: (order) => cancelOrder(parts, order),
    capture: (request) => capture(parts, request),
    refund: (request) => refund(parts, request),
    void: (request) => voidPayment(parts, request),
    recover: () => recover(parts),
    deliverDue: () => deliverer.due(),
    forget: () => forget(parts),
    idle: () => deliverer.idle(),
  }
}
