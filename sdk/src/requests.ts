// Each request is a class, as 2C2P's samples write it; a plain object with its fields does as well.

/** What every request about an order says. */
export class PaymentTokenRequest {
  /** As the merchant's server received it with the payment token's answer. */
  paymentToken: string
  /** Default: that of `initialize`. */
  clientId?: string
  /** Language of texts for payers. Default: that of `initialize`. */
  locale?: string

  constructor(paymentToken: string) {
    this.paymentToken = paymentToken
  }
}

/** For `customerTokenInfo`. */
export class CustomerTokenInfoRequest extends PaymentTokenRequest {}

/** For `paymentOption`. */
export class PaymentOptionRequest extends PaymentTokenRequest {}

/** For `cancelTransaction`. */
export class CancelTransactionRequest extends PaymentTokenRequest {}

/** For `userPreference`. */
export class UserPreferenceRequest extends PaymentTokenRequest {}

/** For `paymentOptionDetail`. */
export class PaymentOptionDetailRequest extends PaymentTokenRequest {
  /** `PaymentChannelCode.category`. */
  categoryCode: string
  /** `PaymentChannelCode.group`. */
  groupCode: string

  constructor(paymentToken: string, categoryCode: string, groupCode: string) {
    super(paymentToken)
    this.categoryCode = categoryCode
    this.groupCode = groupCode
  }
}

/** For `transactionStatus`. */
export class TransactionStatusRequest extends PaymentTokenRequest {
  /** Whether merchant, transaction and result are wanted too. */
  additionalInfo?: boolean

  constructor(paymentToken: string, additionalInfo = false) {
    super(paymentToken)
    this.additionalInfo = additionalInfo
  }
}

/** For `exchangeRate`. */
export class ExchangeRateRequest extends PaymentTokenRequest {
  /** First six to eight digits of the card. */
  bin?: string
}

/** For `systemInitialization`. */
export class SystemInitializationRequest {
  /** Default: that of `initialize`. */
  clientId?: string
  /** Language of texts for payers. Default: that of `initialize`. */
  locale?: string
}
