import { type CardHolder, type Expiry, parseExpiry } from '../core/card.ts'
import type { Order } from '../core/order.ts'
import { holdsPan, Pan, Sad } from '../core/pan.ts'
import type { Gateway } from '../gateway/gateway.ts'
import type { Instrument } from '../gateway/pay.ts'
import type { PageTerms } from '../gateway/ports.ts'
import { PageError } from './page-error.ts'

const NAME_LENGTH_MAX = 50

type Fields = Readonly<Record<string, unknown>>

export interface Chosen {
  readonly instrument: Instrument
  /** The payer wants a new card kept. */
  readonly save: boolean
  /** Of a new card. */
  readonly holder?: CardHolder | undefined
}

/**
 * What the payer chose or typed, read from the page's request.
 *
 * @throws PageError `card_invalid`, `code_invalid`.
 */
export async function readInstrument(
  gateway: Gateway,
  { order, terms }: { readonly order: Order; readonly terms: PageTerms },
  body: unknown,
): Promise<Chosen> {
  const { card, stored, save } = fieldsOf(body) ?? {}
  if (!terms.takesCards) throw new PageError('card_invalid')
  const chosen = fieldsOf(stored)
  if (chosen !== undefined) {
    const cards = await gateway.orderCards(order)
    const vaultToken = cards.find(({ name }) => name === chosen['id'])
    if (vaultToken === undefined) throw new PageError('card_invalid')
    const isCodeAsked = terms.initiator === 'customer' || textOf(chosen['code']) !== ''
    const securityCode = isCodeAsked ? codeOf(chosen['code'], vaultToken.card.brand) : undefined
    return { instrument: { kind: 'vaultToken', vaultToken, securityCode }, save: false }
  }
  const typed = fieldsOf(card)
  if (typed === undefined || !terms.takesNewCards) throw new PageError('card_invalid')
  const pan = Pan.parse(textOf(typed['number']).replace(/[ -]/g, ''))
  if (pan === undefined) throw new PageError('card_invalid', 'number')
  const expiry = expiryOf(typed)
  const securityCode = codeOf(typed['code'], pan.brand)
  const instrument = { kind: 'card' as const, pan, expiry, securityCode }
  return { instrument, save: save === true, holder: holderOf(typed) }
}

/** A name that could not be one is not kept: what fills in forms also errs. */
function holderOf(typed: Fields): CardHolder | undefined {
  const name = textOf(typed['name'])
  const isName = name !== '' && name.length <= NAME_LENGTH_MAX && !holdsPan(name)
  return isName ? { name } : undefined
}

/** What the page's script tells of its browser, as it came. */
export function toldBrowser(body: unknown): unknown {
  return fieldsOf(body)?.['browser']
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null ? (value as Fields) : undefined
}

function expiryOf(typed: Fields): Expiry {
  const expiry = parseExpiry(textOf(typed['month']), textOf(typed['year']))
  if (expiry === undefined) throw new PageError('card_invalid', 'month')
  return expiry
}

function codeOf(value: unknown, brand: Pan['brand']): Sad {
  const form = brand === 'amex' ? /^[0-9]{3,4}$/ : /^[0-9]{3}$/
  const text = textOf(value)
  if (!form.test(text)) throw new PageError('code_invalid', 'code')
  return new Sad(text)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : ''
}
