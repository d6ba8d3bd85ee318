import type { Order } from '../core/order.ts'
import type { VaultToken } from '../core/payment.ts'
import {
  type BrowserPart,
  browserWays,
  continueAuthentication,
  expireAuthentications,
  finishAuthentication,
  receiveResults,
} from './authenticate.ts'
import { cancelOrder } from './cancel-order.ts'
import { capture } from './capture.ts'
import { createDeliverer } from './deliver.ts'
import type { FollowUpRequest, FollowUpResult } from './follow-up.ts'
import { forget } from './forget.ts'
import { findOrder, inquire, type Inquiry } from './inquire.ts'
import { type OpenOrder, openOrder } from './open-order.ts'
import type { Parts } from './parts.ts'
import { type Pay, pay } from './pay.ts'
import type { Clock, Ids, MerchantAccess, PaymentResult, Voice } from './ports.ts'
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
  voice(dialect: string): Voice | undefined
  /** Whether results may be sent to this URL: not to private networks, not in the clear. */
  mayNotify(url: string): boolean
  /** The stored cards that may pay an order, by their names in its dialect. */
  orderCards(order: Order): Promise<readonly VaultToken[]>
  vaultTokens(
    merchantId: string,
    dialect: string,
    names: readonly string[],
  ): Promise<readonly VaultToken[]>
  openOrder(request: OpenOrder): Promise<Order>
  findOrder(inquiry: Inquiry): Promise<Order>
  /** How often somebody has tried to pay an order. */
  attempts(order: Order): Promise<number>
  pay(request: Pay): Promise<PaymentResult>
  continueAuthentication(order: OrderRef, part: BrowserPart): Promise<PaymentResult>
  finishAuthentication(order: OrderRef, sessionData: string): Promise<PaymentResult>
  receiveResults(order: OrderRef, body: Uint8Array): Promise<object | undefined>
  browserWays(order: OrderRef): ReturnType<typeof browserWays>
  inquire(inquiry: Inquiry): Promise<PaymentResult>
  cancelOrder(order: OrderRef): Promise<void>
  capture(request: FollowUpRequest): Promise<FollowUpResult>
  refund(request: FollowUpRequest): Promise<FollowUpResult>
  void(request: Omit<FollowUpRequest, 'minor'>): Promise<FollowUpResult>
  /** One round of each, as the loops run them. @returns how much there was to do. */
  recover(): Promise<number>
  deliverDue(): Promise<number>
  forget(): Promise<number>
  expireAuthentications(): Promise<number>
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
    voice: (dialect) => parts.voices.get(dialect),
    mayNotify: (url) => parts.outgoing.check(url) === undefined,
    async orderCards({ merchantId, dialect, vaultTokenIds }) {
      if (vaultTokenIds.length === 0) return []
      return parts.vaultTokens.findByIds(merchantId, dialect, vaultTokenIds)
    },
    async vaultTokens(merchantId, dialect, names) {
      return names.length === 0 ? [] : parts.vaultTokens.findByNames(merchantId, dialect, names)
    },
    openOrder: (request) => openOrder(parts, request),
    findOrder: (inquiry) => findOrder(parts, inquiry),
    attempts: (order) => parts.payments.countByOrder(order),
    pay: (request) => pay(parts, request),
    continueAuthentication: (order, part) => continueAuthentication(parts, order, part),
    finishAuthentication: (order, data) => finishAuthentication(parts, order, data),
    receiveResults: (order, body) => receiveResults(parts, order, body),
    browserWays: (order) => browserWays(parts, order),
    inquire: (inquiry) => inquire(parts, inquiry),
    cancelOrder: (order) => cancelOrder(parts, order),
    capture: (request) => capture(parts, request),
    refund: (request) => refund(parts, request),
    void: (request) => voidPayment(parts, request),
    recover: () => recover(parts),
    deliverDue: () => deliverer.due(),
    forget: () => forget(parts),
    expireAuthentications: () => expireAuthentications(parts),
    idle: () => deliverer.idle(),
  }
}
