import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client'
import type { EventName } from '../gateway/reporter.ts'
import { type Database, sql } from '../storage/postgres/database.ts'

export interface Metrics {
  readonly registry: Registry
  count(event: EventName, outcome: string): void
  /** A card number was about to be logged. */
  panInLog(): void
}

export function createMetrics(database: Database): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const events = new Counter({
    name: 'tessera_events_total',
    help: 'Events of payments and notifications, by name and outcome.',
    labelNames: ['event', 'outcome'],
    registers,
  })
  const alarms = new Counter({
    name: 'tessera_pan_in_log_total',
    help: 'Log lines in which a card number had to be masked. Anything but 0 is an incident.',
    registers,
  })
  const waiting = (name: string, help: string, text: 'operation' | 'notification') =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        const { rows } = await database.run<{ waiting: bigint }>(QUEUES[text])
        this.set(Number(rows[0]?.waiting ?? 0))
      },
    })
  waiting('tessera_operations_in_doubt', 'Operations without an outcome.', 'operation')
  waiting('tessera_notifications_due', 'Notifications not yet acknowledged.', 'notification')
  return {
    registry,
    count: (event, outcome) => events.inc({ event, outcome }),
    panInLog: () => alarms.inc(),
  }
}

const QUEUES = {
  // While a wallet's owner has time to agree, nothing is in doubt. A payment's first message has its id.
  operation: sql('count_in_doubt')`select count(*) waiting from operation
    where state = 'sent' and not exists (
      select from payment join payment_order using (merchant_id, order_id)
      where payment.merchant_id = operation.merchant_id
        and payment.payment_id = operation.operation_id and instrument = 'wallet'
        and wallet ->> 'consentName' is null and payment_order.expires_at > now())`,
  notification: sql('count_due')`select count(*) waiting from notification where state = 'due'`,
}
