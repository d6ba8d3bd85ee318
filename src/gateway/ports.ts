import type { KeyObject } from 'node:crypto'
import type { Expiry } from '../core/card.ts'
import type { Money } from '../core/money.ts'
import type { Order } from '../core/order.ts'
import type { Pan, Sad } from '../core/pan.ts'
import type {
  FailureReason,
  Issuer,
  OperationKind,
  Payment,
  PaymentStatus,
  VaultToken,
} from '../core/payment.ts'

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
  readonly logoUrl: string | undefined
  /** `#rrggbb`, an accent on the hosted page. */
  readonly color: string | undefined
}

export interface MerchantStore {
  find(merchantId: string): Promise<Merchant | undefined>
  /** The merchant's shared secrets for one dialect, newest first, without expired ones. */
  secrets(merchantId: string, dialect: string, at: Date): Promise<readonly SealedSecret[]>
}

export interface SealedSecret {
  readonly secretId: string
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
  cancel(merchantId: string, orderId: string, at: Date): Promise<boolean>
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
  readonly notification?: Notification
}

export interface NewVaultToken {
  readonly vaultTokenId: string
  readonly cardId: string
  readonly names: Readonly<Record<string, string>>
  readonly panMasked: string
  readonly brand: string | undefined
  readonly expiry: Expiry
}

export interface PaymentStore {
  /**
   * Claims the order and records payment and operation in one commit.
   * @returns false when another attempt holds the order.
   */
  begin(payment: Payment, operation: Operation): Promise<boolean>
  /** Claims the order for a payment that ended before any acquirer was asked. */
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
  reserve(operation: Operation): Promise<'reserved' | 'refused' | Operation>
  /** @returns the payment after it; undefined when the operation was settled before. */
  settle(settlement: Settlement): Promise<Payment | undefined>
  /** Leases operations without an outcome past their deadline, so that one node looks at each. */
  claimInDoubt(at: Date, leaseUntil: Date, limit: number): Promise<readonly InDoubt[]>
  postpone(operation: Operation, dueAt: Date): Promise<void>
  operation(merchantId: string, operationId: string): Promise<OperationRecord | undefined>
}

export interface OperationRecord extends Operation {
  readonly state: 'sent' | 'approved' | 'declined' | 'failed' | 'reversed'
  readonly responseCode: string | undefined
}

