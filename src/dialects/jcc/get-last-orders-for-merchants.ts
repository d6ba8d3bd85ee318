import Type from 'typebox'
import type { OrderPhase } from '../../gateway/ports.ts'
import { actingFor } from './acting.ts'
import { numberFault } from './answer.ts'
import { say, WireError } from './codes.ts'
import { credentials, digits, flag, formed, optional, request } from './fields.ts'
import { extendedStatus } from './get-order-status-extended.ts'
import { type Caller, type Context, DIALECT, merchantOperation } from './operation.ts'
import { orderStatusAnswer } from './order-status.ts'
import { parseCompactTime } from './times.ts'

const SIZE_MAX = 200
/** Names in `merchants`; each may have to be looked up. */
const NAMES_MAX = 100

const PHASES: Readonly<Record<string, OrderPhase>> = {
  CREATED: 'unpaid',
  APPROVED: 'authorized',
  DEPOSITED: 'captured',
  DECLINED: 'unsuccessful',
  REVERSED: 'voided',
  REFUNDED: 'refunded',
}
const STATES = Object.keys(PHASES)

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
      searchByCreatedDate: optional(
        flag({ description: 'By the time of registration instead of that of the payment.' }),
      ),
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
    const merchantId = await merchantOf(context, caller, listOf(fields.merchants ?? ''))
    const pageSize = Number(fields.size)
    if (pageSize < 1 || pageSize > SIZE_MAX) throw new WireError('5', 'wrong', 'size')
    const page = Number(fields.page ?? '0')
    const span = { from: timeOf(fields.from, 'from'), to: timeOf(fields.to, 'to') }
    const by = fields.searchByCreatedDate === true ? 'opened' : 'paid'
    const { total, results } = await context.gateway.listOrders({
      merchantId,
      dialect: DIALECT,
      by,
      ...span,
      phases: phasesOf(fields.transactionStates).filter(
        (phase) => by === 'opened' || !NEVER_PAID.has(phase),
      ),
      limit: pageSize,
      offset: page * pageSize,
    })
    const message = say({ message: 'success' }, context.language)
    return {
      errorCode: 0,
      errorMessage: message,
      orderStatuses: await Promise.all(
        results.map(async (result) => ({
          errorCode: '0',
          errorMessage: message,
          ...(await extendedStatus(context, result)),
        })),
      ),
      totalCount: total,
      page,
      pageSize,
    }
  },
)

/** One merchant to a request: the caller's own, unless it names another that it may act for. */
async function merchantOf(
  context: Context,
  caller: Caller,
  logins: readonly string[],
): Promise<string> {
  if (logins.length > NAMES_MAX) throw new WireError('5', 'wrong', 'merchants')
  const named = await Promise.all(logins.map((login) => actingFor(context, caller, login)))
  const [merchantId = caller.access.merchant.merchantId, ...others] = new Set(
    named.map(({ access }) => access.merchant.merchantId),
  )
  if (others.length > 0) throw new WireError('5', 'wrong', 'merchants')
  return merchantId
}

/** What has no date of a payment, as the family's documents say. */
const NEVER_PAID: ReadonlySet<OrderPhase> = new Set(['unpaid', 'unsuccessful'])

function phasesOf(text: string): readonly OrderPhase[] {
  const phases = listOf(text).map((state) => PHASES[state.toUpperCase()])
  const known = phases.filter((phase) => phase !== undefined)
  if (known.length === 0 || known.length < phases.length) {
    throw new WireError('5', 'wrong', 'transactionStates')
  }
  return known
}

function listOf(text: string): string[] {
  return text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]))
}

function timeOf(text: string, field: string): Date {
  const at = parseCompactTime(text)
  if (at === undefined) throw new WireError('5', 'wrong', field)
  return at
}
