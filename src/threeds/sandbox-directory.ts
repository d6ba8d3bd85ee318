import { randomUUID } from 'node:crypto'
import { currencyOf } from '../core/currency.ts'
import type { Money } from '../core/money.ts'
import { type Brand, brandOf } from '../core/pan.ts'
import { type AuthenticationLevel, eciOf } from '../core/threeds.ts'
import { ERROR_DESCRIPTIONS, MessageError } from './message-error.ts'
import { erroFor, type Message, readMessage, writeMessage } from './messages.ts'
import { newCavv, type SandboxAcs } from './sandbox-acs.ts'
import { CHALLENGED_ON_DEMAND, type ThreedsBehavior, THREEDS_CARDS } from './sandbox-cards.ts'

export interface DirectoryOptions {
  /** Where payers' browsers reach the sandbox. */
  readonly publicUrl: () => string
  readonly acs: SandboxAcs
}

/** What the directory server answers; undefined is silence. */
export type DirectoryAnswer = string | undefined

/** The sandbox's directory server: it knows the test cards, and no others. */
export function answerDirectory(body: Uint8Array, options: DirectoryOptions): DirectoryAnswer {
  try {
    const message = readMessage(body, 'PReq', 'AReq')
    if (message.messageType === 'PReq') return writeMessage(presOf(message, options.publicUrl()))
    return answerAreq(message, options)
  } catch (error) {
    if (error instanceof MessageError) return writeMessage(erroFor(error, 'D'))
    throw error
  }
}

function presOf(preq: Message<'PReq'>, publicUrl: string): Message<'PRes'> {
  return {
    messageType: 'PRes',
    messageVersion: preq.messageVersion,
    threeDSServerTransID: preq.threeDSServerTransID,
    dsTransID: randomUUID(),
    serialNum: '1',
    dsStartProtocolVersion: '2.1.0',
    dsEndProtocolVersion: '2.2.0',
    cardRangeData: [...THREEDS_CARDS, ...ON_DEMAND].map(({ pan, method, version }) => ({
      startRange: pan,
      endRange: pan,
      actionInd: 'A',
      acsStartProtocolVersion: '2.1.0',
      acsEndProtocolVersion: version,
      ...(method !== 'none' && {
        threeDSMethodURL: `${publicUrl}/sandbox/3ds/method${METHOD_QUERIES[method]}`,
      }),
    })),
  }
}

const ON_DEMAND = CHALLENGED_ON_DEMAND.map(
  (pan) => ({ pan, method: 'none', version: '2.2.0' }) as const,
)

const METHOD_QUERIES = { completes: '', hangs: '?hangs' } as const

function answerAreq(areq: Message<'AReq'>, { publicUrl, acs }: DirectoryOptions): DirectoryAnswer {
  const { brand, isListed, behavior } = cardOf(areq)
  const ids = {
    threeDSServerTransID: areq.threeDSServerTransID,
    dsTransID: randomUUID(),
    acsTransID: randomUUID(),
  }
  const head = { messageType: 'ARes', messageVersion: areq.messageVersion, ...ids } as const
  switch (behavior.kind) {
    case 'silent':
      return undefined
    case 'malformed':
      return writeMessage({ ...head, transStatus: 'Y' }).slice(0, -12)
    case 'erro':
      return writeMessage(transientFailure(areq))
    case 'frictionless':
      return writeMessage({
        ...head,
        ...verdictOf(behavior.transStatus, { brand, isListed }),
      })
    case 'challenge': {
      acs.open({
        areq,
        ids,
        amount: amountOf(areq),
        behavior,
        brand,
      })
      const acsURL = `${publicUrl()}/sandbox/3ds/acs`
      return writeMessage({ ...head, transStatus: 'C', acsURL })
    }
  }
}

const MANDATED = '04'

function cardOf(areq: Message<'AReq'>) {
  const card = THREEDS_CARDS.find(({ pan }) => pan === areq.acctNumber)
  if (card !== undefined) return { ...card, isListed: true }
  const brand = brandOf(areq.acctNumber) ?? 'visa'
  return { brand, behavior: unlisted(areq), isListed: false }
}

function unlisted(areq: Message<'AReq'>): ThreedsBehavior {
  const isOnDemand = CHALLENGED_ON_DEMAND.includes(areq.acctNumber)
  return isOnDemand && areq.threeDSRequestorChallengeInd === MANDATED
    ? { kind: 'challenge', delivery: 'once' }
    : { kind: 'frictionless', transStatus: 'U' }
}

/** A card that does not take part is U, with reason 13. */
function verdictOf(
  transStatus: 'Y' | 'A' | 'N' | 'U' | 'R' | 'I',
  { brand, isListed }: { readonly brand: Brand; readonly isListed: boolean },
): Pick<Message<'ARes'>, 'eci' | 'authenticationValue' | 'transStatus' | 'transStatusReason'> {
  const level = LEVELS[transStatus]
  const eci = eciOf(brand, level)
  const reason = isListed ? REASONS[transStatus] : '13'
  return {
    transStatus,
    eci,
    ...(reason !== undefined && { transStatusReason: reason }),
    ...(level !== 'notAuthenticated' && { authenticationValue: newCavv() }),
  }
}

const LEVELS: Readonly<Record<'Y' | 'A' | 'N' | 'U' | 'R' | 'I', AuthenticationLevel>> = {
  Y: 'authenticated',
  A: 'attempted',
  N: 'notAuthenticated',
  U: 'notAuthenticated',
  R: 'notAuthenticated',
  I: 'notAuthenticated',
}

// Card authentication failed; technical issue at the ACS; suspected fraud.
const REASONS: Readonly<Record<string, string | undefined>> = { N: '01', U: '22', R: '11' }

const currencies = new Map(
  Intl.supportedValuesOf('currency').flatMap((code) => {
    const currency = currencyOf(code)
    return currency === undefined ? [] : [[currency.numeric, currency] as const]
  }),
)

function amountOf({ purchaseAmount, purchaseCurrency, purchaseExponent }: Message<'AReq'>): Money {
  const currency = currencies.get(purchaseCurrency)
  if (currency === undefined) throw new MessageError('304', 'purchaseCurrency')
  if (String(currency.exponent) !== purchaseExponent)
    throw new MessageError('304', 'purchaseExponent')
  return { minor: BigInt(purchaseAmount), currency: currency.code }
}

function transientFailure({ messageVersion, threeDSServerTransID }: Message<'AReq'>) {
  return {
    messageType: 'Erro',
    messageVersion,
    threeDSServerTransID,
    errorCode: '403',
    errorComponent: 'D',
    errorDescription: ERROR_DESCRIPTIONS['403'],
    errorDetail: 'The sandbox was asked to fail.',
    errorMessageType: 'AReq',
  } as const satisfies Message<'Erro'>
}
