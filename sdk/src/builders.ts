import { toBase64 } from './base64.ts'
import type {
  CardSchemeToken,
  PaymentCode,
  PaymentData,
  PaymentRequest,
  TransactionResultRequest,
} from './payment.ts'

/** Where a payer's card is billed to. */
export type UserAddress = Pick<
  PaymentData,
  | 'billingAddress1'
  | 'billingAddress2'
  | 'billingAddress3'
  | 'billingCity'
  | 'billingState'
  | 'billingPostalCode'
  | 'billingCountryCode'
>

/** Builds the address a card is billed to. */
export class UserAddressBuilder {
  readonly #address: UserAddress = {}

  billingAddress1(text: string): this {
    this.#address.billingAddress1 = text
    return this
  }

  billingAddress2(text: string): this {
    this.#address.billingAddress2 = text
    return this
  }

  billingAddress3(text: string): this {
    this.#address.billingAddress3 = text
    return this
  }

  billingCity(text: string): this {
    this.#address.billingCity = text
    return this
  }

  billingState(text: string): this {
    this.#address.billingState = text
    return this
  }

  billingPostalCode(text: string): this {
    this.#address.billingPostalCode = text
    return this
  }

  /** ISO 3166, two letters. */
  billingCountryCode(text: string): this {
    this.#address.billingCountryCode = text
    return this
  }

  build(): UserAddress {
    return { ...this.#address }
  }
}

/** What the builders of payments have in common. */
export abstract class PaymentBuilder {
  readonly #code: PaymentCode
  readonly #data: PaymentData

  constructor(code: PaymentCode, data: PaymentData) {
    this.#code = code
    this.#data = data
  }

  protected set(data: PaymentData): this {
    Object.assign(this.#data, data)
    return this
  }

  name(name: string): this {
    return this.set({ name })
  }

  email(email: string): this {
    return this.set({ email })
  }

  /** Digits only. */
  mobileNo(mobileNo: string): this {
    return this.set({ mobileNo })
  }

  userAddress(address: UserAddress): this {
    return this.set(address)
  }

  customerNote(customerNote: string): this {
    return this.set({ customerNote })
  }

  /** Of an offer that `exchangeRate` told. */
  fxRateId(fxRateId: string): this {
    return this.set({ fxRateId })
  }

  /** 1 to 12. */
  expiryMonth(expiryMonth: number | string): this {
    return this.set({ expiryMonth })
  }

  /** Four digits. */
  expiryYear(expiryYear: number | string): this {
    return this.set({ expiryYear })
  }

  build(): PaymentRequest {
    return { code: this.#code, data: { ...this.#data } }
  }
}

/** Builds a payment by a card that the payer types; `new PaymentCode('CC')`. */
export class CardPaymentBuilder extends PaymentBuilder {
  constructor(code: PaymentCode, cardNo?: string) {
    super(code, cardNo === undefined ? {} : { cardNo })
  }

  securityCode(securityCode: string): this {
    return this.set({ securityCode })
  }

  /** A card that was encrypted before, instead of its number, expiry and security code. */
  securePayToken(securePayToken: string): this {
    return this.set({ securePayToken })
  }

  /** Stores the card, where the payment token allows it. */
  tokenize(tokenize: boolean): this {
    return this.set({ tokenize })
  }
}

/** Builds a payment by a stored card; `new PaymentCode('CC')`. */
export class CustomerTokenPaymentBuilder extends PaymentBuilder {
  constructor(code: PaymentCode, token: string) {
    super(code, { token })
  }

  securityCode(securityCode: string): this {
    return this.set({ securityCode })
  }

  /** A security code that was encrypted before. */
  securePayToken(securePayToken: string): this {
    return this.set({ securePayToken })
  }
}

/** Builds a payment by a card scheme token of a wallet; `new PaymentCode('CSTOKEN')`. */
export class CardSchemeTokenPaymentBuilder extends PaymentBuilder {
  /** @param cardNo - the number of the device's or network's token. */
  constructor(code: PaymentCode, cardNo: string) {
    super(code, { cardNo })
  }

  /** How the wallet proves it; all of it ASCII. */
  schemeToken(schemeToken: CardSchemeToken): this {
    const json = JSON.stringify(schemeToken)
    return this.set({ token: toBase64(json.split('').map((char) => char.charCodeAt(0))) })
  }
}

/** Builds what `proceedTransaction` takes. */
export class TransactionResultRequestBuilder {
  readonly #paymentToken: string
  #payment: PaymentRequest | undefined
  readonly #options: { -readonly [Name in keyof Options]: Options[Name] } = {}

  constructor(paymentToken: string) {
    this.#paymentToken = paymentToken
  }

  /** How to pay: what a payment builder built. */
  with(payment: PaymentRequest): this {
    this.#payment = payment
    return this
  }

  /** Default: that of `initialize`. */
  clientId(clientId: string): this {
    this.#options.clientId = clientId
    return this
  }

  /** Language of texts for payers. */
  locale(locale: string): this {
    this.#options.locale = locale
    return this
  }

  /** Where the browser goes after 3-D Secure, with the payment token appended. */
  responseReturnUrl(responseReturnUrl: string): this {
    this.#options.responseReturnUrl = responseReturnUrl
    return this
  }

  /** @throws TypeError before `with`. */
  build(): TransactionResultRequest {
    if (this.#payment === undefined) throw new TypeError('Say how to pay: with(payment).')
    return { paymentToken: this.#paymentToken, payment: this.#payment, ...this.#options }
  }
}

type Options = Partial<Omit<TransactionResultRequest, 'paymentToken' | 'payment'>>
