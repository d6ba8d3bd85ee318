import Type from 'typebox'
import { isExpired } from '../../core/card.ts'
import { Pan } from '../../core/pan.ts'
import type { VaultTokenUpdate } from '../../gateway/vault-tokens.ts'
import { basicAnswer, type FaultShape, numberFault, success, textFault } from './answer.ts'
import { expiryOf } from './card-request.ts'
import { type Message, WireError } from './codes.ts'
import { credentials, digits, formed, object, opaque, optional, request, text } from './fields.ts'
import {
  type Caller,
  type Context,
  DIALECT,
  merchantOperation,
  type Operation,
} from './operation.ts'
import { expiryText, maskOf } from './order-status.ts'

const bindingId = opaque(255, { missing: '1' })

/** `bindCard.do`: a stored card may pay again. */
const bindCard = switchOperation('bindCard', {
  summary: 'Let a stored card pay again',
  unchanged: 'bindingActive',
  isActive: true,
})

/** `unBindCard.do`: a stored card may not pay until it is bound again. */
const unBindCard = switchOperation('unBindCard', {
  summary: 'Keep a stored card from paying',
  unchanged: 'bindingInactive',
  isActive: false,
})

interface Switch {
  readonly summary: string
  /** What is said when it was like that already. */
  readonly unchanged: Message
  readonly isActive: boolean
}

function switchOperation(method: string, { summary, unchanged, isActive }: Switch): Operation {
  return merchantOperation(
    {
      paths: [`rest/${method}.do`],
      summary,
      request: request({ ...credentials, bindingId }),
      response: basicAnswer,
      permission: 'bindings',
      fault: textFault,
      refusals: { vault_token_unchanged: { code: '2', message: unchanged } },
    },
    (context, { bindingId: name }, caller) => change(context, { caller, name }, { isActive }),
  )
}

/** `extendBinding.do`: the card has a new expiry. */
const extendBinding = merchantOperation(
  {
    paths: ['rest/extendBinding.do'],
    summary: 'Give a stored card its new expiry',
    request: request({
      ...credentials,
      bindingId,
      newExpiry: formed('^20[0-9]{4}$', { missing: '1', wrong: '1' }),
    }),
    response: basicAnswer,
    permission: 'bindings',
    fault: textFault,
    refusals: { vault_token_unchanged: { code: '2', message: 'bindingUnchanged' } },
  },
  async (context, fields, caller) => {
    const expiry = expiryOf({ expiry: fields.newExpiry })
    if (isExpired(expiry, context.gateway.clock.now())) {
      throw new WireError('1', 'wrong', 'newExpiry')
    }
    return change(context, { caller, name: fields.bindingId }, { expiry })
  },
)

async function change(
  { gateway, language }: Context,
  { caller, name }: { readonly caller: Caller; readonly name: string },
  update: VaultTokenUpdate,
): Promise<object> {
  const { merchantId } = caller.access.merchant
  await gateway.changeVaultToken({ merchantId, dialect: DIALECT, name }, update)
  return success(language)
}

const creationFault: FaultShape = (fault, language) => ({
  ...numberFault(fault, language),
  error: true,
})

/** `createBindingNoPayment.do`: stores a card that nothing is paid with now. */
const createBindingNoPayment = merchantOperation(
  {
    paths: ['rest/createBindingNoPayment.do'],
    summary: 'Store a card without a payment',
    request: request({
      ...credentials,
      clientId: opaque(255, { missing: '1' }),
      pan: digits(19, { missing: '1', wrong: '1' }),
      expiryDate: formed('^20[0-9]{4}$', { missing: '1', wrong: '1' }),
      cardholderName: text(26, { missing: '1', wrong: '1', aliases: ['cardHolderName'] }),
      merchantLogin: optional(opaque(255)),
      additionalParameters: optional(object()),
    }),
    response: Type.Object({
      errorCode: Type.Integer(),
      error: Type.Boolean(),
      bindingId: optional(Type.String()),
      clientId: optional(Type.String()),
      maskedPan: optional(Type.String()),
      expiryDate: optional(Type.String()),
      cardholderName: optional(Type.String()),
    }),
    permission: 'bindings',
    fault: creationFault,
  },
  async (context, fields, caller) => {
    const { gateway } = context
    const pan = Pan.parse(fields.pan)
    if (pan === undefined) throw new WireError('1', 'wrong', 'pan')
    const expiry = expiryOf({ expiry: fields.expiryDate })
    if (isExpired(expiry, gateway.clock.now())) throw new WireError('1', 'cardExpired')
    const { initNetworkReferenceNumber: link } = fields.additionalParameters ?? {}
    const { vaultToken, isNew } = await gateway.storeVaultToken({
      merchantId: caller.access.merchant.merchantId,
      dialect: DIALECT,
      customerId: fields.clientId,
      storedFor: undefined,
      holder: { name: fields.cardholderName },
      pan,
      expiry,
      networkTransactionId: typeof link === 'string' ? link : undefined,
    })
    if (!isNew) throw new WireError('2', 'bindingExists')
    return {
      maskedPan: maskOf(vaultToken.card.panMasked),
      expiryDate: expiryText(vaultToken.expiry),
      cardholderName: fields.cardholderName,
      clientId: fields.clientId,
      bindingId: vaultToken.name,
      errorCode: 0,
      error: false,
    }
  },
)

export const BINDING_CHANGES: readonly Operation[] = [
  bindCard,
  unBindCard,
  extendBinding,
  createBindingNoPayment,
]
