const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })
  formats.set(timeZone, made)
  return made
}

/** @returns `yyyyMMddHHmmss` as the clocks of the zone show it. */
export function formatLocal(at: Date, timeZone: string): string {
  const [, day = '', month = '', year = '', time = ''] =
    /^(\d+)\/(\d+)\/(\d+), (.+)$/.exec(formatOf(timeZone).format(at)) ?? []
  return `${year}${month}${day}${time.replaceAll(':', '')}`
}

/**
 * Reads `yyyy-MM-dd HH:mm:ss` by the clocks of the zone.
 *
 * @returns undefined when the text is no such instant (31 February, 25 o'clock).
 */
export function parseLocal(text: string, timeZone: string): Date | undefined {
  const asUtc = new Date(`${text.replace(' ', 'T')}Z`)
  if (Number.isNaN(asUtc.getTime())) return undefined
  const wanted = digitsOf(text)
  // The zone's offset at the instant itself is not known before the instant: two steps settle it.
  let guess = asUtc
  for (let step = 0; step < 2; step += 1) {
    const missed = utcOf(wanted) - utcOf(formatLocal(guess, timeZone))
    // A year of other than four digits: no clock of ours shows it so.
    if (Number.isNaN(missed)) return undefined
    guess = new Date(guess.getTime() + missed)
  }
  return formatLocal(guess, timeZone) === wanted ? guess : undefined
}

function digitsOf(text: string): string {
  return text.replace(/[^0-9]/g, '')
}

function utcOf(digits: string): number {
  const [year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(digits)?.slice(1).map(Number) ?? []
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second)
}
