import type { CardHolder, Expiry } from '../core/card.ts'
import type { Order, StoredFor } from '../core/order.ts'
import type { Pan } from '../core/pan.ts'
import type { VaultToken } from '../core/payment.ts'
import { Refusal } from '../core/refusal.ts'
import { announcement } from './notify.ts'
import type { Parts } from './parts.ts'
import type { NewVaultToken, VaultTokenChange } from './vault-ports.ts'

export interface ListVaultTokens {
  readonly merchantId: string
  /** The dialect whose names they are wanted under. */
  readonly dialect: string
  readonly customerId?: string | undefined
  /** Only those of this card. */
  readonly pan?: Pan
  /** Also those that may not pay. */
  readonly withInactive?: boolean
}

/** A merchant's stored cards, oldest first; deleted ones are gone. At most a thousand. */
export async function listVaultTokens(
  parts: Parts,
  { pan, withInactive = false, ...query }: ListVaultTokens,
): Promise<readonly VaultToken[]> {
  if (pan === undefined) return parts.vaultTokens.list({ ...query, withInactive })
  const cardId = await parts.vault.find(query.merchantId, pan)
  return cardId === undefined ? [] : parts.vaultTokens.list({ ...query, cardId, withInactive })
}

export interface StoreVaultToken {
  readonly merchantId: string
  readonly dialect: string
  readonly customerId: string | undefined
  readonly storedFor: StoredFor | undefined
  readonly pan: Pan
  readonly expiry: Expiry
  readonly holder?: CardHolder | undefined
  readonly networkTransactionId?: string | undefined
}

/**
 * Stores a card without a payment.
 *
 * @returns the token; not new when the customer had this card stored already.
 */
export async function storeVaultToken(
  parts: Parts,
  request: StoreVaultToken,
): Promise<{ readonly vaultToken: VaultToken; readonly isNew: boolean }> {
  const { merchantId, dialect } = request
  const made = await newVaultToken(parts, request)
  const vaultTokenId = await parts.vaultTokens.keep(made)
  const isNew = vaultTokenId === made.vaultTokenId
  const vaultToken = await parts.vaultTokens.find(merchantId, dialect, vaultTokenId)
  if (vaultToken === undefined) throw new Error('a vault token was not kept')
  if (isNew) parts.deliverSoon(made.notification)
  return { vaultToken, isNew }
}

export type VaultTokenUpdate = Pick<
  VaultTokenChange,
  'isActive' | 'expiry' | 'customerId' | 'isDeleted'
>

/**
 * Changes a stored card for all dialects at once. @returns the token as it is now.
 *
 * @throws Refusal `vault_token_unknown`; `vault_token_unchanged` when it was like that already.
 */
export async function changeVaultToken(
  parts: Parts,
  { merchantId, dialect, name }: { merchantId: string; dialect: string; name: string },
  update: VaultTokenUpdate,
): Promise<VaultToken> {
  const [known] = await parts.vaultTokens.findByNames(merchantId, dialect, [name])
  if (known === undefined) throw new Refusal('vault_token_unknown')
  const { vaultTokenId } = known
  const about = { merchantId, dialect, vaultTokenId }
  const notification = await announcement(parts, 'vaultTokenChanged', about)
  const at = parts.clock.now()
  const change = { merchantId, vaultTokenId, ...update, at, notification }
  if (!(await parts.vaultTokens.change(change))) throw new Refusal('vault_token_unchanged')
  parts.deliverSoon(notification)
  const changed = await parts.vaultTokens.find(merchantId, dialect, vaultTokenId)
  if (changed === undefined) throw new Error('a vault token is gone')
  return changed
}

/** Seals a card and names it in every dialect; its rows are for the caller to commit. */
export async function newVaultToken(
  parts: Parts,
  { merchantId, dialect, customerId, storedFor, pan, expiry, ...rest }: StoreVaultToken,
  about: { readonly order?: Order; readonly paymentId?: string } = {},
): Promise<NewVaultToken> {
  const createdAt = parts.clock.now()
  const names: Record<string, string> = {}
  for (const voice of parts.voices.values()) names[voice.name] = voice.nameVaultToken(createdAt)
  const vaultTokenId = parts.ids.uuid()
  const told = { merchantId, dialect, vaultTokenId, ...about }
  return {
    vaultTokenId,
    merchantId,
    cardId: await parts.vault.store(merchantId, pan),
    customerId,
    names,
    panMasked: String(pan),
    brand: pan.brand,
    expiry,
    holder: rest.holder,
    usage: storedFor?.usage ?? 'unscheduled',
    merchantMayInitiate: storedFor?.merchantMayInitiate ?? false,
    networkTransactionId: rest.networkTransactionId,
    createdAt,
    notification: await announcement(parts, 'vaultTokenCreated', told),
  }
}
