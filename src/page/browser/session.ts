import type { Answer, Client } from './client.ts'
import { leaveForBank } from './hand-off.ts'
import type { Instrument, RefusalCode, View } from './view.ts'

/** What the page is doing for the payer at this moment. */
export type Work = 'idle' | 'paying' | 'leaving' | 'cancelling' | 'restarting'

/** Why the payer is asked again. */
export type Notice =
  | 'declined'
  | 'failed'
  | 'not_paid'
  | 'not_cancelled'
  | 'card_invalid'
  | 'card_expired'
  | 'code_invalid'

export interface Refusal {
  readonly notice: Notice
  /** The field of the card that was refused, when the server named one. */
  readonly field: string | undefined
}

export interface OrderStage {
  readonly kind: 'order'
  readonly view: View
  readonly work: Work
  readonly refusal: Refusal | undefined
  /** Whether it was over before this page was opened. */
  readonly isEarlier: boolean
  /** Whether the outcome is long in coming. */
  readonly isSlow: boolean
}

export type Stage =
  | { readonly kind: 'loading' }
  | { readonly kind: 'noOrder' }
  | { readonly kind: 'unreachable'; readonly mayHavePaid: boolean }
  | OrderStage

const LOOK_MS_MIN = 1_000
const LOOK_MS_MAX = 5_000
const SLOW_LOOKS = 8

/** The longest time a browser's timer can hold. */
const TIMER_MS_MAX = 2 ** 31 - 1

/**
 * One visit to one order: what is known of it, and what the payer does about it.
 *
 * A payment is sent once per press of the button. When its answer is lost, the page looks at the
 * order until it knows; it never sends the payment again by itself.
 */
export class Session {
  readonly #client: Client
  readonly #tell: (stage: Stage) => void
  #stage: Stage = { kind: 'loading' }
  #turn = 0
  #looks = 0
  #hasTried = false
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(client: Client, tell: (stage: Stage) => void) {
    this.#client = client
    this.#tell = tell
  }

  /** Looks at the order anew. Harmless at any time. */
  async load(): Promise<void> {
    this.#show({ kind: 'loading' })
    await this.#look()
  }

  async pay(instrument: Instrument): Promise<void> {
    const turn = this.#start('paying')
    if (turn === undefined) return
    await this.#settle(turn, await this.#client.pay(instrument))
  }

  async cancel(): Promise<void> {
    const turn = this.#start('cancelling')
    if (turn === undefined) return
    await this.#settle(turn, await this.#client.cancel())
  }

  /** Gives up an attempt that waits for the card issuer, so that another can be made. */
  async restart(): Promise<void> {
    const turn = this.#start('restarting')
    if (turn === undefined) return
    await this.#settle(turn, await this.#client.restart())
  }

  /** Nothing is shown, and nothing more is asked, after this. */
  end(): void {
    this.#turn += 1
    clearTimeout(this.#timer)
  }

  /** @returns undefined when something is being done already. */
  #start(work: Work): number | undefined {
    const stage = this.#stage
    if (stage.kind !== 'order' || stage.work !== 'idle') return undefined
    clearTimeout(this.#timer)
    if (work === 'paying') {
      this.#hasTried = true
      this.#looks = 0
    }
    this.#turn += 1
    this.#show({ ...stage, work, refusal: undefined })
    return this.#turn
  }

  async #settle(turn: number, answer: Answer): Promise<void> {
    if (turn !== this.#turn) return
    if (answer.kind === 'view') this.#take(answer.view)
    else if (answer.kind === 'lost') await this.#look()
    else await this.#refused(answer.code, answer.field)
  }

  async #refused(code: RefusalCode, field: string | undefined): Promise<void> {
    if (code === 'not_found') return this.#show({ kind: 'noOrder' })
    if (code === 'card_invalid' || code === 'card_expired' || code === 'code_invalid') {
      if (this.#stage.kind !== 'order') return
      return this.#show({ ...this.#stage, work: 'idle', refusal: { notice: code, field } })
    }
    if (code === 'already_paid') this.#hasTried = false
    await this.#look()
  }

  async #look(): Promise<void> {
    this.#turn += 1
    const turn = this.#turn
    const answer = await this.#client.view()
    if (turn !== this.#turn) return
    if (answer.kind === 'view') this.#take(answer.view)
    else if (answer.kind === 'refused' && answer.code === 'not_found') {
      this.#show({ kind: 'noOrder' })
    } else this.#missed()
  }

  /** Who already watches goes on watching; everybody else is told. */
  #missed(): void {
    const stage = this.#stage
    if (stage.kind === 'order' && stage.work === 'idle') this.#lookLater(stage.view)
    else this.#show({ kind: 'unreachable', mayHavePaid: this.#hasTried })
  }

  #take(view: View): void {
    const before = this.#stage
    const notice = this.#noticeOf(view, before.kind === 'order' ? before.work : 'idle')
    const isLeaving = view.next !== undefined
    this.#show({
      kind: 'order',
      view,
      work: isLeaving ? 'leaving' : 'idle',
      refusal: notice && { notice, field: undefined },
      isEarlier: !this.#hasTried,
      isSlow: this.#looks >= SLOW_LOOKS,
    })
    if (isPending(view)) this.#hasTried = true
    if (isLeaving) leaveForBank(view.next.url)
    else this.#lookLater(view)
  }

  #noticeOf(view: View, work: Work): Notice | undefined {
    if (!isPayable(view) || work === 'restarting') return undefined
    if (work === 'cancelling') return 'not_cancelled'
    if (view.state === 'declined' || view.state === 'failed') return view.state
    return this.#hasTried ? 'not_paid' : undefined
  }

  /** Again and again while the outcome is open; once, at its end, while the order is. */
  #lookLater(view: View): void {
    clearTimeout(this.#timer)
    const delayMs = isPending(view) ? this.#nextLookMs() : msUntilExpiry(view)
    if (delayMs === undefined) return
    this.#timer = setTimeout(() => void this.#look(), delayMs)
  }

  #nextLookMs(): number {
    this.#looks += 1
    return Math.min(LOOK_MS_MIN * 1.4 ** (this.#looks - 1), LOOK_MS_MAX)
  }

  #show(stage: Stage): void {
    this.#stage = stage
    this.#tell(stage)
  }
}

/** Whether the payer can pay: for the first time, or again after an attempt without success. */
export function isPayable({ state, mayRetry }: View): boolean {
  return state === 'open' || ((state === 'declined' || state === 'failed') && mayRetry)
}

/** Whether there is anything on this page to pay with. */
export function hasMeans({ cards, mayEnterCard }: View): boolean {
  return mayEnterCard || cards.length > 0
}

/** Whether the outcome is still to come. */
export function isPending(view: View): boolean {
  return view.state === 'processing' || view.state === 'confirming'
}

function msUntilExpiry(view: View): number | undefined {
  const ms = Date.parse(view.order.expiresAt) - Date.now()
  return isPayable(view) && ms > 0 && ms < TIMER_MS_MAX ? ms + 1_000 : undefined
}
