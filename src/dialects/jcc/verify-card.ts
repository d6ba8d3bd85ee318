import Type from 'typebox'
import { Pan } from '../../core/pan.ts'
import { describeAction } from './action-codes.ts'
import { basicFields, known, success, textFault } from './answer.ts'
import { cardFields, payerFields, readInstrument } from './card-request.ts'
import { WireError } from './codes.ts'
import { amount, credentials, digits, optional, request } from './fields.ts'
import { formResponse, outcomeFields } from './form-answer.ts'
import { merchantOperation } from './operation.ts'
import { openOrder, orderFields } from './order-request.ts'
import { stateOf } from './order-state.ts'
import { currencyNumber } from './order-status.ts'
import { attemptOf, payOrder } from './pay-order.ts'
import { drivesThreeds } from './threeds.ts'

/** `verifyEnrollment.do`: whether a card's issuer takes part in 3-D Secure. */
export const verifyEnrollment = merchantOperation(
  {
    paths: ['rest/verifyEnrollment.do'],
    summary: 'Ask whether a card takes part in 3-D Secure',
    request: request({ ...credentials, pan: digits(19, { missing: '1', wrong: '1' }) }),
    response: Type.Object({
      ...basicFields,
      enrolled: optional(Type.String({ description: 'Y, N, or U where nobody can say.' })),
      is3DSVer2: optional(Type.Boolean()),
      emitterName: optional(Type.String()),
      emitterCountryCode: optional(Type.String()),
    }),
    permission: 'pay',
    fault: textFault,
  },
  async ({ gateway, language }, fields) => {
    const pan = Pan.parse(fields.pan)
    if (pan === undefined) throw new WireError('1', 'wrong', 'pan')
    const { kind } = await gateway.lookupCard(pan)
    return {
      ...success(language),
      // The directory server does not say who issued a card.
      emitterName: 'UNKNOWN',
      emitterCountryCode: 'UNKNOWN',
      enrolled: ENROLLED[kind],
      is3DSVer2: kind === 'enrolled',
    }
  },
)

const ENROLLED = { enrolled: 'Y', notEnrolled: 'N', unavailable: 'U' } as const

const VERIFIED = '0'

/** `verifyCard.do`: asks the issuer about a card; nothing is charged. */
export const verifyCard = merchantOperation(
  {
    paths: ['rest/verifyCard.do'],
    summary: 'Verify a card without a charge',
    request: request({
      ...credentials,
      ...orderFields,
      ...cardFields,
      ...payerFields,
      amount: optional(amount({ description: 'Nothing is charged, whatever it says.' })),
      returnUrl: optional(orderFields.returnUrl),
    }),
    response: Type.Intersect([
      Type.Omit(formResponse, ['errorCode']),
      Type.Object({ ...basicFields, orderId: optional(Type.String()) }),
    ]),
    permission: 'verify',
    openToken: true,
    fault: textFault,
  },
  async (context, fields, caller) => {
    const { merchantId } = caller.access.merchant
    const chosen = await readInstrument(context, fields, {
      merchantId,
      order: undefined,
      payerIp: fields.ip,
    })
    const features = [...(fields.features ?? []), 'VERIFY']
    const orderNumber = fields.orderNumber ?? context.gateway.ids.traceNumber()
    const { returnUrl = 'finish' } = fields
    const asked = { ...fields, features, orderNumber, returnUrl, amount: VERIFIED }
    const order = await openOrder(context, asked, { caller, isTwoPhase: false })
    const result = await payOrder(context, order, {
      ...attemptOf(fields),
      chosen,
      cardholderName: fields.cardholderName,
      caller,
      reopens: false,
    })
    const { payment, next } = result
    const { action } = stateOf(result, context.gateway.clock.now())
    return {
      ...success(context.language),
      orderId: order.orderId,
      orderNumber: order.merchantReference,
      ...outcomeFields(context, result, drivesThreeds(fields)),
      ...known({ authCode: payment?.approvalCode, rrn: payment?.rrn, eci: payment?.eci }),
      actionCode: action.code,
      actionCodeDescription: describeAction(action, context.language),
      time: order.createdAt.getTime(),
      amount: 0,
      currency: currencyNumber(order.amount.currency),
      is3DSVer2: drivesThreeds(fields) && next !== undefined,
    }
  },
)
