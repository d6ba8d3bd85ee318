import { type Call, type CallOptions, callOf } from './call.ts'
import { PGWError } from './error.ts'
import { ask, type Connection } from './http.ts'
import {
  CANCEL_TRANSACTION,
  CUSTOMER_TOKEN_INFO,
  EXCHANGE_RATE,
  PAYMENT_OPTION,
  PAYMENT_OPTION_DETAIL,
  type Reading,
  SYSTEM_INITIALIZATION,
  TRANSACTION_RESULT,
  TRANSACTION_STATUS,
  USER_PREFERENCE,
} from './names.ts'
import { configurationOf, type PGWSDKConfiguration, type PGWSDKParams } from './params.ts'
import type { TransactionResultRequest } from './payment.ts'
import { paymentBody } from './payment-body.ts'
import { type Fields, isFields, renameFields } from './rename.ts'
import type {
  CancelTransactionRequest,
  CustomerTokenInfoRequest,
  ExchangeRateRequest,
  PaymentOptionDetailRequest,
  PaymentOptionRequest,
  SystemInitializationRequest,
  TransactionStatusRequest,
  UserPreferenceRequest,
} from './requests.ts'
import type {
  CancelTransactionResponse,
  CustomerTokenInfoResponse,
  ExchangeRateResponse,
  PaymentOptionDetailResponse,
  PaymentOptionResponse,
  SystemInitializationResponse,
  TransactionResultResponse,
  TransactionStatusResponse,
  UserPreferenceResponse,
} from './responses.ts'
import { keySource } from './secure-pay-key.ts'

/** The API's methods, each with callbacks or as a promise. */
export interface PGWMethods {
  /** The languages that the gateway speaks. */
  readonly systemInitialization: Call<
    SystemInitializationRequest | void,
    SystemInitializationResponse
  >
  /** The same under the API's own name. */
  readonly initialization: Call<SystemInitializationRequest | void, SystemInitializationResponse>
  /** Which groups of payment methods an order offers, and what is paid to whom. */
  readonly paymentOption: Call<PaymentOptionRequest, PaymentOptionResponse>
  /** The channels of one group and what each asks for. */
  readonly paymentOptionDetail: Call<PaymentOptionDetailRequest, PaymentOptionDetailResponse>
  /** The stored cards that the payment token named, masked. */
  readonly customerTokenInfo: Call<CustomerTokenInfoRequest, CustomerTokenInfoResponse>
  /** The same under its name of version 4.1. */
  readonly cardTokenInfo: Call<CustomerTokenInfoRequest, CustomerTokenInfoResponse>
  /** Offers to pay in another currency. */
  readonly exchangeRate: Call<ExchangeRateRequest, ExchangeRateResponse>
  /** What is remembered of this payer. */
  readonly userPreference: Call<UserPreferenceRequest, UserPreferenceResponse>
  /**
   * Pays. With 1000 and 1001 the payer goes to `data` (`PGWWebStep`, or a web view); with 2000 the
   * payment has ended, and `transactionStatus` knows how. When it fails, the payment may have
   * happened nevertheless: ask `transactionStatus` as well. A card number without a good check
   * digit is not sent: `invalidRequest`.
   */
  readonly proceedTransaction: Call<TransactionResultRequest, TransactionResultResponse>
  /** How a payment stands, for a payer's eyes; not for settling orders. */
  readonly transactionStatus: Call<TransactionStatusRequest, TransactionStatusResponse>
  /** Gives up an order that nobody is paying. */
  readonly cancelTransaction: Call<CancelTransactionRequest, CancelTransactionResponse>
}

/** The SDK of one gateway. */
export interface PGWClient extends PGWMethods {
  /**
   * Says which gateway; before any method is called, and again to change it.
   *
   * @param onFailure - hears of parameters that cannot be used, instead of the caller.
   * @throws PGWError `invalidRequest` with the parameter's name, without `onFailure`.
   */
  initialize(params: PGWSDKParams, onFailure?: (error: PGWError) => unknown): PGWClient
  /** The UUID of this installation. @throws PGWError `notInitialized`. */
  clientId(): string
  /** What `initialize` made of its parameters. @throws PGWError `notInitialized`. */
  configuration(): PGWSDKConfiguration
}

interface Session {
  readonly configuration: PGWSDKConfiguration
  readonly getKey: ReturnType<typeof keySource>
}

/** Makes an SDK that is not initialized yet. */
function createClient(): PGWClient {
  let session: Session | undefined
  const current = (): Session => {
    if (session === undefined) throw new PGWError('notInitialized')
    return session
  }
  const method = <Request, Response>(reading: Reading): Call<Request, Response> =>
    callOf(async (request, options) => {
      const { configuration } = current()
      const { clientId, locale, ...others } = fieldsOf(request ?? {})
      const body = { ...callerOf(configuration, { clientId, locale }), ...others }
      return read<Response>(configuration, reading, { body, options })
    })

  const systemInitialization: PGWMethods['systemInitialization'] = method(SYSTEM_INITIALIZATION)
  const customerTokenInfo: PGWMethods['customerTokenInfo'] = method(CUSTOMER_TOKEN_INFO)
  const client: PGWClient = {
    initialize(params, onFailure) {
      try {
        const configuration = configurationOf(params)
        session = { configuration, getKey: keySource(configuration) }
      } catch (error) {
        if (onFailure === undefined || !(error instanceof PGWError)) throw error
        onFailure(error)
      }
      return client
    },
    clientId: () => current().configuration.clientId,
    configuration: () => current().configuration,
    systemInitialization,
    initialization: systemInitialization,
    paymentOption: method(PAYMENT_OPTION),
    paymentOptionDetail: method(PAYMENT_OPTION_DETAIL),
    customerTokenInfo,
    cardTokenInfo: customerTokenInfo,
    exchangeRate: method(EXCHANGE_RATE),
    userPreference: method(USER_PREFERENCE),
    proceedTransaction: callOf(async (request, options) => {
      const { configuration, getKey } = current()
      const { paymentToken, clientId, locale } = fieldsOf(request)
      const body = {
        paymentToken,
        ...callerOf(configuration, { clientId, locale }),
        ...(await paymentBody(request, configuration, () => getKey(options))),
      }
      return read<TransactionResultResponse>(configuration, TRANSACTION_RESULT, { body, options })
    }),
    transactionStatus: method(TRANSACTION_STATUS),
    cancelTransaction: method(CANCEL_TRANSACTION),
  }
  return client
}

function fieldsOf(request: unknown): Fields {
  if (isFields(request)) return request
  throw new PGWError('invalidRequest', { about: 'request' })
}

function callerOf(configuration: PGWSDKConfiguration, { clientId, locale }: Fields): Fields {
  return {
    clientID: clientId ?? configuration.clientId,
    locale: locale ?? configuration.locale,
  }
}

interface Sent {
  readonly body: object
  readonly options: CallOptions
}

async function read<Response>(
  connection: Connection,
  { operation, names, list }: Reading,
  { body, options }: Sent,
): Promise<Response> {
  const answer = renameFields(await ask(connection, { operation, body }, options), names)
  const empty = list !== undefined && !Array.isArray(answer[list]) && { [list]: [] }
  // The gateway answers for the rest of the form; the models say what it is.
  return { ...answer, ...empty } as Response
}

/** The one SDK of the app. */
export const shared: PGWClient = /* @__PURE__ */ createClient()
