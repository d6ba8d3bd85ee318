import Type, { type Static } from 'typebox'
import { type Expiry, parseExpiry } from '../../core/card.ts'
import type { Order } from '../../core/order.ts'
import { Pan, Sad } from '../../core/pan.ts'
import type { VaultToken } from '../../core/payment.ts'
import type { Instrument } from '../../gateway/pay.ts'
import { WireError } from './codes.ts'
import { digits, flag, formed, ipAddress, object, opaque, optional, text } from './fields.ts'
import { type Context, DIALECT } from './operation.ts'
import type { SeToken } from './se-token.ts'

/** How a card comes with a payment: its own fields, a stored one's name, or a seToken of either. */
export const cardFields = {
  pan: optional(digits(19, { aliases: ['$PAN'], wrong: '1' })),
  cvc: optional(formed('^[0-9]{3,4}$', { aliases: ['$CVC'], wrong: '1' })),
  expiry: optional(formed('^20[0-9]{4}$', { aliases: ['$EXPIRY'], wrong: '1' })),
  YYYY: optional(formed('^20[0-9]{2}$', { wrong: '1' })),
  MM: optional(formed('^[0-9]{1,2}$', { wrong: '1' })),
  seToken: optional(opaque(8_192, { description: 'Instead of the fields before it.' })),
  bindingId: optional(opaque(255, { description: 'A stored card.' })),
}

/** What else a payment says of itself, its payer and the payer's browser. */
export const payerFields = {
  bindingNotNeeded: optional(flag({ description: 'The card is not to be stored.' })),
  jsonParams: optional(object()),
  tii: optional(text(8)),
  ip: optional(ipAddress()),
  email: optional(text(254)),
  clientBrowserInfo: optional(object()),
  threeDSServerTransId: optional(opaque(36)),
  threeDSVer2MdOrder: optional(opaque(36)),
  threeDSVer2FinishUrl: optional(opaque(512)),
  threeDSMethodNotificationUrl: optional(opaque(512)),
  threeDSSDK: optional(flag()),
}

export type CardRequest = Static<ReturnType<typeof asObject>>

const asObject = () => Type.Object(cardFields)

/** What is paid with, and the name on it where a seToken says it. */
export interface Chosen {
  readonly instrument: Extract<Instrument, { kind: 'card' | 'vaultToken' }>
  readonly cardholderName: string | undefined
}

interface Where {
  readonly merchantId: string
  /** The order to be paid, if it is there already: a seToken must have been made for it. */
  readonly order: Order | undefined
  /** Where the payer is, as whoever asks says; a payer's own word for it does not count. */
  readonly payerIp?: string | undefined
}

/**
 * Reads what a payment is made with.
 *
 * @throws WireError 5 for a seToken that is not good, 1 for a card that is wrong or incomplete, 2
 * for a stored card that is not there.
 */
export async function readInstrument(
  context: Context,
  request: CardRequest,
  { merchantId, order, payerIp }: Where,
): Promise<Chosen> {
  if (request.seToken !== undefined) {
    const token = await context.seTokens.open(request.seToken, {
      merchantId,
      orderId: order?.orderId,
      address: payerIp ?? context.ip,
    })
    return {
      ...(await fromToken(context, merchantId, token)),
      cardholderName: token.cardholderName,
    }
  }
  const cardholderName = undefined
  const securityCode = codeOf(request.cvc)
  if (request.pan === undefined) {
    if (request.bindingId === undefined) throw new WireError('1', 'empty', 'pan')
    const vaultToken = await bindingOf(context, merchantId, request.bindingId)
    return { instrument: { kind: 'vaultToken', vaultToken, securityCode }, cardholderName }
  }
  const pan = Pan.parse(request.pan)
  if (pan === undefined) throw new WireError('1', 'wrong', 'pan')
  const expiry = expiryOf(request)
  return { instrument: { kind: 'card', pan, expiry, securityCode }, cardholderName }
}

async function fromToken(
  context: Context,
  merchantId: string,
  { pan, expiry, securityCode, bindingId }: SeToken,
): Promise<Pick<Chosen, 'instrument'>> {
  if (pan !== undefined && expiry !== undefined) {
    return { instrument: { kind: 'card', pan, expiry, securityCode } }
  }
  // A whole seToken without a card in it is as wrong as one that does not open.
  if (pan !== undefined || bindingId === undefined) throw new WireError('5', 'wrong', 'seToken')
  const vaultToken = await bindingOf(context, merchantId, bindingId)
  return { instrument: { kind: 'vaultToken', vaultToken, securityCode } }
}

/** @throws WireError 2 for a name that no stored card of the merchant's has. */
export async function bindingOf(
  { gateway }: Pick<Context, 'gateway'>,
  merchantId: string,
  bindingId: string,
): Promise<VaultToken> {
  const [found] = await gateway.vaultTokens(merchantId, DIALECT, [bindingId])
  if (found === undefined || found.isDeleted) throw new WireError('2', 'bindingNotFound')
  return found
}

/** @throws WireError 1 */
export function expiryOf({ expiry, YYYY, MM }: CardRequest): Expiry {
  const [year, month] = expiry === undefined ? [YYYY, MM] : [expiry.slice(0, 4), expiry.slice(4)]
  if (year === undefined || month === undefined) throw new WireError('1', 'empty', 'expiry')
  const found = parseExpiry(month, year)
  if (found === undefined) throw new WireError('1', 'wrong', 'expiry')
  return found
}

function codeOf(cvc: string | undefined): Sad | undefined {
  return cvc === undefined ? undefined : new Sad(cvc)
}
