/** What an API user may be allowed to do. */
export const PERMISSIONS = [
  'register',
  'pay',
  // Payments without the payer: by phone and mail, by a stored card on the merchant's own account.
  'payAlone',
  'status',
  'deposit',
  'reverse',
  'refund',
  'decline',
  'verify',
  'bindings',
  // Money for a card without an earlier payment, which only an operator grants by name.
  'credit',
] as const

export type Permission = (typeof PERMISSIONS)[number]

/** One login of a merchant's own server. */
export interface ApiUser {
  readonly merchantId: string
  readonly userName: string
  readonly permissions: readonly Permission[]
  /** Only requests signed with the merchant's key are taken. */
  readonly mustSign: boolean
  /** Hashes of the passwords that are good now; two of them while one is being replaced. */
  readonly passwords: readonly StoredPassword[]
}

export interface StoredPassword {
  readonly passwordId: string
  /** As `hashPassword` wrote it. */
  readonly hash: string
  readonly expiresAt: Date | undefined
}

/** How many wrong passwords are forgiven, and for how long none is read after that. */
export interface LogInBudget {
  readonly address: number
  readonly user: number
  readonly lockMs: number
}

export interface Attempt {
  readonly merchantId: string
  readonly userName: string
  readonly address: string
  readonly at: Date
}

export interface ApiUserStore {
  find(userName: string, at: Date): Promise<ApiUser | undefined>
  /** @param digest SHA-256 of the open token. */
  findByOpenToken(digest: Buffer, at: Date): Promise<ApiUser | undefined>
  /**
   * Counts an attempt before its password is read, so that attempts at once cannot pass the budget.
   * @returns false when the budget of the user or of the address is used up.
   */
  countAttempt(attempt: Attempt, budget: LogInBudget): Promise<boolean>
  /** The password was right: what was counted for the user and for the address is forgotten. */
  forgetAttempts(attempt: Attempt): Promise<void>
}

/** The key pairs that payers' clients encrypt to. */
export interface SeTokenKeys {
  /** Those that are good, newest first, as SubjectPublicKeyInfo in DER. */
  publicKeys(): Promise<readonly { readonly publicKey: Buffer; readonly goodUntil: Date }[]>
  /**
   * What each of them makes of a block of PKCS#1 v1.5. A damaged or foreign block opens to noise
   * and to no error (implicit rejection), so whether one was meant is for its reader to tell.
   */
  open(block: Buffer): Promise<readonly Buffer[]>
}

/** Whose payer sent a seToken, and from where. */
export interface SeTokenSender {
  readonly merchantId: string
  readonly address: string
}

/** How many seTokens may fail to open in a window of time that begins with the first of them. */
export interface FailureLimits {
  readonly address: number
  readonly merchant: number
  readonly windowMs: number
}

/** When the windows end in which all failures are used up; undefined where some are left. */
export interface SpentFailures {
  readonly addressUntil: Date | undefined
  readonly merchantUntil: Date | undefined
}

export interface SeTokenStore {
  /** Counts a seToken that did not open, for its address and for its merchant. */
  countFailure(
    failure: SeTokenSender & { readonly at: Date },
    limits: FailureLimits,
  ): Promise<SpentFailures>
  /** @returns false when the merchant has seen the uuid since `forgetBefore`. */
  use(token: {
    readonly merchantId: string
    readonly uuid: string
    readonly at: Date
    readonly forgetBefore: Date
  }): Promise<boolean>
}
