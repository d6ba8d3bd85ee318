import Type from 'typebox'
import type { PaymentResult } from '../../gateway/ports.ts'
import { numberFault } from './answer.ts'
import { say, WireError } from './codes.ts'
import { credentials, digits, flag, formed, optional, request } from './fields.ts'
import { extendedStatus } from './get-order-status-extended.ts'
import { type Context, DIALECT, merchantOperation } from './operation.ts'
import { checkMerchantLogin } from './order-request.ts'
import { stateOf } from './order-state.ts'
import { orderStatusAnswer } from './order-status.ts'
import { parseCompactTime } from './times.ts'

const SIZE_MAX = 200
const BATCH = 200

/** Orders that one answer looks through; a longer span of time has to be asked in parts. */
const ORDERS_MAX = 5_000

const STATES = ['CREATED', 'APPROVED', 'DEPOSITED', 'DECLINED', 'REVERSED', 'REFUNDED']

/** `getLastOrdersForMerchants.do`: the orders of a span of time, newest first, page by page. */
export const getLastOrdersForMerchants = merchantOperation(
  {
    paths: ['rest/getLastOrdersForMerchants.do'],
    summary: 'List the orders of a span of time',
    request: request({
      ...credentials,
      size: digits(3, { description: 'Orders to a page, at most 200.' }),
      from: formed('^[0-9]{14}$', { description: 'yyyyMMddHHmmss, UTC.' }),
      to: formed('^[0-9]{14}$'),
      transactionStates: formed('^[A-Za-z, ]+$', { description: `Of ${STATES.join(', ')}.` }),
      merchants: optional(formed('^[ -~]*$')),
      page: optional(digits(6, { description: 'From 0.' })),
      searchByCreatedDate: optional(flag()),
    }),
    response: Type.Object({
      errorCode: Type.Integer(),
      errorMessage: Type.String(),
      orderStatuses: optional(Type.Array(orderStatusAnswer)),
      totalCount: optional(Type.Integer()),
      page: optional(Type.Integer()),
      pageSize: optional(Type.Integer()),
    }),
    permission: 'status',
    fault: numberFault,
  },
  async (context, fields, caller) => {
    const { merchantId } = caller.access.merchant
    for (const login of listOf(fields.merchants ?? '')) checkMerchantLogin(login, caller)
    const pageSize = Number(fields.size)
    if (pageSize < 1 || pageSize > SIZE_MAX) throw new WireError('5', 'wrong', 'size')
    const page = Number(fields.page ?? '0')
    const span = { from: timeOf(fields.from, 'from'), to: timeOf(fields.to, 'to') }
    const found = await search(context, { merchantId, ...span }, statesOf(fields.transactionStates))
    const shown = found.slice(page * pageSize, (page + 1) * pageSize)
    const message = say({ message: 'success' }, context.language)
    return {
      errorCode: 0,
      errorMessage: message,
      orderStatuses: await Promise.all(
        shown.map(async (result) => ({
          errorCode: '0',
          errorMessage: message,
          ...(await extendedStatus(context, result)),
        })),
      ),
      totalCount: found.length,
      page,
      pageSize,
    }
  },
)

async function search(
  { gateway }: Context,
  span: { readonly merchantId: string; readonly from: Date; readonly to: Date },
  states: ReadonlySet<string>,
): Promise<readonly PaymentResult[]> {
  const at = gateway.clock.now()
  const found: PaymentResult[] = []
  for (let offset = 0; offset < ORDERS_MAX; offset += BATCH) {
    const some = await gateway.listOrders({ ...span, dialect: DIALECT, limit: BATCH, offset })
    found.push(...some.filter((result) => states.has(stateOf(result, at).paymentState)))
    if (some.length < BATCH) break
  }
  return found
}

function statesOf(text: string): ReadonlySet<string> {
  const states = listOf(text).map((state) => state.toUpperCase())
  if (states.length === 0 || states.some((state) => !STATES.includes(state))) {
    throw new WireError('5', 'wrong', 'transactionStates')
  }
  return new Set(states)
}

function listOf(text: string): string[] {
  return text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]))
}

function timeOf(text: string, field: string): Date {
  const at = parseCompactTime(text)
  if (at === undefined) throw new WireError('5', 'wrong', field)
  return at
}
