import type { KeyObject } from 'node:crypto'
import type { Money } from '../core/money.ts'
import type { Order } from '../core/order.ts'
import type {
  FailureReason,
  OperationKind,
  Payment,
  PaymentStatus,
  VaultToken,
} from '../core/payment.ts'
import type { Wallet } from '../core/wallet.ts'
import type { AcquirerAnswer, Authentication } from './acquirer-ports.ts'
import type { HoldEnd } from './hold-ports.ts'
import type { Notification, NotificationEvent, OutgoingRequest } from './notification-ports.ts'
import type { OrderRef } from './session-token.ts'
import type { NewVaultToken } from './vault-ports.ts'
import type { NewConsent, WalletConsent } from './wallet-ports.ts'

// ---- time, ids, chance ------------------------------------------------------------------------

export interface Clock {
  now(): Date
  /** The instant this many milliseconds from now. */
  in(milliseconds: number): Date
  sleep(milliseconds: number): Promise<void>
}

export interface Ids {
  /** UUIDv7: sorted by time, made here, never by the database. */
  uuid(): string
  /** A decimal trace number of at most 15 digits, so that any client's number type holds it. */
  traceNumber(): string
  /** 0 to 1, for jitter only. */
  chance(): number
}

// ---- merchants --------------------------------------------------------------------------------

/** Who is paid, with the defaults its orders start from. */
export interface Merchant {
  readonly merchantId: string
  readonly name: string
  /** ISO 4217 alphabetic; used where an order names none. */
  readonly currency: string
  /** IANA name; dates shown to the merchant are in it. */
  readonly timeZone: string
  readonly notifyUrl: string | undefined
  readonly returnUrl: string | undefined
  readonly mayTokenize: boolean
  /** Hosts that payers may be sent back to; `*` is any. */
  readonly returnHosts: readonly string[]
  /** A `data:` URL that holds the picture itself. */
  readonly logoUrl: string | undefined
  /** `#rrggbb`, an accent on the hosted page. */
  readonly color: string | undefined
}

/** How a merchant is known in one dialect. */
export interface MerchantAccount {
  /** The wire's own name for it. */
  readonly account: string
  /** The dialect's own settings, kept as they are and never interpreted here. */
  readonly settings: Readonly<Record<string, unknown>>
}

export interface MerchantStore {
  find(merchantId: string): Promise<Merchant | undefined>
  /** The merchant's secrets for one dialect, newest first, without expired ones. */
  secrets(merchantId: string, dialect: string, at: Date): Promise<readonly SealedSecret[]>
  account(merchantId: string, dialect: string): Promise<MerchantAccount | undefined>
  /** @returns the id of the merchant that has this account. */
  byAccount(dialect: string, account: string): Promise<string | undefined>
  /** The merchants whose order ids end in this tag: one, but for an accident of digests. */
  byTag(tag: string): Promise<readonly string[]>
}

export interface SealedSecret {
  readonly secretId: string
  /** `shared`: text that both sides know. Others are named by their dialect and hold PEM. */
  readonly kind: string
  /** The wire's name for this version of a key; empty where it has none. */
  readonly version: string
  readonly sealed: Buffer
}

// ---- orders and payments ----------------------------------------------------------------------

export interface NewOrder {
  readonly order: Order
  readonly idempotencyKey: string | undefined
  /** Digest of the verified request; tells a retry from another request with the same key. */
  readonly requestHash: Buffer
  /** Authentication values of the order, sealed by the vault, erased with the outcome. */
  readonly sealedAuthentication: Buffer | undefined
  readonly holdEnd?: HoldEnd | undefined
}

export interface OrderStore {
  /** @returns undefined when inserted, else the order that holds the reference or the key. */
  insert(order: NewOrder): Promise<ExistingOrder | undefined>
  find(merchantId: string, orderId: string): Promise<Order | undefined>
  findByReference(
    merchantId: string,
    dialect: string,
    merchantReference: string,
  ): Promise<Order | undefined>
  sealedAuthentication(merchantId: string, orderId: string): Promise<Buffer | undefined>
  /** Erases what waits on orders that nobody can pay any more. @returns how many. */
  forgetAuthentications(at: Date): Promise<number>
  /** @returns false when the order could no longer be paid. */
  cancel(order: Order, at: Date, notification: Notification | undefined): Promise<boolean>
  /**
   * Merges entries into an object of the order's details, so that others added at once stay.
   * @returns false when it would hold too many, or there is no such order.
   */
  amend(ref: OrderRef, amendment: Amendment): Promise<boolean>
  /** One page of orders, newest first, and how many there are in all. */
  list(
    query: OrderQuery,
    at: Date,
  ): Promise<{ readonly total: number; readonly orderIds: readonly string[] }>
  /** Unpaid orders past their expiry whose merchants are to be told. */
  overdue(at: Date, limit: number): Promise<readonly Order[]>
  /** @returns false unless the order was open. */
  expire(order: Order, notification: Notification | undefined): Promise<boolean>
}

