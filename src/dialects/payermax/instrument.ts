import type { CardHolder } from '../../core/card.ts'
import { type Pan, Sad } from '../../core/pan.ts'
import type { Instrument } from '../../gateway/pay.ts'
import type { Authentication } from '../../gateway/acquirer-ports.ts'
import { missing } from './bind.ts'
import { cardOf, expiryOf, maskedName, panOf, securityCodeOf } from './card.ts'
import { WireError } from './codes.ts'
import type { Context } from './operation.ts'
import type { OrderAndPayRequest, PaymentDetail } from './order-and-pay-request.ts'
import type { AttemptDetails } from './order-result.ts'
import { externalAuthentication } from './external-authentication.ts'
import { cardOrg, listTokens, statusOf } from './payment-tokens.ts'
import { checkMethod } from './payment-methods.ts'

/** What an order is paid with, and what goes with it. */
export interface Chosen {
  readonly instrument: Instrument
  readonly authentication?: Authentication
  /** Kept with the card where that is stored. */
  readonly holder?: CardHolder
  readonly details: AttemptDetails
}

/**
 * What a direct payment is paid with.
 *
 * @throws WireError for everything about it that is wrong.
 */
export async function chooseInstrument(
  context: Context,
  request: OrderAndPayRequest,
  detail: PaymentDetail,
): Promise<Chosen> {
  const at = context.gateway.clock.now()
  const method = detail.paymentMethodType
  if (method === undefined) throw missing('paymentDetail.paymentMethodType')
  checkMethod(method)
  if (detail.paymentTokenID !== undefined) return storedCard(context, request.userId, detail)
  if (method === 'GOOGLEPAY') return googlePay(detail, at)
  if (method === 'APPLEPAY') return applePay(detail, at)
  const { cardInfo } = detail
  if (cardInfo === undefined) throw missing('paymentDetail.cardInfo')
  const instrument = cardOf(cardInfo, at)
  if (instrument.securityCode === undefined && cardInfo.stored !== 'Y') {
    throw missing('paymentDetail.cardInfo.cvv')
  }
  checkAllowed(instrument.pan, detail)
  const cardHolder = maskedName(cardInfo.cardHolderFullName)
  const authentication = externalAuthentication(detail)
  return {
    instrument,
    holder: { name: cardInfo.cardHolderFullName, email: detail.buyerInfo?.email },
    details: { cardHolder, source: 'CARD' },
    ...(authentication && { authentication }),
  }
}

function checkAllowed(pan: Pan, { allowedCardOrg }: PaymentDetail): void {
  const org = cardOrg(pan.brand)
  if (allowedCardOrg === undefined || allowedCardOrg.length === 0) return
  if (!allowedCardOrg.some((allowed) => allowed.toUpperCase() === org)) {
    throw new WireError('UNSUPPORT_CARD')
  }
}

async function storedCard(
  context: Context,
  userId: string,
  detail: PaymentDetail,
): Promise<Chosen> {
  const isMerchants = detail.merchantInitiated === true
  const tokens = await listTokens(context, userId, isMerchants ? 'tokenMit' : 'tokenAcq')
  const found = tokens.find(({ stored }) => stored.name === detail.paymentTokenID)
  if (found === undefined) throw new WireError('PAYMENT_TOKEN_ID_INVALID')
  const status = statusOf(found, context.gateway.clock.now())
  if (found.kind === 'wallet') {
    throw new WireError(
      'CONTRACT_INVALID',
      `Merchant has not signed the ${found.stored.paymentMethodType} payment method.`,
    )
  }
  if (status === 'Expired') throw new WireError('AUTH_EXPIRED')
  const { stored: vaultToken } = found
  const securityCode = securityCodeOf(detail.cardInfo?.cvv, vaultToken.card.brand)
  return {
    instrument: { kind: 'vaultToken', vaultToken, ...(securityCode && { securityCode }) },
    details: { cardHolder: maskedName(vaultToken.holder?.name), source: 'CARD' },
  }
}

function googlePay({ googlePayDetails: data }: PaymentDetail, at: Date): Chosen {
  if (data === undefined) throw missing('paymentDetail.googlePayDetails')
  const pan = panOf(data.pan)
  const expiry = expiryOf(data.expirationMonth, data.expirationYear, at)
  const cardHolder = maskedName(data.cardHolderFullName)
  // A plain card from the wallet is a card like any other: its issuer may want to see the payer.
  if (data.authMethod === 'PAN_ONLY') {
    const details = { cardHolder, source: 'GOOGLEPAY_PAN' as const }
    return { instrument: { kind: 'card', pan, expiry }, details }
  }
  const { cryptogram, eciIndicator: eci } = data
  if (cryptogram === undefined) throw missing('paymentDetail.googlePayDetails.cryptogram')
  const tokenCryptogram = new Sad(cryptogram)
  return {
    instrument: { kind: 'networkToken', dpan: pan, expiry, wallet: 'googlePay', tokenCryptogram },
    authentication: { eci },
    details: { cardHolder, source: 'GOOGLEPAY_CRYPTOGRAM' },
  }
}

function applePay({ applePayPaymentData: data }: PaymentDetail, at: Date): Chosen {
  if (data === undefined) throw missing('paymentDetail.applePayPaymentData')
  const place = 'paymentDetail.applePayPaymentData'
  const dpan = panOf(data.applicationPrimaryAccountNumber)
  // Decrypted it is YYMMDD; a published sample has YYMM.
  const [, year = '', month = ''] =
    /^(\d\d)(\d\d)(?:\d\d)?$/.exec(data.applicationExpirationDate) ?? []
  const expiry = expiryOf(month, year, at)
  const { onlinePaymentCryptogram: cryptogram, eciIndicator } = data.paymentData
  if (cryptogram === undefined) throw missing(`${place}.paymentData.onlinePaymentCryptogram`)
  const tokenCryptogram = new Sad(cryptogram)
  return {
    instrument: { kind: 'networkToken', dpan, expiry, wallet: 'applePay', tokenCryptogram },
    authentication: { eci: eciIndicator?.padStart(2, '0') },
    details: { source: 'APPLEPAY' },
  }
}
