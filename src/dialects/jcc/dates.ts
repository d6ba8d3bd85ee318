import type { Order } from '../../core/order.ts'
import type { HoldEnd } from '../../gateway/hold-ports.ts'
import { WireError } from './codes.ts'
import { formed, optional } from './fields.ts'
import type { Context } from './operation.ts'
import { parseTime } from './times.ts'

const AHEAD_MS_MAX = 366 * 86_400_000

/** `yyyy-MM-ddTHH:mm:ss` */
const date = (description: string) => optional(formed('^[0-9T:-]{19}$', { description }))

export const dateFields = {
  expirationDate: date('UTC.'),
  autocompletionDate: date('UTC; what is still held is deposited then. Two phases only.'),
  autoReverseDate: date('UTC; what is still held is released then. Two phases only.'),
}

type Dates = { readonly [Name in keyof typeof dateFields]?: string }

/** @throws WireError 5 for what is no date, not in the future, or farther off than 366 days. */
export function dateAhead(
  { gateway }: Pick<Context, 'gateway'>,
  dates: Dates,
  field: keyof Dates,
): Date | undefined {
  const text = dates[field]
  if (text === undefined) return undefined
  const at = parseTime(text)
  const [now, last] = [gateway.clock.now(), gateway.clock.in(AHEAD_MS_MAX)]
  if (at === undefined || at <= now || at > last) throw new WireError('5', 'wrong', field)
  return at
}

/**
 * What is to become of money that is still held at a date.
 *
 * @throws WireError 5 for dates beside each other, and for a date where nothing is held.
 */
export function holdEndOf(
  context: Pick<Context, 'gateway'>,
  dates: Dates,
  captureMode: Order['captureMode'],
): HoldEnd | undefined {
  const capturedAt = dateAhead(context, dates, 'autocompletionDate')
  const releasedAt = dateAhead(context, dates, 'autoReverseDate')
  const holds = captureMode === 'manual'
  if (releasedAt !== undefined) {
    if (!holds || capturedAt !== undefined) throw new WireError('5', 'wrong', 'autoReverseDate')
    return { kind: 'void', at: releasedAt }
  }
  if (capturedAt === undefined) return undefined
  if (!holds) throw new WireError('5', 'wrong', 'autocompletionDate')
  return { kind: 'capture', at: capturedAt }
}
