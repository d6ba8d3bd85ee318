import type { Connection } from './http.ts'
import { isCardNumber } from './card-number.ts'
import { PGWError } from './error.ts'
import { PAYMENT_DATA } from './names.ts'
import type { PaymentData, TransactionResultRequest } from './payment.ts'
import { type Fields, isFields, renameFields } from './rename.ts'
import { type CardFields, encryptCard, hasWebCrypto, type SecurePayKey } from './secure-pay.ts'

/** Where the browser goes after 3-D Secure unless the app says: its end tells which order it was. */
export function infoUrl(baseUrl: string): string {
  return `${baseUrl}/payment/4.3/#/info/`
}

/**
 * What Do Payment is sent: the gateway's names, and the card encrypted where that can be done.
 *
 * @throws PGWError `insecure` where it would go over plain http to another machine, and
 * `invalidRequest` for a card number that is none.
 */
export async function paymentBody(
  { payment, responseReturnUrl, clientIP }: TransactionResultRequest,
  { baseUrl }: Connection,
  getKey: () => Promise<SecurePayKey>,
): Promise<Fields> {
  if (!isFields(payment) || !isFields(payment.code)) {
    throw new PGWError('invalidRequest', { about: 'payment' })
  }
  if (!isPrivate(baseUrl)) throw new PGWError('insecure')
  const { channelCode, agentCode, agentChannelCode } = payment.code
  return {
    responseReturnUrl: responseReturnUrl ?? infoUrl(baseUrl),
    clientIP,
    payment: {
      code: { channelCode, agentCode, agentChannelCode },
      data: await dataOf(payment.data ?? {}, isWallet(channelCode), getKey),
    },
  }
}

async function dataOf(
  data: PaymentData,
  isFromWallet: boolean,
  getKey: () => Promise<SecurePayKey>,
): Promise<Fields> {
  const { token, cardNo, expiryMonth, expiryYear, securityCode, ...others } = data
  const fields: Fields = {
    ...renameFields(others, PAYMENT_DATA),
    [isFromWallet ? 'token' : 'customerToken']: token,
  }
  const card = cardOf({ cardNo, expiryMonth, expiryYear, securityCode })
  if (card === undefined) return fields
  if (others.securePayToken !== undefined) {
    throw new PGWError('invalidRequest', { about: 'securePayToken' })
  }
  // The gateway says of an encrypted card only that it is none: a typing error is found here.
  if (card.cardNo !== undefined && !isCardNumber(card.cardNo)) {
    throw new PGWError('invalidRequest', { about: 'cardNo' })
  }
  // A wallet's number is of no use without its cryptogram: the gateway takes it in clear only.
  if (isFromWallet || !hasWebCrypto()) return { ...fields, ...card }
  return { ...fields, securePayToken: await encryptCard(await getKey(), card) }
}

type TypedCard = { readonly [Name in keyof CardFields]: PaymentData[Name] | undefined }

/** @returns undefined where nothing of a card is there. */
function cardOf(data: TypedCard): CardFields | undefined {
  const card: CardFields = {
    cardNo: textOf(data.cardNo)?.replace(/[ -]/g, ''),
    expiryMonth: textOf(data.expiryMonth),
    expiryYear: textOf(data.expiryYear),
    securityCode: textOf(data.securityCode),
  }
  return Object.values(card).every((value) => value === undefined) ? undefined : card
}

function textOf(value: string | number | null | undefined): string | undefined {
  return value === undefined || value === null || value === '' ? undefined : String(value)
}

/** In these channels `token` is a wallet's or network's blob, in all others a stored card. */
function isWallet(channelCode: string): boolean {
  return ['CSTOKEN', 'APPLEPAY', 'GOOGLEPAY'].includes(String(channelCode).toUpperCase())
}

/** Whether nobody on the way can read: https, this machine, or an Android emulator's host. */
function isPrivate(baseUrl: string): boolean {
  return /^(?:https:\/\/|http:\/\/(?:localhost|127(?:\.\d+){3}|\[::1\]|10\.0\.2\.2)(?=[:/]|$))/i.test(
    baseUrl,
  )
}
