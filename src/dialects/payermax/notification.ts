import type { Order } from '../../core/order.ts'
import type { OutgoingRequest } from '../../gateway/notification-ports.ts'
import type { MerchantAccess, Told, Voice } from '../../gateway/ports.ts'
import { JsonError, type JsonObject, parseJson } from '../json.ts'
import { isObject } from './bind.ts'
import { code, type Code, SUCCESS } from './codes.ts'
import { cancelFields, captureFields, refundFields } from './follow-up-result.ts'
import { md5Sign } from './md5-signing.ts'
import { detailsOf, type OrderDetails } from './order-details.ts'
import { orderFields, paymentDetails, reasonOf } from './order-result.ts'
import { type PaymentToken, tokenFields } from './payment-tokens.ts'
import { readSettings } from './settings.ts'
import { keysOf, signBytes } from './signing.ts'

// Result notifications, retry mechanism: six in all, the first at once.
const RETRY_DELAYS_SECONDS = [30, 300, 600, 3_600, 43_200] as const

/** One notification as its merchant reads it. */
interface Rendered {
  readonly notifyType: 'PAYMENT' | 'REFUND' | 'TOKENIZATION' | 'CAPTURE' | 'CANCEL'
  readonly verdict: Code
  readonly data: object
}

/** Renders and signs what a merchant is told; the signature is made on the thread pool. */
export async function notification(
  told: Told,
  access: MerchantAccess,
  at: Date,
): Promise<OutgoingRequest> {
  const { appId, isFlat } = readSettings(access.settings)
  const [key] = keysOf(access, 'platformPrivate')
  if (key === undefined)
    throw new Error('a merchant has no key that its notifications are signed with')
  const { notifyType, verdict, data } = render(told, at)
  const isToken = notifyType === 'TOKENIZATION'
  const body = JSON.stringify(
    isToken && isFlat
      ? flat(data, access)
      : {
          ...verdict,
          keyVersion: key.version,
          // The published sample of this one type has the older name.
          ...(isToken ? { merchantAppId: appId } : { appId }),
          merchantNo: access.account,
          notifyTime: at.toISOString(),
          notifyType,
          data,
        },
  )
  const sign = await signBytes(Buffer.from(body), key.key)
  const headers = { 'content-type': 'application/json; charset=utf-8', sign }
  return { url: told.notification.url, method: 'POST', headers, body }
}

function render(told: Told, at: Date): Rendered {
  const { event } = told.notification
  switch (event) {
    case 'payment':
    case 'expiry':
      return isBinding(told) ? renderToken(told, at) : renderPayment(told, at)
    case 'refund':
      return renderRefund(told)
    case 'capture':
      return { notifyType: 'CAPTURE', verdict: SUCCESS, data: captureFields(resultOf(told)) }
    case 'void':
      return { notifyType: 'CANCEL', verdict: SUCCESS, data: cancelFields(resultOf(told)) }
    case 'vaultTokenCreated':
    case 'vaultTokenChanged':
      return renderToken(told, at)
  }
}

function isBinding({ result }: Told): boolean {
  return result !== undefined && detailsOf(result.order).requestId !== undefined
}

function resultOf({ result, operation }: Told) {
  if (result === undefined || operation === undefined) {
    throw new Error('a notification of an operation has none')
  }
  return { order: result.order, operation }
}

function renderPayment({ result }: Told, at: Date): Rendered {
  if (result === undefined) throw new Error('a notification of a payment has no order')
  const reason = reasonOf(result, at)
  const data = orderFields(result, at)
  // A failed card payment still shows its card.
  const details = data['status'] === 'CLOSED' ? [] : paymentDetails(result)
  return {
    notifyType: 'PAYMENT',
    verdict: reason ?? SUCCESS,
    data: { ...data, paymentDetails: details },
  }
}

function renderRefund(told: Told): Rendered {
  const data = refundFields(resultOf(told))
  const verdict = data.status === 'REFUND_FAILED' ? code('PAYMENT_FAILED') : SUCCESS
  return { notifyType: 'REFUND', verdict, data }
}

function renderToken(told: Told, at: Date): Rendered {
  const { notification: about, result } = told
  const paymentToken = tokenOf(told)
  const isChange = about.event === 'vaultTokenChanged'
  const { outTradeNo = '', requestId = '', country = 'UN' } = kept(result?.order)
  const origin = { outTradeNo: isChange ? '' : outTradeNo, country, requestId, referralCode: '' }
  if (paymentToken === undefined) return failedBinding(result?.order.customerId, origin)
  const { stored } = paymentToken
  const scope = stored.usage === 'recurring' ? 'tokenRec' : 'tokenAcq'
  const fields = tokenFields(paymentToken, scope, at)
  const data = { ...fields, ...origin, supportMIT: stored.merchantMayInitiate, status: 'SUCCESS' }
  return { notifyType: 'TOKENIZATION', verdict: SUCCESS, data }
}

function tokenOf({ vaultToken, consent }: Told): PaymentToken | undefined {
  if (consent !== undefined) return { kind: 'wallet', stored: consent }
  return vaultToken && { kind: 'card', stored: vaultToken }
}

function failedBinding(userId: string | undefined, origin: object): Rendered {
  const data = { userId, ...origin, supportMIT: false, status: 'FAILED' }
  return { notifyType: 'TOKENIZATION', verdict: code('PAYMENT_FAILED'), data }
}

/** The first generation's form: one flat object, signed in itself where there is a secret. */
function flat(data: object, { account, secrets }: MerchantAccess): object {
  const {
    supportMIT: _mit,
    status: _status,
    requestId: _request,
    ...fields
  } = {
    requestId: undefined,
    status: undefined,
    supportMIT: undefined,
    ...data,
  }
  const { outTradeNo = '' } = fields as { outTradeNo?: string }
  const body = { merchantId: account, ...fields, orderId: outTradeNo }
  const [secret] = secrets
  if (secret === undefined) return body
  const asSent = parseJson(JSON.stringify(body)) as JsonObject
  return { ...body, sign: md5Sign(asSent, secret) }
}

function kept(order: Order | undefined): Partial<OrderDetails> {
  return order === undefined ? {} : detailsOf(order)
}

/** Where a merchant hears of an event: what the order names, else its console. */
export const notifyUrl: Voice['notifyUrl'] = (event, { access, order }) => {
  const { payment, refund, paymentToken } = readSettings(access.settings).notifyUrls
  const isBinding = kept(order).requestId !== undefined
  const outcome = isBinding ? paymentToken : (order?.notifyUrl ?? payment)
  const urls: Record<typeof event, string | undefined> = {
    payment: outcome,
    expiry: outcome,
    capture: payment,
    void: payment,
    refund,
    // A binding tells of its payment token, or of its failure, when it ends.
    vaultTokenCreated: isBinding ? undefined : paymentToken,
    vaultTokenChanged: paymentToken,
  }
  return urls[event]
}

export function retryDelaySeconds(attempts: number): number | undefined {
  return RETRY_DELAYS_SECONDS[attempts - 1]
}

/** Only the body counts: `code` SUCCESS, or the first generation's `bizCode` 0000. */
export const isAcknowledged: Voice['isAcknowledged'] = ({ status, body }) => {
  if (status < 200 || status > 299) return false
  try {
    const answer = parseJson(body)
    if (!isObject(answer)) return false
    return answer['code'] === 'SUCCESS' || answer['bizCode'] === '0000'
  } catch (error) {
    if (error instanceof JsonError) return false
    throw error
  }
}
