import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { DescribedOperation, Dialect } from '../dialect.ts'
import { ownEveryAnswer } from '../own-answers.ts'
import { answered, enveloped, flatAnswered, flattened } from './envelope.ts'
import { apiNameOf } from './api-name.ts'
import { answer, flatRefusal } from './answer.ts'
import { code, type Code } from './codes.ts'
import { nameVaultToken } from './ids.ts'
import { inquirePaymentToken } from './inquire-payment-token.ts'
import { isAcknowledged, notification, notifyUrl, retryDelaySeconds } from './notification.ts'
import { applyDropinSession } from './apply-dropin-session.ts'
import { applyPaymentToken } from './apply-payment-token.ts'
import { cancel } from './cancel.ts'
import { capture } from './capture.ts'
import { inquireApplyRequest } from './inquire-apply-request.ts'
import { orderAndPay } from './order-and-pay.ts'
import { orderClose } from './order-close.ts'
import { orderQuery } from './order-query.ts'
import { pageTerms } from './page-terms.ts'
import { refund } from './refund.ts'
import { refundQuery } from './refund-query.ts'
import { DIALECT, type Operation } from './operation.ts'
import { removePaymentToken } from './remove-payment-token.ts'
import { returnToMerchant } from './return-to-merchant.ts'
import type { Answering, PayerMaxOptions, Served } from './serving.ts'

const OPERATIONS: readonly Operation[] = [
  applyPaymentToken,
  inquireApplyRequest,
  inquirePaymentToken,
  removePaymentToken,
  applyDropinSession,
  orderAndPay,
  orderQuery,
  orderClose,
  capture,
  cancel,
  refund,
  refundQuery,
]

const FLAT_ADDRESS = '/aggregate-pay-gate/api/gateway'
const ADDRESS = '/aggregate-pay/api/gateway'

// The addresses that the first generation's documents print: the whole path is a dummy there.
const PRINTED_ADDRESSES = {
  inquirePaymentToken: '/delSuffixStart1',
  removePaymentToken: '/delSuffixStart2',
  paymentTokenNotification: '/delSuffixStart3',
} as const

/** The wire format of PayerMax's collection API, in its three generations over one core. */
export function payerMax(options: PayerMaxOptions): Dialect {
  return {
    name: DIALECT,

    register(app, gateway) {
      app.register(async (scope) => {
        ownEveryAnswer(scope, faultFor)
        addRoutes(scope, { gateway, options, operations: OPERATIONS })
      })
    },

    operations: OPERATIONS.flatMap(described),

    notification: (told, access) => notification(told, access, options.clock.now()),
    notifyUrl,
    tellsOfTheEndOnly: true,
    retryDelaySeconds,
    isAcknowledged,
    returnToMerchant,
    pageTerms,
    nameVaultToken,
  }
}

function described({ name, summary, request, response }: Operation): DescribedOperation[] {
  const printed = new Map<string, string>(Object.entries(PRINTED_ADDRESSES)).get(name)
  const current = {
    method: 'POST' as const,
    path: `${ADDRESS}/${name}`,
    summary,
    request: enveloped(request),
    response: answered(response),
  }
  if (printed === undefined) return [current]
  const flat = {
    method: 'POST' as const,
    path: `${FLAT_ADDRESS}${printed}`,
    summary: `${summary} (first generation: at the shared address, by bizType)`,
    request: flattened(request),
    response: flatAnswered(response),
  }
  return [current, flat]
}

const NO_BODY = Buffer.alloc(0)

function addRoutes(scope: FastifyInstance, answering: Answering): void {
  const serve = async (reply: FastifyReply, served: Served) => {
    const { body, sign } = await answer(answering, served)
    if (sign !== undefined) void reply.header('sign', sign)
    return reply.type('application/json; charset=utf-8').send(body)
  }
  for (const path of [FLAT_ADDRESS, `${FLAT_ADDRESS}/*`, ...Object.values(PRINTED_ADDRESSES)]) {
    scope.post(path, async ({ body, headers }, reply) =>
      serve(reply, { raw: (body ?? NO_BODY) as Buffer, headers, name: undefined }),
    )
  }
  scope.post<{ Params: { '*': string } }>(`${ADDRESS}/*`, async (request, reply) => {
    const { body, headers, params } = request
    const name = apiNameOf(params['*'])
    return serve(reply, { raw: (body ?? NO_BODY) as Buffer, headers, name })
  })
}

function faultFor(status: number, request: FastifyRequest): object {
  const isFlat = !request.url.startsWith(`${ADDRESS}/`)
  return isFlat ? flatRefusal(faultOf(status)) : faultOf(status)
}

function faultOf(status: number): Code {
  if (status === 413) return code('PARAMS_INVALID', 'The request body is too large.')
  return code(status < 500 ? 'PARAMS_INVALID' : 'SYSTEM_ERROR')
}
