import type { WalletPayment } from '../core/wallet-payment.ts'
import type { Pay } from './pay.ts'

/**
 * What to pay with out of a wallet. A device's number with its cryptogram proves its holder; a card
 * as it is proves nobody, so 3-D Secure is decided as for any other card.
 */
export function walletInstrument({
  wallet,
  pan,
  expiry,
  tokenCryptogram,
  eci,
}: WalletPayment): Pick<Pay, 'instrument' | 'authentication'> {
  if (tokenCryptogram === undefined) return { instrument: { kind: 'card', pan, expiry } }
  return {
    instrument: { kind: 'networkToken', dpan: pan, expiry, wallet, tokenCryptogram },
    authentication: { eci },
  }
}
