import { type Expiry, isExpired, parseExpiry } from '../../core/card.ts'
import { Pan, Sad } from '../../core/pan.ts'
import type { Instrument } from '../../gateway/pay.ts'
import { missing } from './bind.ts'
import { WireError } from './codes.ts'
import type { CardInfo } from './order-and-pay-request.ts'

/** @throws WireError `CARD_INVALID`. */
export function panOf(digits: string): Pan {
  const pan = Pan.parse(digits)
  if (pan === undefined) throw new WireError('CARD_INVALID')
  return pan
}

/** @throws WireError `CARD_EXPIRE_DATE_INVALID`, also for a card that has ended. */
export function expiryOf(month: string, year: string, at: Date): Expiry {
  const expiry = parseExpiry(month, year)
  if (expiry === undefined || isExpired(expiry, at)) {
    throw new WireError('CARD_EXPIRE_DATE_INVALID')
  }
  return expiry
}

/** @throws WireError `CVV_INVALID`. */
export function securityCodeOf(digits: string | undefined, brand: Pan['brand']): Sad | undefined {
  if (digits === undefined) return undefined
  const form = brand === 'amex' ? /^[0-9]{4}$/ : /^[0-9]{3}$/
  if (!form.test(digits)) throw new WireError('CVV_INVALID')
  return new Sad(digits)
}

const PLACE = 'paymentDetail.cardInfo'

/**
 * A card as its merchant collected it.
 *
 * @throws WireError `PARAMS_INVALID`, `CARD_INVALID`, `CARD_EXPIRE_DATE_INVALID`, `CVV_INVALID`,
 * `CARD_HOLDER_NAME_INVALID`, `UNSUPPORT_CARD`.
 */
export function cardOf(card: CardInfo, at: Date): Extract<Instrument, { kind: 'card' }> {
  const { cardIdentifierNo, cardExpirationMonth, cardExpirationYear, cardHolderFullName } = card
  if (cardIdentifierNo === undefined) throw missing(`${PLACE}.cardIdentifierNo`)
  if (cardExpirationMonth === undefined) throw missing(`${PLACE}.cardExpirationMonth`)
  if (cardExpirationYear === undefined) throw missing(`${PLACE}.cardExpirationYear`)
  const pan = panOf(cardIdentifierNo)
  const expiry = expiryOf(cardExpirationMonth, cardExpirationYear, at)
  // A name of digits is a field that was mixed up with another.
  if (cardHolderFullName !== undefined && /^[0-9 -]+$/.test(cardHolderFullName)) {
    throw new WireError('CARD_HOLDER_NAME_INVALID')
  }
  const securityCode = securityCodeOf(card.cvv, pan.brand)
  return { kind: 'card', pan, expiry, ...(securityCode && { securityCode }) }
}

/** The first letter of the name and no more of it. */
export function maskedName(name: string | undefined): string {
  if (name === undefined) return ''
  const [first = '', ...rest] = name
  return `${first}${'*'.repeat(rest.length)}`
}
