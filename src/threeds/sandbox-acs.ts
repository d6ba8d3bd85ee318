import { randomBytes, randomUUID } from 'node:crypto'
import type { Money } from '../core/money.ts'
import type { Brand } from '../core/pan.ts'
import { eciOf } from '../core/threeds.ts'
import { decodeBase64url, encodeBase64url } from './base64url.ts'
import { MessageError } from './message-error.ts'
import { type Message, readMessage, writeMessage } from './messages.ts'
import type { Outcome, ThreedsBehavior } from './sandbox-cards.ts'
import type { Send } from './server.ts'

/** What the payer types to pass. */
export const RIGHT_CODE = '123456'

const TRIES_MAX = 3

/** How long a payer has, and how long an ended challenge can still be asked for. */
const CHALLENGE_MS = 10 * 60_000
const KEPT_MS = 15 * 60_000

const CHALLENGES_MAX = 10_000

export interface AcsOptions {
  readonly clock: { now(): Date }
  /** By way of the directory server to the 3DS server. */
  readonly send: Send
  /** How long to wait for the RRes. */
  readonly resultsTimeoutMs: number
  /** How much later than the browser a late results message sets out. */
  readonly lateResultsMs: number
}

interface Opening {
  readonly areq: Message<'AReq'>
  readonly ids: {
    readonly threeDSServerTransID: string
    readonly dsTransID: string
    readonly acsTransID: string
  }
  readonly amount: Money
  readonly behavior: Extract<ThreedsBehavior, { kind: 'challenge' }>
  readonly brand: Brand
}

/** What the challenge page shows. */
export interface Purchase {
  readonly brand: Brand
  readonly merchantName: string
  readonly amount: Money
  readonly lastFour: string
  /** YYYYMMDDHHMMSS, UTC. */
  readonly purchasedAt: string
}

export interface Challenge extends Pick<Opening, 'ids' | 'behavior' | 'brand'> {
  readonly version: string
  readonly purchase: Purchase
  readonly resultsUrl: string
  readonly notificationUrl: string
  readonly openedAtMs: number
  tries: number
  /** The CRes, once the challenge has ended: whatever comes later gets the same one. */
  ended: Promise<string> | undefined
}

export type CodeAnswer =
  | { readonly kind: 'wrong'; readonly triesLeft: number }
  | { readonly kind: 'ended'; readonly cres: string }

export interface SandboxAcs {
  open(opening: Opening): void
  /** @param creq as the browser posts it. @returns undefined when there is no such challenge. */
  find(creq: string): Challenge | undefined
  /** The payer typed a code. */
  answer(challenge: Challenge, code: string): Promise<CodeAnswer>
  /** Sends the results message and waits for its answer, then tells what the browser carries. */
  end(challenge: Challenge, outcome: Ending): Promise<string>
  close(): void
}

type Ending = Outcome | 'tooManyTries'

type Verdict = Pick<Message<'RReq'>, 'transStatus' | 'transStatusReason' | 'challengeCancel'>

const VERDICTS: Readonly<Record<Ending, Verdict>> = {
  pass: { transStatus: 'Y' },
  fail: { transStatus: 'N', transStatusReason: '01' },
  tooManyTries: { transStatus: 'N', transStatusReason: '19' },
  cancel: { transStatus: 'N', transStatusReason: '01', challengeCancel: '01' },
  timeout: { transStatus: 'N', transStatusReason: '14', challengeCancel: '04' },
}

