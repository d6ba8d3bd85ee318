import type { Clock } from '../../gateway/ports.ts'
import type { FailureLimits, SeTokenSender, SeTokenStore } from './ports.ts'

/** Counts seTokens that do not open; many of them in a short time are an attack. */
export interface FailureBudget {
  /** Known without asking anybody, so that good seTokens cost nothing. */
  isSpent(sender: SeTokenSender): boolean
  spend(sender: SeTokenSender): Promise<void>
}

interface Parts {
  readonly store: Pick<SeTokenStore, 'countFailure'>
  readonly clock: Clock
  readonly limits: FailureLimits
}

/** Beyond that many at once, the ones that were spent first are forgotten. */
const REMEMBERED_MAX = 10_000

/**
 * A budget of failures that all nodes count together. A node hears that it is spent with its own
 * next failure, so that each of them reads no more than one and what it has under way.
 */
export function createFailureBudget({ store, clock, limits }: Parts): FailureBudget {
  const spentUntil = new Map<string, number>()

  const isSpent = (who: string) => (spentUntil.get(who) ?? 0) > clock.now().getTime()

  const remember = (who: string, until: Date | undefined) => {
    if (until === undefined) return
    const [oldest] = spentUntil.keys()
    if (spentUntil.size >= REMEMBERED_MAX && oldest !== undefined) spentUntil.delete(oldest)
    spentUntil.set(who, until.getTime())
  }

  return {
    isSpent: (sender) => isSpent(sender.merchantId) || isSpent(nameOf(sender)),

    async spend(sender) {
      const spent = await store.countFailure({ ...sender, at: clock.now() }, limits)
      remember(sender.merchantId, spent.merchantUntil)
      remember(nameOf(sender), spent.addressUntil)
    },
  }
}

function nameOf({ merchantId, address }: SeTokenSender): string {
  return `${merchantId}/${address}`
}
