import { randomUUID } from 'node:crypto'
import { currencyOf } from '../core/currency.ts'
import type { Money } from '../core/money.ts'
import { type AuthenticationLevel, eciOf } from '../core/threeds.ts'
import { ERROR_DESCRIPTIONS, MessageError } from './message-error.ts'
import { erroFor, type Message, readMessage, writeMessage } from './messages.ts'
import { newCavv, type SandboxAcs } from './sandbox-acs.ts'
import { type ThreedsBehavior, type ThreedsCard, THREEDS_CARDS } from './sandbox-cards.ts'

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
    cardRangeData: THREEDS_CARDS.map(({ pan, method, version }) => ({
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

const METHOD_QUERIES = { completes: '', hangs: '?hangs' } as const

function answerAreq(areq: Message<'AReq'>, { publicUrl, acs }: DirectoryOptions): DirectoryAnswer {
  const card = THREEDS_CARDS.find(({ pan }) => pan === areq.acctNumber)
  const ids = {
    threeDSServerTransID: areq.threeDSServerTransID,
    dsTransID: randomUUID(),
    acsTransID: randomUUID(),
  }
  const head = { messageType: 'ARes', messageVersion: areq.messageVersion, ...ids } as const
  const behavior: ThreedsBehavior = card?.behavior ?? { kind: 'frictionless', transStatus: 'U' }
  switch (behavior.kind) {
    case 'silent':
      return undefined
    case 'malformed':
      return writeMessage({ ...head, transStatus: 'Y' }).slice(0, -12)
    case 'erro':
      return writeMessage(transientFailure(areq))
    case 'frictionless':
      return writeMessage({ ...head, ...verdictOf(behavior.transStatus, card) })
    case 'challenge': {
      acs.open({ areq, ids, amount: amountOf(areq), behavior, brand: card?.brand ?? 'visa' })
      const acsURL = `${publicUrl()}/sandbox/3ds/acs`
      return writeMessage({ ...head, transStatus: 'C', acsURL })
    }
  }
}

/** A card that does not take part is U, with reason 13. */
function verdictOf(
  transStatus: 'Y' | 'A' | 'N' | 'U' | 'R' | 'I',
  card: ThreedsCard | undefined,
): Pick<Message<'ARes'>, 'eci' | 'authenticationValue' | 'transStatus' | 'transStatusReason'> {
  const level = LEVELS[transStatus]
  const eci = eciOf(card?.brand ?? 'visa', level)
  const reason = card === undefined ? '13' : REASONS[transStatus]
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
