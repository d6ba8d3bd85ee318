import { randomBytes } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Program } from '../cli/compose.ts'
import { currencyByNumber, currencyOf } from '../core/currency.ts'
import { hasCheckDigit } from '../core/pan.ts'
import type { Clock, Merchant } from '../gateway/ports.ts'
import { GOOGLE_RECIPIENT, type WalletKeys, type WalletRecipient } from '../vault/wallet-keys.ts'
import type { WalletTrust } from '../vault/wallet-payments.ts'
import { JCC_MERCHANT } from './api-users.ts'
import type { AppleAuthority } from './apple-authority.ts'
import { sealApplePay } from './apple-wallet.ts'
import { createGoogleAuthority, type GoogleAuthority, sealGooglePay } from './google-wallet.ts'

/** What the sandbox's Google calls us. */
export const SANDBOX_GATEWAY = 'tessera-sandbox'

const FIRST_PAN = '4111111111111111'
const WEEK_MS = 7 * 86_400_000

/** Apple and Google as the sandbox has them: made when it starts, and trusted nowhere else. */
export interface SandboxWallets {
  readonly trust: () => Promise<WalletTrust>
  readonly apple: () => Promise<AppleAuthority>
  readonly google: GoogleAuthority
  /** The newest key of a recipient, made when it is first asked for. */
  key(keys: WalletKeys, whose: WalletRecipient): Promise<Buffer>
}

export function createSandboxWallets(clock: Clock): SandboxWallets {
  const google = createGoogleAuthority(clock.now())
  let made: Promise<AppleAuthority> | undefined
  const authority = async () => {
    const { createAppleAuthority } = await import('./apple-authority.ts')
    return createAppleAuthority(clock.now())
  }
  const apple = () => (made ??= authority())
  let asked: Promise<unknown> = Promise.resolve()
  return {
    apple,
    google,
    // One after the other, since of two that make the first key at once one would be refused.
    key(keys, whose) {
      const found = asked.then(() => ownKey(keys, whose))
      asked = found.catch(() => undefined)
      return found
    },
    async trust() {
      const { root } = await apple()
      const { rootKeys } = google
      return { appleRoot: root, googlePay: { gatewayId: SANDBOX_GATEWAY, rootKeys } }
    },
  }
}

const cardFields = {
  merchantID: Type.Optional(Type.String({ maxLength: 25 })),
  pan: Type.Optional(Type.String({ pattern: '^[0-9]{12,19}$' })),
  expiryMonth: Type.Optional(Type.Integer({ minimum: 1, maximum: 12 })),
  expiryYear: Type.Optional(Type.Integer({ minimum: 2000, maximum: 2099 })),
  cryptogram: Type.Optional(Type.String({ maxLength: 64 })),
  eci: Type.Optional(Type.String({ maxLength: 2 })),
}

const AppleAsked = Type.Object({
  ...cardFields,
  amount: Type.Integer({ minimum: 0, description: 'Minor units.' }),
  currency: Type.Optional(Type.String({ maxLength: 3 })),
})

const GoogleAsked = Type.Object({
  ...cardFields,
  authMethod: Type.Optional(Type.Union([Type.Literal('CRYPTOGRAM_3DS'), Type.Literal('PAN_ONLY')])),
  protocolVersion: Type.Optional(Type.Union([Type.Literal('ECv2'), Type.Literal('ECv1')])),
})

/**
 * Payments by wallet without a phone: `POST /sandbox/wallets/applepay` and `…/googlepay` answer the
 * `paymentToken` that a payer's device would have made for a merchant.
 */
export function addWalletRoutes(program: Program, wallets: SandboxWallets): void {
  const { app } = program
  app.post('/sandbox/wallets/applepay', async ({ body }, reply) => {
    const asked = read(appleValidator, body)
    const merchant = asked && (await merchantOf(program, asked))
    const currency = merchant && currencyIn(asked?.currency ?? merchant.currency)
    if (asked === undefined || merchant === undefined || currency === undefined) return no(reply)
    return applePayment(program, wallets, { asked, merchant, currency })
  })
  app.post('/sandbox/wallets/googlepay', async ({ body }, reply) => {
    const asked = read(googleValidator, body)
    const merchant = asked && (await merchantOf(program, asked))
    if (asked === undefined || merchant === undefined) return no(reply)
    return googlePayment(program, wallets, { asked, merchant })
  })
}

type CardAsked = Static<ReturnType<typeof asObject>>

const asObject = () => Type.Object(cardFields)

const appleValidator = Compile(AppleAsked)
const googleValidator = Compile(GoogleAsked)

/** @returns undefined for what is not as described, and for a number that is no card's. */
function read<T extends CardAsked>(
  validator: { Check(value: unknown): value is T },
  body: unknown,
): T | undefined {
  const isGood = validator.Check(body) && hasCheckDigit(body.pan ?? FIRST_PAN)
  return isGood ? body : undefined
}

