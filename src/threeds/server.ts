import { randomUUID, timingSafeEqual } from 'node:crypto'
import { type Pan, Sad } from '../core/pan.ts'
import { areqOf, type AuthenticationRequest } from './areq.ts'
import { decodeBase64url, encodeBase64url } from './base64url.ts'
import { CardRanges, type Enrollment } from './card-ranges.ts'
import { MessageError } from './message-error.ts'
import { erroFor, type Message, readMessage, writeMessage } from './messages.ts'
import { readMethodCompletion, writeMethodData } from './method-data.ts'

export type AuthenticationAnswer =
  | {
      readonly kind: 'done'
      readonly transStatus: 'Y' | 'A' | 'N' | 'U' | 'R' | 'I'
      readonly transStatusReason?: string
      readonly eci?: string
      readonly cavv?: Sad
      readonly dsTransactionId: string
      readonly acsTransactionId: string
    }
  | {
      readonly kind: 'challenge'
      readonly acsUrl: string
      /** base64url without padding, for the form field `creq`. */
      readonly creq: string
      /** Only this of the three ids never passes the payer's browser: keep it from there. */
      readonly dsTransactionId: string
      readonly acsTransactionId: string
    }
  | { readonly kind: 'unavailable'; readonly reason: UnavailableReason }

/** `error`: the directory server answered that it could not; `malformed`: nobody could read it. */
export type UnavailableReason = 'timeout' | 'connect' | 'error' | 'malformed'

/** The ids of one authentication; its results are authentic only with all three. */
export interface TransactionIds {
  readonly threeDSServerTransactionId: string
  readonly dsTransactionId: string
  readonly acsTransactionId: string
}

export type ResultsReading =
  | {
      readonly kind: 'results'
      readonly transStatus: 'Y' | 'A' | 'N' | 'U' | 'R'
      readonly transStatusReason?: string
      readonly eci?: string
      readonly cavv?: Sad
      readonly challengeCancel?: string
      /** The RRes, to be sent once the results are kept. */
      readonly answer: object
    }
  | { readonly kind: 'refused'; readonly answer: object }

export interface ChallengeResponse {
  readonly acsTransactionId: string
  readonly threeDSServerTransactionId: string
  readonly transStatus: 'Y' | 'N'
}

/** The 3DS server: it asks the directory server, and reads what comes back. It keeps no payment. */
export interface ThreedsServer {
  /** Whether the card's range takes part; asks the directory server at most once an hour. */
  lookup(pan: Pan): Promise<Enrollment>
  /** Never rejects for what the directory server does; asks once and does not repeat. */
  authenticate(request: AuthenticationRequest): Promise<AuthenticationAnswer>
  /** The RReq of a directory server. The same message is answered the same, however often. */
  readResults(body: Uint8Array | string, expected: TransactionIds): ResultsReading
  /** @returns undefined when unreadable. It came through the browser: it wakes, and proves nothing. */
  readChallengeResponse(cres: string): ChallengeResponse | undefined
  /** The form field `threeDSMethodData` for the card range's 3DS method URL. */
  methodData(threeDSServerTransactionId: string, notificationUrl: string): string
  /** @returns the 3DS server transaction id of a completed 3DS method; it proves nothing either. */
  readMethodCompletion(methodData: string): string | undefined
}

export type ChallengeWindowSize = '01' | '02' | '03' | '04' | '05'

/** Posts JSON. Undefined is no answer at all. */
export type Send = (request: {
  readonly url: string
  readonly body: string
}) => Promise<{ readonly status: number; readonly body: string } | undefined>

