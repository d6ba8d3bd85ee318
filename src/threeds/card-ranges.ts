import type { Pan } from '../core/pan.ts'
import { MessageError } from './message-error.ts'
import { type Message, type Version, VERSIONS } from './messages.ts'

const HOUR_MS = 60 * 60_000

/** Until then a list is fresh; later it still serves while a newer one is fetched. */
const FRESH_MS = HOUR_MS

/** A directory server that has been silent for a day says nothing about a card any more. */
const USABLE_MS = 24 * HOUR_MS

/** After a failure, so long nobody waits for the directory server again. */
const PAUSE_MS = 10_000

export type Enrollment =
  | { readonly kind: 'notEnrolled' }
  | {
      readonly kind: 'enrolled'
      readonly version: string
      readonly methodUrl: string | undefined
    }
  | { readonly kind: 'unavailable' }

interface CardRange {
  readonly start: string
  readonly end: string
  readonly version: Version
  readonly methodUrl: string | undefined
}

interface Options {
  /** @returns undefined when the directory server gave no good answer. */
  readonly fetchRanges: () => Promise<Message<'PRes'> | undefined>
  readonly clock: { now(): Date }
}

/** The directory server's card ranges, kept for an hour and then renewed in the background. */
export class CardRanges {
  readonly #options: Options
  #ranges: readonly CardRange[] = []
  #fetchedAtMs = Number.NEGATIVE_INFINITY
  #failedAtMs = Number.NEGATIVE_INFINITY
  #fetching: Promise<void> | undefined

  constructor(options: Options) {
    this.#options = options
  }

  async find(pan: Pan): Promise<Enrollment> {
    const nowMs = this.#options.clock.now().getTime()
    const ageMs = nowMs - this.#fetchedAtMs
    const isPausing = nowMs - this.#failedAtMs < PAUSE_MS
    if (ageMs >= FRESH_MS && !isPausing) {
      this.#fetching ??= this.#fetch(nowMs).finally(() => (this.#fetching = undefined))
    }
    if (ageMs >= USABLE_MS) await this.#fetching
    return nowMs - this.#fetchedAtMs < USABLE_MS ? this.#found(pan) : { kind: 'unavailable' }
  }

  /** Never rejects. */
  async #fetch(nowMs: number): Promise<void> {
    const ranges = await this.#options
      .fetchRanges()
      .then((answer) => answer && sortedRanges(answer))
      .catch(() => undefined)
    if (ranges === undefined) {
      this.#failedAtMs = this.#options.clock.now().getTime()
      return
    }
    this.#ranges = ranges
    this.#fetchedAtMs = nowMs
  }

  #found(pan: Pan): Enrollment {
    const digits = pan.reveal()
    let [low, high] = [0, this.#ranges.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (isBefore(this.#ranges[middle]?.end ?? '', digits)) low = middle + 1
      else high = middle
    }
    const range = this.#ranges[low]
    if (range === undefined || isBefore(digits, range.start)) return { kind: 'notEnrolled' }
    return { kind: 'enrolled', version: range.version, methodUrl: range.methodUrl }
  }
}

/** Numbers of another length are other numbers: shorter ones come first. */
function isBefore(one: string, other: string): boolean {
  return one.length === other.length ? one < other : one.length < other.length
}

/**
 * The ranges that speak a version of ours, in order.
 *
 * @throws MessageError 203 where a range is no range, or two overlap.
 */
function sortedRanges(answer: Message<'PRes'>): readonly CardRange[] {
  const ranges: CardRange[] = []
  for (const range of answer.cardRangeData ?? []) {
    const { startRange: start, endRange: end, threeDSMethodURL: methodUrl } = range
    if (start.length !== end.length || end < start) throw overlap()
    const version = versionOf(answer, range)
    if (range.actionInd === 'D' || version === undefined) continue
    ranges.push({ start, end, version, methodUrl })
  }
  ranges.sort((one, other) => (isBefore(one.start, other.start) ? -1 : 1))
  const isOverlapping = ranges.some(
    ({ start }, index) => index > 0 && !isBefore(ranges[index - 1]?.end ?? '', start),
  )
  if (isOverlapping) throw overlap()
  return ranges
}

type WireRange = NonNullable<Message<'PRes'>['cardRangeData']>[number]

/** The newest version that we, the directory server and the range's ACS all speak. */
function versionOf(answer: Message<'PRes'>, range: WireRange): Version | undefined {
  const floors = [answer.dsStartProtocolVersion, range.acsStartProtocolVersion]
  const ceilings = [answer.dsEndProtocolVersion, range.acsEndProtocolVersion]
  return VERSIONS.findLast(
    (version) =>
      floors.every((floor) => floor === undefined || rank(floor) <= rank(version)) &&
      ceilings.every((ceiling) => ceiling === undefined || rank(version) <= rank(ceiling)),
  )
}

function rank(version: string): number {
  return version.split('.').reduce((sum, part) => sum * 100 + Number(part), 0)
}

function overlap(): MessageError {
  return new MessageError('203', 'cardRangeData')
}
