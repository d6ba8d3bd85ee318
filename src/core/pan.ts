const inspect = Symbol.for('nodejs.util.inspect.custom')

/** A card number. However it is printed, logged or serialized, it shows its mask. */
export class Pan {
  readonly #digits: string

  private constructor(digits: string) {
    this.#digits = digits
  }

  /** @returns undefined unless the text is 12 to 19 digits with a correct check digit. */
  static parse(text: string): Pan | undefined {
    return /^[0-9]{12,19}$/.test(text) && hasCheckDigit(text) ? new Pan(text) : undefined
  }

  /** The one door; only the vault, acquirers and 3-D Secure may open it. */
  reveal(): string {
    return this.#digits
  }

  get brand(): Brand | undefined {
    return brandOf(this.#digits)
  }

  toString(): string {
    const { length } = this.#digits
    return `${this.#digits.slice(0, 6)}${'*'.repeat(length - 10)}${this.#digits.slice(-4)}`
  }

  toJSON(): string {
    return this.toString()
  }

  [inspect](): string {
    return this.toString()
  }
}

/**
 * Sensitive authentication data: a security code, a token cryptogram, a CAVV. Lives in memory for
 * one authorization and is then wiped; it prints as a mark and is never stored.
 */
export class Sad {
  readonly #bytes: Buffer

  constructor(text: string) {
    // A slice of its own: Buffer.from would share Node's pool with whatever is copied next to it.
    this.#bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text))
    this.#bytes.write(text)
  }

  /** The one door; only the vault, acquirers and 3-D Secure may open it. */
  reveal(): string {
    return this.#bytes.toString('utf8')
  }

  /** How many bytes it has. */
  get length(): number {
    return this.#bytes.length
  }

  wipe(): void {
    this.#bytes.fill(0)
  }

  toString(): string {
    return '[sensitive]'
  }

  toJSON(): string {
    return this.toString()
  }

  [inspect](): string {
    return this.toString()
  }
}

/** The schemes' check digit (ISO/IEC 7812-1, the Luhn formula). */
export function hasCheckDigit(digits: string): boolean {
  let sum = 0
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48
    const doubled = index % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

export type Brand = 'visa' | 'mastercard' | 'amex' | 'jcb' | 'unionpay' | 'diners' | 'discover'

// Leading digits and lengths as the schemes publish them; the first match wins.
const BRANDS: readonly (readonly [Brand, RegExp, readonly number[]])[] = [
  ['visa', /^4/, [13, 16, 19]],
  // 50 is Maestro's, which is Mastercard's debit card.
  ['mastercard', /^(?:5[0-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  ['amex', /^3[47]/, [15]],
  ['jcb', /^35(?:2[89]|[3-8])/, [16, 17, 18, 19]],
  ['diners', /^3(?:0[0-5]|095|[689])/, [14, 15, 16, 17, 18, 19]],
  ['discover', /^6(?:011|4[4-9]|5)/, [16, 17, 18, 19]],
  ['unionpay', /^(?:62|81)/, [16, 17, 18, 19]],
]

/** @returns undefined for digits of no scheme we know, or of a wrong length for theirs. */
export function brandOf(digits: string): Brand | undefined {
  const found = schemeOf(digits)
  return found?.[2].includes(digits.length) === true ? found[0] : undefined
}

function schemeOf(digits: string): (typeof BRANDS)[number] | undefined {
  return BRANDS.find(([, prefix]) => prefix.test(digits))
}

const ENOUGH_DIGITS = /[0-9](?:[ -]?[0-9]){12}/
const GROUP_START = /(?<![0-9])[0-9]/g
const UUID = /(?<![0-9a-z])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-z])/gi

/** For each length a card number may have: so many digits, up to where a group of them ends. */
const GROUPS_OF = new Map(
  [13, 14, 15, 16, 17, 18, 19].map((length) => [
    length,
    new RegExp(`[0-9](?:[ -]?[0-9]){${length - 1}}(?![0-9])`, 'y'),
  ]),
)

/**
 * Whether free text carries what is almost surely a card number: 13 to 19 digits, single spaces
 * or dashes allowed between them, of a known scheme with a correct check digit.
 */
export function holdsPan(text: string): boolean {
  return panIn(text) !== undefined
}

/** @returns the text with every card number in it masked. */
export function maskPans(text: string): string {
  let masked = text
  for (let run = panIn(text); run !== undefined; run = panIn(masked)) {
    masked = masked.replaceAll(run, String(Pan.parse(digitsOf(run))))
  }
  return masked
}

/** @returns the first card number in the text, as it stands there. */
function panIn(text: string): string | undefined {
  if (!ENOUGH_DIGITS.test(text)) return undefined
  // One random UUID in five thousand has a run of digits that would pass.
  const read = text.replace(UUID, '*')
  for (const { index } of read.matchAll(GROUP_START)) {
    // Other numbers may stand beside it, so every group may be its first and its last.
    const lengths = schemeOf(digitsOf(read.slice(index, index + 8)))?.[2] ?? []
    const found = lengths
      .map((length) => groupsAt(read, index, length))
      .findLast((run) => run !== undefined && hasCheckDigit(digitsOf(run)))
    if (found !== undefined) return found
  }
  return undefined
}

function groupsAt(text: string, index: number, length: number): string | undefined {
  const pattern = GROUPS_OF.get(length)
  if (pattern === undefined) return undefined
  pattern.lastIndex = index
  return pattern.exec(text)?.[0]
}

function digitsOf(run: string): string {
  return run.replace(/[ -]/g, '')
}
