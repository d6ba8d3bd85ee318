import Type from 'typebox'
import {
  amount,
  count,
  country,
  currency,
  flag,
  id,
  listOf,
  oneOf,
  optional,
  outTradeNo,
  partial,
  text,
} from './fields.ts'

// Each object may be missing; where it is there, its required fields are.
const goodsDetails = listOf(
  Type.Object({
    goodsId: id(64),
    goodsName: text(128),
    quantity: text(16, { loose: true }),
    price: text(20, { loose: true }),
    goodsCurrency: optional(text(3)),
    showUrl: optional(text(128)),
    goodsCategory: optional(text(128)),
  }),
)

const address = {
  address2: optional(text(1024)),
  address3: optional(text(1024)),
  city: text(64),
  state: optional(text(32)),
  country,
}

const shippingInfo = Type.Object({
  firstName: text(64),
  middleName: optional(text(64)),
  lastName: text(64),
  phoneNo: text(32, { loose: true }),
  email: text(255),
  address1: text(1024),
  ...address,
  region: optional(text(64)),
  zipCode: text(32, { loose: true }),
})

const billingInfo = Type.Object({
  firstName: optional(text(64)),
  middleName: optional(text(64)),
  lastName: optional(text(64)),
  phoneNo: optional(text(32, { loose: true })),
  phoneNoRegion: optional(text(16, { loose: true })),
  email: text(255),
  address1: text(1024),
  ...address,
  region: text(64),
  zipCode: optional(text(16, { loose: true })),
})

const buyerInfo = partial({
  clientIp: text(64),
  userAgent: text(2048),
  firstName: text(64),
  middleName: text(64),
  lastName: text(64),
  email: text(255),
  phoneNo: text(32, { loose: true }),
  phoneNoRegion: text(16, { loose: true }),
  idType: text(32),
  idNo: id(64),
  taxType: text(32),
  taxNo: id(64),
  address: text(1024),
  city: text(64),
  region: text(64),
  zipCode: text(32, { loose: true }),
})

/** A card as its merchant sends it; each field has its own code when it is wrong. */
export const CardInfo = partial({
  cardIdentifierNo: text(19, { opaque: true, description: 'The card number.' }),
  cardHolderFullName: text(64),
  cardExpirationMonth: text(2, { loose: true }),
  cardExpirationYear: text(4, { loose: true, description: 'The last two digits.' }),
  cvv: text(4, { loose: true, description: 'Three digits, four on American Express.' }),
  cardOrg: text(32),
  stored: text(1),
  dynamic3DS: text(64, { description: 'do3DS, no3DS or ext3DS, in any case.' }),
})

const info3DSecure = partial({
  eci: text(2),
  threeDSVersion: text(16),
  cavv: text(64, { opaque: true }),
  xid: id(64),
  dsTransactionId: id(64),
})

const googlePayDetails = Type.Object({
  authMethod: oneOf(['PAN_ONLY', 'CRYPTOGRAM_3DS']),
  pan: text(19, { opaque: true }),
  expirationMonth: text(2, { loose: true }),
  expirationYear: text(4, { loose: true }),
  cardNetwork: text(32),
  cardHolderFullName: optional(text(64)),
  description: optional(text(256)),
  cryptogram: optional(text(64, { opaque: true })),
  eciIndicator: optional(text(2)),
})

const applePayPaymentData = Type.Object({
  applicationPrimaryAccountNumber: text(19, { opaque: true }),
  applicationExpirationDate: text(6, { loose: true, description: 'YYMMDD.' }),
  currencyCode: optional(text(3, { loose: true })),
  deviceManufacturerIdentifier: optional(id(64)),
  paymentDataType: optional(text(32)),
  transactionAmount: optional(text(24, { loose: true })),
  paymentData: partial({
    onlinePaymentCryptogram: text(64, { opaque: true }),
    eciIndicator: text(2, { loose: true }),
  }),
  network: text(32),
  type: text(32),
  displayName: optional(text(64)),
})

