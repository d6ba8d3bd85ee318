import { refusePaying } from '../../core/order.ts'
import { formFault } from './answer.ts'
import { WireError } from './codes.ts'
import { credentials, opaque, orderId, request } from './fields.ts'
import { findOrder } from './find-order.ts'
import { formResponse, proceeding } from './form-answer.ts'
import { merchantOperation } from './operation.ts'
import { detailsOf } from './order-details.ts'
import { formUrl } from './payment-page.ts'

/** `paymentotherway.do`: starts a way to pay, of which there are cards on the hosted page. */
export const paymentOtherWay = merchantOperation(
  {
    paths: ['rest/paymentotherway.do'],
    summary: 'Start paying a registered order in a given way',
    request: request({
      ...credentials,
      MDORDER: orderId(),
      paymentWay: opaque(14, { description: 'CARD or CARD_BINDING.', wrong: '14' }),
    }),
    response: formResponse,
    permission: 'pay',
    fault: formFault,
  },
  async (context, { MDORDER, paymentWay }, caller) => {
    const { gateway, publicUrl } = context
    const { order } = await findOrder(context, caller, { orderId: MDORDER })
    refusePaying(order, gateway.clock.now())
    const { locale, bindingOnly } = detailsOf(order)
    const isOpen =
      paymentWay === 'CARD_BINDING'
        ? (await gateway.orderCards(order)).length > 0
        : paymentWay === 'CARD' && bindingOnly !== true
    if (!isOpen) throw new WireError('14', 'wrong', 'paymentWay')
    const redirect = formUrl({ publicUrl, locale }, order.orderId)
    return { ...proceeding(context.language), redirect, errorCode: 0, is3DSVer2: false }
  },
)
