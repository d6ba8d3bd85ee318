import Type from 'typebox'
import { formatGrouped } from '../../core/money.ts'
import type { Order } from '../../core/order.ts'
import type { Merchant } from '../../gateway/ports.ts'
import { allows } from './channels.ts'
import { SUCCESS } from './codes.ts'
import { answer, base, kept, listOf } from './fields.ts'
import { formatLocal } from './local-time.ts'
import { type Context, DIALECT, plainOperation } from './operation.ts'
import { orderOf } from './order-ref.ts'
import type { PaymentTokenRequest } from './payment-token-request.ts'
import { merchantDetails } from './transaction-status.ts'

/** Payment Option: which groups of payment methods an order offers. */
export const paymentOption = plainOperation(
  {
    path: 'paymentOption',
    summary: 'List the payment methods of an order',
    request: Type.Object(base),
    response: answer({
      paymentToken: Type.String(),
      merchantDetails: kept('id, name, address, email, logoUrl, bannerUrl.'),
      transactionDetails: kept('amount, currencyCode, invoiceNo, description, dateTime.'),
      channelCategories: listOf(kept('groups, sequenceNo, name, code, iconUrl, logoUrl.')),
      userDetails: kept('address: billing, shipping.'),
    }),
  },
  async (context, request) => {
    const order = await orderOf(context.gateway, request.paymentToken)
    const merchant = await merchantOf(context, order)
    const details = order.details as Partial<PaymentTokenRequest>
    return {
      paymentToken: request.paymentToken,
      merchantDetails: {
        id: merchant.merchantId,
        ...merchantDetails(merchant),
        bannerUrl: null,
      },
      transactionDetails: {
        amount: formatGrouped(order.amount),
        currencyCode: order.amount.currency,
        invoiceNo: order.merchantReference,
        description: order.description,
        dateTime: formatLocal(order.createdAt, merchant.timeZone),
        paymentItems: details.paymentItems ?? [],
        showFxRate: false,
      },
      channelCategories: allows('CC', details.paymentChannel) ? [globalCard(context)] : [],
      userDetails: { address: details.customerAddress ?? {} },
      ...SUCCESS,
    }
  },
)

/** @throws Error when an order's merchant is gone. */
async function merchantOf({ gateway }: Context, order: Order): Promise<Merchant> {
  const access = await gateway.merchantAccess(order.merchantId, DIALECT)
  if (access === undefined) throw new Error('an order has no merchant')
  return access.merchant
}

/** Icons are ours: no page of a merchant's payer asks a third party for one. */
export function iconUrl(publicUrl: string, name: string): string {
  return `${publicUrl}/page-assets/icons/${name}.svg`
}

function globalCard({ publicUrl }: Context) {
  const icon = { iconUrl: iconUrl(publicUrl, 'card'), logoUrl: '' }
  const group = { sequenceNo: 1, name: 'Credit Card Payment', code: 'CC', ...icon }
  return {
    groups: [{ ...group, default: true, expiration: false }],
    sequenceNo: 1,
    name: 'Global Card',
    code: 'GCARD',
    ...icon,
    default: true,
    expiration: false,
  }
}
