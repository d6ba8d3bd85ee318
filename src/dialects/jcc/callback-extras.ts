import type { MerchantAccess, PaymentResult, Told } from '../../gateway/ports.ts'
import type { CallbackFields } from './checksum.ts'
import { detailsOf } from './order-details.ts'
import { returnedMinor } from './order-state.ts'
import { currencyNumber, maskOf } from './order-status.ts'
import { settingsOf } from './settings.ts'

type Extra = (result: PaymentResult, access: MerchantAccess) => string | undefined

/** What a merchant may have its callbacks say besides, by the family's names. */
const EXTRAS: Readonly<Record<string, Extra>> = {
  panMasked: maskedPan,
  maskedPan,
  cardholderName: ({ order }) => detailsOf(order).cardholderName,
  approvalCode: ({ payment }) => payment?.approvalCode,
  refNum: ({ payment }) => payment?.rrn,
  paymentRefNum: ({ payment }) => payment?.networkTransactionId,
  eci: ({ payment }) => payment?.eci,
  email: ({ order }) => detailsOf(order).email,
  phone: ({ order }) => detailsOf(order).phone,
  ip: ({ order }) => detailsOf(order).ip,
  currency: ({ order }) => currencyNumber(order.amount.currency),
  approvedAmount: ({ payment }) => payment && String(payment.authorizedMinor),
  depositedAmount: ({ payment }) =>
    payment && String(payment.capturedMinor - payment.refundedMinor),
  refundedAmount: ({ payment }) => payment && String(returnedMinor(payment)),
  depositFlag: ({ order }) => (detailsOf(order).isTwoPhase ? '2' : '1'),
  orderDescription: ({ order }) => order.description,
  merchantFullName: (_result, { merchant }) => merchant.name,
  merchantLogin: (_result, { account }) => account,
}

/** What a merchant can choose from. */
export const CALLBACK_PARAMS: readonly string[] = Object.keys(EXTRAS)

/** The further parameters that a merchant has chosen; those that say nothing are left out. */
export function extraFields(
  { result, notification }: Told,
  access: MerchantAccess,
): CallbackFields {
  if (result === undefined || notification.event.startsWith('vaultToken')) return {}
  const chosen = settingsOf(access).callbackParams.flatMap((name) => {
    const value = Object.hasOwn(EXTRAS, name) ? EXTRAS[name]?.(result, access) : undefined
    return value === undefined || value === '' ? [] : [[name, value]]
  })
  return Object.fromEntries(chosen) as Record<string, string>
}

/** `500000**1115`: two stars, whatever the length. */
function maskedPan({ payment }: PaymentResult): string | undefined {
  return payment && maskOf(payment.card.panMasked)
}
