/** Why Tessera itself says no. Closed: each dialect maps every code, or does not compile. */
export type RefusalCode =
  | 'amount_exceeds_authorized'
  | 'amount_exceeds_captured'
  | 'captured_otherwise'
  | 'card_expired'
  | 'idempotency_conflict'
  | 'operation_reference_in_use'
  | 'order_cancelled'
  | 'order_expired'
  | 'order_finished'
  | 'order_in_progress'
  | 'order_not_found'
  | 'payment_not_capturable'
  | 'payment_not_found'
  | 'payment_not_refundable'
  | 'payment_not_voidable'
  | 'reference_in_use'
  | 'vault_token_unchanged'
  | 'vault_token_unknown'

/** A business refusal: nothing was changed, and the caller is told why by code alone. */
export class Refusal extends Error {
  readonly code: RefusalCode

  constructor(code: RefusalCode) {
    super(code)
    this.name = 'Refusal'
    this.code = code
  }
}
