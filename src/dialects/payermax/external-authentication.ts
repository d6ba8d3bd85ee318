import { Sad } from '../../core/pan.ts'
import type { Authentication } from '../../gateway/acquirer-ports.ts'
import { invalid, missing } from './bind.ts'
import type { PaymentDetail } from './order-and-pay-request.ts'

const PLACE = 'paymentDetail.info3DSecure'

type Info = NonNullable<PaymentDetail['info3DSecure']>

const ECI_VALUES = new Set(['00', '01', '02', '03', '05', '06', '07'])
const AUTHENTICATED = new Set(['01', '02', '05', '06'])

/**
 * The merchant's own 3-D Secure result, where `dynamic3DS` is `ext3DS`.
 *
 * @throws WireError `PARAMS_INVALID` for what the documented rules do not allow.
 */
export function externalAuthentication(detail: PaymentDetail): Authentication | undefined {
  if (detail.cardInfo?.dynamic3DS?.toLowerCase() !== 'ext3ds') return undefined
  const { info3DSecure: info } = detail
  if (info === undefined) throw missing(PLACE)
  const { cavv, dsTransactionId } = info
  const eci = checkInfo(info)
  return {
    eci,
    ...(cavv !== undefined && { cavv: new Sad(cavv) }),
    ...(dsTransactionId !== undefined && { dsTransactionId }),
  }
}

/** @returns the ECI. */
function checkInfo(info: Info): string {
  const { eci, threeDSVersion } = info
  if (eci === undefined) throw missing(`${PLACE}.eci`)
  if (!ECI_VALUES.has(eci)) throw invalid(`${PLACE}.eci`, 'it is no documented value')
  if (threeDSVersion === undefined) throw missing(`${PLACE}.threeDSVersion`)
  if (!/^[12]/.test(threeDSVersion)) {
    throw invalid(`${PLACE}.threeDSVersion`, 'it must start with 1 or 2')
  }
  if (AUTHENTICATED.has(eci)) checkProof(info, threeDSVersion)
  return eci
}

/** What was authenticated has its proof, and its id in the protocol of its version. */
function checkProof({ cavv, xid, dsTransactionId }: Info, version: string): void {
  if (cavv === undefined) throw missing(`${PLACE}.cavv`)
  const isFirst = version.startsWith('1')
  if (isFirst && xid === undefined) throw missing(`${PLACE}.xid`)
  if (!isFirst && dsTransactionId === undefined) throw missing(`${PLACE}.dsTransactionId`)
}
