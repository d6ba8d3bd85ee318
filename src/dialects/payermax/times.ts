import { type Expiry, lastDayOf } from '../../core/card.ts'

const RFC_3339 =
  /^(\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,9}))?(Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)$/

/** Reads RFC 3339 with up to nine decimals; SDKs trim the zeros of the milliseconds, or all. */
export function parseTime(text: string): Date | undefined {
  const [, local = '', decimals = '', zone = ''] = RFC_3339.exec(text) ?? []
  if (local === '') return undefined
  const offset = zone === 'Z' ? zone : `${zone.slice(0, 3)}:${zone.slice(-2)}`
  const at = new Date(`${local}.${decimals.padEnd(3, '0').slice(0, 3)}${offset}`)
  // Days that a month does not have roll over in the parser.
  const isReal = new Date(`${local}Z`).toJSON()?.startsWith(local) === true
  return isReal && !Number.isNaN(at.getTime()) ? at : undefined
}

/** `2023-08-06T23:50:59 +0000`, as captures and cancellations show times. */
export function spacedTime(at: Date): string {
  return `${at.toISOString().slice(0, 19)} +0000`
}

/** The last moment of a card's last month, as tokens show it. */
export function endOfMonth(expiry: Expiry): string {
  return lastDayOf(expiry).replace(/^(....)(..)(..)$/, '$1-$2-$3T23:59:59.000Z')
}

/** `yyyyMMddHHmmssSSS`, with which this gateway's ids begin. */
export function digitsOf(at: Date): string {
  return at.toISOString().replace(/[^0-9]/g, '')
}
