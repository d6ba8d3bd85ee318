import type { Clock } from '../../src/gateway/ports.ts'

/** A clock that stands still until its test turns it. */
export interface TestClock extends Clock {
  advance(milliseconds: number): void
}

export function clockFrom(start: string): TestClock {
  let now = new Date(start).getTime()
  return {
    now: () => new Date(now),
    in: (milliseconds) => new Date(now + milliseconds),
    sleep: () => Promise.resolve(),
    advance(milliseconds) {
      now += milliseconds
    },
  }
}
