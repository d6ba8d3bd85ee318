import {
  type Elements,
  flag,
  httpUrl,
  isObject,
  list,
  matching,
  needed,
  oneOf,
  optional,
  readElements,
  text,
  uuid,
  type Values,
} from './elements.ts'
import { ERROR_DESCRIPTIONS, MessageError, type Seen } from './message-error.ts'
import { readJsonObject } from './strict-json.ts'

/** The protocol versions we speak, oldest first. */
export const VERSIONS = ['2.1.0', '2.2.0'] as const

export type Version = (typeof VERSIONS)[number]

/** A message longer than this is refused; only a PRes comes near. */
const MESSAGE_LENGTH_MAX = 16 * 1024 * 1024

const CARD_RANGES_MAX = 100_000
const EXTENSIONS_MAX = 10

const version = matching(/^[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{1,2}$/)
const digits = (min: number, max: number) => matching(new RegExp(`^[0-9]{${min},${max}}$`))

const windowSize = oneOf('01', '02', '03', '04', '05')

/** 01 to 26 as EMV publishes them, 80 to 99 the directory server's own. */
const transStatusReason = matching(/^(?:0[1-9]|1[0-9]|2[0-6]|[89][0-9])$/)

const serverId = { threeDSServerTransID: needed(uuid) }
const acsIds = { ...serverId, acsTransID: needed(uuid) }
const allIds = { ...acsIds, dsTransID: needed(uuid) }

const CARD_RANGE = {
  startRange: needed(digits(13, 19)),
  endRange: needed(digits(13, 19)),
  actionInd: optional(oneOf('A', 'D', 'M')),
  acsStartProtocolVersion: optional(version),
  acsEndProtocolVersion: optional(version),
  threeDSMethodURL: optional(httpUrl),
}

const proof = {
  // Whether they fit each other and the card is `judge`'s business: there a misfit refuses.
  eci: optional(digits(2, 2)),
  authenticationValue: optional(text(28)),
}

const MESSAGES = {
  PReq: {
    ...serverId,
    threeDSServerRefNumber: optional(text(32)),
    serialNum: optional(text(20)),
  },
  PRes: {
    ...serverId,
    dsTransID: needed(uuid),
    serialNum: optional(text(20)),
    dsStartProtocolVersion: optional(version),
    dsEndProtocolVersion: optional(version),
    cardRangeData: optional(list(CARD_RANGE, CARD_RANGES_MAX)),
  },
  AReq: {
    ...serverId,
    threeDSServerURL: needed(httpUrl),
    threeDSServerRefNumber: optional(text(32)),
    threeDSRequestorID: optional(text(35)),
    threeDSRequestorName: optional(text(40)),
    threeDSRequestorAuthenticationInd: optional(digits(2, 2)),
    threeDSRequestorChallengeInd: optional(digits(2, 2)),
    threeDSCompInd: needed(oneOf('Y', 'N', 'U')),
    deviceChannel: needed(oneOf('02')),
    messageCategory: needed(oneOf('01', '02')),
    acctNumber: needed(digits(13, 19)),
    cardExpiryDate: optional(matching(/^[0-9]{2}(?:0[1-9]|1[0-2])$/)),
    cardholderName: optional(text(45)),
    email: optional(text(254)),
    acquirerMerchantID: optional(text(35)),
    merchantName: needed(text(40)),
    notificationURL: needed(httpUrl),
    purchaseAmount: needed(digits(1, 48)),
    purchaseCurrency: needed(digits(3, 3)),
    purchaseExponent: needed(digits(1, 1)),
    purchaseDate: needed(digits(14, 14)),
    browserAcceptHeader: optional(text(2048)),
    browserIP: optional(text(45)),
    browserJavaEnabled: optional(flag),
    browserJavascriptEnabled: optional(flag),
    browserLanguage: optional(text(8)),
    browserColorDepth: optional(oneOf('1', '4', '8', '15', '16', '24', '32', '48')),
    browserScreenHeight: optional(digits(1, 6)),
    browserScreenWidth: optional(digits(1, 6)),
    browserTZ: optional(matching(/^[+-]?[0-9]{1,4}$/)),
    browserUserAgent: optional(text(2048)),
  },
  ARes: {
    ...allIds,
    transStatus: needed(oneOf('Y', 'A', 'N', 'U', 'C', 'D', 'R', 'I')),
    transStatusReason: optional(transStatusReason),
    acsURL: optional(httpUrl),
    ...proof,
  },
  CReq: { ...acsIds, challengeWindowSize: needed(windowSize) },
  CRes: {
    ...acsIds,
    challengeCompletionInd: needed(oneOf('Y', 'N')),
    transStatus: needed(oneOf('Y', 'N')),
  },
  RReq: {
    ...allIds,
    transStatus: needed(oneOf('Y', 'A', 'N', 'U', 'R')),
    transStatusReason: optional(transStatusReason),
    challengeCancel: optional(oneOf('01', '03', '04', '05', '06', '07', '08')),
    interactionCounter: optional(digits(2, 2)),
    messageCategory: optional(oneOf('01', '02')),
    ...proof,
  },
  RRes: { ...allIds, resultsStatus: needed(oneOf('01', '02', '03')) },
  Erro: {
    threeDSServerTransID: optional(uuid),
    dsTransID: optional(uuid),
    acsTransID: optional(uuid),
    errorCode: needed(digits(3, 3)),
    errorComponent: needed(oneOf('C', 'S', 'D', 'A')),
    errorDescription: needed(text(2048)),
    errorDetail: needed(text(2048)),
    errorMessageType: optional(matching(/^[A-Za-z]{4}$/)),
  },
} as const satisfies Readonly<Record<string, Elements>>

export type MessageType = keyof typeof MESSAGES

/** A message by its type, with the elements that we use. */
export type Message<T extends MessageType> = {
  [Type in T]: { readonly messageType: Type; readonly messageVersion: string } & Values<
    (typeof MESSAGES)[Type]
  >
}[T]

/**
 * Reads a message that is one of these types. Elements that we do not use are passed over, also
 * when they are wrong.
 *
 * @throws MessageError with the `Erro` code and the element at fault; nothing else.
 */
export function readMessage<T extends MessageType>(
  body: Uint8Array | string,
  ...types: readonly T[]
): Message<T> {
  if (body.length > MESSAGE_LENGTH_MAX) throw new MessageError('101', 'message')
  const object = readJsonObject(body)
  try {
    return readObject(object, types)
  } catch (error) {
    if (!(error instanceof MessageError)) throw error
    throw new MessageError(error.code, error.element, seenIn(object))
  }
}

function readObject<T extends MessageType>(
  object: Readonly<Record<string, unknown>>,
  types: readonly T[],
): Message<T> {
  const messageType = types.find((type) => type === object['messageType'])
  if (messageType === undefined) throw new MessageError('101', 'messageType')
  const { messageVersion } = readElements({ messageVersion: needed(version) }, object)
  // An Erro says which versions its sender would like; that must get through.
  if (messageType !== 'Erro' && VERSIONS.every((known) => known !== messageVersion))
    throw new MessageError('102', 'messageVersion')
  refuseCriticalExtensions(object['messageExtension'])
  const elements: Elements = MESSAGES[messageType]
  const message = { messageType, messageVersion, ...readElements(elements, object) }
  refuseContradictions(message)
  return message as unknown as Message<T>
}

function refuseCriticalExtensions(extensions: unknown): void {
  if (extensions === undefined) return
  const name = 'messageExtension'
  const isList = Array.isArray(extensions) && extensions.length <= EXTENSIONS_MAX
  if (!isList || !extensions.every(isObject)) throw new MessageError('203', name)
  const indicators = extensions.map((each) => each['criticalityIndicator'])
  if (!indicators.every((each) => typeof each === 'boolean')) throw new MessageError('203', name)
  if (indicators.includes(true)) throw new MessageError('202', name)
}

function refuseContradictions(message: Readonly<Record<string, unknown>>): void {
  if (message['messageType'] !== 'ARes') return
  const { transStatus } = message
  if (transStatus === 'C' && message['acsURL'] === undefined)
    throw new MessageError('201', 'acsURL')
  // Both came with 2.2.0, I as informational only.
  if (message['messageVersion'] === '2.1.0' && (transStatus === 'D' || transStatus === 'I'))
    throw new MessageError('203', 'transStatus')
}

const SEEN = {
  messageType: matching(/^[A-Za-z]{4}$/),
  messageVersion: version,
  threeDSServerTransID: uuid,
  dsTransID: uuid,
  acsTransID: uuid,
}

function seenIn(object: Readonly<Record<string, unknown>>): Seen {
  const seen: Record<string, string> = {}
  for (const [name, read] of Object.entries(SEEN)) {
    try {
      if (Object.hasOwn(object, name)) seen[name] = read(object[name], name)
    } catch {
      // What cannot be read is not repeated.
    }
  }
  return seen
}

/** @returns the message as it goes over the line. */
export function writeMessage<T extends MessageType>(message: Message<T>): string {
  return JSON.stringify(message)
}

/** Answers a refused message. @param component who refuses: 3DS server, directory server, ACS. */
export function erroFor(error: MessageError, component: 'S' | 'D' | 'A'): Message<'Erro'> {
  const { messageType, messageVersion, ...ids } = error.seen
  const isKnown = VERSIONS.some((known) => known === messageVersion)
  return {
    messageType: 'Erro',
    messageVersion: isKnown && messageVersion !== undefined ? messageVersion : '2.2.0',
    ...ids,
    errorCode: error.code,
    errorComponent: component,
    errorDescription: ERROR_DESCRIPTIONS[error.code],
    errorDetail: error.element,
    ...(messageType !== undefined && { errorMessageType: messageType }),
  }
}