/** What waits for its cardholder. */
export interface WaitingCard {
  readonly pan: Pan
  readonly expiry: Expiry
  readonly securityCode: Sad | undefined
  /** To be stored once the issuer approves. */
  readonly keep: boolean
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

/** A result that a merchant must be told, until it acknowledges. */
export interface Notification {
  readonly merchantId: string
  readonly notificationId: string
  readonly orderId: string
  readonly paymentId: string
  readonly dialect: string
  readonly url: string
  readonly attempts: number
  /** A delivery that was claimed and not finished is due again then. */
  readonly dueAt: Date
}

/** An order and what became of it, as merchants are told. */
export interface PaymentResult {
  readonly order: Order
  /** The newest attempt; undefined before the first. */
  readonly payment: Payment | undefined
  /** The stored card it was paid with or that it made. */
  readonly vaultToken: VaultToken | undefined
  /** Only while the payment is `authenticating`, and only where it was just started. */
  readonly next?: BrowserStep
}

/** A merchant together with its open secrets for one dialect, newest first. */
export interface MerchantAccess {
  readonly merchant: Merchant
  readonly secrets: readonly KeyObject[]
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
  notification(result: PaymentResult, access: MerchantAccess): OutgoingRequest
  isAcknowledged(answer: { readonly status: number; readonly body: string }): boolean
  /** How the payer's browser gets back to the merchant once the payment has ended. */
  returnToMerchant(result: PaymentResult, way: ReturnWay): BrowserReturn
  /** A fresh name for a vault token in this dialect's form. */
  nameVaultToken(at: Date): string
}

export interface DeliveryAttempt {
  readonly at: Date
  readonly milliseconds: number
  readonly status: number | undefined
  readonly error: string | undefined
}

export interface NotificationStore {
  claimDue(at: Date, leaseUntil: Date, limit: number): Promise<readonly Notification[]>
  /** Records the attempt; `next` is undefined when there is none: delivered or parked. */
  record(
    notification: Notification,
    attempt: DeliveryAttempt,
    outcome: { state: 'delivered' | 'parked' } | { state: 'due'; dueAt: Date },
  ): Promise<void>
}

export interface OutgoingRequest {
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly headers: Record<string, string>
  readonly body?: string
}

/** Calls a merchant's URL; a private address, a time-out and a reset are answers too. */
export interface Outgoing {
  /** @returns undefined for a URL that may be called, as far as can be told without calling. */
  check(url: string): string | undefined
  send(
    request: OutgoingRequest,
  ): Promise<
    | { kind: 'answered'; status: number; body: string; retryAfterSeconds?: number }
    | { kind: 'failed'; reason: string }
  >
}

// ---- vault ------------------------------------------------------------------------------------

/** The card zone as the gateway sees it. */
export interface Vault {
  /** Stores a card once per merchant. @returns its id: the same for the same PAN. */
  store(merchantId: string, pan: Pan): Promise<string>
  open(merchantId: string, cardId: string): Promise<Pan>
  /** Seals a short secret for one row; `place` binds it there. */
  sealSecret(merchantId: string, place: string, secret: string): Promise<Buffer>
  openSecret(merchantId: string, place: string, sealed: Buffer): Promise<string>
  sealSad(merchantId: string, place: string, value: Sad): Promise<Buffer>
  openSad(merchantId: string, place: string, sealed: Buffer): Promise<Sad>
  /**
   * Seals a card for a round trip through its payer's browser: the text goes, the one-time key
   * stays, and neither says anything without the other.
   */
  splitSeal(place: string, card: WaitingCard): { readonly key: Buffer; readonly text: string }
  /** @returns undefined unless text, key and place belong together. */
  splitOpen(place: string, key: Buffer, text: string): WaitingCard | undefined
}

export interface VaultTokenStore {
  findByIds(
    merchantId: string,
    dialect: string,
    vaultTokenIds: readonly string[],
  ): Promise<readonly VaultToken[]>
  /** The merchant's tokens among these names, in no order. */
  findByNames(
    merchantId: string,
    dialect: string,
    names: readonly string[],
  ): Promise<readonly VaultToken[]>
}

// ---- acquirers --------------------------------------------------------------------------------

export type AuthorizationInstrument =
  | {
      readonly kind: 'card'
      readonly pan: Pan
      readonly expiry: Expiry
      readonly securityCode?: Sad | undefined
    }
  | {
      readonly kind: 'networkToken'
      readonly dpan: Pan
      readonly expiry: Expiry
      /** Base64 as it came; absent for a wallet's plain card. */
      readonly tokenCryptogram?: Sad
      readonly wallet: 'googlePay' | 'applePay' | 'external'
    }

/** Authentication values that travel with an authorization. */
export interface Authentication {
  readonly eci: string | undefined
  readonly cavv?: Sad
  readonly dsTransactionId?: string
}

export interface Authorization {
  readonly merchantId: string
  readonly operationId: string
  readonly merchantReference: string
  readonly amount: Money
  /** `sale` authorizes and captures in one message; `verify` holds nothing. */
  readonly purpose: 'authorize' | 'sale' | 'verify'
  readonly instrument: AuthorizationInstrument
  readonly initiator: 'customer' | 'merchant'
  readonly storedCredential: boolean
  readonly authentication: Authentication
}

/** A capture, void or refund of an earlier authorization. */
export interface FollowUp {
  readonly merchantId: string
  readonly operationId: string
  /** Operation id of the authorization. */
  readonly originalId: string
  readonly amount: Money
}

export interface AcquirerAnswer {
  readonly responseCode?: string
  readonly approvalCode?: string
  readonly rrn?: string
  readonly networkTransactionId?: string
  readonly issuer?: Issuer
}

/** An acquirer never throws: no answer, a broken line and nonsense are all `unknown`. */
export type AcquirerOutcome =
  | ({ readonly kind: 'approved' | 'declined' } & AcquirerAnswer)
  | { readonly kind: 'unknown' }

/** Whoever moves the money. Operation ids make every message safe to repeat. */
export interface Acquirer {
  authorize(message: Authorization): Promise<AcquirerOutcome>
  capture(message: FollowUp): Promise<AcquirerOutcome>
  void(message: FollowUp): Promise<AcquirerOutcome>
  refund(message: FollowUp): Promise<AcquirerOutcome>
  /** Technical undo of a message whose outcome is unknown; a late original stays undone. */
  reverse(message: FollowUp): Promise<AcquirerOutcome>
  /** What became of an operation. `absent`: the acquirer has never seen it. */
  query(merchantId: string, operationId: string): Promise<AcquirerOutcome | { kind: 'absent' }>
}
