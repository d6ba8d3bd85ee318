import type { Brand } from '../../core/pan.ts'

/** How the simulated issuer and the line to it behave for one message. */
export type Behavior =
  | { readonly kind: 'approve' }
  | { readonly kind: 'decline'; readonly responseCode: string }
  /** The request never reaches the acquirer. */
  | { readonly kind: 'requestLost' }
  /** The acquirer approves; its answer never comes back. */
  | { readonly kind: 'answerLost' }
  /** The answer comes, slowly but in time. */
  | { readonly kind: 'slow' }
  /** The acquirer approves after everybody has given up waiting. */
  | { readonly kind: 'late' }
  /** The acquirer has the message and cannot say yet, nor ever. */
  | { readonly kind: 'pending' }

export interface TestCard {
  readonly pan: string
  readonly brand: Brand
  readonly cvv: string
  /** A plain phrase for people. */
  readonly does: string
  readonly behavior: Behavior
}

const APPROVED = 'approved without 3-D Secure'

const approves = (pan: string, brand: Brand, cvv = '123'): TestCard => ({
  pan,
  brand,
  cvv,
  does: APPROVED,
  behavior: { kind: 'approve' },
})

const declines = (pan: string, responseCode: string, why: string): TestCard => ({
  pan,
  brand: 'visa',
  cvv: '123',
  does: `declined: ${why}`,
  behavior: { kind: 'decline', responseCode },
})

const misbehaves = (
  pan: string,
  kind: 'requestLost' | 'answerLost' | 'slow' | 'late',
  does: string,
): TestCard => ({
  pan,
  brand: 'visa',
  cvv: '123',
  does,
  behavior: { kind },
})

/** The documented test cards first, then one for everything that can happen to a payment. */
export const TEST_CARDS: readonly TestCard[] = [
  approves('4111111111111111', 'visa'),
  approves('5555555555554444', 'mastercard'),
  approves('378282246310005', 'amex', '1234'),
  approves('374340095639074', 'amex', '1234'),
  approves('3562808775869340', 'jcb', '495'),
  approves('6250947000000014', 'unionpay'),
  approves('36259600000004', 'diners'),
  approves('6011111111111117', 'discover'),
  approves('4444555511113333', 'visa'),
  declines('4444333322221111', '05', 'do not honor'),
  declines('4000000000000515', '51', 'insufficient funds'),
  declines('4000000000000549', '54', 'expired card'),
  declines('4000000000000416', '41', 'lost card'),
  declines('4000000000000432', '43', 'stolen card'),
  declines('4000000000000044', '04', 'pick up card'),
  declines('4000000000000143', '14', 'invalid card number'),
  declines('4000000000000572', '57', 'not permitted to cardholder'),
  declines('4000000000000598', '59', 'suspected fraud'),
  declines('4000000000000614', '61', 'exceeds amount limit'),
  declines('4000000000000911', '91', 'issuer not available'),
  declines('4000000000000960', '96', 'system malfunction'),
  declines('4000000000000820', 'N7', 'security code does not match'),
  misbehaves('4000000000001000', 'requestLost', 'time-out: the acquirer never hears of it'),
  misbehaves('4000000000001018', 'answerLost', 'time-out: approved, but the answer is lost'),
  misbehaves('4000000000001026', 'slow', 'approved slowly'),
  misbehaves('4000000000001034', 'late', 'approved after everybody gave up waiting'),
]

const byPan = new Map(TEST_CARDS.map(({ pan, behavior }) => [pan, behavior]))

const codes = new Map(TEST_CARDS.map(({ pan, cvv }) => [pan, cvv]))

const APPROVE: Behavior = { kind: 'approve' }

// Amounts no shop asks by accident: 9900NN whole units are declined with response code NN.
const AMOUNTS: ReadonlyMap<string, Behavior> = new Map<string, Behavior>([
  ['990101', { kind: 'requestLost' }],
  ['990102', { kind: 'answerLost' }],
  ['990103', { kind: 'slow' }],
  ['990104', { kind: 'late' }],
])

/**
 * @param wholeUnits the amount in major units, `990051` for 990051.00.
 * @returns what the card does; for a card that approves, what the amount does.
 */
export function behaviorOf(pan: string, wholeUnits: string): Behavior {
  const known = byPan.get(pan) ?? APPROVE
  if (known.kind !== 'approve') return known
  const [, responseCode] = /^9900([0-9]{2})$/.exec(wholeUnits) ?? []
  if (responseCode !== undefined && responseCode !== '00') return { kind: 'decline', responseCode }
  return AMOUNTS.get(wholeUnits) ?? known
}

const WRONG_SECURITY_CODE: Behavior = { kind: 'decline', responseCode: 'N7' }

// The documents of JCC's family: 123 is right for its test cards, and every other code is not.
const CODE_CHECKERS = new Set(['jcc'])
const USUAL_CODE = '123'

/** @returns how a wrong security code is declined where the dialect's sandbox looks at it. */
export function refusedCode(
  dialect: string,
  pan: string,
  securityCode: string | undefined,
): Behavior | undefined {
  if (!CODE_CHECKERS.has(dialect) || securityCode === undefined) return undefined
  return securityCode === (codes.get(pan) ?? USUAL_CODE) ? undefined : WRONG_SECURITY_CODE
}
