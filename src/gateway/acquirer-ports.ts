import type { Expiry } from '../core/card.ts'
import type { Money } from '../core/money.ts'
import type { Pan, Sad } from '../core/pan.ts'
import type { Issuer } from '../core/payment.ts'
import type { PayingWallet, Wallet } from '../core/wallet.ts'

export interface CardInstrument {
  readonly kind: 'card'
  readonly pan: Pan
  readonly expiry: Expiry
  readonly securityCode?: Sad | undefined
}

export type AuthorizationInstrument =
  | CardInstrument
  | {
      readonly kind: 'networkToken'
      readonly dpan: Pan
      readonly expiry: Expiry
      /** Base64 as it came; absent for a wallet's plain card. */
      readonly tokenCryptogram?: Sad
      readonly wallet: 'googlePay' | 'applePay' | 'external'
    }
  | WalletInstrument

/** A wallet that pays itself: by a consent, or once its owner has agreed on its own page. */
export interface WalletInstrument {
  readonly kind: 'wallet'
  readonly wallet: PayingWallet
  /** Where its owner's browser goes after that page. */
  readonly returnUrl?: string
  /** Its owner is asked for a consent to be debited again. */
  readonly asksConsent?: boolean
}

/** Authentication values that travel with an authorization. */
export interface Authentication {
  readonly eci: string | undefined
  readonly cavv?: Sad
  readonly dsTransactionId?: string
}

export interface Authorization {
  readonly merchantId: string
  /** Through which dialect it came. */
  readonly dialect: string
  readonly operationId: string
  readonly merchantReference: string
  /** What the shop sells, in its own words. */
  readonly description: string
  readonly amount: Money
  /** `sale` authorizes and captures in one message; `verify` holds nothing. */
  readonly purpose: 'authorize' | 'sale' | 'verify'
  readonly instrument: AuthorizationInstrument
  readonly initiator: 'customer' | 'merchant'
  readonly storedCredential: boolean
  /** Of the payment at which a stored card was agreed upon. */
  readonly networkTransactionId?: string | undefined
  readonly authentication: Authentication
}

/** Money for a card, without an authorization before it. */
export interface Credit extends Pick<
  Authorization,
  'merchantId' | 'dialect' | 'operationId' | 'merchantReference' | 'description' | 'amount'
> {
  readonly instrument: CardInstrument
}

/** A capture, void or refund of an earlier authorization. */
export interface FollowUp {
  readonly merchantId: string
  readonly operationId: string
  /** Operation id of the authorization. */
  readonly originalId: string
  readonly dialect: string
  readonly amount: Money
  /** Nothing of the authorization is left after it. */
  readonly isFinal: boolean
}

export interface AcquirerAnswer {
  readonly responseCode?: string
  readonly approvalCode?: string
  readonly rrn?: string
  readonly networkTransactionId?: string
  readonly issuer?: Issuer
  /** What a wallet's owner has agreed to, where that was asked. */
  readonly consent?: { readonly accountDisplay: string; readonly expiresAt: Date }
}

/** An acquirer never throws: no answer, a broken line and nonsense are all `unknown`. */
export type AcquirerOutcome =
  | ({ readonly kind: 'approved' | 'declined' } & AcquirerAnswer)
  | {
      readonly kind: 'unknown'
      /** A wallet's page, where its owner has to agree first; it may be relative to our address. */
      readonly payerUrl?: string
    }

/** Whoever moves the money. Operation ids make every message safe to repeat. */
export interface Acquirer {
  /** Whether a wallet can pay here; an acquirer without it takes none. */
  takesWallet?(wallet: Wallet): boolean
  authorize(message: Authorization): Promise<AcquirerOutcome>
  capture(message: FollowUp): Promise<AcquirerOutcome>
  void(message: FollowUp): Promise<AcquirerOutcome>
  refund(message: FollowUp): Promise<AcquirerOutcome>
  credit(message: Credit): Promise<AcquirerOutcome>
  /**
   * Technical undo of an authorization or credit whose outcome is unknown; a late original stays
   * undone.
   */
  reverse(message: FollowUp): Promise<AcquirerOutcome>
  /** What became of an operation. `absent`: the acquirer has never seen it. */
  query(merchantId: string, operationId: string): Promise<AcquirerOutcome | { kind: 'absent' }>
}
