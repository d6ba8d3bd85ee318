import type { Brand, Sad } from './pan.ts'

/** The EMV letter exactly as it was received: how an authentication stands. */
export type TransStatus = 'Y' | 'A' | 'N' | 'U' | 'C' | 'D' | 'R' | 'I'

/**
 * `try` pays on where authentication could not be had, `require` where it was attempted at least;
 * `force` wants it in full.
 */
export type ThreedsPolicy = 'try' | 'require' | 'force'

/** What the payer's bank vouches for, and so what the ECI says. */
export type AuthenticationLevel = 'authenticated' | 'attempted' | 'notAuthenticated'

/** Why an authentication does not lead to an authorization. */
export type JudgmentReason =
  /** N: the payer is not who they should be, or gave up. */
  | 'not_authenticated'
  /** R: the issuer forbids to submit this payment. */
  | 'rejected'
  /** U or I, where authentication is a must. */
  | 'not_performed'
  /** A, where authentication in full is a must. */
  | 'only_attempted'
  /** D: we never ask for an authentication that may take days. */
  | 'decoupled'
  | 'eci_missing'
  | 'eci_mismatch'
  | 'cavv_missing'
  | 'cavv_invalid'

/** What to do with a payment after an answer from 3-D Secure. */
export type Judgment =
  /** Authorize, with this ECI. The authentication value goes along unless `notAuthenticated`. */
  | { readonly kind: 'proceed'; readonly level: AuthenticationLevel; readonly eci: string }
  | { readonly kind: 'refuse'; readonly reason: JudgmentReason }
  /** The payer has to answer a question first; the results message decides. */
  | { readonly kind: 'challenge' }

/** One answer from 3-D Secure: of the ARes, the RReq, or of the merchant's own 3DS server. */
export interface Authentication {
  readonly brand: Brand
  readonly transStatus: TransStatus
  readonly eci: string | undefined
  readonly cavv: Sad | undefined
  readonly policy: ThreedsPolicy
}

const CAVV_BYTES = 20

const LEVELS = {
  Y: 'authenticated',
  A: 'attempted',
  U: 'notAuthenticated',
  I: 'notAuthenticated',
} as const satisfies Partial<Record<TransStatus, AuthenticationLevel>>

// As the schemes publish them; only Mastercard counts the other way.
const ECIS: Readonly<Record<AuthenticationLevel, string>> = {
  authenticated: '05',
  attempted: '06',
  notAuthenticated: '07',
}
const MASTERCARD_ECIS: typeof ECIS = {
  authenticated: '02',
  attempted: '01',
  notAuthenticated: '00',
}

/** @returns the two characters that say this level to this scheme. */
export function eciOf(brand: Brand, level: AuthenticationLevel): string {
  return (brand === 'mastercard' ? MASTERCARD_ECIS : ECIS)[level]
}

/**
 * Whether an authentication lets a payment go on. A contradiction in it, such as a Visa card with
 * Mastercard's ECI, is an error and refuses; nothing is repaired.
 */
export function judge(authentication: Authentication): Judgment {
  const { transStatus, policy } = authentication
  switch (transStatus) {
    case 'C':
      return { kind: 'challenge' }
    case 'N':
      return refuse('not_authenticated')
    case 'R':
      return refuse('rejected')
    case 'D':
      return refuse('decoupled')
    case 'U':
    case 'I':
      return policy === 'try' ? judgeUnproven(authentication) : refuse('not_performed')
    case 'Y':
    case 'A':
      return judgeProof(authentication, LEVELS[transStatus])
  }
}

/** Nobody vouches for the payer: at most an ECI that says so may be there. */
function judgeUnproven({ brand, eci }: Authentication): Judgment {
  const level = 'notAuthenticated'
  const fitting = eciOf(brand, level)
  if (eci !== undefined && eci !== fitting) return refuse('eci_mismatch')
  return { kind: 'proceed', level, eci: fitting }
}

function judgeProof(
  { brand, eci, cavv, policy }: Authentication,
  level: AuthenticationLevel,
): Judgment {
  if (eci === undefined) return refuse('eci_missing')
  if (eci !== eciOf(brand, level)) return refuse('eci_mismatch')
  if (cavv === undefined) return refuse('cavv_missing')
  if (!isCavv(cavv)) return refuse('cavv_invalid')
  if (policy === 'force' && level !== 'authenticated') return refuse('only_attempted')
  return { kind: 'proceed', level, eci }
}

/** Twenty bytes in the one base64 form that encodes them. */
function isCavv(cavv: Sad): boolean {
  const text = cavv.reveal()
  const bytes = Buffer.from(text, 'base64')
  const isCanonical = bytes.length === CAVV_BYTES && bytes.toString('base64') === text
  bytes.fill(0)
  return isCanonical
}

function refuse(reason: JudgmentReason): Judgment {
  return { kind: 'refuse', reason }
}