/** The sandbox's access control server: every issuer in one, with its memory. */
export function createSandboxAcs(options: AcsOptions): SandboxAcs {
  const challenges = new Map<string, Challenge>()
  const timers = new Set<NodeJS.Timeout>()
  const deliver = createDelivery(options, timers)
  const nowMs = () => options.clock.now().getTime()

  const end = (challenge: Challenge, outcome: Ending): Promise<string> => {
    const isLate = nowMs() - challenge.openedAtMs > CHALLENGE_MS
    const ending = challenge.behavior.fixed ?? (isLate ? 'timeout' : outcome)
    challenge.ended ??= deliver(challenge, VERDICTS[ending])
    return challenge.ended
  }

  return {
    open(opening) {
      for (const [id, { openedAtMs }] of challenges) {
        const isOver = nowMs() - openedAtMs > KEPT_MS
        if (!isOver && challenges.size < CHALLENGES_MAX) break
        challenges.delete(id)
      }
      challenges.set(opening.ids.acsTransID, challengeOf(opening, nowMs()))
    },

    find(creq) {
      const message = readCreq(creq)
      const challenge = message && challenges.get(message.acsTransID)
      if (challenge === undefined || nowMs() - challenge.openedAtMs > KEPT_MS) return undefined
      const { threeDSServerTransID } = challenge.ids
      return message?.threeDSServerTransID === threeDSServerTransID ? challenge : undefined
    },

    async answer(challenge, code) {
      const isRight = code.replaceAll(' ', '') === RIGHT_CODE
      if (!isRight) challenge.tries += 1
      const isOver = challenge.ended !== undefined || challenge.behavior.fixed !== undefined
      const triesLeft = TRIES_MAX - challenge.tries
      if (!isRight && !isOver && triesLeft > 0) return { kind: 'wrong', triesLeft }
      const cres = await end(challenge, isRight ? 'pass' : 'tooManyTries')
      return { kind: 'ended', cres }
    },

    end,

    close() {
      for (const timer of timers) clearTimeout(timer)
    },
  }
}

function challengeOf(opening: Opening, openedAtMs: number): Challenge {
  const { areq, ids, amount, behavior, brand } = opening
  return {
    ids,
    behavior,
    brand,
    version: areq.messageVersion,
    purchase: {
      brand,
      merchantName: areq.merchantName,
      amount,
      lastFour: areq.acctNumber.slice(-4),
      purchasedAt: areq.purchaseDate,
    },
    resultsUrl: areq.threeDSServerURL,
    notificationUrl: areq.notificationURL,
    openedAtMs,
    tries: 0,
    ended: undefined,
  }
}

function readCreq(creq: string): Message<'CReq'> | undefined {
  const bytes = decodeBase64url(creq)
  try {
    return bytes && readMessage(bytes, 'CReq')
  } catch (error) {
    if (error instanceof MessageError) return undefined
    throw error
  }
}

/** Ends challenges: results message first, then the CRes; with the faults that a card asks for. */
function createDelivery(options: AcsOptions, timers: Set<NodeJS.Timeout>) {
  const post = async (url: string, body: string): Promise<void> => {
    const waited = Promise.withResolvers<undefined>()
    const timer = setTimeout(() => waited.resolve(undefined), options.resultsTimeoutMs)
    const sent = options.send({ url, body }).catch(() => undefined)
    await Promise.race([sent, waited.promise])
    clearTimeout(timer)
  }
  const postLater = (url: string, body: string): void => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      void post(url, body)
    }, options.lateResultsMs)
    timers.add(timer)
  }

  return async (challenge: Challenge, verdict: Verdict): Promise<string> => {
    const { resultsUrl, behavior } = challenge
    const { delivery } = behavior
    const isAltered = delivery === 'altered'
    const rreq = rreqOf(challenge, verdict, isAltered)
    if (delivery === 'late') postLater(resultsUrl, rreq)
    else if (delivery !== 'lost') await post(resultsUrl, rreq)
    if (delivery === 'twice') await post(resultsUrl, rreq)
    return cresOf(challenge, verdict)
  }
}

function rreqOf(challenge: Challenge, verdict: Verdict, isAltered: boolean): string {
  const { brand, version, ids, tries } = challenge
  const isProven = verdict.transStatus === 'Y'
  return writeMessage({
    messageType: 'RReq',
    messageVersion: version,
    ...ids,
    ...(isAltered && { dsTransID: randomUUID() }),
    messageCategory: '01',
    interactionCounter: String(Math.min(tries + 1, 99)).padStart(2, '0'),
    eci: eciOf(brand, isProven ? 'authenticated' : 'notAuthenticated'),
    ...(isProven && { authenticationValue: newCavv() }),
    ...verdict,
  })
}

/** Twenty bytes that prove nothing but their form. */
export function newCavv(): string {
  return randomBytes(20).toString('base64')
}

function cresOf({ version, ids }: Challenge, { transStatus }: Verdict): string {
  return encodeBase64url(
    writeMessage({
      messageType: 'CRes',
      messageVersion: version,
      threeDSServerTransID: ids.threeDSServerTransID,
      acsTransID: ids.acsTransID,
      challengeCompletionInd: 'Y',
      transStatus: transStatus === 'Y' ? 'Y' : 'N',
    }),
  )
}
