/** What a merchant may be told of; a vault token's events are a wallet consent's too. */
export type NotificationEvent =
  | 'payment'
  | 'capture'
  | 'void'
  | 'refund'
  | 'expiry'
  | 'vaultTokenCreated'
  | 'vaultTokenChanged'

/** A result that a merchant must be told, until it acknowledges. */
export interface Notification {
  readonly merchantId: string
  readonly notificationId: string
  readonly event: NotificationEvent
  readonly orderId: string | undefined
  readonly paymentId: string | undefined
  readonly operationId: string | undefined
  readonly vaultTokenId: string | undefined
  /** Of a wallet, where the stored instrument is no card. */
  readonly consentName: string | undefined
  readonly dialect: string
  readonly url: string
  readonly attempts: number
  /** A delivery that was claimed and not finished is due again then. */
  readonly dueAt: Date
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
