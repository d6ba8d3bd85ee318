/** Counts failures of somebody; many of them in a short time are an attack. */
export interface FailureBudget {
  isSpent(who: string): boolean
  spend(who: string): void
}

interface Options {
  readonly failuresMax: number
  readonly windowMs: number
  readonly clock: { now(): Date }
}

/** Beyond that many at once, the ones that failed longest ago are forgotten. */
const REMEMBERED_MAX = 10_000

/**
 * A budget of failures in a window of time that begins with the first of them. It is this node's
 * own: what it keeps out needs tens of thousands of tries, whatever the number of nodes.
 */
export function createFailureBudget({ failuresMax, windowMs, clock }: Options): FailureBudget {
  const spent = new Map<string, { count: number; readonly until: number }>()

  const current = (who: string) => {
    const found = spent.get(who)
    if (found === undefined || found.until > clock.now().getTime()) return found
    spent.delete(who)
    return undefined
  }

  return {
    isSpent: (who) => (current(who)?.count ?? 0) >= failuresMax,

    spend(who) {
      const found = current(who)
      if (found !== undefined) {
        found.count += 1
        return
      }
      const [oldest] = spent.keys()
      if (spent.size >= REMEMBERED_MAX && oldest !== undefined) spent.delete(oldest)
      spent.set(who, { count: 1, until: clock.now().getTime() + windowMs })
    },
  }
}
