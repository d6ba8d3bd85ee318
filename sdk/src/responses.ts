// The models of 2C2P's SDK (SDK classes, APIs interface). What a refusal leaves out is optional.

/** What every response ends with. */
export interface PGWResponse {
  /** Four digits; `APIResponseCode` names some. */
  readonly responseCode: string
  readonly responseDescription: string
}

/** A stored card that the payment token named. */
export interface CustomerToken {
  readonly channelCode: string
  /** What pays with it: `CustomerTokenPaymentBuilder`. */
  readonly token: string
  /** First six and last four digits, `X` between. */
  readonly accountNo: string
  /** `XXXX-XX-XX` while it is good for long, the real date in its last six months, then empty. */
  readonly expiry: string
  readonly name?: string | null
  /** Masked. */
  readonly email?: string | null
  /** `A` available, `EX` expires within six months, `ED` expired. */
  readonly status: string
  readonly cardBrand?: string | null
  readonly iconUrl?: string | null
  readonly logoUrl?: string | null
}

/** Of `customerTokenInfo`. */
export interface CustomerTokenInfoResponse extends PGWResponse {
  readonly paymentToken?: string
  /** Empty where there are none, and with a refusal. */
  readonly customerTokens: readonly CustomerToken[]
}

/** A language that the gateway speaks. */
export interface Locale {
  readonly code: string
  readonly name: string
  readonly iconUrl?: string | null
}

/** Of `initialization`. */
export interface SystemInitializationResponse extends PGWResponse {
  readonly initialization?: { readonly locale: readonly Locale[] }
}

/** Who is paid. */
export interface MerchantInfo {
  readonly id?: string
  readonly name: string
  readonly address?: string | null
  readonly email?: string | null
  readonly logoUrl?: string | null
  readonly bannerUrl?: string | null
}

/** What is paid, as payers read it. */
export interface TransactionInfo {
  /** With thousands separators: `1,000.00`. */
  readonly amount: string
  readonly currencyCode: string
  readonly invoiceNo: string
  readonly description: string
  /** `yyyyMMddHHmmss` by the merchant's clocks. */
  readonly dateTime?: string
  readonly channelCode?: string
  readonly agentCode?: string
  /** The masked card, once there was an attempt. */
  readonly data?: string
  readonly paymentItems?: readonly unknown[]
  readonly showFxRate?: boolean
}

/** A category of payment methods, or a group in one. */
export interface PaymentOption {
  readonly sequenceNo: number
  readonly name: string
  readonly code: string
  readonly default: boolean
  readonly expiration: boolean
  readonly iconUrl?: string | null
  readonly logoUrl?: string | null
  readonly groups?: readonly PaymentOption[]
}

/** Of `paymentOption`. */
export interface PaymentOptionResponse extends PGWResponse {
  readonly paymentToken?: string
  readonly merchantInfo?: MerchantInfo
  readonly transactionInfo?: TransactionInfo
  /** Empty where nothing is served, and with a refusal. */
  readonly channels: readonly PaymentOption[]
  readonly userDetails?: { readonly address?: unknown }
}

/** What a channel asks for, and the code that pays through it. */
export interface PaymentContext {
  readonly code: {
    readonly channelCode: string
    readonly agentCode?: string
    readonly agentChannelCode?: string
  }
  /** Fields by name: `M` mandatory, `O` optional, `C` conditional. */
  readonly input?: Readonly<Record<string, string>>
  /** Patterns by field. */
  readonly validation?: Readonly<Record<string, unknown>>
  readonly info?: Readonly<Record<string, unknown>>
}

/** One way to pay within a group. */
export interface PaymentChannel {
  readonly sequenceNo: number
  readonly name: string
  readonly currencyCodes: readonly string[]
  readonly context: PaymentContext
  readonly isDown: boolean
  readonly iconUrl?: string | null
  readonly logoUrl?: string | null
}

/** How card numbers look, and which brand they are. */
export interface CommonValidation {
  readonly cardNo: { readonly prefixes: readonly string[]; readonly regex: string }
  readonly cardTypes: readonly {
    readonly sequenceNo: number
    readonly name: string
    readonly prefixes: readonly string[]
    readonly regex: string
    readonly iconUrl?: string | null
  }[]
}

/** Of `paymentOptionDetail`. */
export interface PaymentOptionDetailResponse extends PGWResponse {
  readonly name?: string
  readonly categoryCode?: string
  readonly groupCode?: string
  readonly iconUrl?: string | null
  readonly totalChannel?: number
  /** Empty with a refusal. */
  readonly channels: readonly PaymentChannel[]
  readonly validation?: CommonValidation | null
  readonly configurationInfo?: {
    readonly payment: {
      readonly tokenize: boolean
      readonly tokenizeOnly: boolean
      readonly cardTokenOnly: boolean
      readonly immediatePayment: boolean
      readonly fx?: unknown
    }
    readonly notification?: unknown
  }
}

/** Of `proceedTransaction`: what happens next, not who won. */
export interface TransactionResultResponse extends PGWResponse {
  readonly channelCode?: string
  readonly invoiceNo?: string
  readonly type?: string
  /** With 1000 and 1001, the URL where the payer's browser or web view goes. */
  readonly data?: string
  readonly fallbackData?: string
  readonly expiryTimer?: number
  readonly expiryDescription?: string
}

/** How a payment ended, for a payer's eyes. */
export interface ResultInfo {
  /** `00` successful, `01` failed, `02` pending. */
  readonly code: string
  readonly description: string
  readonly autoRedirect?: boolean
  readonly redirectImmediately?: boolean
  /** Milliseconds. */
  readonly autoRedirectionTimer?: number
  readonly frontendReturnUrl?: string
  readonly frontendReturnData?: string
}

/** Of `transactionStatus`. */
export interface TransactionStatusResponse extends PGWResponse {
  readonly locale?: string | null
  readonly channelCode?: string
  readonly invoiceNo?: string
  /** Where the request asked for it. */
  readonly additionalInfo?: {
    readonly merchantInfo: MerchantInfo
    readonly transactionInfo: TransactionInfo
    readonly resultInfo: ResultInfo
  }
}

/** Of `cancelTransaction`: 2000 when it is cancelled. */
export interface CancelTransactionResponse extends PGWResponse {
  readonly channelCode?: string
  readonly invoiceNo?: string
}

/** Of `userPreference`. */
export interface UserPreferenceResponse extends PGWResponse {
  readonly paymentToken?: string
  readonly info?: {
    readonly preference?: {
      readonly name?: string | null
      readonly email?: string | null
      readonly mobileNo?: string | null
      readonly mobileNoPrefix?: string | null
      readonly locale?: string | null
      readonly currencyCode?: string | null
      readonly countryCode?: string | null
    }
    readonly channels?: readonly unknown[]
  }
}

/** An offer to pay in another currency. */
export interface FxRate {
  readonly sequenceNo: number
  readonly id: string
  readonly name?: string
  readonly fx: number
  readonly currencyCode: string
  readonly amount?: string
  readonly iconUrl?: string | null
}

/** Of `exchangeRate`. */
export interface ExchangeRateResponse extends PGWResponse {
  readonly paymentToken?: string
  readonly providerCode?: string
  readonly expire?: number
  /** Empty where no currency is converted, and with a refusal. */
  readonly fxRates: readonly FxRate[]
}
