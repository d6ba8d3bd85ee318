import { type CardHolder, isExpired } from '../../core/card.ts'
import { type Pan, Sad } from '../../core/pan.ts'
import type { VaultToken } from '../../core/payment.ts'
import type { Wallet } from '../../core/wallet.ts'
import type { Instrument } from '../../gateway/pay.ts'
import type { Authentication } from '../../gateway/acquirer-ports.ts'
import { checkSession } from './apply-dropin-session.ts'
import { invalid, missing } from './bind.ts'
import { cardOf, expiryOf, maskedName, panOf, securityCodeOf } from './card.ts'
import { WireError } from './codes.ts'
import { storedForOf } from './stored-for.ts'
import type { Context } from './operation.ts'
import type { OrderAndPayRequest, PaymentDetail } from './order-and-pay-request.ts'
import type { AttemptDetails } from './order-result.ts'
import { externalAuthentication } from './external-authentication.ts'
import { cardOrg, listTokens, statusOf } from './payment-tokens.ts'
import { checkMethod, checkWallet, isWalletMethod } from './payment-methods.ts'

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
  const { paymentToken, paymentMethodType: method, paymentTokenID } = detail
  if (paymentToken !== undefined) {
    return encryptedCard(context, request, { ...detail, paymentToken })
  }
  if (method === undefined) throw missing('paymentDetail.paymentMethodType')
  if (paymentTokenID !== undefined && isWalletMethod(method)) {
    const { userId } = request
    return consentedWallet(context, { userId, paymentTokenID, method, detail })
  }
  checkMethod(method)
  if (paymentTokenID !== undefined) return storedCard(context, request.userId, detail)
  const at = context.gateway.clock.now()
  if (method === 'GOOGLEPAY') return googlePay(detail, at)
  return method === 'APPLEPAY' ? applePay(detail, at) : plainCard(detail, at)
}

function plainCard(detail: PaymentDetail, at: Date): Chosen {
  const { cardInfo, buyerInfo } = detail
  if (cardInfo === undefined) throw missing('paymentDetail.cardInfo')
  const instrument = cardOf(cardInfo, at)
  if (instrument.securityCode === undefined && cardInfo.stored !== 'Y') {
    throw missing('paymentDetail.cardInfo.cvv')
  }
  checkAllowed(instrument.pan, detail)
  const { cardHolderFullName: name } = cardInfo
  const authentication = externalAuthentication(detail)
  return {
    instrument,
    holder: { name, email: buyerInfo?.email },
    details: { cardHolder: maskedName(name), source: 'CARD' },
    ...(authentication && { authentication }),
  }
}

interface Encrypted extends PaymentDetail {
  readonly paymentToken: string
}

/** A card that the payer's page encrypted, for the session that its merchant opened. */
async function encryptedCard(
  context: Context,
  request: OrderAndPayRequest,
  detail: Encrypted,
): Promise<Chosen> {
  const { paymentToken, sessionKey } = detail
  if (sessionKey === undefined) throw missing('paymentDetail.sessionKey')
  await checkSession(context, request, sessionKey)
  const card = await context.gateway.openClientCard(paymentToken)
  if (card?.pan === undefined || card.expiry === undefined) {
    throw invalid('paymentDetail.paymentToken', 'it is not whole, ours and fresh')
  }
  const { pan, expiry, securityCode } = card
  if (isExpired(expiry, context.gateway.clock.now())) {
    throw new WireError('CARD_EXPIRE_DATE_INVALID')
  }
  checkAllowed(pan, detail)
  return {
    instrument: { kind: 'card', pan, expiry, ...(securityCode && { securityCode }) },
    details: { source: 'CARD' },
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
  const tokens = await listTokens(context, userId, 'tokenAcq')
  const found = tokens.find(({ stored }) => stored.name === detail.paymentTokenID)
  if (found?.kind !== 'card') throw new WireError('PAYMENT_TOKEN_ID_INVALID')
  const status = statusOf(found, context.gateway.clock.now())
  if (status === 'Expired') throw new WireError('AUTH_EXPIRED')
  const { stored: vaultToken } = found
  checkDebit(vaultToken, detail)
  const securityCode = securityCodeOf(detail.cardInfo?.cvv, vaultToken.card.brand)
  return {
    instrument: { kind: 'vaultToken', vaultToken, ...(securityCode && { securityCode }) },
    details: { cardHolder: maskedName(vaultToken.holder?.name), source: 'CARD' },
  }
}

/** The merchant's own debits are of the kind that the customer has agreed to, or refused. */
function checkDebit({ usage, merchantMayInitiate }: Agreed, detail: PaymentDetail): void {
  if (detail.merchantInitiated !== true) return
  const asked = storedForOf(detail.mitType)
  const isAgreed = (usage === 'recurring') === (asked.usage === 'recurring')
  if (!merchantMayInitiate || !isAgreed) throw new WireError('PAYMENT_TOKEN_ID_INVALID')
}

type Agreed = Pick<VaultToken, 'usage' | 'merchantMayInitiate'>

interface Consented {
  readonly userId: string
  readonly paymentTokenID: string
  readonly method: Wallet['paymentMethodType']
  readonly detail: PaymentDetail
}

/** A wallet that pays by the consent that its owner gave; one that has ended is to be given again. */
async function consentedWallet(context: Context, asked: Consented): Promise<Chosen> {
  const { gateway, access } = context
  const { userId, method, detail } = asked
  const stored = await gateway.findConsent(access.merchant.merchantId, asked.paymentTokenID)
  if (stored?.customerId !== userId || stored.paymentMethodType !== method) {
    throw new WireError('PAYMENT_TOKEN_ID_INVALID')
  }
  const { name: consentName, targetOrg, paymentMethodType } = stored
  const isOther = (detail.targetOrg ?? targetOrg) !== targetOrg
  if (isOther) throw new WireError('PAYMENT_TOKEN_ID_INVALID')
  checkDebit(stored, detail)
  checkWallet(gateway, stored)
  const status = statusOf({ kind: 'wallet', stored }, gateway.clock.now())
  if (status === 'Deleted') throw new WireError('PAYMENT_TOKEN_ID_INVALID')
  if (status === 'Expired') throw new WireError('AUTH_EXPIRED')
  const wallet = { paymentMethodType, targetOrg, consentName }
  return { instrument: { kind: 'wallet', wallet }, details: {} }
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
