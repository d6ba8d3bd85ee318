import type { Brand } from '../../core/pan.ts'

/** The schemes as 2C2P names them to a payer's client, with the patterns it advertises. */
export const CARD_TYPES: readonly {
  readonly brand: Brand
  readonly name: string
  readonly prefixes: readonly string[]
  readonly regex: string
}[] = [
  { brand: 'visa', name: 'Visa', prefixes: ['4'], regex: '^4[0-9]{12}(?:[0-9]{3})?$' },
  {
    brand: 'mastercard',
    name: 'MasterCard',
    prefixes: ['51', '52', '53', '54', '55', '2221-2720'],
    regex: '^(5[1-5]|2[2-7])[0-9]{14}$',
  },
  { brand: 'jcb', name: 'JCB', prefixes: ['3528-3589'], regex: '^35[2-8][0-9]{13}$' },
  {
    brand: 'amex',
    name: 'American Express',
    prefixes: ['34', '37'],
    regex: '^3[47][0-9]{13}$',
  },
  {
    brand: 'diners',
    name: 'Diners Club',
    prefixes: ['300-305', '36', '38', '39'],
    regex: '^3(0[0-5]|[689])[0-9]{11,16}$',
  },
  {
    brand: 'discover',
    name: 'Discover',
    prefixes: ['6011', '644-649', '65'],
    regex: '^6(011|4[4-9]|5)[0-9]{12,15}$',
  },
  {
    brand: 'unionpay',
    name: 'UnionPay',
    prefixes: ['62', '81'],
    regex: '^(62|81)[0-9]{14,17}$',
  },
]

/** @returns an empty text for a card of no scheme we know. */
export function cardTypeName(brand: Brand | undefined): string {
  return CARD_TYPES.find((type) => type.brand === brand)?.name ?? ''
}
