import type { Static, TObject, TSchema } from 'typebox'
import type { Gateway } from '../../gateway/gateway.ts'
import type { MerchantAccess } from '../../gateway/ports.ts'
import type { JsonValue } from '../json.ts'
import { binder } from './bind.ts'

/** Versions of the API that differ in names only; 4.3 is the one we document. */
export type Version = '4.1' | '4.2' | '4.3'

export const DIALECT = 'twoc2p'

/** What an operation works with, besides its request. */
export interface Context {
  readonly gateway: Gateway
  readonly version: Version
  /** Where payers' browsers reach us: scheme, host and port. */
  readonly publicUrl: string
}

export interface Operation {
  readonly path: string
  readonly method: 'GET' | 'POST'
  readonly summary: string
  /** Undefined where a body is not looked at. */
  readonly request: TSchema | undefined
  readonly response: TSchema
  /**
   * `jwt`: signed both ways with the merchant's secret. `plain`: the payment token authorizes.
   * `open`: the same for everybody.
   */
  readonly envelope: 'jwt' | 'plain' | 'open'
  /** How long any cache may keep the answer; undefined is not at all. */
  readonly maxAgeSeconds?: number
  run(context: Context, body: JsonValue, access: MerchantAccess | undefined): Promise<object>
}

interface Described<T extends TObject> {
  readonly path: string
  readonly summary: string
  readonly request: T
  readonly response: TSchema
}

/** An operation in the JWT envelope: the merchant is known and has signed. */
export function signedOperation<T extends TObject>(
  described: Described<T>,
  run: (context: Context, request: Static<T>, access: MerchantAccess) => Promise<object>,
): Operation {
  const bind = binder(described.request)
  return {
    ...described,
    method: 'POST',
    envelope: 'jwt',
    async run(context, body, access) {
      if (access === undefined) throw new TypeError('a signed operation without its merchant')
      return run(context, bind(body), access)
    },
  }
}

/** An operation of the payer's side: plain JSON, authorized by the payment token it names. */
export function plainOperation<T extends TObject>(
  described: Described<T>,
  run: (context: Context, request: Static<T>) => Promise<object>,
): Operation {
  const bind = binder(described.request)
  return {
    ...described,
    method: 'POST',
    envelope: 'plain',
    run: async (context, body) => run(context, bind(body)),
  }
}

/** An operation that asks for nothing and tells everybody the same. */
export function openOperation(
  described: Omit<Operation, 'request' | 'envelope' | 'run'>,
  run: (context: Context) => Promise<object>,
): Operation {
  return {
    ...described,
    request: undefined,
    envelope: 'open',
    run: async (context) => run(context),
  }
}
