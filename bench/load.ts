import { Worker as Thread } from 'node:worker_threads'
import { Histogram, type Percentiles } from './histogram.ts'
import type { Ticking } from './ticker.ts'

/** One phase of load, as whoever made it saw it. */
export interface Measured {
  readonly payments: number
  readonly seconds: number
  /** Processor time of the process that made the load. */
  readonly cpuMs: number
  readonly steps: Readonly<Record<string, Percentiles>>
}

/** Closed: each worker starts again when it is done. Open: starts come at a rate, no matter what. */
export type Plan =
  | { readonly kind: 'closed'; readonly seconds: number }
  | { readonly kind: 'open'; readonly seconds: number; readonly rate: number }

/** Takes one worker through one payment. @returns how long each step took, in milliseconds. */
type Work<Worker> = (worker: Worker, startsAt: number) => Promise<Record<string, number>>

/** Runs a plan with a fixed number of workers. @throws whatever the first failing payment throws. */
export async function runPlan<Worker>(
  plan: Plan,
  workers: readonly Worker[],
  work: Work<Worker>,
): Promise<Measured> {
  const histograms = new Map<string, Histogram>()
  const starts = plan.kind === 'closed' ? untilEnd(plan.seconds) : atRate(plan)
  let payments = 0

  const run = async (worker: Worker): Promise<void> => {
    for (let at = await starts.next(); at !== undefined; at = await starts.next()) {
      const steps = await work(worker, at)
      for (const [step, milliseconds] of Object.entries(steps)) {
        const histogram = histograms.get(step) ?? new Histogram()
        histograms.set(step, histogram.record(milliseconds))
      }
      payments += 1
    }
  }

  const startedAt = performance.now()
  const cpu = process.cpuUsage()
  await Promise.all(workers.map(run)).finally(() => starts.stop())
  const seconds = (performance.now() - startedAt) / 1_000
  const { user, system } = process.cpuUsage(cpu)
  const steps = Object.fromEntries([...histograms].map(([step, h]) => [step, h.percentiles()]))
  return { payments, seconds, cpuMs: (user + system) / 1_000, steps }
}

/** When payments start, one after the other; undefined when there are no more. */
interface Starts {
  next(): Promise<number | undefined>
  stop(): void
}

function untilEnd(seconds: number): Starts {
  let endsAt = performance.now() + seconds * 1_000
  return {
    async next() {
      const now = performance.now()
      return now < endsAt ? now : undefined
    },
    stop: () => void (endsAt = 0),
  }
}

/**
 * The times are set beforehand: a payment that finds no worker free starts late, and its waiting
 * counts like any other, so that a gateway that stalls cannot hide it.
 */
function atRate({ rate, seconds }: { rate: number; seconds: number }): Starts {
  const startsAt = performance.now() + 100
  const count = rate * seconds
  const everyMs = 1_000 / rate
  const ticking: Ticking = { startsAt: performance.timeOrigin + startsAt, everyMs, count }
  const ticker = new Thread(new URL('./ticker.ts', import.meta.url), { workerData: ticking })
  const waiting: ((at: number | undefined) => void)[] = []
  let ticked = 0
  let taken = 0

  const stop = () => {
    taken = count
    for (const start of waiting.splice(0)) start(undefined)
    void ticker.terminate()
  }
  const take = () => startsAt + everyMs * taken++

  ticker.on('message', () => {
    ticked += 1
    if (taken < count) waiting.shift()?.(take())
    if (taken === count) stop()
  })
  return {
    next() {
      if (taken >= count) return Promise.resolve(undefined)
      if (taken < ticked) return Promise.resolve(take())
      const { promise, resolve } = Promise.withResolvers<number | undefined>()
      waiting.push(resolve)
      return promise
    },
    stop,
  }
}
