/** The month a card ends with, as printed on it. */
export interface Expiry {
  /** Four digits, 2000 to 2099. */
  readonly year: number
  /** 1 to 12. */
  readonly month: number
}

/** Whose card it is, as its payer said. */
export interface CardHolder {
  readonly name?: string | undefined
  readonly email?: string | undefined
}

/** Cards are not issued further ahead than this; a later year is a slip of the pen. */
const YEARS_AHEAD_MAX = 20

/** @returns undefined unless month is 1 to 12 and year has two or four digits. */
export function parseExpiry(month: string, year: string): Expiry | undefined {
  if (!/^(?:0?[1-9]|1[0-2])$/.test(month) || !/^(?:20)?[0-9]{2}$/.test(year)) return undefined
  return { month: Number(month), year: 2000 + Number(year.slice(-2)) }
}

/** Whether the card is past its last month, or says it ends in an impossible future. */
export function isExpired(expiry: Expiry, at: Date): boolean {
  const months = monthsLeft(expiry, at)
  // One month of grace at the start of a month: somewhere it is still the day before.
  const justEnded = months === -1 && at.getUTCDate() === 1
  return (months < 0 && !justEnded) || months > YEARS_AHEAD_MAX * 12
}

/** Whether the card ends in one of the coming months, this one not counted, or earlier. */
export function expiresWithin(expiry: Expiry, months: number, at: Date): boolean {
  return monthsLeft(expiry, at) <= months
}

function monthsLeft({ year, month }: Expiry, at: Date): number {
  return (year - at.getUTCFullYear()) * 12 + month - 1 - at.getUTCMonth()
}

/** @returns `yyyymmdd` of the last day of the month. */
export function lastDayOf({ year, month }: Expiry): string {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const shortMonth = month === 2 ? (isLeap ? 29 : 28) : 30
  const day = [2, 4, 6, 9, 11].includes(month) ? shortMonth : 31
  return `${year}${String(month).padStart(2, '0')}${day}`
}