const MIT_TYPES = ['SCHEDULED', 'UNSCHEDULED', 'SCHEDULE', 'UNSCHEDULE', 'UNSCHDULED']

/** What the customer agrees to: SCHEDULED or UNSCHEDULED, in every spelling that is printed. */
export const mitType = optional(oneOf(MIT_TYPES))

const PaymentDetail = partial({
  paymentMethodType: text(32, { aliases: ['paymentMethod'] }),
  targetOrg: text(32),
  allowedCardOrg: listOf(text(32)),
  payAccountInfo: listOf(partial({ accountNo: id(32), accountNoType: text(16) })),
  cardInfo: CardInfo,
  buyerInfo,
  paymentTokenID: id(64),
  paymentToken: text(4096, {
    opaque: true,
    description: 'The card as the payer’s page encrypted it.',
  }),
  sessionKey: id(64),
  tokenForFutureUse: flag(),
  merchantInitiated: flag(),
  mitType: oneOf(MIT_TYPES),
  info3DSecure,
  applePayPaymentData,
  googlePayDetails,
  ddcSessionId: id(128),
})

const money = partial({ amount: amount('Major units.'), currency })

/** A plan that its merchant manages, or the number of one that we would. */
const subscriptionPlan = partial({
  subscriptionNo: id(64),
  subject: text(256),
  description: text(256),
  totalPeriods: count(10_000),
  firstPeriodStartDate: text(32),
  periodRule: partial({ periodUnit: oneOf(['D', 'W', 'M', 'Y']), periodCount: count(366) }),
  periodAmount: money,
  trialPeriodConfig: partial({ trialPeriodCount: count(10_000), trialPeriodAmount: money }),
  trialConfig: partial({
    trialDays: Type.Integer({ minimum: 0, maximum: 3_660, aliases: ['trailDays'] }),
    trialAmount: money,
  }),
  merchantSubscriptionNo: id(64),
  deductNo: id(64),
  currentPeriod: count(10_000),
  startTime: text(32),
  endTime: text(32),
})

/** orderAndPay, in all of its modes. */
export const OrderAndPayRequest = Type.Object({
  outTradeNo,
  integrate: optional(
    oneOf(['Hosted_Checkout', 'Direct_Payment'], { description: 'Hosted_Checkout by default.' }),
  ),
  subject: text(256),
  totalAmount: amount('Major units; zero only with mitType, to bind without paying.'),
  currency,
  country: optional(country),
  userId: id(64),
  language: optional(text(16)),
  referralCode: optional(id(32)),
  reference: optional(text(512)),
  frontCallbackUrl: optional(text(1024, { aliases: ['frontCallbackURL', 'frontCallBackUrl'] })),
  notifyUrl: optional(text(256)),
  expireTime: optional(text(10, { loose: true, description: 'Seconds, 1800 to 86400.' })),
  terminalType: optional(oneOf(['WEB', 'WAP', 'APP'])),
  osType: optional(oneOf(['ANDROID', 'IOS'])),
  captureMode: optional(oneOf(['AUTO', 'AUTOMATIC', 'MANUAL'])),
  authorizationType: optional(oneOf(['FINAL_AUTH', 'PRE_AUTH'])),
  mitManagementUrl: optional(text(1024)),
  subscriptionPlan: optional(subscriptionPlan),
  subMerchant: optional(partial({ subMerchantNo: id(64), subMerchantName: text(128) })),
  goodsDetails: optional(goodsDetails),
  shippingInfo: optional(shippingInfo),
  billingInfo: optional(billingInfo),
  envInfo: optional(
    partial({
      deviceId: id(128),
      deviceLanguage: text(32),
      screenHeight: text(16, { loose: true }),
      screenWidth: text(16, { loose: true }),
    }),
  ),
  paymentDetail: optional(PaymentDetail),
})

export type OrderAndPayRequest = Type.Static<typeof OrderAndPayRequest>
export type PaymentDetail = Type.Static<typeof PaymentDetail>
export type CardInfo = Type.Static<typeof CardInfo>
