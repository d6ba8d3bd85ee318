/** What a phase took, in milliseconds. */
export interface Percentiles {
  readonly p50: number
  readonly p99: number
  readonly p999: number
}

// Every power of two of microseconds has 64 buckets, so a value is at most 1.6 % off.
const BUCKET_BITS = 6
const BUCKETS = 2 ** BUCKET_BITS
const MICROSECONDS_MAX = 2 ** 31 - 1

/** Durations, counted in buckets: its size stays the same however many there are. */
export class Histogram {
  readonly #counts = new Uint32Array((31 - BUCKET_BITS + 1) * BUCKETS)
  #total = 0

  /** @param milliseconds up to half an hour; what is longer counts as that. */
  record(milliseconds: number): this {
    const microseconds = Math.min(Math.max(Math.round(milliseconds * 1_000), 0), MICROSECONDS_MAX)
    const shift = Math.max(0, 31 - Math.clz32(microseconds) - BUCKET_BITS)
    const index = shift * BUCKETS + (microseconds >>> shift)
    this.#counts[index] = (this.#counts[index] ?? 0) + 1
    this.#total += 1
    return this
  }

  percentiles(): Percentiles {
    return { p50: this.#at(0.5), p99: this.#at(0.99), p999: this.#at(0.999) }
  }

  /** The upper end of the bucket below which that share lies. */
  #at(share: number): number {
    const wanted = Math.max(1, Math.ceil(this.#total * share))
    let seen = 0
    const index = this.#counts.findIndex((count) => (seen += count) >= wanted)
    if (index === -1) return Number.NaN
    const shift = Math.max(0, Math.floor(index / BUCKETS) - 1)
    return ((index - shift * BUCKETS + 1) * 2 ** shift - 1) / 1_000
  }
}
