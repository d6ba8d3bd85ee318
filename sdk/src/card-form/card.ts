/** What a card's digits say by themselves. Pure, and only a help: the server decides. */
export interface CardKind {
  readonly brand: string
  readonly name: string
  /** Digits in each group of the number. */
  readonly groups: readonly number[]
  readonly lengths: readonly number[]
  readonly codeLengths: readonly number[]
}

const FOURS = [4, 4, 4, 4, 3]

const sixteenToNineteen = [16, 17, 18, 19]

const KINDS: readonly (CardKind & { readonly starts: RegExp })[] = [
  {
    brand: 'visa',
    name: 'Visa',
    starts: /^4/,
    groups: FOURS,
    lengths: [13, 16, 19],
    codeLengths: [3],
  },
  {
    brand: 'mastercard',
    name: 'Mastercard',
    starts: /^(5[0-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/,
    groups: FOURS,
    lengths: [16],
    codeLengths: [3],
  },
  {
    brand: 'amex',
    name: 'American Express',
    starts: /^3[47]/,
    groups: [4, 6, 5],
    lengths: [15],
    codeLengths: [4],
  },
  {
    brand: 'jcb',
    name: 'JCB',
    starts: /^35(2[89]|[3-8])/,
    groups: FOURS,
    lengths: sixteenToNineteen,
    codeLengths: [3],
  },
  {
    brand: 'diners',
    name: 'Diners Club',
    starts: /^3(0[0-5]|095|[689])/,
    groups: [4, 6, 4, 5],
    lengths: [14, 15, 16, 17, 18, 19],
    codeLengths: [3],
  },
  {
    brand: 'unionpay',
    name: 'UnionPay',
    starts: /^(62|81)/,
    groups: FOURS,
    lengths: sixteenToNineteen,
    codeLengths: [3],
  },
  {
    brand: 'discover',
    name: 'Discover',
    starts: /^(6011|64[4-9]|65)/,
    groups: FOURS,
    lengths: sixteenToNineteen,
    codeLengths: [3],
  },
]

const ANY_KIND: CardKind = {
  brand: '',
  name: '',
  groups: FOURS,
  lengths: [12, 13, 14, 15, ...sixteenToNineteen],
  codeLengths: [3, 4],
}

/** @param digits of the number, or as many as are there. */
export function kindOf(digits: string): CardKind {
  return KINDS.find(({ starts }) => starts.test(digits)) ?? ANY_KIND
}

/** @param brand as the server names it; null for one that it does not know. */
export function kindNamed(brand: string | null): CardKind {
  return KINDS.find((kind) => kind.brand === brand) ?? ANY_KIND
}

export function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits.charAt(digits.length - 1 - index))
    const doubled = index % 2 === 0 ? digit : digit * 2
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

export interface Expiry {
  /** Two digits. */
  readonly month: string
  /** Four digits. */
  readonly year: string
}

/** @param text MM/YY or MM/YYYY, with anything between the digits. */
export function parseExpiry(text: string): Expiry | undefined {
  const [, month, year] = /^(0[1-9]|1[0-2])(?:20)?([0-9]{2})$/.exec(digitsOf(text)) ?? []
  return month === undefined || year === undefined ? undefined : { month, year: `20${year}` }
}

/** A card is good until its month ends. */
export function isPast({ month, year }: Expiry, today: Date): boolean {
  const months = Number(year) * 12 + Number(month) - 1
  return months < today.getFullYear() * 12 + today.getMonth()
}

export function digitsOf(text: string): string {
  return text.replace(/[^0-9]/g, '')
}

/** First six and last four digits, `X` between; of less than a whole number, nothing is shown. */
export function maskNumber(digits: string): string {
  const { length } = digits
  if (length < 12) return 'X'.repeat(length)
  return `${digits.slice(0, 6)}${'X'.repeat(length - 10)}${digits.slice(-4)}`
}
