import Type from 'typebox'
import type { Order } from '../../core/order.ts'
import { Refusal } from '../../core/refusal.ts'
import { readAmount } from './amounts.ts'
import { invalid } from './bind.ts'
import { amount, country, currency, flag, id, listOf, oneOf, optional, text } from './fields.ts'
import { type Context, DIALECT, operation } from './operation.ts'
import { mitType, type OrderAndPayRequest } from './order-and-pay-request.ts'
import { sessionReference } from './order-details.ts'

const SESSION_MS = 30 * 60_000

/** What a session is for; the order that uses it must be for the same. */
interface SessionDetails {
  readonly country: string
  /** The session was opened with an amount. */
  readonly hasAmount: boolean
  readonly binds: boolean
}

/** applyDropinSession: a session for one card that the payer's page encrypts. */
export const applyDropinSession = operation(
  {
    name: 'applyDropinSession',
    summary: "Open a session for a card that the payer's page encrypts",
    request: Type.Object({
      totalAmount: optional(amount('Major units; the order may name it instead.')),
      mitType,
      currency,
      country,
      userId: id(64),
      referralCode: optional(id(32)),
      tokenForFutureUse: optional(flag()),
      componentList: optional(listOf(oneOf(['CARD', 'APPLEPAY', 'GOOGLEPAY']))),
      captureMode: optional(oneOf(['AUTO', 'AUTOMATIC', 'MANUAL'])),
      authorizationType: optional(oneOf(['FINAL_AUTH', 'PRE_AUTH'])),
    }),
    response: Type.Object({
      sessionKey: text(64),
      clientKey: text(64, { description: 'Names the key that cards are encrypted to.' }),
      notSupportedComponent: listOf(Type.String()),
    }),
  },
  async ({ gateway, access }, request) => {
    const { totalAmount, userId, componentList = [] } = request
    const { merchantId } = access.merchant
    const reference = sessionReference(gateway.ids.uuid())
    const details: SessionDetails = {
      country: request.country,
      hasAmount: totalAmount !== undefined,
      binds: request.tokenForFutureUse === true,
    }
    const session = await gateway.openOrder({
      order: {
        merchantId,
        dialect: DIALECT,
        merchantReference: reference,
        amount: readAmount(totalAmount ?? '0', request.currency),
        description: 'Drop-in session',
        // Nobody is given a way to pay it: it only waits for the order that uses it.
        captureMode: 'none',
        tokenize: 'no',
        threeds: 'none',
        storedFor: undefined,
        customerId: userId,
        vaultTokenIds: [],
        notifyUrl: undefined,
        announcesExpiry: false,
        details: { ...details },
        expiresAt: gateway.clock.in(SESSION_MS),
      },
      idempotencyKey: undefined,
      canonical: reference,
    })
    const { keyId } = await gateway.clientCardKey()
    return {
      sessionKey: session.orderId.replaceAll('-', ''),
      clientKey: keyId,
      notSupportedComponent: componentList.filter((component) => component !== 'CARD'),
    }
  },
)

/**
 * Finds the session that an order uses, and holds the order to it.
 *
 * @throws WireError `PARAMS_INVALID` for a session that is not there, or for something else.
 */
export async function checkSession(
  context: Context,
  request: OrderAndPayRequest,
  sessionKey: string,
): Promise<void> {
  const session = await findSession(context, sessionKey)
  const now = context.gateway.clock.now()
  if (session === undefined || session.expiresAt <= now) {
    throw invalid('paymentDetail.sessionKey', 'there is no such session, or it has ended')
  }
  const { country: where, hasAmount, binds } = session.details as unknown as SessionDetails
  const { minor } = readAmount(request.totalAmount, request.currency)
  const differing = [
    ['userId', request.userId === session.customerId],
    ['currency', request.currency === session.amount.currency],
    ['country', request.country === where],
    ['totalAmount', !hasAmount || minor === session.amount.minor],
    ['paymentDetail.tokenForFutureUse', binds || request.paymentDetail?.tokenForFutureUse !== true],
  ].find(([, isSame]) => isSame === false)
  if (differing !== undefined) {
    throw invalid(String(differing[0]), 'the session was opened for something else')
  }
}

async function findSession({ gateway, access }: Context, key: string): Promise<Order | undefined> {
  if (!/^[0-9a-f]{32}$/.test(key)) return undefined
  const orderId = key.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  const { merchantId } = access.merchant
  try {
    const order = await gateway.findOrder({ merchantId, orderId })
    const isSession = order.merchantReference.startsWith(sessionReference(''))
    return order.dialect === DIALECT && isSession ? order : undefined
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}
