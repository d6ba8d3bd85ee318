import type { Money } from '../../core/money.ts'
import type { PayingWallet } from '../../core/wallet.ts'
import type { AcquirerAnswer, Authorization } from '../../gateway/acquirer-ports.ts'
import { APPROVED, PENDING } from './drivers.ts'
import type { Entry, Ledger } from './ledger.ts'
import { madeAtMs } from './operation-time.ts'

/** What the simulated wallet keeps of a payment by wallet, as text beside its entry. */
interface Kept {
  readonly wallet: PayingWallet
  /** Where its owner's browser goes back to; absent where nobody has to agree. */
  readonly returnUrl?: string
  readonly asksConsent?: boolean
}

/** What the owner of a wallet is asked on its page. */
export interface WalletRequest {
  readonly wallet: PayingWallet
  readonly amount: Money
  readonly merchantReference: string
  readonly asksConsent: boolean
  readonly returnUrl: string
  /** False once it was answered, or undone because nobody answered. */
  readonly isOpen: boolean
}

/** Names one payment by wallet. */
export interface WalletRef {
  readonly merchantId: string
  readonly operationId: string
}

/** Do not honor: its owner said no. */
const REFUSED = '05'

const CENTURY_MS = 36_525 * 86_400_000

/** Whether the owner of the wallet has to agree on the wallet's page first. */
export function waitsForOwner({ instrument }: Pick<Authorization, 'instrument'>): boolean {
  return instrument.kind === 'wallet' && instrument.wallet.consentName === undefined
}

/** @returns the text that is kept with the entry; empty for everything but wallets. */
export function keptOf({ instrument }: Pick<Authorization, 'instrument'>): string {
  if (instrument.kind !== 'wallet') return ''
  const { kind: _kind, ...kept } = instrument
  return JSON.stringify(kept satisfies Kept)
}

/** The wallet's page about a payment that its owner has not answered; undefined for all others. */
export function payerUrlOf(entry: Entry): string | undefined {
  const isWaiting = entry.responseCode === PENDING && readKept(entry)?.returnUrl !== undefined
  const { merchantId, operationId } = entry
  const path = `/sandbox/wallet/${encodeURIComponent(merchantId)}/${operationId}`
  return isWaiting ? path : undefined
}

/** What its owner agreed to beside the payment; the account is the wallet's own masked text. */
export function consentOf(entry: Entry): AcquirerAnswer['consent'] {
  const kept = readKept(entry)
  if (kept?.asksConsent !== true || !entry.approved) return undefined
  const digits = entry.operationId.replaceAll(/[^0-9]/g, '').slice(-5)
  const expiresAt = new Date(madeAtMs(entry.operationId) + CENTURY_MS)
  return { accountDisplay: `63-9****${digits.padStart(5, '0')}`, expiresAt }
}

/** What the page shows. @returns undefined where nobody is, or was, to agree. */
export function findWalletRequest(ledger: Ledger, ref: WalletRef): WalletRequest | undefined {
  const entry = ledger.find(ref.merchantId, ref.operationId)
  const { wallet, returnUrl, asksConsent = false } = (entry && readKept(entry)) ?? {}
  if (entry === undefined || wallet === undefined || returnUrl === undefined) return undefined
  const { minor, currency, merchantReference } = entry
  const isUndone = ledger
    .about(ref.merchantId, ref.operationId)
    .some(({ kind }) => kind === 'reverse')
  const isOpen = entry.responseCode === PENDING && !isUndone
  return { wallet, amount: { minor, currency }, merchantReference, asksConsent, returnUrl, isOpen }
}

/** Writes what its owner answered. @returns false where that was no longer to be answered. */
export function answerWalletRequest(ledger: Ledger, ref: WalletRef, agrees: boolean): boolean {
  if (findWalletRequest(ledger, ref)?.isOpen !== true) return false
  const responseCode = agrees ? APPROVED : REFUSED
  ledger.decide({ ...ref, from: PENDING, responseCode, approved: agrees })
  return true
}

function readKept({ wallet }: Entry): Kept | undefined {
  return wallet === '' ? undefined : (JSON.parse(wallet) as Kept)
}
