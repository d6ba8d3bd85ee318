import { timingSafeEqual } from 'node:crypto'
import type { MerchantAccess } from '../../gateway/ports.ts'
import { WireError } from './codes.ts'
import type { Envelope } from './envelope.ts'
import { explainSignature } from './explain-signature.ts'
import { isMd5SignedBy } from './md5-signing.ts'
import { DIALECT } from './operation.ts'
import type { Answering, Served } from './serving.ts'
import { readSettings } from './settings.ts'
import { isSignedBy, keysOf } from './signing.ts'

// The documentation's window: "requestTime effective in two minutes".
const WINDOW_MS = 2 * 60_000

/** Who asks, for whom. */
export interface Proven {
  /** The merchant that is asked for. */
  readonly access: MerchantAccess
  /** Whose application signed: the merchant itself, or its service provider. */
  readonly signer: MerchantAccess
  /** Signed in the body, the older way. */
  readonly isMd5: boolean
}

/**
 * Checks who sent a request, over its very bytes, and that it is fresh.
 *
 * @throws WireError `MERCHANT_INVALID`, `MERCHANT_APP_INVALID`, `SIGN_VERIFY_FAILED`,
 * `REQ_TIME_OVER_TIME`.
 */
export async function prove(
  answering: Answering,
  served: Served,
  envelope: Envelope,
): Promise<Proven> {
  const { gateway } = answering
  const { merchantNo, spMerchantNo } = envelope
  const signer = await accountOf(answering, spMerchantNo ?? merchantNo)
  const isMd5 = await checkSignature(answering, served, { envelope, signer })
  const { requestTime } = envelope
  const now = gateway.clock.now().getTime()
  if (requestTime !== undefined && Math.abs(now - requestTime.getTime()) > WINDOW_MS) {
    throw new WireError('REQ_TIME_OVER_TIME')
  }
  if (spMerchantNo === undefined) return { access: signer, signer, isMd5 }
  const access = await accountOf(answering, merchantNo)
  checkBinding(access, spMerchantNo, served)
  return { access, signer, isMd5 }
}

async function accountOf({ gateway }: Answering, account: string): Promise<MerchantAccess> {
  const access = await gateway.merchantByAccount(DIALECT, account)
  if (access === undefined) throw new WireError('MERCHANT_INVALID')
  return access
}

interface Claimed {
  readonly envelope: Envelope
  readonly signer: MerchantAccess
}

/** @returns whether it was signed in the body. */
async function checkSignature(
  { options }: Answering,
  { raw, headers }: Served,
  { envelope, signer }: Claimed,
): Promise<boolean> {
  const { isFlat, appId, keyVersion, body } = envelope
  if (!isFlat && appId !== readSettings(signer.settings).appId) {
    throw new WireError('MERCHANT_APP_INVALID')
  }
  const { sign } = headers
  if (typeof sign !== 'string' || sign === '') {
    if (isFlat && isMd5SignedBy(body, signer.secrets)) return true
    throw new WireError('SIGN_VERIFY_FAILED')
  }
  const keys = keysOf(signer, 'merchantPublic')
  if (keys.length === 0) throw new WireError('MERCHANT_APP_INVALID')
  if (await isSignedBy(raw, sign, { keys, keyVersion })) return false
  const why = options.isSandbox ? explainSignature(raw, sign, keys) : ''
  throw new WireError('SIGN_VERIFY_FAILED', `The signature verify failed.${why}`)
}

/** A service provider acts for a merchant with the code that was made for the two of them. */
function checkBinding(access: MerchantAccess, spMerchantNo: string, { headers }: Served): void {
  // Published SDKs of the same publisher disagree about the header's spelling.
  const given = headers['merchant_auth_token'] ?? headers['merchantauthtoken']
  const bytes = Buffer.from(typeof given === 'string' ? given : '')
  const isBound = access.keys.some(({ kind, key }) => {
    if (kind !== `serviceProvider:${spMerchantNo}`) return false
    const expected = key.export()
    return expected.length === bytes.length && timingSafeEqual(expected, bytes)
  })
  if (!isBound) throw new WireError('MERCHANT_INVALID')
}
