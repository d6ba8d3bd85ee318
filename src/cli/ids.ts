import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { uuidV7 } from '../core/uuid.ts'
import type { Clock, Ids } from '../gateway/ports.ts'

// Trace numbers count milliseconds from here, so that they stay within 15 digits until 2056.
const TRACE_EPOCH = Date.UTC(2025, 0, 1)

export const systemClock: Clock = {
  now: () => new Date(),
  in: (milliseconds) => new Date(Date.now() + milliseconds),
  sleep: (milliseconds) => sleep(milliseconds),
}

export function createIds(clock: Clock): Ids {
  // Starts anywhere, so that nodes that start together do not count in step.
  let count = randomBytes(2).readUInt16BE() % 10_000
  return {
    uuid: () => uuidV7(clock.now().getTime(), randomBytes(16)),
    traceNumber() {
      count = (count + 1) % 10_000
      return `${clock.now().getTime() - TRACE_EPOCH}${String(count).padStart(4, '0')}`
    },
    chance: () => randomBytes(4).readUInt32BE() / 2 ** 32,
  }
}
