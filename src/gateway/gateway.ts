import type { Order } from '../core/order.ts'
import type { Pan } from '../core/pan.ts'
import type { OperationKind, Payment, VaultToken } from '../core/payment.ts'
import type { Wallet } from '../core/wallet.ts'
import type { WalletPayment } from '../core/wallet-payment.ts'
import {
  type AuthenticationFacts,
  authenticationFacts,
  type BrowserPart,
  browserWays,
  continueAuthentication,
  expireAuthentications,
  finishAuthentication,
  receiveResults,
} from './authenticate.ts'
import type { Enrollment } from './authentication-ports.ts'
import { cancelOrder } from './cancel-order.ts'
import { capture } from './capture.ts'
import { credit, type CreditRequest } from './credit.ts'
import { createDeliverer } from './deliver.ts'
import { endHolds } from './end-holds.ts'
import { expireOrders } from './expire-orders.ts'
import type { FollowUpRequest, FollowUpResult } from './follow-up.ts'
import { forget } from './forget.ts'
import { heldStep, holdStep, replaceHeldStep } from './held-step.ts'
import { findOrder, inquire, type Inquiry } from './inquire.ts'
import { listOrders, type OrderPage } from './list-orders.ts'
import { type OpenOrder, openOrder } from './open-order.ts'
import { locateAuthenticated, locateOrder } from './order-id.ts'
import type { Parts } from './parts.ts'
import { type Pay, pay } from './pay.ts'
import type {
  Amendment,
  BrowserStep,
  Clock,
  Ids,
  MerchantAccess,
  OperationRecord,
  OrderQuery,
  PaymentResult,
  Voice,
} from './ports.ts'
import { recover } from './recover.ts'
import { refund } from './refund.ts'
import type { OrderRef, SessionTokens } from './session-token.ts'
import {
  changeVaultToken,
  type ListVaultTokens,
  listVaultTokens,
  type StoreVaultToken,
  storeVaultToken,
  type VaultTokenUpdate,
} from './vault-tokens.ts'
import type { ClientCard, ClientCardKey, SealedWalletPayment } from './vault-ports.ts'
import { askWallet } from './ask-wallet.ts'
import { type RemoveConsent, removeConsent } from './wallet-consents.ts'
import type { WalletConsent } from './wallet-ports.ts'
import { voidPayment } from './void.ts'

