import Type from 'typebox'
import { formatDecimal } from '../../core/money.ts'
import { Pan } from '../../core/pan.ts'
import { describeAction } from './action-codes.ts'
import { formFault, known, numberFault } from './answer.ts'
import { say, WireError } from './codes.ts'
import { digits, opaque, orderId, request } from './fields.ts'
import { findPayersOrder } from './find-order.ts'
import { DIALECT, type Operation, payerOperation } from './operation.ts'
import { stateOf } from './order-state.ts'
import { currencyNumber, maskOf, TERMINAL } from './order-status.ts'
import { wayBack } from './return-to-merchant.ts'

/** `getFinishedPaymentInfo.do`: what a page shows once the payer has paid, or has not. */
const getFinishedPaymentInfo = payerOperation(
  {
    paths: ['rest/getFinishedPaymentInfo.do'],
    summary: 'Ask how a payment ended, for its page',
    request: request({ orderId: orderId({ aliases: ['MDORDER'], missing: '1' }) }),
    response: Type.Object({
      status: Type.String(),
      orderNumber: Type.String(),
      formattedAmount: Type.String(),
      backUrl: Type.String(),
    }),
    fault: formFault,
  },
  async (context, fields) => {
    const result = await findPayersOrder(context, fields.orderId)
    const { order, payment } = result
    const state = stateOf(result, context.gateway.clock.now())
    const url = wayBack(result)
    return {
      status: state.paymentState,
      ...known({
        paymentDate: payment && dottedDate(payment.settledAt ?? payment.createdAt),
        approvalCode: payment?.approvalCode,
        terminalId: payment && TERMINAL,
        refNum: payment?.rrn,
        panMasked: payment && maskOf(payment.card.panMasked),
      }),
      formattedAmount: formatDecimal(order.amount),
      formattedFeeAmount: formatDecimal({ ...order.amount, minor: 0n }),
      currency: currencyNumber(order.amount.currency),
      orderNumber: order.merchantReference,
      orderDescription: order.description,
      actionCodeDescription: describeAction(state.action, context.language),
      backUrl: url,
      successUrl: url,
    }
  },
)

/** `17.01.2021 17:44:36`, UTC. */
function dottedDate(at: Date): string {
  const [, year = '', month = '', day = '', time = ''] =
    /^(\d{4})-(\d\d)-(\d\d)T([\d:]{8})/.exec(at.toISOString()) ?? []
  return `${day}.${month}.${year} ${time}`
}

/** `unbindcardanon.do`: the payer removes a stored card from the page. */
const unbindCardAnonymously = payerOperation(
  {
    paths: ['rest/unbindcardanon.do'],
    summary: 'Remove a stored card, by its owner',
    request: request({
      mdOrder: orderId({ missing: '1' }),
      bindingId: opaque(255, { missing: '1' }),
    }),
    response: Type.Object({ errorCode: Type.Integer(), errorMessage: Type.String() }),
    fault: numberFault,
    refusals: { vault_token_unchanged: { code: '2', message: 'bindingInactive' } },
  },
  async (context, fields) => {
    const { gateway, language } = context
    const { order } = await findPayersOrder(context, fields.mdOrder)
    // Only what this very order could be paid with is its payer's to remove.
    if (order.status !== 'open') throw new WireError('7', 'stateWrong')
    const cards = await gateway.orderCards(order)
    if (!cards.some(({ name }) => name === fields.bindingId)) {
      throw new WireError('2', 'bindingNotFound')
    }
    const which = { merchantId: order.merchantId, dialect: DIALECT, name: fields.bindingId }
    await gateway.changeVaultToken(which, { isActive: false })
    return { errorCode: 0, errorMessage: say({ message: 'success' }, language) }
  },
)

/** `declineByClient.do`: the payer gives up. */
const declineByClient = payerOperation(
  {
    paths: ['rest/declineByClient.do'],
    summary: 'Cancel an order, by its payer',
    request: request({ mdOrder: orderId({ missing: '1' }) }),
    response: Type.Object({
      errorCode: Type.Integer(),
      errorMessage: Type.String(),
      redirect: Type.String(),
    }),
    fault: numberFault,
  },
  async (context, fields) => {
    const { gateway, language } = context
    const { order } = await findPayersOrder(context, fields.mdOrder)
    await gateway.cancelOrder(order)
    const redirect = wayBack(await gateway.inquire(order))
    return { errorCode: 0, errorMessage: say({ message: 'success' }, language), redirect }
  },
)

/** `isMaestroCard.do`: Maestro numbers begin with 50 or 56 to 69, as far as no other scheme's do. */
const isMaestroCard = payerOperation(
  {
    paths: ['rest/isMaestroCard.do'],
    summary: 'Ask whether a card is a Maestro card',
    request: request({ pan: digits(19, { missing: '1', wrong: '1' }) }),
    response: Type.Object({ isMaestro: Type.Boolean() }),
    fault: numberFault,
  },
  async (_context, { pan }) => {
    const brand = Pan.parse(pan)?.brand
    const isOwn = brand === undefined || brand === 'mastercard'
    return { isMaestro: isOwn && /^(?:50|5[6-9]|6)/.test(pan) }
  },
)

export const PAGE_INFO_OPERATIONS: readonly Operation[] = [
  getFinishedPaymentInfo,
  unbindCardAnonymously,
  declineByClient,
  isMaestroCard,
]
