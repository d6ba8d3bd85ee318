import type { IncomingHttpHeaders } from 'node:http'
import type { Gateway } from '../../gateway/gateway.ts'
import type { Clock } from '../../gateway/ports.ts'
import type { Operation } from './operation.ts'

export interface PayerMaxOptions {
  /** Where payers' browsers reach us: scheme, host and port, without a slash at the end. */
  readonly publicUrl: () => string
  /** The sandbox says why a signature failed, and does what the subject of an order says. */
  readonly isSandbox: boolean
  readonly clock: Clock
}

/** What requests are answered with. */
export interface Answering {
  readonly gateway: Gateway
  readonly options: PayerMaxOptions
  readonly operations: readonly Operation[]
}

/** One request as it came. */
export interface Served {
  readonly raw: Buffer
  readonly headers: IncomingHttpHeaders
  /** The operation in the address; undefined where the body names it. */
  readonly name: string | undefined
}