export interface Amendment {
  /** The name of the object in the details; it is made where it is missing. */
  readonly into: string
  readonly entries: Readonly<Record<string, unknown>>
  /** How many entries it may hold in all. */
  readonly entriesMax: number
}

/** Where orders stand, as lists tell them apart; an order whose outcome is in doubt is in none. */
export type OrderPhase =
  | 'unpaid'
  | 'unsuccessful'
  | 'authorized'
  | 'captured'
  | 'voided'
  | 'refunded'

export interface OrderQuery {
  readonly merchantId: string
  readonly dialect: string
  /** Whether the span is about the order, or about its newest payment. */
  readonly by: 'opened' | 'paid'
  readonly from: Date
  /** The first instant after the span. */
  readonly to: Date
  readonly phases: readonly OrderPhase[]
  readonly limit: number
  readonly offset: number
}

export interface ExistingOrder {
  readonly order: Order
  readonly idempotencyKey: string | undefined
  readonly requestHash: Buffer
}

/** One financial message to an acquirer, in the journal from before it is sent. */
export interface Operation {
  readonly merchantId: string
  readonly operationId: string
  readonly paymentId: string
  readonly kind: OperationKind
  readonly amount: Money
  /** The merchant's own reference for a capture, refund or void. */
  readonly reference: string | undefined
  /** Nothing of the authorization is left after it: the rest is released. */
  readonly isFinal: boolean
  /** Where the merchant hears of it, when it said so with this message. */
  readonly notifyUrl: string | undefined
  readonly sentAt: Date
  /** Without an outcome by then, recovery finds out. */
  readonly dueAt: Date
}

export interface InDoubt {
  readonly operation: Operation
  readonly payment: Payment
  /** How often recovery has tried. */
  readonly attempts: number
}

/** What one operation's outcome changes, written in one transaction. */
export interface Settlement {
  readonly operation: Operation
  readonly state: 'approved' | 'declined' | 'failed' | 'reversed'
  readonly status: PaymentStatus
  readonly answer: AcquirerAnswer
  readonly at: Date
  readonly failure?: FailureReason
  readonly vaultToken?: NewVaultToken
  readonly consent?: NewConsent
  readonly notification?: Notification
}

/** What must hold at the very moment an amount is set aside. */
export interface ReserveLimits {
  /** A capture before it is not voided; undefined is none at all. */
  readonly capturedAfter: Date | undefined
  /** What is to be left of the captures, in minor units; undefined is whatever there is. */
  readonly expectedMinor: bigint | undefined
  /** After one of its kind whose reference begins so, it is refused, unless that one failed. */
  readonly notAfter: readonly string[]
}

export interface PaymentStore {
  /**
   * Claims the order and records payment and operation in one commit.
   * @returns false when another attempt holds the order, or this very payment is there already.
   */
  begin(payment: Payment, operation: Operation): Promise<boolean>
  /**
   * The same for an order that comes with its payment: it is never open.
   * @returns false when the order's reference is taken, and nothing was recorded.
   */
  beginWithOrder(order: NewOrder, payment: Payment, operation: Operation): Promise<boolean>
  /** The same as `begin` for a payment that ended before any acquirer was asked. */
  refuse(payment: Payment, notification: Notification | undefined): Promise<boolean>
  find(merchantId: string, paymentId: string): Promise<Payment | undefined>
  /** How many attempts an order has seen. */
  countByOrder(order: Order): Promise<number>
  /** The order's newest payment, and the vault token of its card under the order's dialect. */
  findByOrder(order: Order): Promise<{ payment: Payment; vaultToken?: VaultToken } | undefined>
  /**
   * Records a capture, refund or void before it is sent and sets its amount aside.
   * @returns `reserved`; the earlier operation with this reference; or `refused` when the
   * payment's sums or status do not allow it (now).
   */
  reserve(operation: Operation, limits: ReserveLimits): Promise<'reserved' | 'refused' | Operation>
  /** @returns the payment after it; undefined when the operation was settled before. */
  settle(settlement: Settlement): Promise<Payment | undefined>
  /** Leases operations without an outcome past their deadline, so that one node looks at each. */
  claimInDoubt(at: Date, leaseUntil: Date, limit: number): Promise<readonly InDoubt[]>
  postpone(operation: Operation, dueAt: Date): Promise<void>
  operation(merchantId: string, operationId: string): Promise<OperationRecord | undefined>
  /** The merchant's newest operation of a kind under its own reference. */
  operationByReference(
    merchantId: string,
    kind: OperationKind,
    reference: string,
  ): Promise<OperationRecord | undefined>
  /** Everything an acquirer was asked about one payment, oldest first. */
  operations(merchantId: string, paymentId: string): Promise<readonly OperationRecord[]>
}

