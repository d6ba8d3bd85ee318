import type { Expiry } from '../core/card.ts'
import type { Money } from '../core/money.ts'
import type { Pan, Sad } from '../core/pan.ts'
import type { Payment } from '../core/payment.ts'
import type { TransStatus } from '../core/threeds.ts'
import type { Notification } from './notification-ports.ts'
import type { Operation } from './ports.ts'

/** One authentication of one payment, from before anybody is asked until its outcome is used. */
export interface AuthenticationRecord {
  readonly merchantId: string
  readonly paymentId: string
  /** EMV threeDSServerTransID. */
  readonly authenticationId: string
  /** `method`: the browser goes first. `requested`: the directory server is asked. */
  readonly state: 'method' | 'requested' | 'challenge' | 'done'
  readonly version: string
  /** One-time key of the card that travels with the browser; erased with the outcome. */
  readonly sessionKey: Buffer | undefined
  /** Where the browser goes in the end, when the payment's own client said so. */
  readonly returnUrl: string | undefined
  readonly methodUrl: string | undefined
  readonly acsUrl: string | undefined
  readonly dsTransactionId: string | undefined
  readonly acsTransactionId: string | undefined
  readonly transStatus: TransStatus | undefined
  readonly eci: string | undefined
  readonly sealedValue: Buffer | undefined
  /** What the browser is to carry, where it comes with its order's id alone. */
  readonly sealedStep: Buffer | undefined
  readonly expiresAt: Date
  readonly createdAt: Date
}

export interface AuthenticationStore {
  /** Claims the order and records payment and authentication in one commit. */
  begin(payment: Payment, record: AuthenticationRecord): Promise<boolean>
  find(merchantId: string, paymentId: string): Promise<AuthenticationRecord | undefined>
  /** @returns false unless the browser's part was awaited: of two at once, one goes on. */
  request(record: AuthenticationRecord): Promise<boolean>
  /** The issuer wants a challenge; its ids tell the right result from any other. */
  challenge(
    record: AuthenticationRecord,
    ids: {
      readonly dsTransactionId: string
      readonly acsTransactionId: string
      readonly acsUrl: string
    },
  ): Promise<void>
  /** Keeps the challenge's outcome. @returns false when there was one before. */
  conclude(
    record: AuthenticationRecord,
    outcome: {
      readonly transStatus: TransStatus
      readonly eci: string | undefined
      readonly sealedValue: Buffer | undefined
    },
  ): Promise<boolean>
  /** The id of the order that an authentication is about. */
  orderOf(merchantId: string, authenticationId: string): Promise<string | undefined>
  /** Keeps a browser's step until the outcome. */
  hold(record: AuthenticationRecord, sealedStep: Buffer): Promise<void>
  /** Ends it well: the payment's authorization is recorded. @returns false if it had ended. */
  authorize(payment: Payment, operation: Operation): Promise<boolean>
  /** Ends it badly. @returns the failed payment; undefined if it had ended before. */
  fail(
    payment: Payment,
    at: Date,
    notification: Notification | undefined,
  ): Promise<Payment | undefined>
  /** Payments whose cardholder did not come back in time. */
  expired(at: Date, limit: number): Promise<readonly Payment[]>
}

/** What the payer's browser tells of itself, as EMV 3DS asks. */
export interface BrowserFacts {
  readonly ip?: string
  readonly acceptHeader?: string
  readonly userAgent?: string
  readonly language?: string
  readonly colorDepth?: number
  readonly screenHeight?: number
  readonly screenWidth?: number
  /** Minutes from local time to UTC. */
  readonly timeZoneOffset?: number
}

export type Enrollment =
  | { readonly kind: 'notEnrolled' | 'unavailable' }
  | { readonly kind: 'enrolled'; readonly version: string; readonly methodUrl: string | undefined }

export interface AuthenticationRequest {
  readonly threeDSServerTransactionId: string
  readonly version: string
  readonly pan: Pan
  readonly expiry: Expiry
  readonly amount: Money
  readonly merchantId: string
  readonly merchantName: string
  readonly purchaseAt: Date
  readonly notificationUrl: string
  readonly resultsUrl: string
  readonly methodCompletion: 'Y' | 'N' | 'U'
  readonly challengePreference: 'none' | 'mandated'
  readonly browser?: BrowserFacts
}

export type AuthenticationAnswer =
  | {
      readonly kind: 'done'
      readonly transStatus: TransStatus
      readonly eci?: string
      readonly cavv?: Sad
      readonly dsTransactionId: string
      readonly acsTransactionId: string
    }
  | {
      readonly kind: 'challenge'
      readonly acsUrl: string
      readonly creq: string
      readonly dsTransactionId: string
      readonly acsTransactionId: string
    }
  | { readonly kind: 'unavailable' }

export type ChallengeResults =
  | {
      readonly kind: 'results'
      readonly transStatus: TransStatus
      readonly eci?: string
      readonly cavv?: Sad
      /** What the directory server is answered. */
      readonly answer: object
    }
  | { readonly kind: 'refused'; readonly answer: object }

/** A 3DS server: asks whether the payer is the cardholder. */
export interface Authenticator {
  lookup(pan: Pan): Promise<Enrollment>
  authenticate(request: AuthenticationRequest): Promise<AuthenticationAnswer>
  readResults(
    body: Uint8Array | string,
    expected: {
      readonly threeDSServerTransactionId: string
      readonly dsTransactionId: string
      readonly acsTransactionId: string
    },
  ): ChallengeResults
}
