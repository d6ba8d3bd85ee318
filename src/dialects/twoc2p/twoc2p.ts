import { randomInt } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { Refusal } from '../../core/refusal.ts'
import { notificationDelaySeconds } from '../../core/retry.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import type { MerchantAccess } from '../../gateway/ports.ts'
import { allowAnyOrigin, answerPreflight } from '../cors.ts'
import type { Dialect } from '../dialect.ts'
import { JsonError, type JsonObject, type JsonValue, JsonNumber, parseJson } from '../json.ts'
import { ownEveryAnswer } from '../own-answers.ts'
import { isObject } from './bind.ts'
import { cancelTransaction } from './cancel-transaction.ts'
import { cardTokenInfo } from './card-token-info.ts'
import { type Code, code, refusalCode, SYSTEM_ERROR, WireError } from './codes.ts'
import { apmMccExchangeRate, exchangeRate, secureExchangeRate } from './exchange-rate.ts'
import { explainSignature } from './explain-signature.ts'
import { initialization } from './initialization.ts'
import { formatLocal } from './local-time.ts'
import { type Context, DIALECT, type Operation, type Version } from './operation.ts'
import { pageTerms } from './page-terms.ts'
import { payment } from './payment.ts'
import { paymentInquiry } from './payment-inquiry.ts'
import { paymentOption } from './payment-option.ts'
import { paymentOptionDetails } from './payment-option-details.ts'
import { paymentToken } from './payment-token.ts'
import { resultFields } from './result.ts'
import { returnToMerchant } from './return-to-merchant.ts'
import { securePayKey } from './secure-pay-key.ts'
import { isSignedBy, readJws, signJws } from './signing.ts'
import { transactionStatus } from './transaction-status.ts'
import { unserved } from './unserved.ts'
import { userPreference } from './user-preference.ts'

const OPERATIONS: readonly Operation[] = [
  paymentToken,
  paymentInquiry,
  payment,
  paymentOption,
  paymentOptionDetails,
  transactionStatus,
  cancelTransaction,
  cardTokenInfo,
  userPreference,
  initialization,
  securePayKey,
  exchangeRate,
  apmMccExchangeRate,
  secureExchangeRate,
  ...unserved,
]

const VERSIONS: readonly Version[] = ['4.3', '4.2', '4.1']

const JWT = 'Both bodies are {"payload": JWS}, HS256 with the secret as text.'

export interface TwoC2pOptions {
  /** Where payers' browsers reach us: scheme, host and port, without a slash at the end. */
  readonly publicUrl: () => string
  /** The sandbox says why a signature failed; a production gateway does not. */
  readonly explains: boolean
}

/** The wire format of 2C2P PGW 4.3 under `/payment/4.3`, with 4.2 and 4.1 as its older names. */
export function twoC2p(options: TwoC2pOptions): Dialect {
  return {
    name: DIALECT,

    register(app, gateway) {
      app.register(async (scope) => {
        ownEveryAnswer(scope, faultOf)
        for (const version of VERSIONS) {
          for (const operation of OPERATIONS) {
            addOperation(scope, operation, { gateway, version, options })
          }
        }
        scope.all('/payment/:version/*', async (_request, reply) => {
          await reply.code(404).send(code('6101', 'Invalid request message: no such operation'))
        })
      })
    },

    operations: OPERATIONS.map(({ path, method, summary, request, response, envelope }) => ({
      path: `/payment/4.3/${path}`,
      method,
      summary,
      request,
      response,
      ...(envelope === 'jwt' && { envelope: JWT }),
    })),

    notification({ result, notification }, { merchant, secrets }) {
      const [secret] = secrets
      if (result === undefined) throw new Error('this dialect tells of orders only')
      if (secret === undefined) throw new Error('a merchant has no secret to sign with')
      const claims = resultFields({ result, merchant, at: result.order.createdAt })
      return {
        url: notification.url,
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify({ payload: signJws(JSON.stringify(claims), secret) }),
      }
    },

    // Captures, voids and refunds are answered, not announced.
    notifyUrl: (event, { order }) => (event === 'payment' ? order?.notifyUrl : undefined),

    retryDelaySeconds: notificationDelaySeconds,

    // An HTTP 200 acknowledges; nothing is said about its body.
    isAcknowledged: ({ status }) => status === 200,

    returnToMerchant,

    pageTerms,

    nameVaultToken,
  }
}

const MERCHANT_ID = /^[!-~]{1,25}$/

const NO_BODY = Buffer.alloc(0)

/** 20 digits: ddMMyyHHmmss by Bangkok's clocks and eight random ones, as 2C2P's tokens read. */
function nameVaultToken(at: Date): string {
  const [, year = '', month = '', day = '', time = ''] =
    /^20(\d\d)(\d\d)(\d\d)(\d{6})$/.exec(formatLocal(at, 'Asia/Bangkok')) ?? []
  return `${day}${month}${year}${time}${String(randomInt(100_000_000)).padStart(8, '0')}`
}

