import { availableParallelism, cpus, totalmem } from 'node:os'
import type { Measured } from './load.ts'
import type { Memory, Reading } from './meters.ts'
import type { Options } from './options.ts'

/** A phase with what it cost, per payment. */
export interface Phase extends Measured {
  readonly costs: Reading
}

export interface Result {
  readonly options: Options
  readonly postgresVersion: string
  readonly postgresReadyMs: number
  readonly gatewayReadyMs: number
  readonly closed: Phase
  readonly open: Phase
  readonly floor: Measured
  readonly memory: Memory
  /** Payments of the whole run: the driver, the database and the acquirer agree on it. */
  readonly payments: number
  readonly notified: number | undefined
}

/** What a phase cost per payment, from the totals before and after it. */
export function costsOf(before: Reading, after: Reading, payments: number): Reading {
  const each = (a: number, b: number) => (b - a) / payments
  const [from, to] = [before.postgresCpuMs, after.postgresCpuMs]
  return {
    gatewayCpuMs: each(before.gatewayCpuMs, after.gatewayCpuMs),
    postgresCpuMs: from === undefined || to === undefined ? undefined : each(from, to),
    walBytes: each(before.walBytes, after.walBytes),
    postgresWrittenBytes: each(before.postgresWrittenBytes, after.postgresWrittenBytes),
    gatewayFileBytes: each(before.gatewayFileBytes, after.gatewayFileBytes),
  }
}

export function render(result: Result): string {
  const { options, closed, open, floor, payments, notified } = result
  const { connections, merchants, rate } = options
  const told = notified === undefined ? '' : `, ${notified} notifications acknowledged`
  return [
    '',
    `Opening a payment token and paying it: ${merchants} merchants, ${connections} connections`,
    machine(result),
    '',
    heads(),
    row(`full speed, ${connections} connections`, closed),
    row(`${rate} a second, open loop`, open),
    row(`SQL alone, ${connections} workers`, floor),
    '',
    `The gateway reaches ${percent(rateOf(closed), rateOf(floor))} of SQL alone.`,
    '',
    `${'per payment'.padEnd(LABEL)}${'full speed'.padStart(14)}${'open loop'.padStart(14)}`,
    ...costRows(closed, open),
    '',
    ...lasting(result),
    '',
    `Driver, database and acquirer agree on ${payments} payments${told}.`,
    '',
  ].join('\n')
}

const LABEL = 30
const GROUPS = ['token', 'pay', 'both'] as const

function machine({ postgresVersion }: Result): string {
  const [cpu] = cpus()
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GiB`
  const cores = `${availableParallelism()} cores (${cpu?.model.trim() ?? 'unknown'})`
  return `${cores}, ${memory}, ${process.platform}, Node ${process.version}, PostgreSQL ${postgresVersion}`
}

function heads(): string {
  const groups = GROUPS.map((name) => `${name}, ms`.padStart(17).padEnd(24))
  const columns = GROUPS.map(() => '     p50     p99   p99.9')
  const [first, second] = [''.padEnd(LABEL + 12), 'payments/s'.padStart(LABEL + 12)]
  return `${first}${groups.join('').trimEnd()}\n${second}${columns.join('')}`
}

function row(label: string, measured: Measured): string {
  const cells = GROUPS.map((name) => {
    const step = measured.steps[name]
    if (step === undefined) return ''.padEnd(24)
    return [step.p50, step.p99, step.p999].map((value) => value.toFixed(2).padStart(8)).join('')
  })
  const speed = rateOf(measured).toFixed(0).padStart(12)
  return `${label.padEnd(LABEL)}${speed}${cells.join('').trimEnd()}`
}

function rateOf({ payments, seconds }: Measured): number {
  return payments / seconds
}

function percent(part: number, whole: number): string {
  return `${((part / whole) * 100).toFixed(0)} %`
}

function costRows(closed: Phase, open: Phase): string[] {
  const line = (name: string, cost: (phase: Phase) => string) =>
    `${name.padEnd(LABEL)}${cost(closed).padStart(14)}${cost(open).padStart(14)}`
  return [
    line('processor, gateway', ({ costs }) => milliseconds(costs.gatewayCpuMs)),
    line('processor, PostgreSQL', ({ costs }) => milliseconds(costs.postgresCpuMs)),
    line('processor, driver', ({ cpuMs, payments }) => milliseconds(cpuMs / payments)),
    line('write-ahead log', ({ costs }) => bytes(costs.walBytes)),
    line('written by PostgreSQL', ({ costs }) => bytes(costs.postgresWrittenBytes)),
    line('log and ledger', ({ costs }) => bytes(costs.gatewayFileBytes)),
  ]
}

function lasting({ memory, gatewayReadyMs, postgresReadyMs }: Result): string[] {
  const mebibytes = (value: number | undefined) =>
    value === undefined ? 'not measured' : `${(value / 2 ** 20).toFixed(0)} MiB`
  const seconds = (value: number) => `${(value / 1_000).toFixed(2)} s`
  const name = (text: string) => text.padEnd(LABEL)
  return [
    `${name('memory of the gateway')}${mebibytes(memory.residentBytes)} at the end, ` +
      `${mebibytes(memory.residentBytesMax)} at most`,
    `${name('from start to ready')}${seconds(gatewayReadyMs)}, ` +
      `and before it ${seconds(postgresReadyMs)} to make and start PostgreSQL`,
  ]
}

function milliseconds(value: number | undefined): string {
  return value === undefined ? 'not measured' : `${value.toFixed(3)} ms`
}

function bytes(value: number): string {
  return `${Math.round(value)} B`
}