export interface ThreedsServerOptions {
  readonly directoryServerUrl: string
  readonly send: Send
  readonly clock: { now(): Date }
  readonly challengeWindowSize: ChallengeWindowSize
  /** How long to wait for the directory server; 10 s when not said. */
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 10_000

const LISTING_VERSION = '2.2.0'

export function createThreedsServer(options: ThreedsServerOptions): ThreedsServer {
  const fetchRanges = () => fetchCardRanges(options)
  const ranges = new CardRanges({ fetchRanges, clock: options.clock })
  return {
    lookup: (pan) => ranges.find(pan),

    async authenticate(request) {
      const areq = areqOf(request)
      const answer = await ask(options, writeMessage(areq))
      if (typeof answer === 'string') return { kind: 'unavailable', reason: answer }
      return readAnswer(answer.body, areq, options.challengeWindowSize)
    },

    readResults(body, expected) {
      try {
        return resultsOf(readMessage(body, 'RReq'), expected)
      } catch (error) {
        if (!(error instanceof MessageError)) throw error
        return { kind: 'refused', answer: erroFor(error, 'S') }
      }
    },

    readChallengeResponse(cres) {
      const message = readThroughBrowser(cres)
      return (
        message && {
          acsTransactionId: message.acsTransID,
          threeDSServerTransactionId: message.threeDSServerTransID,
          transStatus: message.transStatus,
        }
      )
    },

    methodData: (threeDSServerTransID, threeDSMethodNotificationURL) =>
      writeMethodData({ threeDSServerTransID, threeDSMethodNotificationURL }),

    readMethodCompletion,
  }
}

async function fetchCardRanges(
  options: ThreedsServerOptions,
): Promise<Message<'PRes'> | undefined> {
  const threeDSServerTransID = randomUUID()
  const preq = {
    messageType: 'PReq',
    messageVersion: LISTING_VERSION,
    threeDSServerTransID,
  } as const
  const answer = await ask(options, writeMessage(preq))
  if (typeof answer === 'string') return undefined
  const pres = readMessage(answer.body, 'PRes')
  return pres.threeDSServerTransID === threeDSServerTransID ? pres : undefined
}

async function ask(
  { directoryServerUrl: url, send, timeoutMs = TIMEOUT_MS }: ThreedsServerOptions,
  body: string,
): Promise<{ readonly body: string } | 'timeout' | 'connect' | 'error'> {
  const late = Promise.withResolvers<'timeout'>()
  const timer = setTimeout(() => late.resolve('timeout'), timeoutMs)
  try {
    const sent = send({ url, body }).catch(() => undefined)
    const answer = await Promise.race([sent, late.promise])
    if (answer === undefined) return 'connect'
    return answer === 'timeout' || answer.status === 200 ? answer : 'error'
  } finally {
    clearTimeout(timer)
  }
}

function readAnswer(
  body: string,
  areq: Message<'AReq'>,
  challengeWindowSize: ChallengeWindowSize,
): AuthenticationAnswer {
  try {
    const ares = readMessage(body, 'ARes', 'Erro')
    if (ares.messageType === 'Erro') return { kind: 'unavailable', reason: 'error' }
    const isOurs = ares.threeDSServerTransID === areq.threeDSServerTransID
    if (!isOurs || ares.messageVersion !== areq.messageVersion)
      return { kind: 'unavailable', reason: 'malformed' }
    return answerOf(ares, challengeWindowSize)
  } catch (error) {
    if (error instanceof MessageError) return { kind: 'unavailable', reason: 'malformed' }
    throw error
  }
}

function answerOf(
  ares: Message<'ARes'>,
  challengeWindowSize: ChallengeWindowSize,
): AuthenticationAnswer {
  const { transStatus, messageVersion, threeDSServerTransID, acsTransID, acsURL } = ares
  const ids = { dsTransactionId: ares.dsTransID, acsTransactionId: acsTransID }
  // We never ask for decoupled authentication, so nobody may answer with it.
  if (transStatus === 'D') return { kind: 'unavailable', reason: 'malformed' }
  if (transStatus !== 'C') return { kind: 'done', transStatus, ...proofOf(ares), ...ids }
  const creq = writeMessage({
    messageType: 'CReq',
    messageVersion,
    threeDSServerTransID,
    acsTransID,
    challengeWindowSize,
  })
  return { kind: 'challenge', acsUrl: acsURL ?? '', creq: encodeBase64url(creq), ...ids }
}

function proofOf({ transStatusReason, eci, authenticationValue }: Message<'ARes' | 'RReq'>) {
  return {
    ...(transStatusReason !== undefined && { transStatusReason }),
    ...(eci !== undefined && { eci }),
    ...(authenticationValue !== undefined && { cavv: new Sad(authenticationValue) }),
  }
}

function resultsOf(rreq: Message<'RReq'>, expected: TransactionIds): ResultsReading {
  const { messageVersion, transStatus, challengeCancel } = rreq
  const { threeDSServerTransID, dsTransID, acsTransID } = rreq
  const isExpected = [
    isSame(threeDSServerTransID, expected.threeDSServerTransactionId),
    isSame(dsTransID, expected.dsTransactionId),
    isSame(acsTransID, expected.acsTransactionId),
  ]
  const ids = { threeDSServerTransID, dsTransID, acsTransID }
  // Which of them is wrong is nothing that a guesser should learn.
  if (isExpected.includes(false))
    throw new MessageError('301', 'dsTransID', { messageType: 'RReq', messageVersion, ...ids })
  return {
    kind: 'results',
    transStatus,
    ...proofOf(rreq),
    ...(challengeCancel !== undefined && { challengeCancel }),
    answer: { messageType: 'RRes', messageVersion, ...ids, resultsStatus: '01' },
  }
}

function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)]
  return left.length === right.length && timingSafeEqual(left, right)
}

function readThroughBrowser(cres: string): Message<'CRes'> | undefined {
  const bytes = decodeBase64url(cres)
  try {
    return bytes && readMessage(bytes, 'CRes')
  } catch (error) {
    if (error instanceof MessageError) return undefined
    throw error
  }
}