/** What a payment does, as dialects call it: one verb per file beside this one. */
export interface Gateway {
  readonly clock: Clock
  readonly ids: Ids
  readonly sessionTokens: SessionTokens
  merchantAccess(merchantId: string, dialect: string): Promise<MerchantAccess | undefined>
  /** The merchant that has this account in a dialect. */
  merchantByAccount(dialect: string, account: string): Promise<MerchantAccess | undefined>
  voice(dialect: string): Voice | undefined
  /** Whether results may be sent to this URL: not to private networks, not in the clear. */
  mayNotify(url: string): boolean
  /** The stored cards that may pay an order: those it names, or else all of its customer. */
  orderCards(order: Order): Promise<readonly VaultToken[]>
  vaultTokens(
    merchantId: string,
    dialect: string,
    names: readonly string[],
  ): Promise<readonly VaultToken[]>
  listVaultTokens(query: ListVaultTokens): Promise<readonly VaultToken[]>
  storeVaultToken(request: StoreVaultToken): ReturnType<typeof storeVaultToken>
  changeVaultToken(
    which: { readonly merchantId: string; readonly dialect: string; readonly name: string },
    update: VaultTokenUpdate,
  ): Promise<VaultToken>
  /** A customer's consents to debit wallets, newest first, without removed ones. */
  listConsents(merchantId: string, customerId: string): Promise<readonly WalletConsent[]>
  /** The consent of that name, also a removed one. */
  findConsent(merchantId: string, name: string): Promise<WalletConsent | undefined>
  removeConsent(request: RemoveConsent): Promise<boolean>
  /** What payers' clients encrypt cards to. */
  clientCardKey(): Promise<ClientCardKey>
  /** @returns undefined for everything that is not whole, ours and fresh, whatever is wrong. */
  openClientCard(text: string): Promise<ClientCard | undefined>
  /** @returns undefined for what is not whole, genuine, fresh, for this merchant, and first. */
  openWalletPayment(sealed: SealedWalletPayment): Promise<WalletPayment | undefined>
  openOrder(request: OpenOrder): Promise<Order>
  /** Finds an order by its id alone. */
  locateOrder(orderId: string): Promise<OrderRef | undefined>
  listOrders(query: OrderQuery): Promise<OrderPage>
  /** Adds to an order's details. @returns false when that would be too much. */
  amendOrder(order: OrderRef, amendment: Amendment): Promise<boolean>
  findOrder(inquiry: Inquiry): Promise<Order>
  /** How often somebody has tried to pay an order. */
  attempts(order: Order): Promise<number>
  pay(request: Pay): Promise<PaymentResult>
  credit(request: CreditRequest): Promise<PaymentResult>
  /** Whether a wallet can pay here. */
  takesWallet(wallet: Wallet): boolean
  /** What has become of an order that a wallet pays, and its page while its owner has to agree. */
  askWallet(order: OrderRef): Promise<PaymentResult>
  continueAuthentication(order: OrderRef, part: BrowserPart): Promise<PaymentResult>
  finishAuthentication(order: OrderRef, sessionData: string): Promise<PaymentResult>
  receiveResults(order: OrderRef, body: Uint8Array): Promise<object | undefined>
  browserWays(order: OrderRef): ReturnType<typeof browserWays>
  /** Keeps a result's step for a browser that comes with its order's id alone. */
  holdStep(result: PaymentResult): Promise<void>
  /** The step that is kept for an order's browser, if there is one. */
  heldStep(order: OrderRef): Promise<BrowserStep | undefined>
  /** The id of the order that an authentication is about. */
  orderOfAuthentication(merchantId: string, authenticationId: string): Promise<string | undefined>
  /** The same by the authentication's id alone, which says whose it is. */
  locateAuthenticated(authenticationId: string): Promise<string | undefined>
  /** Whether the issuer of a card takes part in 3-D Secure. */
  lookupCard(pan: Pan): Promise<Enrollment>
  inquire(inquiry: Inquiry): Promise<PaymentResult>
  cancelOrder(order: OrderRef, options?: { readonly interrupts?: boolean }): Promise<void>
  authentication(payment: Payment): Promise<AuthenticationFacts | undefined>
  /** Everything an acquirer was asked about a payment, oldest first. */
  operations(payment: Payment): Promise<readonly OperationRecord[]>
  /** The merchant's newest operation of a kind under its own reference. */
  operationByReference(
    merchantId: string,
    kind: OperationKind,
    reference: string,
  ): Promise<OperationRecord | undefined>
  operation(merchantId: string, operationId: string): Promise<OperationRecord | undefined>
  findPayment(merchantId: string, paymentId: string): Promise<Payment | undefined>
  capture(request: FollowUpRequest): Promise<FollowUpResult>
  refund(request: FollowUpRequest): Promise<FollowUpResult>
  void(request: FollowUpRequest): Promise<FollowUpResult>
  /** One round of each, as the loops run them. @returns how much there was to do. */
  recover(): Promise<number>
  deliverDue(): Promise<number>
  forget(): Promise<number>
  expireAuthentications(): Promise<number>
  expireOrders(): Promise<number>
  endHolds(): Promise<number>
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
    merchantByAccount: (...who) => parts.merchantByAccount(...who),
    voice: (dialect) => parts.voices.get(dialect),
    mayNotify: (url) => parts.outgoing.check(url) === undefined,
    async orderCards({ merchantId, dialect, vaultTokenIds, customerId }) {
      if (vaultTokenIds.length > 0) {
        const stored = await parts.vaultTokens.findByIds(merchantId, dialect, vaultTokenIds)
        return stored.filter(({ isActive }) => isActive)
      }
      if (customerId === undefined) return []
      return listVaultTokens(parts, { merchantId, dialect, customerId })
    },
    async vaultTokens(merchantId, dialect, names) {
      return names.length === 0 ? [] : parts.vaultTokens.findByNames(merchantId, dialect, names)
    },
    listVaultTokens: (query) => listVaultTokens(parts, query),
    storeVaultToken: (request) => storeVaultToken(parts, request),
    changeVaultToken: (which, update) => changeVaultToken(parts, which, update),
    clientCardKey: () => parts.clientCards.key(),
    openClientCard: (text) => parts.clientCards.open(text),
    openWalletPayment: (sealed) => parts.walletPayments.open(sealed),
    openOrder: (request) => openOrder(parts, request),
    locateOrder: (orderId) => locateOrder(parts, orderId),
    listOrders: (query) => listOrders(parts, query),
    amendOrder: (...amended) => parts.orders.amend(...amended),
    findOrder: (inquiry) => findOrder(parts, inquiry),
    attempts: (order) => parts.payments.countByOrder(order),
    pay: (request) => pay(parts, request),
    credit: (request) => credit(parts, request),
    ...walletVerbs(parts),
    async continueAuthentication(order, part) {
      const result = await continueAuthentication(parts, order, part)
      return replaceHeldStep(parts, result)
    },
    finishAuthentication: (order, data) => finishAuthentication(parts, order, data),
    receiveResults: (order, body) => receiveResults(parts, order, body),
    browserWays: (order) => browserWays(parts, order),
    holdStep: (result) => holdStep(parts, result),
    heldStep: (order) => heldStep(parts, order),
    orderOfAuthentication: (...which) => parts.authentications.orderOf(...which),
    locateAuthenticated: (authenticationId) => locateAuthenticated(parts, authenticationId),
    lookupCard: async (pan) => (await parts.authenticator?.lookup(pan)) ?? { kind: 'unavailable' },
    inquire: (inquiry) => inquire(parts, inquiry),
    cancelOrder: (order, options) => cancelOrder(parts, order, options),
    authentication: (payment) => authenticationFacts(parts, payment),
    operations: ({ merchantId, paymentId }) => parts.payments.operations(merchantId, paymentId),
    operation: (...which) => parts.payments.operation(...which),
    operationByReference: (...which) => parts.payments.operationByReference(...which),
    findPayment: (...which) => parts.payments.find(...which),
    capture: (request) => capture(parts, request),
    refund: (request) => refund(parts, request),
    void: (request) => voidPayment(parts, request),
    recover: () => recover(parts),
    deliverDue: () => deliverer.due(),
    forget: () => forget(parts),
    expireAuthentications: () => expireAuthentications(parts),
    expireOrders: () => expireOrders(parts),
    endHolds: () => endHolds(parts),
    idle: () => deliverer.idle(),
  }
}

type WalletVerb = 'listConsents' | 'findConsent' | 'removeConsent' | 'takesWallet' | 'askWallet'

function walletVerbs(parts: Parts): Pick<Gateway, WalletVerb> {
  return {
    listConsents: (...whose) => parts.wallets.list(...whose),
    findConsent: (...which) => parts.wallets.find(...which),
    removeConsent: (request) => removeConsent(parts, request),
    takesWallet: (wallet) => parts.acquirer.takesWallet?.(wallet) === true,
    askWallet: (order) => askWallet(parts, order),
  }
}
