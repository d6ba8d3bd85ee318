import { randomBytes } from 'node:crypto'
import { createIds, systemClock } from '../src/cli/ids.ts'
import { anOrder } from '../src/core/order.fixture.ts'
import type { Order } from '../src/core/order.ts'
import { aPayment } from '../src/core/payment.fixture.ts'
import type { Payment } from '../src/core/payment.ts'
import type { Operation } from '../src/gateway/ports.ts'
import { connect } from '../src/storage/postgres/database.ts'
import { postgresMerchantStore } from '../src/storage/postgres/merchant-store.ts'
import { migrate } from '../src/storage/postgres/migrate.ts'
import { postgresOrderStore } from '../src/storage/postgres/order-store.ts'
import { postgresPaymentStore } from '../src/storage/postgres/payment-store.ts'
import { type Plan, runPlan } from './load.ts'
import { answerQuestions } from './worker.ts'

// The statements of a payment alone: what is left when HTTP, signatures and dialect cost nothing.

export interface FloorQuestion {
  /** A database of its own. */
  readonly databaseUrl: string
  /** Connections to PostgreSQL, as many as the gateway has. */
  readonly pool: number
  readonly workers: number
  readonly merchants: number
  /** Run one after the other; only the last is measured. */
  readonly plans: readonly Plan[]
}

const ids = createIds(systemClock)
const clock = systemClock
let invoices = 0

function newOrder(merchantId: string): Order {
  invoices += 1
  const merchantReference = `bench-${process.pid}-${invoices}`
  return anOrder({
    merchantId,
    orderId: ids.uuid(),
    merchantReference,
    threeds: 'none',
    details: {
      merchantID: merchantId,
      invoiceNo: merchantReference,
      description: 'item 1',
      amount: '1000',
      currencyCode: 'SGD',
      request3DS: 'N',
    },
    expiresAt: clock.in(1_800_000),
    createdAt: clock.now(),
  })
}

function newPayment({ merchantId, orderId, amount }: Order): Payment {
  return aPayment({
    merchantId,
    paymentId: ids.uuid(),
    orderId,
    status: 'authorizing',
    cardExpiry: { year: 2030, month: 12 },
    amount,
    authorizedMinor: 0n,
    eci: '07',
    traceNumber: ids.traceNumber(),
    createdAt: clock.now(),
  })
}

function anOperation({ merchantId, paymentId, amount }: Payment): Operation {
  const [sentAt, dueAt] = [clock.now(), clock.in(4_500)]
  const reference = undefined
  const kind = 'authorize'
  const ids = { merchantId, operationId: paymentId, paymentId }
  return { ...ids, kind, amount, reference, isFinal: false, notifyUrl: undefined, sentAt, dueAt }
}

const ANSWER = {
  responseCode: '00',
  approvalCode: '123456',
  rrn: '632512345678',
  issuer: { country: 'US', bank: 'TESSERA TEST BANK', funding: 'credit' },
} as const

function storesOn(databaseUrl: string, connections: number) {
  const database = connect(databaseUrl, { connections })
  const orders = postgresOrderStore(database)
  const payments = postgresPaymentStore(database)
  return {
    database,
    merchants: postgresMerchantStore(database),
    async payOnce(merchantId: string): Promise<void> {
      const order = newOrder(merchantId)
      const unused = { idempotencyKey: undefined, sealedAuthentication: undefined }
      await orders.insert({ order, requestHash: randomBytes(32), ...unused })
      const found = await orders.find(merchantId, order.orderId)
      if (found === undefined) throw new Error('an order is not there')
      const payment = newPayment(found)
      const operation = anOperation(payment)
      if (!(await payments.begin(payment, operation))) throw new Error('an order is not open')
      const outcome = { state: 'approved', status: 'captured', answer: ANSWER } as const
      const settled = await payments.settle({ operation, at: clock.now(), ...outcome })
      if (settled?.status !== 'captured') throw new Error('a payment was not captured')
    },
  }
}

answerQuestions<FloorQuestion>(async ({ databaseUrl, pool, workers, merchants, plans }) => {
  const stores = storesOn(databaseUrl, pool)
  await migrate(stores.database)
  const names = Array.from({ length: merchants }, (_, index) => `JT0${index + 1}`)
  const defaults = { currency: 'SGD', timeZone: 'UTC', mayTokenize: false, returnHosts: [] }
  for (const merchantId of names) {
    const urls = {
      notifyUrl: undefined,
      returnUrl: undefined,
      logoUrl: undefined,
      color: undefined,
    }
    await stores.merchants.add({ merchantId, name: merchantId, ...defaults, ...urls }, clock.now())
  }
  let measured
  for (const plan of plans) {
    await stores.database.script('analyze')
    const crowd = Array.from({ length: workers }, (_, index) => index)
    measured = await runPlan(plan, crowd, async (_worker, startsAt) => {
      await stores.payOnce(names[invoices % names.length] ?? '')
      return { both: performance.now() - startsAt }
    })
  }
  await stores.database.close()
  return measured
})
