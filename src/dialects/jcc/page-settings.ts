import Type from 'typebox'
import { Pan } from '../../core/pan.ts'
import { merchantByLogin } from './acting.ts'
import { numberFault } from './answer.ts'
import { WireError } from './codes.ts'
import { digits, opaque, optional, orderId, request } from './fields.ts'
import { findPayersOrder } from './find-order.ts'
import { errorFields } from './form-answer.ts'
import { type Operation, payerOperation } from './operation.ts'

/** `getPaymentSettings.do`: what a page needs for its Google Pay button, where there is one. */
const getPaymentSettings = payerOperation(
  {
    paths: ['rest/getPaymentSettings.do'],
    summary: "Ask what a page needs for a merchant's wallet buttons",
    request: request({
      login: opaque(100, { description: 'merchantLogin of getSessionStatus.do.' }),
    }),
    response: Type.Object({ settings: Type.Record(Type.String(), Type.String()) }),
    fault: numberFault,
  },
  async (context, { login }) => {
    const access = await merchantByLogin(context, login)
    if (access === undefined) throw new WireError('5', 'wrong', 'login')
    const { googlePay } = context
    if (googlePay === undefined) return { settings: {} }
    return {
      settings: {
        'googlePay.environment': googlePay.environment,
        'googlePay.merchantId': access.merchant.merchantId,
        'googlePay.gateway': googlePay.gateway,
      },
    }
  },
)

/** `getFee.do`: what a payer pays besides, which is nothing. */
const getFee = payerOperation(
  {
    paths: ['rest/getFee.do'],
    summary: 'Ask what a payment with a card costs its payer besides',
    request: request({
      mdOrder: orderId({ missing: '1' }),
      pan: digits(19, { missing: '1', wrong: '1' }),
    }),
    response: Type.Object({
      errorCode: Type.Integer(),
      fee: Type.Integer({ description: 'Minor units.' }),
    }),
    fault: numberFault,
  },
  async (context, { mdOrder, pan }) => {
    await findPayersOrder(context, mdOrder)
    // Pages of the family ask for `0` first, and show a fee only where that is answered.
    if (Pan.parse(pan) === undefined) throw new WireError('1', 'wrong', 'pan')
    return { errorCode: 0, fee: 0 }
  },
)

/** `showErrors.do`: why an order was not paid, as its payer is told. */
const showErrors = payerOperation(
  {
    paths: ['rest/showErrors.do'],
    summary: 'Ask why an order was not paid, for its page',
    request: request({ mdOrder: orderId({ missing: '1', aliases: ['orderId'] }) }),
    response: Type.Object({
      errorCode: Type.Integer(),
      error: optional(
        Type.String({ description: 'Absent where there is nothing to complain of.' }),
      ),
      errorMessage: optional(Type.String()),
      errorTypeName: optional(Type.String()),
      processingErrorType: optional(Type.String()),
      redirect: optional(Type.String()),
    }),
    fault: numberFault,
  },
  async (context, { mdOrder }) => ({
    errorCode: 0,
    ...errorFields(context, await findPayersOrder(context, mdOrder)),
  }),
)

export const PAGE_SETTINGS_OPERATIONS: readonly Operation[] = [
  getPaymentSettings,
  getFee,
  showErrors,
]
