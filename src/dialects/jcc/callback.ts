import type { Order } from '../../core/order.ts'
import type { VaultToken } from '../../core/payment.ts'
import type { NotificationEvent, OutgoingRequest } from '../../gateway/notification-ports.ts'
import type { MerchantAccess, Told, Voice } from '../../gateway/ports.ts'
import { extraFields } from './callback-extras.ts'
import { type CallbackFields, withHmac, withSignature } from './checksum.ts'
import { detailsOf } from './order-details.ts'
import { CALLBACK_KEY, type Settings, settingsOf } from './settings.ts'

const RETRY_SECONDS = 30
const FAILURES_MAX = 3

type Callbacks = Pick<Voice, 'notification' | 'notifyUrl' | 'retryDelaySeconds' | 'isAcknowledged'>

/** The family's callbacks (reference 5): what a merchant's server is told, where and until when. */
export const callbacks: Callbacks = {
  notification(told, access) {
    const settings = settingsOf(access)
    const fields = { ...ownFields(told), ...extraFields(told, access) }
    return requestTo(told.notification.url, settings, signed(fields, settings, access))
  },

  // An order may direct its own events elsewhere; those of stored cards stay at home.
  notifyUrl(event, { access, order, isSuccess }) {
    if (isSuccess === false && order !== undefined && keepsQuiet(order)) return undefined
    return (isOfOrder(event) ? order?.notifyUrl : undefined) ?? settingsOf(access).callbackUrl
  },

  retryDelaySeconds: (attempts) => (attempts < FAILURES_MAX ? RETRY_SECONDS : undefined),

  isAcknowledged: ({ status }) => status === 200,
}

function keepsQuiet(order: Order): boolean {
  return detailsOf(order).features.includes('SKIP_UNSUCCESSFUL_PAYMENT_CALLBACK')
}

/** Events of stored cards are told alone, also where a payment has brought them about. */
function isOfOrder(event: NotificationEvent): boolean {
  return event !== 'vaultTokenCreated' && event !== 'vaultTokenChanged'
}

function ownFields(told: Told): CallbackFields {
  const { notification, result, operation, vaultToken } = told
  const head = {
    operation: operationOf(told),
    status: isSuccess(told) ? '1' : '0',
    callbackCreationDate: javaDate(createdAt(notification.notificationId)),
  }
  if (result === undefined || !isOfOrder(notification.event)) {
    return { ...head, ...bindingFields(vaultToken) }
  }
  const { order, payment } = result
  return {
    mdOrder: order.orderId,
    orderNumber: order.merchantReference,
    amount: String((operation?.amount ?? payment?.amount ?? order.amount).minor),
    ...head,
    ...bindingFields(result.vaultToken),
  }
}

/** What a payment is, if it succeeds. A verification is `approved`. */
const PAYMENTS: Readonly<Record<Order['captureMode'], string>> = {
  automatic: 'deposited',
  manual: 'approved',
  none: 'approved',
  credit: 'refunded',
}

/** What happened, in the documents' words. */
function operationOf({ notification, result }: Told): string {
  switch (notification.event) {
    case 'payment':
      return result === undefined ? 'approved' : PAYMENTS[result.order.captureMode]
    case 'capture':
      return 'deposited'
    case 'void':
      return 'reversed'
    case 'refund':
      return 'refunded'
    case 'expiry':
      return 'declinedByTimeout'
    case 'vaultTokenCreated':
      return 'bindingCreated'
    case 'vaultTokenChanged':
      return 'bindingActivityChanged'
  }
}

const FAILED: ReadonlySet<string | undefined> = new Set([
  undefined,
  'declined',
  'failed',
  'reversed',
])

function isSuccess({ notification, result, operation }: Told): boolean {
  if (notification.event === 'payment') return !FAILED.has(result?.payment?.status)
  return operation === undefined || operation.state === 'approved'
}

function bindingFields(vaultToken: VaultToken | undefined): CallbackFields {
  if (vaultToken === undefined) return {}
  const { name, customerId = '', isActive, isDeleted } = vaultToken
  return { bindingId: name, clientId: customerId, enabled: String(isActive && !isDeleted) }
}

function signed(
  fields: CallbackFields,
  { checksum }: Settings,
  { secrets: [secret], keys }: MerchantAccess,
): CallbackFields {
  if (checksum === 'none') return fields
  if (checksum === 'symmetric') {
    if (secret === undefined) throw new Error('a merchant has no secret for its callbacks')
    return withHmac(fields, secret)
  }
  const key = keys.find(({ kind }) => kind === CALLBACK_KEY)?.key
  if (key === undefined) throw new Error('a merchant has no key for its callbacks')
  return withSignature(fields, key)
}

function requestTo(
  url: string,
  { callbackMethod }: Settings,
  fields: CallbackFields,
): OutgoingRequest {
  const text = new URLSearchParams(fields).toString()
  if (callbackMethod === 'POST') {
    const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
    return { url, method: 'POST', headers, body: text }
  }
  const mark = url.includes('?') ? '&' : '?'
  return { url: `${url}${mark}${text}`, method: 'GET', headers: {} }
}

/** A notification's id is a UUIDv7, which begins with the milliseconds of its making. */
function createdAt(notificationId: string): Date {
  return new Date(Number.parseInt(notificationId.replace('-', '').slice(0, 12), 16))
}

/** As Java's Date.toString writes it: `Mon Jan 31 21:46:52 UTC 2022`. */
function javaDate(at: Date): string {
  const [, day = '', date = '', month = '', year = '', time = ''] =
    /^(\w{3}), (\d\d) (\w{3}) (\d{4}) ([\d:]{8}) GMT$/.exec(at.toUTCString()) ?? []
  return `${day} ${month} ${date} ${time} UTC ${year}`
}
