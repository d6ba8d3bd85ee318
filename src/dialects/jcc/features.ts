import type { Order } from '../../core/order.ts'
import { WireError } from './codes.ts'

/** Features with an effect here. */
const HONORED = [
  'AUTO_PAYMENT',
  'VERIFY',
  'FORCE_TDS',
  'FORCE_SSL',
  'FORCE_FULL_TDS',
  'FORCE_CREATE_BINDING',
  'FORCE_PAYMENT_WAY',
  'BINDING_NOT_NEEDED',
  'FORCE_NO_CVC',
  'SKIP_UNSUCCESSFUL_PAYMENT_CALLBACK',
  'FORCE_GENERATE_ORDERNUMBER',
] as const

// In the family's enum, without an effect here.
const TOLERATED = new Set(
  `PARTIAL_AUTHORIZATION FIXED_BINDING SKIP_VERIFY REVERSE_AFTER_RECURRENT_INITIALIZE
RECURRENT_PAYMENT ACS_IN_IFRAME OVERRIDE_CLIENT_ID ORDER_NUMBER_EXPLICIT_INDICATION PAY_BY_CLIENT
FORCE_REDIRECT_TO_URL FRAUD_FORCE_TDS FRAUD_FORCE_SSL PAYMENT_WAY_FORCE_TDS PAYMENT_WAY_FORCE_SSL
SKIP_PAYER_EMAIL_NOTIFY SKIP_PAYER_PHONE_NOTIFY SKIP_PAYER_CREATE_NOTIFY`.split(/\s+/),
)

export type Feature = (typeof HONORED)[number]

/**
 * @returns those that have an effect here.
 * @throws WireError 14 for one that nobody knows, as for several in one value.
 */
export function featuresOf(values: readonly string[] = []): readonly Feature[] {
  const known: readonly string[] = HONORED
  if (values.some((value) => !known.includes(value) && !TOLERATED.has(value))) {
    throw new WireError('14', 'featuresWrong')
  }
  return HONORED.filter((feature) => values.includes(feature))
}

/** Where both are asked for, as the documents' own sample does, the safer one counts. */
export function threedsOf(features: readonly Feature[]): Order['threeds'] {
  if (features.includes('FORCE_FULL_TDS')) return 'force'
  if (features.includes('FORCE_TDS')) return 'require'
  return features.includes('FORCE_SSL') || features.includes('AUTO_PAYMENT') ? 'none' : 'try'
}
