import { WireError } from './codes.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * Checks the sums of a cart: a position is its price times its quantity where both are there, and
 * where every position has an amount, they add up to the order's.
 *
 * @throws WireError 8
 */
export function checkOrderBundle(bundle: Fields | undefined, orderMinor: bigint): void {
  checkItems(fieldsOf(bundle?.['cartItems'])?.['items'], orderMinor)
}

/**
 * The same of positions by themselves, such as those that a deposit or a refund is about.
 *
 * @throws WireError 8
 */
export function checkItems(items: unknown, wholeMinor: bigint): void {
  if (items === undefined) return
  if (!Array.isArray(items)) throw wrong()
  const sums = items.map((item) => positionMinor(fieldsOf(item)))
  if (sums.length === 0 || sums.includes(undefined)) return
  if (totalOf(sums) !== wholeMinor) throw wrong()
}

/**
 * What a position of a checked cart costs, in minor units, all entries of its id together.
 *
 * @returns undefined for one that is not there, or whose amount the cart does not say.
 */
export function positionMinorOf(
  bundle: Fields | undefined,
  positionId: string,
): bigint | undefined {
  const items = fieldsOf(bundle?.['cartItems'])?.['items']
  const entries = (Array.isArray(items) ? items : []).map(fieldsOf)
  const sums = entries.filter((item) => item?.['positionId'] === positionId).map(positionMinor)
  return sums.length === 0 || sums.includes(undefined) ? undefined : totalOf(sums)
}

function totalOf(sums: readonly (bigint | undefined)[]): bigint {
  return sums.reduce<bigint>((sum, minor) => sum + (minor ?? 0n), 0n)
}

function positionMinor(item: Fields | undefined): bigint | undefined {
  if (item === undefined) throw wrong()
  const price = minorOf(item['itemPrice'])
  const amount = minorOf(item['itemAmount'])
  const thousandths = thousandthsOf(fieldsOf(item['quantity'])?.['value'])
  if (price === undefined || thousandths === undefined) return amount
  if (amount !== undefined && amount * 1_000n !== price * thousandths) throw wrong()
  // A product that is no whole number of minor units says nothing about the sum.
  const exact = (price * thousandths) % 1_000n === 0n ? (price * thousandths) / 1_000n : undefined
  return amount ?? exact
}

function minorOf(value: unknown): bigint | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'string' || !/^[0-9]{1,18}$/.test(value)) throw wrong()
  return BigInt(value)
}

/** Quantities have at most three decimals. */
function thousandthsOf(value: unknown): bigint | undefined {
  if (value === undefined) return undefined
  const [, whole = '', decimals = ''] =
    (typeof value === 'string' && /^([0-9]{1,12})(?:\.([0-9]{1,3}))?$/.exec(value)) || []
  if (whole === '') throw wrong()
  return BigInt(`${whole}${decimals.padEnd(3, '0')}`)
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null ? (value as Fields) : undefined
}

function wrong(): WireError {
  return new WireError('8', 'bundleInvalid')
}
