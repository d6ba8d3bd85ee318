export { APIResponseCode, PaymentChannelCode } from './codes.ts'
export {
  CardPaymentBuilder,
  CardSchemeTokenPaymentBuilder,
  CustomerTokenPaymentBuilder,
  type PaymentBuilder,
  TransactionResultRequestBuilder,
  type UserAddress,
  UserAddressBuilder,
} from './builders.ts'
export type { APIResponseCallback, Call, CallOptions } from './call.ts'
export type { PGWClient, PGWMethods } from './client.ts'
export { PGWError, type PGWErrorCode, type PGWErrorDetail } from './error.ts'
export {
  APIEnvironment,
  type APIEnvironmentName,
  type PGWSDKConfiguration,
  type PGWSDKParams,
  PGWSDKParamsBuilder,
} from './params.ts'
export {
  type CardSchemeToken,
  PaymentCode,
  type PaymentData,
  type PaymentRequest,
  type TransactionResultRequest,
} from './payment.ts'
export { PGWSDK, type PGWSDKEntry } from './pgw-sdk.ts'
export {
  CancelTransactionRequest,
  CustomerTokenInfoRequest,
  ExchangeRateRequest,
  PaymentOptionDetailRequest,
  PaymentOptionRequest,
  type PaymentTokenRequest,
  SystemInitializationRequest,
  TransactionStatusRequest,
  UserPreferenceRequest,
} from './requests.ts'
export type {
  CancelTransactionResponse,
  CommonValidation,
  CustomerToken,
  CustomerTokenInfoResponse,
  ExchangeRateResponse,
  FxRate,
  Locale,
  MerchantInfo,
  PaymentChannel,
  PaymentContext,
  PaymentOption,
  PaymentOptionDetailResponse,
  PaymentOptionResponse,
  PGWResponse,
  ResultInfo,
  SystemInitializationResponse,
  TransactionInfo,
  TransactionResultResponse,
  TransactionStatusResponse,
  UserPreferenceResponse,
} from './responses.ts'
export { type BridgeCall, RTNPGW, type RTNPGWBridge } from './rtn-pgw.ts'
export {
  type CardFields,
  encryptCard,
  SECURE_PAY_ALGORITHM,
  type SecurePayKey,
} from './secure-pay.ts'
export { seToken, type SeTokenFields, type SeTokenKey } from './se-token.ts'
export { PGWWebStep, type WebStep, type WebSteps } from './web-step.ts'
export { PGWWebViewNavigation, type WebViewNavigation } from './web-view-navigation.ts'