function no(reply: FastifyReply) {
  return reply.code(400).send({ error: 'not as docs/wallets.md describes it' })
}

async function merchantOf(
  { gateway }: Program,
  { merchantID = JCC_MERCHANT }: CardAsked,
): Promise<Merchant | undefined> {
  return (await gateway.merchantAccess(merchantID, 'jcc'))?.merchant
}

function currencyIn(text: string): string | undefined {
  return (currencyOf(text) ?? currencyByNumber(text))?.numeric
}

async function applePayment(
  { walletKeys, clock }: Program,
  wallets: SandboxWallets,
  given: {
    readonly asked: Static<typeof AppleAsked>
    readonly merchant: Merchant
    readonly currency: string
  },
) {
  const { asked, currency } = given
  const { merchantId } = given.merchant
  const at = clock.now()
  const { pan, month, year } = cardOf(asked, at)
  const recipient = `merchant.sandbox.${merchantId.toLowerCase()}`
  const publicKey = await wallets.key(walletKeys, { purpose: 'applePay', merchantId, recipient })
  const ends = [year % 100, month, 31].map((part) => String(part).padStart(2, '0'))
  const data = {
    applicationPrimaryAccountNumber: pan,
    applicationExpirationDate: ends.join(''),
    currencyCode: currency,
    transactionAmount: asked.amount,
    deviceManufacturerIdentifier: '040010030273',
    paymentDataType: '3DSecure',
    paymentData: { onlinePaymentCryptogram: cryptogramOf(asked), eciIndicator: asked.eci ?? '5' },
  }
  const authority = await wallets.apple()
  const paymentData = await sealApplePay(data, { publicKey, recipient }, { authority, at })
  return { paymentToken: base64Of(paymentData), merchantIdentifier: recipient }
}

async function googlePayment(
  { walletKeys, clock }: Program,
  wallets: SandboxWallets,
  given: { readonly asked: Static<typeof GoogleAsked>; readonly merchant: Merchant },
) {
  const { asked, merchant } = given
  const { authMethod = 'CRYPTOGRAM_3DS', protocolVersion: version = 'ECv2' } = asked
  const at = clock.now()
  const publicKey = await wallets.key(walletKeys, GOOGLE_RECIPIENT)
  const isPlain = authMethod === 'PAN_ONLY'
  const message = {
    gatewayMerchantId: merchant.merchantId,
    messageExpiration: String(at.getTime() + WEEK_MS),
    messageId: randomBytes(48).toString('base64url'),
    paymentMethod: version === 'ECv1' && !isPlain ? 'TOKENIZED_CARD' : 'CARD',
    paymentMethodDetails: version === 'ECv1' ? ecV1(asked, at, isPlain) : ecV2(asked, at, isPlain),
  }
  const recipientId = `gateway:${SANDBOX_GATEWAY}`
  const sealing = { authority: wallets.google, version, publicKey, recipientId, at }
  const paymentToken = base64Of(sealGooglePay(message, sealing))
  return { paymentToken, gateway: SANDBOX_GATEWAY, gatewayMerchantId: merchant.merchantId }
}

function ecV2(asked: CardAsked, at: Date, isPlain: boolean) {
  const { pan, month: expirationMonth, year: expirationYear } = cardOf(asked, at)
  const card = { pan, expirationMonth, expirationYear }
  if (isPlain) return { authMethod: 'PAN_ONLY', ...card }
  const proof = { cryptogram: cryptogramOf(asked), eciIndicator: asked.eci ?? '05' }
  return { authMethod: 'CRYPTOGRAM_3DS', ...card, ...proof }
}

function ecV1(asked: CardAsked, at: Date, isPlain: boolean) {
  const { pan, month: expirationMonth, year: expirationYear } = cardOf(asked, at)
  if (isPlain) return { pan, expirationMonth, expirationYear }
  const card = { dpan: pan, expirationMonth, expirationYear }
  const proof = { '3dsCryptogram': cryptogramOf(asked), '3dsEciIndicator': asked.eci ?? '05' }
  return { authMethod: '3DS', ...card, ...proof }
}

function cardOf({ pan = FIRST_PAN, expiryMonth = 12, expiryYear }: CardAsked, at: Date) {
  return { pan, month: expiryMonth, year: expiryYear ?? at.getUTCFullYear() + 3 }
}

function cryptogramOf({ cryptogram }: CardAsked): string {
  return cryptogram ?? randomBytes(20).toString('base64')
}

async function ownKey(keys: WalletKeys, whose: WalletRecipient): Promise<Buffer> {
  const [newest] = await keys.list(whose)
  return newest?.publicKey ?? (await keys.add(whose, 0)).publicKey
}

function base64Of(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64')
}
