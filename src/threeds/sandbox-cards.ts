import type { Brand } from '../core/pan.ts'

/** How a challenge ends. */
export type Outcome = 'pass' | 'fail' | 'cancel' | 'timeout'

/** What happens to the results message on its way to the 3DS server. */
export type Delivery = 'once' | 'lost' | 'twice' | 'late' | 'altered'

/** What the simulated directory server and issuer do with one card. */
export type ThreedsBehavior =
  | { readonly kind: 'frictionless'; readonly transStatus: 'Y' | 'A' | 'N' | 'U' | 'R' | 'I' }
  | {
      readonly kind: 'challenge'
      /** Whatever the payer does, it ends so. */
      readonly fixed?: Outcome
      readonly delivery: Delivery
    }
  /** The directory server does not answer. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'erro' }
  | { readonly kind: 'malformed' }

export interface ThreedsTestCard {
  readonly pan: string
  readonly brand: Brand
  readonly cvv: string
  /** A plain phrase for people. */
  readonly does: string
}

export interface ThreedsCard extends ThreedsTestCard {
  readonly behavior: ThreedsBehavior
  /** Whether the range has a 3DS method, and whether that ever tells that it is done. */
  readonly method: 'none' | 'completes' | 'hangs'
  /** The newest protocol version of the range. */
  readonly version: '2.1.0' | '2.2.0'
}

function card(pan: string, does: string, behavior: ThreedsBehavior): ThreedsCard {
  const brand = pan.startsWith('4') ? 'visa' : 'mastercard'
  return { pan, brand, cvv: '123', does, behavior, method: 'none', version: '2.2.0' }
}

type Frictionless = Extract<ThreedsBehavior, { kind: 'frictionless' }>['transStatus']

const frictionless = (transStatus: Frictionless): ThreedsBehavior => ({
  kind: 'frictionless',
  transStatus,
})

const challenge = (delivery: Delivery, fixed?: Outcome): ThreedsBehavior => ({
  kind: 'challenge',
  delivery,
  ...(fixed && { fixed }),
})

const erro: ThreedsBehavior = { kind: 'erro' }
const silent: ThreedsBehavior = { kind: 'silent' }
const malformed: ThreedsBehavior = { kind: 'malformed' }

const CHALLENGE = '3-D Secure challenge, code 123456'

export const THREEDS_CARDS: readonly ThreedsCard[] = [
  card('4000000000002008', '3-D Secure frictionless', frictionless('Y')),
  card('4000000000002016', '3-D Secure frictionless: only attempted', frictionless('A')),
  card('4000000000002024', '3-D Secure: not authenticated', frictionless('N')),
  card('4000000000002032', '3-D Secure: issuer cannot authenticate now', frictionless('U')),
  card('4000000000002040', '3-D Secure: issuer rejects', frictionless('R')),
  card('4000000000002057', '3-D Secure: for information only', frictionless('I')),
  card('4000000000002065', CHALLENGE, challenge('once')),
  {
    ...card('4000000000002073', `${CHALLENGE}, after a 3DS method`, challenge('once')),
    method: 'completes',
  },
  {
    ...card('4000000000002081', `${CHALLENGE}, after a 3DS method that hangs`, challenge('once')),
    method: 'hangs',
  },
  card('4000000000002099', '3-D Secure challenge: always fails', challenge('once', 'fail')),
  card('4000000000002107', '3-D Secure challenge: always canceled', challenge('once', 'cancel')),
  card('4000000000002115', '3-D Secure challenge: times out', challenge('once', 'timeout')),
  card('4000000000002123', `${CHALLENGE}; its result is lost`, challenge('lost')),
  card('4000000000002131', `${CHALLENGE}; its result comes twice`, challenge('twice')),
  card('4000000000002149', `${CHALLENGE}; its result comes late`, challenge('late')),
  card('4000000000002156', `${CHALLENGE}; its result has altered ids`, challenge('altered')),
  card('4000000000002164', '3-D Secure: directory server does not answer', silent),
  card('4000000000002172', '3-D Secure: directory server answers an error', erro),
  card('4000000000002180', '3-D Secure: directory server answers nonsense', malformed),
  card('5200000000002003', '3-D Secure frictionless', frictionless('Y')),
  card('5200000000002011', '3-D Secure frictionless: only attempted', frictionless('A')),
  card('5200000000002029', '3-D Secure: not authenticated', frictionless('N')),
  card('5200000000002037', '3-D Secure: issuer rejects', frictionless('R')),
  {
    ...card('5200000000002045', `${CHALLENGE}, version 2.1.0`, challenge('once')),
    version: '2.1.0',
  },
  // What the documents of JCC and its family name.
  {
    ...card('5000001111111115', `${CHALLENGE}, after a 3DS method`, challenge('once')),
    method: 'completes',
  },
  card('5555555555555599', CHALLENGE, challenge('once')),
  card('5168494895055780', '3-D Secure challenge: always fails', challenge('once', 'fail')),
  card('4000001111111118', '3-D Secure frictionless: only attempted', frictionless('A')),
  card('4012001038166662', CHALLENGE, challenge('once')),
]

/** Cards that are challenged where a challenge is mandated, and otherwise do not take part. */
export const CHALLENGED_ON_DEMAND: readonly string[] = [
  '4444333322221111',
  '5555555555554444',
  '6011000000000012',
  '30569309025904',
]

/** The sandbox's cards that always take part in 3-D Secure. */
export const THREEDS_TEST_CARDS: readonly ThreedsTestCard[] = THREEDS_CARDS.map(
  ({ pan, brand, cvv, does }) => ({ pan, brand, cvv, does }),
)
