import type { Gateway } from '../../gateway/gateway.ts'
import { WireError } from './codes.ts'
import type { FailureBudget } from './failure-budget.ts'
import type { SeTokenKeys, SeTokenSender, SeTokenStore } from './ports.ts'
import { blockOf, readPlaintext, type SeToken } from './se-token.ts'

/** Opens what payers' clients encrypted for us. */
export interface SeTokens {
  readonly keys: SeTokenKeys
  /**
   * @throws WireError, the same one whatever is wrong: a seToken that does not open, is not whole,
   * was used before, is too old, or was made for another order.
   */
  open(text: string, use: SeTokenUse): Promise<SeToken>
}

/** The payer's address is there as far as it is known. */
export interface SeTokenUse extends SeTokenSender {
  /** The order to be paid; undefined where it is only made with the payment. */
  readonly orderId: string | undefined
}

interface Parts {
  readonly keys: SeTokenKeys
  readonly store: SeTokenStore
  readonly clock: Gateway['clock']
  /** What does not open counts against the payer's address, and against the merchant. */
  readonly budget: FailureBudget
}

const FRESH_MS = 10 * 60_000
const REMEMBERED_MS = 24 * 60 * 60_000

export function createSeTokens({ keys, store, clock, budget }: Parts): SeTokens {
  const opened = async (text: string, use: SeTokenUse): Promise<SeToken | undefined> => {
    const { merchantId, address } = use
    if (budget.isSpent(use)) return undefined
    const block = blockOf(text)
    // No key says of a block that it is not its own: every one of them is tried, every time.
    const plaintexts = block === undefined ? [] : await keys.open(block)
    const found = plaintexts.map(readPlaintext).find((token) => token !== undefined)
    if (found === undefined) {
      await budget.spend({ merchantId, address })
      return undefined
    }
    const now = clock.now().getTime()
    const isFresh = Math.abs(found.at.getTime() - now) <= FRESH_MS
    if (!isFresh || found.mdOrder !== use.orderId) return undefined
    const isFirst = await store.use({
      merchantId,
      uuid: found.uuid,
      at: new Date(now),
      forgetBefore: new Date(now - REMEMBERED_MS),
    })
    return isFirst ? found : undefined
  }

  return {
    keys,
    async open(text, use) {
      const token = await opened(text, use)
      if (token === undefined) throw new WireError('5', 'wrong', 'seToken')
      return token
    },
  }
}