interface Surroundings {
  readonly context: Context
  readonly options: TwoC2pOptions
}

interface Routed {
  readonly gateway: Gateway
  readonly version: Version
  readonly options: TwoC2pOptions
}

/** Whatever is not signed is called by payers' clients: apps, and pages of any origin. */
function addOperation(
  scope: FastifyInstance,
  operation: Operation,
  { gateway, version, options }: Routed,
): void {
  const { path, method, envelope, maxAgeSeconds } = operation
  const url = `/payment/${version}/${path}`
  const isForClients = envelope !== 'jwt'
  scope.route({
    method,
    url,
    onRequest: async (_request, reply) => {
      if (isForClients) allowAnyOrigin(reply)
    },
    handler: async ({ body }, reply) => {
      const context = { gateway, version, publicUrl: options.publicUrl() }
      const raw = (body ?? NO_BODY) as Buffer
      const answer = await answerTo(operation, raw, { context, options })
      if (maxAgeSeconds !== undefined) {
        void reply.header('cache-control', `public, max-age=${maxAgeSeconds}`)
      }
      return reply.type('application/json; charset=utf-8').send(answer)
    },
  })
  if (isForClients) scope.options(url, async (_request, reply) => answerPreflight(reply, method))
}

async function answerTo(
  operation: Operation,
  raw: Buffer,
  { context, options }: Surroundings,
): Promise<string> {
  if (operation.envelope !== 'jwt') {
    const body = () => (operation.envelope === 'open' ? null : bodyOf(raw))
    return JSON.stringify(await orCode(async () => operation.run(context, body(), undefined)))
  }
  let access: MerchantAccess | undefined
  let key: MerchantAccess['secrets'][number] | undefined
  const answer = await orCode(async () => {
    const opened = await openEnvelope(context.gateway, raw, options)
    access = opened.access
    key = opened.key
    return operation.run(context, opened.claims, access)
  })
  const json = JSON.stringify(answer)
  // Until the merchant has proved itself, answers are plain.
  return key === undefined ? json : JSON.stringify({ payload: signJws(json, key) })
}

/** Refusals are answers, with HTTP 200; everything else is a fault. */
async function orCode(work: () => Promise<object>): Promise<object> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof WireError) return error.answer
    if (error instanceof Refusal) return refusalCode(error.code)
    throw error
  }
}

interface OpenedEnvelope {
  readonly claims: JsonObject
  readonly access: MerchantAccess
  readonly key: MerchantAccess['secrets'][number]
}

async function openEnvelope(
  gateway: Gateway,
  raw: Buffer,
  { explains }: TwoC2pOptions,
): Promise<OpenedEnvelope> {
  const payload = memberOf(bodyOf(raw), 'payload')
  if (payload === undefined || payload === '') throw new WireError('6102', 'Required Payload')
  const jws = readJws(payload)
  if (jws === undefined) throw new WireError('6103', 'Invalid JWT data')
  const claims = claimsOf(jws.payload)
  const merchantId = memberOf(claims, 'merchantID')
  if (merchantId === undefined || merchantId === '') {
    throw new WireError('6104', 'Required merchantId')
  }
  const access = MERCHANT_ID.test(merchantId)
    ? await gateway.merchantAccess(merchantId, DIALECT)
    : undefined
  if (access === undefined) throw new WireError('9007', 'Invalid merchant')
  const key = access.secrets.find((secret) => isSignedBy(jws, secret))
  if (key === undefined) {
    const why = explains ? explainSignature(jws, access.secrets) : ''
    throw new WireError('9042', `Hash value mismatch${why}`)
  }
  return { claims, access, key }
}

function bodyOf(raw: Buffer): JsonObject {
  return objectOf(raw, '6101', 'Invalid request message')
}

function claimsOf(payload: Buffer): JsonObject {
  return objectOf(payload, '9900', 'Unable to decrypt the payload')
}

function objectOf(bytes: Buffer, respCode: string, label: string): JsonObject {
  let value: JsonValue
  try {
    value = parseJson(bytes)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw new WireError(respCode, `${label}: ${error.message}`)
  }
  if (isObject(value)) return value
  throw new WireError(respCode, `${label}: a JSON object is expected`)
}

/** A text or number under a name in any case. */
function memberOf(object: JsonObject, name: string): string | undefined {
  const found = Object.keys(object).find((key) => key.toLowerCase() === name.toLowerCase())
  const value = found === undefined ? undefined : object[found]
  if (value instanceof JsonNumber) return value.lexeme
  return typeof value === 'string' ? value : undefined
}

function faultOf(status: number): Code {
  if (status === 413) return code('6101', 'Invalid request message: the body is too large')
  return status < 500 ? code('6101', 'Invalid request message') : SYSTEM_ERROR
}
