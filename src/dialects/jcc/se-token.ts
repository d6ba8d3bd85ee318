import { type Expiry, parseExpiry } from '../../core/card.ts'
import { Pan, Sad } from '../../core/pan.ts'

/** What a payer's client says in a seToken; a new card, a stored one, or either with its code. */
export interface SeToken {
  readonly at: Date
  readonly uuid: string
  readonly pan: Pan | undefined
  readonly securityCode: Sad | undefined
  readonly expiry: Expiry | undefined
  readonly mdOrder: string | undefined
  readonly bindingId: string | undefined
  readonly cardholderName: string | undefined
}

const PARTS_MIN = 5
const PARTS_MAX = 9
const NAME_AT = 7

/** One RSA block in base64 is 512 characters for 3,072 bits; nothing longer is looked at. */
const TEXT_LENGTH_MAX = 1_024

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Base64 as it was before a form turned its plus signs into spaces, and without line ends. */
export function unfolded(text: string): string {
  return text.replaceAll(' ', '+').replace(/[\r\n]/g, '')
}

/**
 * Reads the base64 around a seToken.
 *
 * @returns undefined for what is no base64, or not the one text of its bytes.
 */
export function blockOf(text: string): Buffer | undefined {
  const base64 = unfolded(text)
  if (base64.length > TEXT_LENGTH_MAX) return undefined
  const block = Buffer.from(base64, 'base64')
  return block.length > 0 && block.toString('base64') === base64 ? block : undefined
}

const FORMS = [
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)$/,
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  /^(?:[0-9]{12,19})?$/,
  /^(?:[0-9]{3,4})?$/,
  // Published clients leave out the zero of months before October.
  /^(?:20[0-9]{2}(?:[1-9]|0[1-9]|1[0-2]))?$/,
  /^(?:[0-9A-Za-z-]{36})?$/,
  /^[!-.0-~]{0,255}$/,
  /^[^\p{Cc}]{0,150}$/u,
  /^[A-Z_]{0,32}$/,
] as const

/**
 * Reads `timestamp/uuid/PAN/CVV/EXPDATE/mdOrder/bindingId/cardholder/registeredFrom`, of which all
 * but the first five may be missing at the end, and wipes what it was given.
 *
 * @returns undefined for anything else, as for the noise that a wrong key opens to.
 */
export function readPlaintext(bytes: Uint8Array): SeToken | undefined {
  const parts = partsOf(bytes)
  bytes.fill(0)
  if (parts === undefined) return undefined
  // Nothing is said by an empty part.
  const [time = '', uuid = '', number, code, expiryText = '', mdOrder, bindingId, cardholderName] =
    parts.map((part) => (part === '' ? undefined : part))
  const at = new Date(time)
  const pan = Pan.parse(number ?? '')
  const isCardWrong = number !== undefined && pan === undefined
  if (Number.isNaN(at.getTime()) || isCardWrong) return undefined
  return {
    at,
    uuid: uuid.toLowerCase(),
    pan,
    securityCode: codeOf(code),
    expiry: parseExpiry(expiryText.slice(4), expiryText.slice(0, 4)),
    mdOrder: mdOrder?.toLowerCase(),
    bindingId,
    cardholderName,
  }
}

function partsOf(bytes: Uint8Array): readonly string[] | undefined {
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch {
    return undefined
  }
  const parts = text.split('/')
  if (parts.length < PARTS_MIN) return undefined
  if (parts.length <= PARTS_MAX) return isWellFormed(parts) ? parts : undefined
  // A slash in the cardholder's name makes more parts than there are fields.
  const name = parts.slice(NAME_AT, -1).join('/')
  const joined = [...parts.slice(0, NAME_AT), name, parts.at(-1) ?? '']
  return isWellFormed(joined) ? joined : undefined
}

function codeOf(code: string | undefined): Sad | undefined {
  return code === undefined ? undefined : new Sad(code)
}

function isWellFormed(parts: readonly string[]): boolean {
  return FORMS.every((form, index) => form.test(parts[index] ?? ''))
}
