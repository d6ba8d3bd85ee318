import { fieldsError } from './failure.ts'
import type { Told } from './protocol.ts'
import type { FieldsErrorCode, SecuredCard } from './types.ts'

/** Frames load, the key is fetched; what takes longer is taken for a failure. */
const WAIT_MS_MAX = 20_000

interface Waiting {
  readonly resolve: (card: SecuredCard) => void
  readonly reject: (error: Error) => void
  readonly timer: ReturnType<typeof setTimeout>
}

/** Calls into a frame, until they are answered. */
export interface Calls {
  /** Those that nobody has answered. */
  open(): readonly number[]
  add(): { readonly id: number; readonly answer: Promise<SecuredCard> }
  settle(told: Told): void
  failAll(code: FieldsErrorCode): void
}

export function createCalls(): Calls {
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  const take = (id: number): Waiting | undefined => {
    const call = waiting.get(id)
    clearTimeout(call?.timer)
    waiting.delete(id)
    return call
  }
  return {
    open: () => [...waiting.keys()],
    add() {
      const id = (lastId += 1)
      const answer = new Promise<SecuredCard>((resolve, reject) => {
        const timer = setTimeout(() => take(id)?.reject(fieldsError('unreachable')), WAIT_MS_MAX)
        waiting.set(id, { resolve, reject, timer })
      })
      return { id, answer }
    },
    settle(told) {
      if (told.kind === 'secured') take(told.id)?.resolve(told.card)
      if (told.kind !== 'failed') return
      const { code, problems } = told.failure
      take(told.id)?.reject(fieldsError(code, problems))
    },
    failAll(code) {
      for (const id of waiting.keys()) take(id)?.reject(fieldsError(code))
    },
  }
}
