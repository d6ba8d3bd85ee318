import Type from 'typebox'
import { invalid, missing } from './bind.ts'
import { id } from './fields.ts'
import { storedForOf } from './stored-for.ts'
import type { OrderAndPayRequest } from './order-and-pay-request.ts'
import { parseTime } from './times.ts'

/** Which period of a subscription that its merchant manages a debit is for. */
export const DebitPlan = Type.Object({
  merchantSubscriptionNo: id(64),
  deductNo: id(64, 'The same for every attempt at one period.'),
  currentPeriod: Type.Integer(),
  totalPeriods: Type.Integer(),
  startTime: Type.String(),
  endTime: Type.String(),
})
export type DebitPlan = Type.Static<typeof DebitPlan>

type Given = Partial<DebitPlan>

const PLACE = 'subscriptionPlan'

/**
 * What a merchant's own debit says of its subscription; undefined where it says nothing, as older
 * guides have it, and for payments that the customer makes.
 *
 * @throws WireError `PARAMS_INVALID` where it is not whole, or the debit is no periodic one.
 */
export function debitPlanOf(request: OrderAndPayRequest): DebitPlan | undefined {
  const { subscriptionPlan: given, paymentDetail = {} } = request
  if (given === undefined || paymentDetail.merchantInitiated !== true) return undefined
  if (storedForOf(paymentDetail.mitType).usage !== 'recurring') {
    throw invalid(PLACE, 'only SCHEDULED debits have it')
  }
  const plan: DebitPlan = {
    merchantSubscriptionNo: needed(given, 'merchantSubscriptionNo'),
    deductNo: needed(given, 'deductNo'),
    currentPeriod: needed(given, 'currentPeriod'),
    totalPeriods: needed(given, 'totalPeriods'),
    startTime: needed(given, 'startTime'),
    endTime: needed(given, 'endTime'),
  }
  checkPeriods(plan)
  return plan
}

function needed<Name extends keyof DebitPlan>(given: Given, name: Name): DebitPlan[Name] {
  const value: Given[Name] = given[name]
  if (value === undefined) throw missing(`${PLACE}.${name}`)
  return value
}

function checkPeriods({ currentPeriod, totalPeriods, startTime, endTime }: DebitPlan): void {
  if (currentPeriod > totalPeriods) {
    throw invalid(`${PLACE}.currentPeriod`, 'it must not exceed totalPeriods')
  }
  if (instantOf(endTime, 'endTime') < instantOf(startTime, 'startTime')) {
    throw invalid(`${PLACE}.endTime`, 'it must not be before startTime')
  }
}

/** Dates are printed, and times in other plans. */
function instantOf(text: string, name: string): Date {
  const at = parseTime(text) ?? parseTime(`${text}T00:00:00Z`)
  if (at === undefined) throw invalid(`${PLACE}.${name}`, 'it must be a date or a time')
  return at
}
