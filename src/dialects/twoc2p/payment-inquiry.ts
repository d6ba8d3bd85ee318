import Type from 'typebox'
import { Refusal } from '../../core/refusal.ts'
import type { PaymentResult } from '../../gateway/ports.ts'
import { FLOW, WireError } from './codes.ts'
import { an, c, optional } from './fields.ts'
import { type Context, DIALECT, signedOperation } from './operation.ts'
import { orderRefOf } from './order-ref.ts'
import { PaymentResultFields, versionedFields } from './result.ts'

const InquiryRequest = Type.Object({
  merchantID: an(25),
  paymentToken: optional(an(255, 'One of paymentToken and invoiceNo.')),
  invoiceNo: optional(an(50)),
  childMerchantID: optional(an(25)),
  locale: optional(c(10)),
})

/** Payment Inquiry: what became of an order, by payment token or by invoice number. */
export const paymentInquiry = signedOperation(
  {
    path: 'paymentInquiry',
    summary: 'Ask for the full result of a payment',
    request: InquiryRequest,
    response: PaymentResultFields,
  },
  async (context, request, { merchant }) => {
    const result = await find(context, request)
    const at = context.gateway.clock.now()
    return versionedFields({ result, merchant, at }, context.version)
  },
)

// A payment token that is there wins: the product's own sample sends both, with another invoice.
async function find(
  { gateway }: Context,
  request: Type.Static<typeof InquiryRequest>,
): Promise<PaymentResult> {
  const { merchantID: merchantId, paymentToken, invoiceNo } = request
  if (paymentToken !== undefined) {
    const { orderId, merchantId: owner } = orderRefOf(gateway, paymentToken)
    if (owner !== merchantId) throw notFound()
    return gateway.inquire({ merchantId, orderId }).catch(asNotFound)
  }
  if (invoiceNo === undefined) {
    throw new WireError('9005', 'Some mandatory fields are missing: paymentToken or invoiceNo')
  }
  const inquiry = { merchantId, dialect: DIALECT, merchantReference: invoiceNo }
  return gateway.inquire(inquiry).catch(asNotFound)
}

function notFound(): WireError {
  return new WireError(FLOW.notFound.respCode, FLOW.notFound.respDesc)
}

function asNotFound(error: unknown): never {
  throw error instanceof Refusal && error.code === 'order_not_found' ? notFound() : error
}
