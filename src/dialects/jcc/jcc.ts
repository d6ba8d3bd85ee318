import { randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { Refusal } from '../../core/refusal.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import type { Dialect } from '../dialect.ts'
import { ownEveryAnswer } from '../own-answers.ts'
import { textFault } from './answer.ts'
import { addParams } from './add-params.ts'
import { callbacks } from './callback.ts'
import { CARD_OPERATIONS } from './card-operations.ts'
import { SYSTEM_ERROR, WireError } from './codes.ts'
import { decline } from './decline.ts'
import { deposit } from './deposit.ts'
import { getLastOrdersForMerchants } from './get-last-orders-for-merchants.ts'
import { getOrderStatus } from './get-order-status.ts'
import { getOrderStatusExtended } from './get-order-status-extended.ts'
import { type Language, languageOf } from './languages.ts'
import { type Context, DIALECT, type Operation } from './operation.ts'
import type { SeTokens } from './open-se-token.ts'
import { type Parameters, readParameters, scalarText } from './parameters.ts'
import { pageTerms } from './page-terms.ts'
import { addPaymentPages } from './payment-page.ts'
import { processRawPositionRefund } from './position-refund.ts'
import { processRawSumRefund, refund } from './refund.ts'
import { register, registerPreAuth } from './register.ts'
import { returnToMerchant } from './return-to-merchant.ts'
import { reverse } from './reverse.ts'
import { addSeTokenKeys } from './se-token-keys.ts'
import { addWhitePage } from './white-page.ts'

const OPERATIONS: readonly Operation[] = [
  ...CARD_OPERATIONS,
  register,
  registerPreAuth,
  decline,
  addParams,
  deposit,
  reverse,
  refund,
  processRawSumRefund,
  processRawPositionRefund,
  getOrderStatusExtended,
  getOrderStatus,
  getLastOrdersForMerchants,
]

const BODY_BYTES_MAX = 64 * 1024

export interface JccOptions {
  /** Where payers' browsers reach us: scheme, host and port, without a slash at the end. */
  readonly publicUrl: () => string
  readonly logIn: Context['logIn']
  readonly seTokens: SeTokens
  readonly googlePay: Context['googlePay']
}

/** The wire format of JCC and its family: `/payment/rest/*.do` and its neighbors. */
export function jcc(options: JccOptions): Dialect {
  return {
    name: DIALECT,

    register(app, gateway) {
      app.register(async (scope) => {
        ownEveryAnswer(scope, faultOf)
        for (const operation of OPERATIONS) {
          for (const path of operation.paths) {
            scope.all(`/payment/${path}`, async (request, reply) => {
              const answer = await answerTo(operation, request, { gateway, options })
              return reply.type('application/json; charset=utf-8').send(JSON.stringify(answer))
            })
          }
        }
        addPaymentPages(scope, gateway)
        addWhitePage(scope, gateway, options.publicUrl)
        addSeTokenKeys(scope, options.seTokens.keys)
        scope.all('/payment/rest/*', async (_request, reply) => {
          await reply.code(404).send(textFault({ code: '5', message: 'malformed' }, 'en'))
        })
      })
    },

    operations: OPERATIONS.map(({ paths: [path = ''], summary, request, response }) => ({
      method: 'POST' as const,
      path: `/payment/${path}`,
      takesForms: true,
      summary,
      request,
      response,
    })),

    ...callbacks,

    returnToMerchant,

    pageTerms,

    // A UUID, as every binding's id is.
    nameVaultToken: () => randomUUID(),
  }
}

interface Surroundings {
  readonly gateway: Gateway
  readonly options: JccOptions
}

/** Refusals are answers, with HTTP 200; everything else is a fault. */
async function answerTo(
  operation: Operation,
  request: FastifyRequest,
  { gateway, options }: Surroundings,
): Promise<object> {
  let language: Language = 'en'
  try {
    const { ip, headers } = request
    const body = await bodyOf(request)
    // A signature covers the body alone, so beside one nothing else counts.
    const query = headers['x-signature'] === undefined ? queryOf(request) : ''
    const parameters = readParameters({ query, body })
    const locale = localeIn(parameters)
    language = languageOf(locale)
    const publicUrl = options.publicUrl()
    const asked = { language, locale, ip, headers, body }
    return await operation.run({ ...options, ...asked, gateway, publicUrl }, parameters)
  } catch (error) {
    if (error instanceof WireError) return operation.fault(error.fault, language)
    if (!(error instanceof Refusal)) throw error
    return operation.fault(operation.faultOf(error.code), language)
  }
}

/** The language of pages; the method itself says no to one that is none. */
function localeIn(parameters: Parameters): string {
  const text = scalarText(parameters.get('language')?.[0])?.toLowerCase() ?? ''
  return /^[a-z]{2}$/.test(text) ? text : 'en'
}

function queryOf({ raw }: FastifyRequest): string {
  const url = raw.url ?? ''
  const mark = url.indexOf('?')
  return mark === -1 ? '' : url.slice(mark + 1)
}

/** The body's bytes. Some clients send one with GET, which the server itself does not read. */
async function bodyOf({ body, raw }: FastifyRequest): Promise<Buffer> {
  if (Buffer.isBuffer(body)) return body
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of raw as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > BODY_BYTES_MAX) throw new WireError('5', 'malformed')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function faultOf(status: number): object {
  return textFault(status < 500 ? { code: '5', message: 'malformed' } : SYSTEM_ERROR, 'en')
}
