import type { Wallet } from '../../core/wallet.ts'
import { missing } from './bind.ts'
import { WireError } from './codes.ts'
import type { Context } from './operation.ts'
import type { PaymentDetail } from './order-and-pay-request.ts'

const SERVED = new Set(['CARD', 'APPLEPAY', 'GOOGLEPAY'])

/** Whose wallets there are, as documented with the payment tokens. */
const WALLETS: Readonly<Record<Wallet['paymentMethodType'], readonly string[]>> = {
  ONE_TOUCH: ['DANA', 'GCASH', 'MERCADOPAGO', 'TOSS', 'NAVERPAY', 'KAKAOPAY', 'TNG'],
  AUTO_DEBIT: ['KAKAOPAY'],
}

// Payment methods of the documentation that no acquirer here takes.
const UNSERVED = new Set([
  'WALLET',
  ...Object.keys(WALLETS),
  'BANK_TRANSFER',
  'BANKTRANSFER',
  'REALTIME_PAYMENT',
  'OTC',
  'PAY_LATER',
  'BILL_PAYMENT',
  'CARRIER_BILLING',
])

/** @throws WireError `PAYMENT_METHOD_NOT_EXIST`, or `CONTRACT_INVALID` for one not served here. */
export function checkMethod(method: string): void {
  if (SERVED.has(method)) return
  if (!UNSERVED.has(method)) throw new WireError('PAYMENT_METHOD_NOT_EXIST')
  throw notSigned(method)
}

function notSigned(name: string): WireError {
  return new WireError('CONTRACT_INVALID', `Merchant has not signed the ${name} payment method.`)
}

/** Whether a payment method is one of wallets that pay by consent. */
export function isWalletMethod(method = ''): method is Wallet['paymentMethodType'] {
  return Object.hasOwn(WALLETS, method)
}

/** The wallet of that name; undefined where there is none. */
export function walletOf(method: string | undefined, targetOrg = ''): Wallet | undefined {
  if (!isWalletMethod(method) || !WALLETS[method].includes(targetOrg)) return undefined
  return { paymentMethodType: method, targetOrg }
}

/**
 * The wallet whose owner is to agree to a payment; undefined for everything else.
 *
 * @throws WireError `PARAMS_INVALID` where it is not named, `CONTRACT_INVALID` where nobody takes it.
 */
export function askedWallet({ gateway }: Context, detail: PaymentDetail = {}): Wallet | undefined {
  const { paymentMethodType: method, targetOrg, paymentTokenID } = detail
  if (!isWalletMethod(method) || paymentTokenID !== undefined) return undefined
  if (targetOrg === undefined) throw missing('paymentDetail.targetOrg')
  const wallet = walletOf(method, targetOrg)
  if (wallet === undefined) throw notSigned(targetOrg)
  checkWallet(gateway, wallet)
  return wallet
}

/** @throws WireError `CONTRACT_INVALID` where nobody takes it. */
export function checkWallet(gateway: Context['gateway'], wallet: Wallet): void {
  if (!gateway.takesWallet(wallet)) throw notSigned(wallet.paymentMethodType)
}
