import type { Static, TObject, TSchema } from 'typebox'
import type { Gateway } from '../../gateway/gateway.ts'
import type { MerchantAccess } from '../../gateway/ports.ts'
import type { JsonObject } from '../json.ts'
import { bind } from './bind.ts'
import type { Settings } from './settings.ts'

export const DIALECT = 'payermax'

/** What an operation works with, besides its request. */
export interface Context {
  readonly gateway: Gateway
  /** Where payers' browsers reach us: scheme, host and port. */
  readonly publicUrl: string
  /** The merchant that is asked for, and whose signature was checked. */
  readonly access: MerchantAccess
  readonly settings: Settings
  /** The sandbox does what the subject of an order says. */
  readonly obeysSubjects: boolean
  /** The first generation: flat bodies, an operation by its `bizType`. */
  readonly isFlat: boolean
}

export interface Operation {
  /** The last segment of its address; the first generation's `bizType`. */
  readonly name: string
  readonly summary: string
  readonly request: TObject
  readonly response: TSchema
  /** Whether the first generation has it too. */
  readonly isFlatToo: boolean
  run(context: Context, data: JsonObject): Promise<object>
}

interface Described<T extends TObject> {
  readonly name: string
  readonly summary: string
  readonly request: T
  readonly response: TSchema
  readonly isFlatToo?: boolean
}

export function operation<T extends TObject>(
  described: Described<T>,
  run: (context: Context, request: Static<T>) => Promise<object>,
): Operation {
  return {
    isFlatToo: false,
    ...described,
    run: async (context, data) => run(context, bind(described.request, data)),
  }
}
