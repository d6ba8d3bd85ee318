import { WireError } from './codes.ts'

/** Channels that take a payment here, each with the token-request codes that allow it. */
const SERVED = {
  CC: ['ALL', 'FULL', 'GCARD', 'CC'],
  CSTOKEN: ['ALL', 'FULL', 'CSTOKEN'],
  APPLEPAY: ['ALL', 'FULL', 'APPLEPAY'],
  GOOGLEPAY: ['ALL', 'FULL', 'GOOGLEPAY'],
} as const

export type Channel = keyof typeof SERVED

/** Channels whose payments are encrypted by a wallet. */
export function isWallet(channel: Channel): boolean {
  return channel === 'APPLEPAY' || channel === 'GOOGLEPAY'
}

// Payment channel, group and category codes of the API's own tables that we do not serve.
const UNSERVED = new Set(
  `IPP LIPP UPOP KBZ MPU 123 GRAB GRABBNPL LINE TRUEMONEY ALIPAY WECHAT WCMINI
WCAPP SHPPAY PAOTANG LAZADAPAY TRUEPAYNEXT LINKAJA OVO ZALOPAY TRIPLEA BOOST TNG GCASH PAYMAYA MOMO
ATOME HOOLAH BILLEASE HUMM FNPL OCTPAY PAYPAL SSPAY KCP WAVE PPQR PNQR SGQR GPTHQR SHPQR TRUEMONEYQR
VEMVQR MCEMVQR UPIEMVQR ALQR KBZQR WCQR EMVQR QRPH APM QR Q WALLET BNPL LCARD LCARDIPP GTPTY LTPTY
DPAY COUNTER SSM IMBANK IBANK MBANK WEBPAY OTCTR BCTR DEEPLINK BANK OTC KIOSK ATM LOAN EWALLET MPASS
QRC CSQR THQR PCC GBNPL`.split(/\s+/),
)

/**
 * @throws WireError 9058 for a code nobody knows, 9060 when none of them can take a payment here.
 */
export function checkChannels(codes: readonly string[] | undefined): void {
  if (codes === undefined || codes.length === 0) return
  const unknown = codes.find((code) => !isServed(code) && !UNSERVED.has(code.toUpperCase()))
  if (unknown !== undefined) throw new WireError('9058', 'Payment channel invalid')
  if (!codes.some(isServed)) throw new WireError('9060', 'Payment channel unconfigured')
}

/** @throws WireError 9058, 9060, or 9059 for a channel that the payment token does not allow. */
export function channelOf(code: string, allowed: readonly string[] | undefined): Channel {
  const channel = (Object.keys(SERVED) as Channel[]).find((served) => served === code.toUpperCase())
  if (channel === undefined) {
    checkChannels([code])
    throw new WireError('9060', 'Payment channel unconfigured')
  }
  if (!allows(channel, allowed)) throw new WireError('9059', 'Payment channel unauthorized')
  return channel
}

/** Whether a payment token made for these codes can be paid through the channel. */
export function allows(channel: Channel, codes: readonly string[] | undefined): boolean {
  if (codes === undefined || codes.length === 0) return true
  return codes.some((code) => SERVED[channel].some((served) => served === code.toUpperCase()))
}

function isServed(code: string): boolean {
  return Object.values(SERVED).some((codes) =>
    codes.some((served) => served === code.toUpperCase()),
  )
}
