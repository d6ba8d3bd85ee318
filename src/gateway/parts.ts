import type { AuthenticationStore, Authenticator } from './authentication-ports.ts'
import type { Acquirer } from './acquirer-ports.ts'
import type { HoldStore } from './hold-ports.ts'
import type { Notification, NotificationStore, Outgoing } from './notification-ports.ts'
import type {
  Clock,
  Ids,
  MerchantAccess,
  MerchantStore,
  OrderStore,
  PaymentResult,
  PaymentStore,
  Voice,
} from './ports.ts'
import type { WalletStore } from './wallet-ports.ts'
import type { ClientCards, Vault, VaultTokenStore, WalletPayments } from './vault-ports.ts'
import type { Reporter } from './reporter.ts'
import type { OrderRef, SessionTokens } from './session-token.ts'

/** Everything the verbs need from outside, and the limits they work within. */
export interface Parts {
  readonly clock: Clock
  readonly ids: Ids
  readonly merchants: Pick<MerchantStore, 'byTag'>
  readonly orders: OrderStore
  readonly payments: PaymentStore
  readonly holds: HoldStore
  readonly notifications: NotificationStore
  readonly vaultTokens: VaultTokenStore
  readonly wallets: WalletStore
  readonly vault: Vault
  readonly clientCards: ClientCards
  readonly walletPayments: WalletPayments
  readonly acquirer: Acquirer
  readonly outgoing: Outgoing
  readonly reporter: Reporter
  readonly authentications: AuthenticationStore
  /** Undefined where no directory server is configured. */
  readonly authenticator: Authenticator | undefined
  /** Where browsers and the directory server reach us about one order. */
  readonly threedsUrls: (order: OrderRef) => { notificationUrl: string; resultsUrl: string }
  readonly sessionTokens: SessionTokens
  readonly voices: ReadonlyMap<string, Voice>
  readonly limits: Limits
  merchantAccess(merchantId: string, dialect: string): Promise<MerchantAccess | undefined>
  merchantByAccount(dialect: string, account: string): Promise<MerchantAccess | undefined>
  /** Tries a committed notification at once; the delivery loop does it where this cannot. */
  deliverSoon(notification: Notification | undefined, result?: PaymentResult): void
}

export interface Limits {
  /** Recovery looks into an operation that has no outcome this long after it was sent. */
  readonly inDoubtAfterMs: number
  /** An authorization found approved later than this is reversed, not adopted. */
  readonly adoptWithinMs: number
  /** A notification claimed for delivery is due again after this. */
  readonly deliveryLeaseMs: number
  readonly deliveriesAtOnce: number
  /** A capture this old can only be refunded. */
  readonly reversalWindowMs: number
  /** How long a cardholder may take. */
  readonly authenticationMs: number
  /** How long a result may come after the browser that says it is there. */
  readonly resultsGraceMs: number
}
