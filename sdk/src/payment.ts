// What Do Payment takes, in the SDK's names: the objects of 2C2P's React Native samples.

/** Which way of paying: `CC` for cards, new and stored, `CSTOKEN` for card scheme tokens. */
export class PaymentCode {
  channelCode: string
  agentCode?: string
  agentChannelCode?: string

  constructor(channelCode: string, agentCode?: string, agentChannelCode?: string) {
    this.channelCode = channelCode
    if (agentCode !== undefined) this.agentCode = agentCode
    if (agentChannelCode !== undefined) this.agentChannelCode = agentChannelCode
  }
}

/** What pays, and who. Card number, expiry and security code are encrypted where that can be. */
export interface PaymentData {
  name?: string
  email?: string
  mobileNo?: string
  /** Of a new card; with `CSTOKEN` the device's. Blanks and dashes are taken out. */
  cardNo?: string
  /** 1 to 12. */
  expiryMonth?: number | string
  /** Four digits. */
  expiryYear?: number | string
  securityCode?: string
  /** With `CC` a stored card, as `customerTokenInfo` told it; with `CSTOKEN` the wallet's blob. */
  token?: string
  /** A card that was encrypted before, as by `encryptCard` or the hosted fields. */
  securePayToken?: string
  /** Stores the card, where the payment token allows it. */
  tokenize?: boolean
  fxRateId?: string
  bank?: string
  country?: string
  billingAddress1?: string
  billingAddress2?: string
  billingAddress3?: string
  billingCity?: string
  billingState?: string
  billingPostalCode?: string
  billingCountryCode?: string
  customerNote?: string
  accountNo?: string
  installmentInterestType?: string
  installmentPeriod?: number
  installmentPayLaterPeriod?: number
  paymentExpiry?: string
  loyaltyPoints?: readonly {
    readonly providerId: string
    readonly accountNo?: string
    readonly accountAuthData?: string
    readonly redeemAmount?: number
    readonly rewards?: readonly { readonly id: string; readonly quantity: number }[]
  }[]
}

/** A way of paying and its data; builders make one. */
export interface PaymentRequest {
  readonly code: PaymentCode
  readonly data?: PaymentData
}

/** For `proceedTransaction`; `TransactionResultRequestBuilder` makes one. */
export interface TransactionResultRequest {
  readonly paymentToken: string
  readonly payment: PaymentRequest
  /** Default: that of `initialize`. */
  readonly clientId?: string
  /** Language of texts for payers. Default: that of `initialize`. */
  readonly locale?: string
  /**
   * Where the browser goes after 3-D Secure, with the payment token appended, percent-encoded.
   * Default: the gateway's own page, which `PGWWebViewNavigation.inquiry` knows.
   */
  readonly responseReturnUrl?: string
  /** Of the payer, where a server of the merchant's makes the call. */
  readonly clientIP?: string
}

/** What a card scheme token says besides its number and expiry (2C2P, Card Scheme Token). */
export interface CardSchemeToken {
  readonly channel: 'GOOGLEPAY' | 'APPLEPAY' | 'EXTERNAL'
  /** `PAN_ONLY` with `GOOGLEPAY` only, and without a cryptogram. */
  readonly authMethod: 'CRYPTOGRAM_3DS' | 'PAN_ONLY'
  /** Base64. */
  readonly cryptogram?: string
  readonly eci?: string
}
