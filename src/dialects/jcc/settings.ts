/** Kind of the merchant key that holds our own private key, which signs callbacks. */
export const CALLBACK_KEY = 'callback'

/** Kind of the merchant's public key, which its signed requests are checked with. */
export const MERCHANT_KEY = 'merchantPublic'

/** What a merchant has set for this dialect. */
export interface Settings {
  /** Where callbacks go that no order directs elsewhere. */
  readonly callbackUrl: string | undefined
  readonly callbackMethod: 'GET' | 'POST'
  readonly checksum: 'symmetric' | 'asymmetric' | 'none'
  /** Further parameters of callbacks, by the family's names. */
  readonly callbackParams: readonly string[]
  /** The merchant may bring 3-D Secure values of its own. */
  readonly ownAuthentication: boolean
  /** How long an order may be paid where it does not say so itself. */
  readonly sessionTimeoutSecs: number
  /** Orders without a number get one. */
  readonly numbersOrders: boolean
  /** A deposit smaller than the hold leaves the rest held, when it says so. */
  readonly multipleDeposits: boolean
  /** Logins of other merchants' API users that may act for this one. */
  readonly actingUsers: readonly string[]
}

const SESSION_TIMEOUT_SECS = 1_200

/** Reads what is stored with a merchant's account; what is missing or odd is the default. */
export function settingsOf({
  settings,
}: {
  readonly settings: Readonly<Record<string, unknown>>
}): Settings {
  const { callbackUrl, callbackMethod, checksum, sessionTimeoutSecs } = settings
  return {
    callbackUrl: typeof callbackUrl === 'string' ? callbackUrl : undefined,
    callbackMethod: callbackMethod === 'POST' ? 'POST' : 'GET',
    checksum: checksum === 'asymmetric' || checksum === 'none' ? checksum : 'symmetric',
    callbackParams: namesIn(settings['callbackParams']),
    ownAuthentication: settings['ownAuthentication'] === true,
    sessionTimeoutSecs:
      typeof sessionTimeoutSecs === 'number' ? sessionTimeoutSecs : SESSION_TIMEOUT_SECS,
    numbersOrders: settings['numbersOrders'] === true,
    multipleDeposits: settings['multipleDeposits'] === true,
    actingUsers: namesIn(settings['actingUsers']),
  }
}

function namesIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : []
}