export interface OperationRecord extends Operation {
  readonly state: 'sent' | 'approved' | 'declined' | 'failed' | 'reversed'
  readonly responseCode: string | undefined
  readonly approvalCode: string | undefined
  readonly rrn: string | undefined
  readonly settledAt: Date | undefined
}

/** What the payer's browser has to do next before the payment can go on. */
export type BrowserStep =
  | {
      readonly kind: 'method'
      readonly methodUrl: string
      readonly authenticationId: string
      readonly sessionData: string
    }
  | {
      readonly kind: 'challenge'
      readonly acsUrl: string
      readonly creq: string
      readonly sessionData: string
    }

// ---- notifications ----------------------------------------------------------------------------

/** An order and what became of it, as merchants are told. */
export interface PaymentResult {
  readonly order: Order
  /** The newest attempt; undefined before the first. */
  readonly payment: Payment | undefined
  /** The stored card it was paid with or that it made. */
  readonly vaultToken: VaultToken | undefined
  /** Only while the payment is `authenticating`, and only where it was just started. */
  readonly next?: BrowserStep
  /** A wallet's page, where its owner has to agree before the payment can go on. */
  readonly walletUrl?: string
}

/** A merchant as one dialect knows it, with its open secrets and keys, newest first. */
export interface MerchantAccess extends MerchantAccount {
  readonly merchant: Merchant
  /** Of kind `shared`. */
  readonly secrets: readonly KeyObject[]
  readonly keys: readonly MerchantKey[]
}

export interface MerchantKey {
  readonly kind: string
  readonly version: string
  readonly key: KeyObject
}

/** What a notification is about, as it is when it is sent. */
export interface Told {
  readonly notification: Notification
  /** Undefined where the event is a vault token's own. */
  readonly result: PaymentResult | undefined
  readonly operation: OperationRecord | undefined
  readonly vaultToken: VaultToken | undefined
  /** Of a wallet, where the stored instrument is no card. */
  readonly consent: WalletConsent | undefined
}

/** Where a browser goes: on by itself, by a form that it posts, or nowhere. */
export type BrowserReturn =
  | { readonly kind: 'redirect'; readonly url: string }
  | {
      readonly kind: 'post'
      readonly url: string
      readonly fields: Readonly<Record<string, string>>
    }
  | { readonly kind: 'stay' }

/** What an order's own parameters allow on the hosted page. */
export interface PageTerms {
  readonly locale: string | undefined
  /** Whether cards, stored ones included, may pay. */
  readonly takesCards: boolean
  /** Whether a card that is not stored may. */
  readonly takesNewCards: boolean
  /** A new card is stored whether the payer asks for it or not. */
  readonly storesCard?: boolean
  readonly initiator: 'customer' | 'merchant'
  /** Authentication that the merchant brought along. */
  readonly authentication: Authentication | undefined
  /** The wallet that pays the order, on its own page instead of this one. */
  readonly wallet?: Wallet | undefined
}

export interface ReturnWay {
  readonly merchant: Merchant
  /** The order's session token. */
  readonly sessionToken: Buffer
  /** Where the payment's own client wants its browser back. */
  readonly returnUrl: string | undefined
}

/** The part of a dialect that speaks first: it renders and signs what a merchant is told. */
export interface Voice {
  readonly name: string
  notification(told: Told, access: MerchantAccess): OutgoingRequest | Promise<OutgoingRequest>
  /** The end of an order is told, whatever ends it; no failed attempt while it can still be paid. */
  readonly tellsOfTheEndOnly?: boolean
  /** Where the merchant hears of an event; undefined where it does not. */
  notifyUrl(
    event: NotificationEvent,
    about: {
      readonly access: MerchantAccess
      readonly order?: Order | undefined
      /** False for a payment that failed. */
      readonly isSuccess?: boolean | undefined
    },
  ): string | undefined
  /**
   * How long after the `attempts`-th failure it is tried again.
   * @param jitter 0 to 1. @returns undefined when the schedule is used up.
   */
  retryDelaySeconds(attempts: number, jitter: number): number | undefined
  isAcknowledged(answer: { readonly status: number; readonly body: string }): boolean
  /** How the payer's browser gets back to the merchant once the payment has ended. */
  returnToMerchant(result: PaymentResult, way: ReturnWay): BrowserReturn
  /** What the hosted page may do about an order. */
  pageTerms(order: Order): PageTerms
  /** A fresh name for a vault token in this dialect's form. */
  nameVaultToken(at: Date): string
}
