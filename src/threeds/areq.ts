import { strict as assert } from 'node:assert'
import { isIP } from 'node:net'
import type { Expiry } from '../core/card.ts'
import { currencyOf } from '../core/currency.ts'
import type { Money } from '../core/money.ts'
import type { Pan } from '../core/pan.ts'
import { type Message, VERSIONS } from './messages.ts'

/** What the payer's browser says about itself. What is not known or not plausible is left out. */
export interface BrowserDetails {
  readonly ip?: string | undefined
  readonly acceptHeader?: string | undefined
  readonly userAgent?: string | undefined
  readonly language?: string | undefined
  readonly colorDepth?: number | undefined
  readonly screenHeight?: number | undefined
  readonly screenWidth?: number | undefined
  /** Minutes from local time to UTC, as `Date.prototype.getTimezoneOffset` counts them. */
  readonly timeZoneOffset?: number | undefined
  readonly javaEnabled?: boolean | undefined
  readonly javaScriptEnabled?: boolean | undefined
}

/** One payment by card to be authenticated in the payer's browser. */
export interface AuthenticationRequest {
  readonly threeDSServerTransactionId: string
  /** As `lookup` told. */
  readonly version: string
  readonly pan: Pan
  readonly expiry: Expiry
  readonly amount: Money
  readonly merchantId: string
  readonly merchantName: string
  readonly acquirerMerchantId?: string | undefined
  readonly purchaseAt: Date
  /** Where the payer's browser comes back to after a challenge. */
  readonly notificationUrl: string
  /** Where the directory server posts the results message. */
  readonly resultsUrl: string
  readonly methodCompletion: 'Y' | 'N' | 'U'
  readonly challengePreference: 'none' | 'mandated'
  readonly browser?: BrowserDetails | undefined
  readonly cardholderName?: string | undefined
  readonly email?: string | undefined
}

const COLOR_DEPTHS = ['48', '32', '24', '16', '15', '8', '4', '1'] as const

/** The AReq; the caller must not keep or log it, for it holds the card number. */
export function areqOf(request: AuthenticationRequest): Message<'AReq'> {
  const { amount, expiry, merchantId } = request
  const currency = currencyOf(amount.currency)
  assert(currency !== undefined, 'a payment in no known currency')
  assert(
    VERSIONS.some((known) => known === request.version),
    'a version that lookup never gives',
  )
  const merchantName = fitting(request.merchantName, 40) || merchantId.slice(0, 35)
  const twoDigits = (value: number) => String(value % 100).padStart(2, '0')
  return {
    messageType: 'AReq',
    messageVersion: request.version,
    deviceChannel: '02',
    messageCategory: '01',
    threeDSServerTransID: request.threeDSServerTransactionId,
    threeDSServerURL: request.resultsUrl,
    threeDSRequestorID: merchantId.slice(0, 35),
    threeDSRequestorName: merchantName,
    threeDSRequestorAuthenticationInd: '01',
    threeDSRequestorChallengeInd: request.challengePreference === 'mandated' ? '04' : '01',
    threeDSCompInd: request.methodCompletion,
    acctNumber: request.pan.reveal(),
    cardExpiryDate: `${twoDigits(expiry.year)}${twoDigits(expiry.month)}`,
    acquirerMerchantID: (request.acquirerMerchantId ?? merchantId).slice(0, 35),
    merchantName,
    notificationURL: request.notificationUrl,
    purchaseAmount: amount.minor.toString(),
    purchaseCurrency: currency.numeric,
    purchaseExponent: String(currency.exponent),
    // YYYYMMDDHHMMSS, UTC.
    purchaseDate: request.purchaseAt
      .toISOString()
      .replace(/[^0-9]/g, '')
      .slice(0, 14),
    ...payerElements(request),
    ...browserElements(request.browser ?? {}),
  }
}

function payerElements({ cardholderName, email }: AuthenticationRequest) {
  const name = fitting(cardholderName ?? '', 45)
  return {
    ...(name.length >= 2 && { cardholderName: name }),
    ...(isText(email, 254) && { email }),
  }
}

function browserElements(browser: BrowserDetails) {
  const { ip = '', acceptHeader, userAgent, colorDepth = 0, timeZoneOffset = Number.NaN } = browser
  const minutes = whole(Math.abs(timeZoneOffset), 9_999)
  const sign = timeZoneOffset < 0 ? '-' : ''
  return known({
    browserIP: isIP(ip) === 0 ? undefined : ip,
    browserAcceptHeader: isText(acceptHeader, 2048) ? acceptHeader : undefined,
    browserUserAgent: isText(userAgent, 2048) ? userAgent : undefined,
    browserJavaEnabled: browser.javaEnabled,
    browserJavascriptEnabled: browser.javaScriptEnabled,
    browserLanguage: languageOf(browser.language),
    browserColorDepth: COLOR_DEPTHS.find((each) => Number(each) <= colorDepth),
    browserScreenHeight: whole(browser.screenHeight, 999_999),
    browserScreenWidth: whole(browser.screenWidth, 999_999),
    browserTZ: minutes && sign + minutes,
  })
}

type Known<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> }

function known<T extends object>(values: T): Known<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Known<T>
}

/** A language as BCP 47 writes it, cut to the eight characters that there is room for. */
function languageOf(text: string | undefined): string | undefined {
  const [language = ''] =
    /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,5})?(?![A-Za-z0-9])/.exec(text ?? '') ?? []
  if (language === '') return undefined
  return language.length <= 8 ? language : language.split('-')[0]
}

function whole(value: number | undefined, max: number): string | undefined {
  const isPlausible = value !== undefined && Number.isInteger(value) && value >= 0 && value <= max
  return isPlausible ? String(value) : undefined
}

function isText(text: string | undefined, lengthMax: number): text is string {
  if (text === undefined || text.length === 0 || text.length > lengthMax) return false
  return !/[\p{Cc}\p{Cs}]/u.test(text)
}

/** As much of the text as there is room for, without half a character at its end. */
function fitting(text: string, lengthMax: number): string {
  const printable = text.replace(/[\p{Cc}\p{Cs}]+/gu, ' ').trim()
  return printable.slice(0, lengthMax).replace(/[\ud800-\udbff]$/, '')
}
