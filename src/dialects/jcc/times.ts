/**
 * Reads `yyyy-MM-ddTHH:mm:ss`, which is UTC.
 *
 * @returns undefined for what is no date of the calendar.
 */
export function parseTime(text: string): Date | undefined {
  return parseUtc(/^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})$/.exec(text))
}

/** Reads `yyyyMMddHHmmss`, which is UTC. */
export function parseCompactTime(text: string): Date | undefined {
  return parseUtc(/^([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})$/.exec(text))
}

function parseUtc(parts: RegExpExecArray | null): Date | undefined {
  if (parts === null) return undefined
  const [, year = '', month = '', day = '', hours = '', minutes = '', seconds = ''] = parts
  const iso = `${year}-${month}-${day}T${hours}:${minutes}:${seconds}.000Z`
  const at = new Date(iso)
  // The 31st of a short month would silently become another day.
  return !Number.isNaN(at.getTime()) && at.toISOString() === iso ? at : undefined
}
