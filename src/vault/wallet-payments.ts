import type { X509Certificate } from 'node:crypto'
import type { Wallet, WalletPayment } from '../core/wallet-payment.ts'
import { openApplePay } from './apple-pay.ts'
import { openGooglePay } from './google-pay.ts'
import type { GoogleRootKey } from './google-root-keys.ts'
import type { OpenedWallet } from './opened-wallet.ts'
import type { WalletUseStore } from './ports.ts'
import { GOOGLE_RECIPIENT, type WalletKeys } from './wallet-keys.ts'

/** Four times what a payment with every field takes. */
const TEXT_LENGTH_MAX = 16_384

/** Clocks of nodes differ: what is out of date is remembered a little longer. */
const REMEMBERED_MS = 60 * 60_000

/** Whose signatures wallets' messages must have. */
export interface WalletTrust {
  readonly appleRoot: X509Certificate
  /** Undefined where the gateway is not registered with Google. */
  readonly googlePay: GooglePayTrust | undefined
}

export interface GooglePayTrust {
  /** The name that merchants' pages ask Google for. */
  readonly gatewayId: string
  readonly rootKeys: readonly GoogleRootKey[]
}

/** What wallets encrypt. It is the gateway's `WalletPayments` port. */
export interface WalletOpener {
  /**
   * @returns undefined for everything that is not whole, signed by the wallet, fresh, for this
   * merchant, and seen for the first time, whatever is wrong.
   */
  open(request: {
    readonly wallet: Wallet
    readonly text: string
    readonly merchantId: string
    /** What the merchant is called by its pages, besides its id. */
    readonly names: readonly string[]
  }): Promise<WalletPayment | undefined>
}

interface Parts {
  readonly keys: WalletKeys
  readonly uses: WalletUseStore
  readonly clock: { now(): Date }
  readonly trust: () => Promise<WalletTrust>
}

export function createWalletPayments({ keys, uses, clock, trust }: Parts): WalletOpener {
  const opened = async (
    wallet: Wallet,
    text: string,
    merchantId: string,
  ): Promise<OpenedWallet | undefined> => {
    const at = clock.now()
    const { appleRoot: root, googlePay } = await trust()
    if (wallet === 'applePay') {
      const own = () => keys.open({ purpose: 'applePay', merchantId })
      return openApplePay(text, { root, at, keys: own })
    }
    if (googlePay === undefined) return undefined
    const { rootKeys, gatewayId } = googlePay
    const recipientId = `gateway:${gatewayId}`
    const platforms = () => keys.open(GOOGLE_RECIPIENT)
    return openGooglePay(text, { rootKeys, recipientId, at, keys: platforms })
  }

  return {
    async open({ wallet, text, merchantId, names }) {
      if (text.length > TEXT_LENGTH_MAX) return undefined
      const found = await opened(wallet, text, merchantId)
      if (found === undefined) return undefined
      // Apple's keys are a merchant's own; all of Google's messages come for the gateway.
      const isTheirs = wallet === 'applePay' || isNamed(found, [merchantId, ...names])
      if (!isTheirs) return undefined
      const isFirst = await uses.use({
        merchantId,
        wallet,
        walletPaymentId: found.walletPaymentId,
        at: clock.now(),
        goodUntil: new Date(found.goodUntil.getTime() + REMEMBERED_MS),
      })
      return isFirst ? found.payment : undefined
    },
  }
}

function isNamed({ merchantName }: OpenedWallet, names: readonly string[]): boolean {
  return merchantName !== undefined && names.includes(merchantName)
}
