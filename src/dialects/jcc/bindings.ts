import Type from 'typebox'
import { isExpired } from '../../core/card.ts'
import { Pan } from '../../core/pan.ts'
import type { VaultToken, VaultTokenUsage } from '../../core/payment.ts'
import { basicFields, known, success, textFault } from './answer.ts'
import { say, WireError } from './codes.ts'
import { credentials, digits, flag, formed, opaque, optional, request } from './fields.ts'
import {
  type Caller,
  type Context,
  DIALECT,
  merchantOperation,
  type Operation,
} from './operation.ts'
import { expiryText, maskOf, paymentSystemOf } from './order-status.ts'

const CATEGORIES: Readonly<Record<VaultTokenUsage, { letter: string; name: string }>> = {
  unscheduled: { letter: 'C', name: 'COMMON' },
  recurring: { letter: 'R', name: 'RECURRENT' },
  installment: { letter: 'I', name: 'INSTALLMENT' },
}

const listFields = {
  ...credentials,
  merchantLogin: optional(opaque(255)),
  bindingType: optional(formed('^[CRI]$')),
  showExpired: optional(flag()),
}

const bindingsAnswer = Type.Object({
  ...basicFields,
  bindings: Type.Array(
    Type.Object({
      bindingId: Type.String(),
      maskedPan: Type.String(),
      expiryDate: Type.String({ description: 'YYYYMM.' }),
      clientId: optional(Type.String()),
    }),
  ),
})

const described = { response: bindingsAnswer, permission: 'bindings', fault: textFault } as const

const ofCustomer = {
  ...described,
  request: request({
    ...listFields,
    clientId: opaque(255, { missing: '1' }),
    bindingId: optional(opaque(255)),
  }),
}

/** `getBindings.do`: a customer's stored cards that may pay. */
const getBindings = merchantOperation(
  { ...ofCustomer, paths: ['rest/getBindings.do'], summary: "List a customer's stored cards" },
  async (context, fields, caller) => {
    const found = await list(context, caller, fields)
    return bindingsOf(context, found, wholeItem)
  },
)

/** `getAllBindings.do`: also those that may not pay now. */
const getAllBindings = merchantOperation(
  {
    ...ofCustomer,
    paths: ['rest/getAllBindings.do'],
    summary: "List a customer's stored cards, also inactive ones",
  },
  async (context, fields, caller) => {
    const found = await list(context, caller, { ...fields, withInactive: true })
    return bindingsOf(context, found, wholeItem)
  },
)

/** `getBindingsByCardOrId.do`: whose a card is, by its number or its stored name. */
const getBindingsByCardOrId = merchantOperation(
  {
    ...described,
    paths: ['rest/getBindingsByCardOrId.do'],
    summary: 'Find stored cards by number or by name',
    request: request({
      ...listFields,
      pan: optional(digits(19, { wrong: '1' })),
      bindingId: optional(opaque(255)),
    }),
  },
  async (context, fields, caller) => {
    if ((fields.pan ?? fields.bindingId) === undefined) throw new WireError('1', 'empty', 'pan')
    const found = await list(context, caller, fields)
    return bindingsOf(context, found, shortItem)
  },
)

export const BINDING_OPERATIONS: readonly Operation[] = [
  getBindings,
  getAllBindings,
  getBindingsByCardOrId,
]

interface Wanted {
  readonly clientId?: string
  readonly bindingId?: string
  readonly pan?: string
  readonly bindingType?: string
  readonly showExpired?: boolean
  readonly withInactive?: boolean
}

async function list(
  { gateway }: Context,
  caller: Caller,
  wanted: Wanted,
): Promise<readonly VaultToken[]> {
  const { merchantId } = caller.access.merchant
  const { clientId: customerId, bindingType, bindingId, withInactive = false } = wanted
  const pan = wanted.pan === undefined ? undefined : Pan.parse(wanted.pan)
  if (wanted.pan !== undefined && pan === undefined) throw new WireError('1', 'wrong', 'pan')
  const found =
    pan === undefined && customerId === undefined
      ? await gateway.vaultTokens(merchantId, DIALECT, [bindingId ?? ''])
      : await gateway.listVaultTokens({
          merchantId,
          dialect: DIALECT,
          customerId,
          withInactive,
          ...(pan && { pan }),
        })
  const now = gateway.clock.now()
  return found.filter(
    (token) =>
      !token.isDeleted &&
      (withInactive || token.isActive) &&
      (pan !== undefined || bindingId === undefined || token.name === bindingId) &&
      (bindingType === undefined || CATEGORIES[token.usage].letter === bindingType) &&
      (wanted.showExpired === true || !isExpired(token.expiry, now)),
  )
}

function bindingsOf(
  { language }: Context,
  found: readonly VaultToken[],
  itemOf: (token: VaultToken) => object,
): object {
  // The documents answer an empty list with an error, and the list beside it.
  const head =
    found.length > 0
      ? success(language)
      : { errorCode: '2', errorMessage: say({ message: 'nothingFound' }, language) }
  return { ...head, bindings: found.map(itemOf) }
}

function shortItem({ name, card, expiry, customerId }: VaultToken): object {
  return known({
    bindingId: name,
    maskedPan: maskOf(card.panMasked),
    expiryDate: expiryText(expiry),
    clientId: customerId,
  })
}

function wholeItem(token: VaultToken): object {
  const { card, usage } = token
  return {
    ...shortItem(token),
    ...known({
      paymentWay: 'CARD',
      paymentSystem: paymentSystemOf(card.brand),
      displayLabel: `${'X'.repeat(12)}${card.panMasked.slice(-4)}`,
      bindingCategory: CATEGORIES[usage].name,
    }),
  }
}
