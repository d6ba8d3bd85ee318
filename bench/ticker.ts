import { parentPort, workerData } from 'node:worker_threads'

// A thread of its own: it sleeps to a fraction of a millisecond, where timers are a whole one late.

/** Ticks `count` times, the first at `startsAt`, an instant in milliseconds since 1970. */
export interface Ticking {
  readonly startsAt: number
  readonly everyMs: number
  readonly count: number
}

const { startsAt, everyMs, count } = workerData as Ticking
const never = new Int32Array(new SharedArrayBuffer(4))

for (let tick = 0; tick < count; tick += 1) {
  const left = startsAt + tick * everyMs - (performance.timeOrigin + performance.now())
  if (left > 0) Atomics.wait(never, 0, 0, left)
  parentPort?.postMessage(tick)
}
