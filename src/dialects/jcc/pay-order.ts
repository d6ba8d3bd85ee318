import Type, { type Static } from 'typebox'
import type { CardHolder } from '../../core/card.ts'
import type { Order } from '../../core/order.ts'
import { Sad } from '../../core/pan.ts'
import type { Authentication } from '../../gateway/acquirer-ports.ts'
import type { BrowserFacts } from '../../gateway/authentication-ports.ts'
import type { PaymentResult } from '../../gateway/ports.ts'
import { known } from './answer.ts'
import { type Chosen, payerFields } from './card-request.ts'
import { WireError } from './codes.ts'
import type { Caller, Context } from './operation.ts'
import { detailsOf } from './order-details.ts'
import { settingsOf } from './settings.ts'

type Fields = Readonly<Record<string, unknown>>

/** One attempt to pay an order, as a method has read it. */
export interface Attempt {
  readonly chosen: Chosen
  readonly cardholderName: string | undefined
  readonly tii: string | undefined
  readonly bindingNotNeeded: boolean
  readonly jsonParams: Fields | undefined
  readonly clientBrowserInfo: Fields | undefined
  /** Undefined for a payer's browser, which may do less. */
  readonly caller: Caller | undefined
  /** The order may be paid again if this attempt fails. */
  readonly reopens: boolean
  /** By phone or mail: no code, no 3-D Secure. */
  readonly isMoto?: boolean
  /** The method is one that the merchant pays with alone, whatever the indicator says. */
  readonly isMerchantInitiated?: boolean
}

type Said = Static<typeof said>

const said = Type.Object(payerFields)

/** What an attempt takes from its request as it is. */
export function attemptOf({
  tii,
  bindingNotNeeded,
  jsonParams,
  clientBrowserInfo,
}: Pick<Said, 'tii' | 'bindingNotNeeded' | 'jsonParams' | 'clientBrowserInfo'>) {
  return { tii, bindingNotNeeded: bindingNotNeeded === true, jsonParams, clientBrowserInfo }
}

/** Merchant-initiated: nobody is there to type a code or to be authenticated. */
export const MERCHANT_INITIATED: ReadonlySet<string> = new Set(['U', 'R', 'I'])

/**
 * Pays an order. Where the payer's bank wants to see the payer, what the browser will carry is kept
 * for it: it comes with the order's id alone.
 *
 * @throws WireError; Refusal as `gateway.pay`.
 */
export async function payOrder(
  context: Context,
  order: Order,
  attempt: Attempt,
): Promise<PaymentResult> {
  const { gateway } = context
  const { chosen } = attempt
  const isAlone = isMerchantInitiated(order, attempt)
  checkAlone(order, attempt, isAlone)
  const authentication = ownAuthentication(attempt)
  const result = await gateway.pay({
    order,
    // Nobody was there to type a code.
    instrument: isAlone ? { ...chosen.instrument, securityCode: undefined } : chosen.instrument,
    storeCard: storesCard(order, attempt),
    initiator: isAlone ? 'merchant' : 'customer',
    returnUrl: undefined,
    browser: browserOf(context, order, attempt.clientBrowserInfo),
    reopens: attempt.reopens,
    details: attemptDetails(attempt),
    holder: holderOf(order, attempt),
    ...(authentication && { authentication }),
  })
  if (result.next === undefined) return gateway.inquire(order)
  await gateway.holdStep(result)
  return result
}

/** The order may insist on it; else the payer may say no. */
function storesCard(order: Order, { bindingNotNeeded }: Attempt): boolean {
  const mustStore = detailsOf(order).storesCard === true
  return order.tokenize === 'offered' && (mustStore || !bindingNotNeeded)
}

/** Whose card it is, as it was typed. */
function holderOf(order: Order, { chosen, cardholderName }: Attempt): CardHolder {
  const { email } = detailsOf(order)
  return known({ name: chosen.cardholderName ?? cardholderName, email })
}

function attemptDetails({ chosen, cardholderName, tii, isMoto = false }: Attempt) {
  return {
    ...known({ cardholderName: chosen.cardholderName ?? cardholderName, tii }),
    ...(isMoto && { paymentWay: 'CARD_MOTO' }),
  }
}

function isMerchantInitiated(order: Order, { tii, chosen, ...attempt }: Attempt): boolean {
  const isAuto = detailsOf(order).features.includes('AUTO_PAYMENT')
  const byIndicator = tii !== undefined && MERCHANT_INITIATED.has(tii)
  const isAlone = byIndicator || isAuto || attempt.isMerchantInitiated === true
  return chosen.instrument.kind === 'vaultToken' && isAlone
}

/** @throws WireError 5 for what it has no right to, 1 for a missing code. */
function checkAlone(order: Order, attempt: Attempt, isAlone: boolean): void {
  const { caller, chosen, isMoto = false } = attempt
  const isBound = detailsOf(order).bindingOnly === true
  if (isBound && chosen.instrument.kind !== 'vaultToken') throw new WireError('5', 'accessDenied')
  if (isAlone || isMoto) {
    const mayAlone = caller?.user.permissions.includes('payAlone') === true
    if (!mayAlone) throw new WireError('5', 'accessDenied')
    return
  }
  const mayDoWithout = detailsOf(order).features.includes('FORCE_NO_CVC')
  const hasCode = chosen.instrument.securityCode !== undefined
  if (!hasCode && !mayDoWithout) throw new WireError('1', 'empty', 'cvc')
}

/** 3-D Secure values of the merchant's own 3DS server, where it may bring some. */
function ownAuthentication({ jsonParams = {}, caller }: Attempt): Authentication | undefined {
  const { eci, cavv, dsTransId } = jsonParams
  if (typeof eci !== 'string' || typeof cavv !== 'string') return undefined
  const mayBring = caller !== undefined && settingsOf(caller.access).ownAuthentication
  if (!mayBring) throw new WireError('5', 'accessDenied')
  return {
    eci,
    cavv: new Sad(cavv),
    ...(typeof dsTransId === 'string' && { dsTransactionId: dsTransId }),
  }
}

const NUMBERS = [
  ['colorDepth', 'colorDepth'],
  ['screenHeight', 'screenHeight'],
  ['screenWidth', 'screenWidth'],
  ['browserTimeZoneOffset', 'timeZoneOffset'],
] as const

const TEXTS = [
  ['userAgent', 'userAgent'],
  ['browserAcceptHeader', 'acceptHeader'],
  ['browserLanguage', 'language'],
] as const

/** What the merchant's page has found out about the payer's browser, as far as it can be true. */
export function browserOf(
  { ip }: Pick<Context, 'ip'>,
  order: Order,
  info: Fields = {},
): BrowserFacts {
  const facts: { -readonly [Name in keyof BrowserFacts]: BrowserFacts[Name] } = {
    ip: detailsOf(order).ip ?? ip,
  }
  for (const [name, ours] of NUMBERS) {
    const value = info[name]
    if (typeof value === 'string' && /^-?[0-9]{1,6}$/.test(value)) facts[ours] = Number(value)
  }
  for (const [name, ours] of TEXTS) {
    const value = info[name]
    if (typeof value === 'string') facts[ours] = value.slice(0, 2_048)
  }
  return facts
}
