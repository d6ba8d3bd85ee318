import { parseExpiry } from '../../core/card.ts'
import { Pan, Sad } from '../../core/pan.ts'
import type { Instrument } from '../../gateway/pay.ts'
import { WireError } from './codes.ts'

/** A network token: it brings its own proof that its holder was there. */
export interface NetworkToken {
  readonly instrument: Extract<Instrument, { kind: 'networkToken' }>
  readonly eci: string | undefined
  /** Minor units and ISO 4217 number, where the wallet signed them. */
  readonly amount?: string | undefined
  readonly currency?: string | undefined
}

interface Said {
  readonly wallet: NetworkToken['instrument']['wallet']
  readonly number: unknown
  readonly month: unknown
  readonly year: unknown
  readonly cryptogram: unknown
  readonly eci: unknown
}

/** @throws WireError 1 for what is no number, no expiry or no cryptogram. */
export function networkToken({ wallet, number, month, year, ...proof }: Said): NetworkToken {
  const dpan = Pan.parse(String(number))
  if (dpan === undefined) throw new WireError('1', 'wrong', 'dpan')
  const expiry = parseExpiry(String(month), String(year))
  if (expiry === undefined) throw new WireError('1', 'wrong', 'expiry')
  const { cryptogram, eci } = proof
  // Google Pay's plain cards have none.
  if (cryptogram === undefined && wallet === 'googlePay') {
    return { instrument: { kind: 'networkToken', dpan, expiry, wallet }, eci: undefined }
  }
  if (typeof cryptogram !== 'string' || !/^[A-Za-z0-9+/]{1,44}={0,2}$/.test(cryptogram)) {
    throw new WireError('1', 'wrong', 'tokenCryptogram')
  }
  const tokenCryptogram = new Sad(cryptogram)
  return {
    instrument: { kind: 'networkToken', dpan, expiry, wallet, tokenCryptogram },
    eci: typeof eci === 'string' && /^[0-9]{1,2}$/.test(eci) ? eci.padStart(2, '0') : undefined,
  }
}
