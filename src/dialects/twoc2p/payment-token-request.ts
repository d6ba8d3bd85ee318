import Type from 'typebox'
import { an, b, c, currency, decimal, kept, listOf, n, oneOf, optional, partial } from './fields.ts'

const ECI_VALUES = ['00', '01', '02', '05', '06', '07', '80', '81', '82', '83']

const EXEMPTIONS = [
  'none',
  'authentication_outage',
  'delegated_authentication',
  'low_value',
  'low_risk',
  'secure_corporate_payment',
  'trusted_merchant',
  'recurring_payment',
  'out_of_sca_scope',
  'transaction_risk_assessment',
  'other',
]

const address = partial({
  address1: c(255),
  address2: c(255),
  address3: c(255),
  city: c(255),
  state: c(255),
  postalCode: c(20),
  countryCode: c(3),
})

const authentication = {
  request3DS: optional(oneOf(['Y', 'F', 'N'], 'Y tries 3-D Secure (the default), F insists.')),
  protocolVersion: optional(an(10)),
  eci: optional(oneOf(ECI_VALUES, "The merchant's own 3-D Secure result.")),
  cavv: optional(
    Type.String({
      maxLength: 40,
      pattern: '^[A-Za-z0-9+/]+={0,2}$',
      opaque: true,
      why: 'it must be base64 of at most 40 characters',
    }),
  ),
  dsTransactionId: optional(an(36)),
  scaExemptionIndicator: optional(oneOf(EXEMPTIONS)),
  allow3DSUpgrade: optional(oneOf(['Y', 'N'])),
  requestReauthentication: optional(b()),
}

const storedCards = {
  tokenize: optional(b('Offer to store the card; the token comes with the approval.')),
  customerToken: optional(
    Type.Array(an(255), {
      maxItems: 100,
      aliases: ['cardTokens'],
      description: 'Stored cards that may pay; only these are accepted.',
    }),
  ),
  customerTokenOnly: optional(
    Type.Boolean({ aliases: ['cardTokenOnly'], description: 'No new card may be entered.' }),
  ),
  tokenizeOnly: optional(b('Verify and store the card, charge nothing.')),
  storeCredentials: optional(oneOf(['F', 'S', 'N'])),
  externalToken: optional(an(255)),
  transactionInitiator: optional(oneOf(['C', 'M'], 'C cardholder (the default), M merchant.')),
  previousPaymentID: optional(an(255)),
}

const installments = {
  interestType: optional(oneOf(['A', 'C', 'M'])),
  installmentPeriodFilter: optional(listOf(n(2))),
  installmentBankFilter: optional(listOf(an(50))),
  productCode: optional(an(50)),
}

const recurring = {
  recurring: optional(b()),
  invoicePrefix: optional(an(15)),
  recurringAmount: optional(decimal('Amount of each later charge.')),
  allowAccumulate: optional(b()),
  maxAccumulateAmount: optional(decimal('Most that failed charges may add up to.')),
  recurringInterval: optional(n(3, 'Days between charges.')),
  recurringCount: optional(n(5)),
  chargeNextDate: optional(n(8)),
  chargeOnDate: optional(n(4)),
}

const pricing = {
  promotionCode: optional(an(20)),
  fxProviderCode: optional(an(20)),
  fxRateId: optional(an(50)),
  originalAmount: optional(decimal('Amount before conversion.')),
  paymentRouteID: optional(an(255)),
}

const parties = {
  statementDescriptor: optional(
    Type.String({
      minLength: 5,
      maxLength: 20,
      pattern: '^[^<>\\\\\'"*]+$',
      why: 'it must be 5 to 20 characters without < > \\ \' " *',
    }),
  ),
  subMerchants: optional(
    listOf(
      Type.Object({
        merchantID: an(25),
        invoiceNo: an(20),
        amount: decimal('Part of the amount.', '9094'),
        description: c(255),
        originalAmount: optional(decimal('Part before conversion.')),
      }),
    ),
  ),
  externalSubMerchantID: optional(an(50)),
  childMerchantID: optional(an(25)),
  defaultSettlementCurrencyMerchantID: optional(an(50)),
  settlementCurrencyMerchantID: optional(an(50)),
}

const page = {
  locale: optional(c(10)),
  frontendReturnUrl: optional(c(2048)),
  backendReturnUrl: optional(c(2048)),
  schemeReturnUrl: optional(c(512)),
  appBundleID: optional(c(255)),
  nonceStr: optional(an(64)),
  immediatePayment: optional(b()),
  iframeMode: optional(b()),
  uiParams: optional(
    partial({
      userInfo: partial({
        name: c(50),
        email: c(150),
        mobileNo: n(15),
        countryCode: c(2),
        mobileNoPrefix: n(4),
        currencyCode: c(3),
      }),
      allowCustomerNote: b(),
    }),
  ),
  userDefined1: optional(c(150)),
  userDefined2: optional(c(150)),
  userDefined3: optional(c(150)),
  userDefined4: optional(c(150)),
  userDefined5: optional(c(150)),
}

const payer = {
  clientIP: optional(an(45)),
  clientAppID: optional(an(45)),
  userAgent: optional(c(2048)),
  customerAddress: optional(partial({ billing: address, shipping: address })),
  browserDetails: optional(
    partial({ deviceType: c(255), name: c(255), os: c(255), version: c(255) }),
  ),
  '3DSecure2Params': optional(kept('3-D Secure 2 data: payer, contact, order, browserInfo.')),
  loyaltyPoints: optional(
    listOf(
      partial({
        providerID: an(20),
        externalMerchantId: an(50),
        redeemAmount: decimal('Amount paid with points.', '9106'),
        rewards: kept('Rewards to redeem.'),
      }),
    ),
  ),
  paymentItems: optional(
    listOf(
      partial({
        code: c(25),
        name: c(50),
        quantity: n(4),
        price: decimal('Price of one.', '9014'),
      }),
    ),
  ),
  airlinePassengers: optional(kept('Travel data.')),
  accountFunding: optional(kept('Account funding data.')),
}

/** Payment Token request: every documented parameter (Payment Token API, request parameters). */
export const PaymentTokenRequest = Type.Object({
  merchantID: an(25),
  idempotencyID: optional(an(100, 'A retry with the same id gets the same token.')),
  invoiceNo: an(50, "The merchant's order number, unique per merchant."),
  description: c(255),
  amount: decimal('Major units, as number or text; decimals as ISO 4217 has them.'),
  currencyCode: optional(currency("Empty is the merchant's base currency.")),
  paymentChannel: optional(listOf(an(10), 'Channel, group or category codes; empty is ALL.')),
  agentChannel: optional(listOf(an(20))),
  paymentExpiry: optional(
    Type.String({
      pattern: '^\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2}$',
      respCode: '9008',
      why: 'it must be yyyy-MM-dd HH:mm:ss',
      description: "By the merchant's clocks; thirty minutes from now where it is missing.",
    }),
  ),
  transactionMode: optional(an(20, 'PREAUTH holds the amount, to be settled later.')),
  ...authentication,
  ...storedCards,
  ...installments,
  ...recurring,
  ...pricing,
  ...parties,
  ...page,
  ...payer,
})

export type PaymentTokenRequest = Type.Static<typeof PaymentTokenRequest>
