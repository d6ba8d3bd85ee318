import Type from 'typebox'
import { isExpired } from '../../core/card.ts'
import type { Brand } from '../../core/pan.ts'
import type { VaultToken } from '../../core/payment.ts'
import { id, oneOf, optional, text } from './fields.ts'
import { type Context, DIALECT } from './operation.ts'
import { endOfMonth } from './times.ts'
import type { WalletConsent } from '../../gateway/wallet-ports.ts'

/** What a payment token may be asked for: to collect, to debit on one's own, to charge regularly. */
export const SCOPES = ['tokenAcq', 'tokenMit', 'tokenRec', 'tokenLink'] as const
export type Scope = (typeof SCOPES)[number]

/** tokenAcq where the field is missing. */
export const tokenScope = Type.Optional(oneOf(SCOPES, { description: 'tokenAcq by default.' }))

export type TokenStatus = 'Activated' | 'Expired' | 'Deleted'

/** A payment token as lists and notifications show it. */
export const PaymentTokenFields = Type.Object({
  tokenScope: text(16),
  targetOrg: optional(Type.String()),
  ifCVV: optional(Type.String()),
  cardInfo: optional(Type.String({ description: 'First six and last four digits.' })),
  paymentTokenID: id(64),
  accountDisplay: optional(Type.String()),
  paymentTokenStatus: oneOf(['Activated', 'Expired', 'Deleted']),
  userId: id(64),
  brand: optional(Type.String()),
  paymentMethodType: text(32),
  paymentTokenExpiry: text(64),
})

/** This API's names of the card schemes. */
export function cardOrg(brand: Brand | undefined): string {
  if (brand === undefined) return ''
  return brand === 'diners' ? 'DINERSCLUB' : brand.toUpperCase()
}

/** A card or a wallet that its customer has agreed to pay with again. */
export type PaymentToken =
  | { readonly kind: 'card'; readonly stored: VaultToken }
  | { readonly kind: 'wallet'; readonly stored: WalletConsent }

/** A customer's payment tokens of a scope, newest first. */
export async function listTokens(
  { gateway, access }: Pick<Context, 'gateway' | 'access'>,
  customerId: string,
  scope: Scope,
): Promise<readonly PaymentToken[]> {
  const { merchantId } = access.merchant
  const [cards, consents] = await Promise.all([
    gateway.listVaultTokens({ merchantId, dialect: DIALECT, customerId }),
    gateway.listConsents(merchantId, customerId),
  ])
  const all: PaymentToken[] = [
    ...cards.map((stored) => ({ kind: 'card' as const, stored })),
    ...consents.map((stored) => ({ kind: 'wallet' as const, stored })),
  ]
  return all
    .filter((one) => isFor(one, scope))
    .toSorted((one, other) => other.stored.createdAt.getTime() - one.stored.createdAt.getTime())
}

// Consent to the merchant's own debits includes payments that the customer makes.
function isFor({ stored }: PaymentToken, scope: Scope): boolean {
  if (scope === 'tokenAcq') return true
  if (scope === 'tokenMit') return stored.merchantMayInitiate
  return scope === 'tokenRec' && stored.usage === 'recurring'
}

export function statusOf({ kind, stored }: PaymentToken, at: Date): TokenStatus {
  const isGone = kind === 'card' ? stored.isDeleted || !stored.isActive : stored.isRemoved
  if (isGone) return 'Deleted'
  const isOver = kind === 'card' ? isExpired(stored.expiry, at) : stored.expiresAt <= at
  return isOver ? 'Expired' : 'Activated'
}

/** A payment token's fields, in the order of the documented answer. */
export function tokenFields(one: PaymentToken, scope: Scope, at: Date) {
  const { stored } = one
  const shown =
    one.kind === 'card'
      ? {
          targetOrg: '',
          ifCVV: 'N',
          cardInfo: one.stored.card.panMasked,
          accountDisplay: '',
          brand: cardOrg(one.stored.card.brand),
          paymentMethodType: 'CARD',
          paymentTokenExpiry: endOfMonth(one.stored.expiry),
        }
      : {
          targetOrg: one.stored.targetOrg,
          ifCVV: '',
          cardInfo: '',
          accountDisplay: one.stored.accountDisplay,
          brand: '',
          paymentMethodType: one.stored.paymentMethodType,
          paymentTokenExpiry: one.stored.expiresAt.toISOString(),
        }
  return {
    tokenScope: scope,
    targetOrg: shown.targetOrg,
    ifCVV: shown.ifCVV,
    cardInfo: shown.cardInfo,
    paymentTokenID: stored.name,
    accountDisplay: shown.accountDisplay,
    paymentTokenStatus: statusOf(one, at),
    userId: stored.customerId ?? '',
    brand: shown.brand,
    paymentMethodType: shown.paymentMethodType,
    paymentTokenExpiry: shown.paymentTokenExpiry,
  }
}
