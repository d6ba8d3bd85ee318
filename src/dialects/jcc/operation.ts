import type { Static, TObject, TSchema } from 'typebox'
import type { RefusalCode } from '../../core/refusal.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import type { MerchantAccess } from '../../gateway/ports.ts'
import type { FaultShape } from './answer.ts'
import { binder } from './bind.ts'
import { type Fault, type OwnRefusals, faultOf, WireError } from './codes.ts'
import type { Language } from './languages.ts'
import type { Parameters } from './parameters.ts'
import type { SeTokens } from './open-se-token.ts'
import type { ApiUser, Permission } from './ports.ts'

export const DIALECT = 'jcc'

/** A merchant's server that has shown who it is. */
export interface Caller {
  readonly access: MerchantAccess
  readonly user: ApiUser
}

/** What an operation works with, besides its request. */
export interface Context {
  readonly gateway: Gateway
  /** Where payers' browsers reach us: scheme, host and port. */
  readonly publicUrl: string
  /** Of the messages in the answer. */
  readonly language: Language
  /** ISO 639-1 in lower case, of pages. */
  readonly locale: string
  /** Where the request came from. */
  readonly ip: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** As it came, for a signature over it. */
  readonly body: Uint8Array
  readonly seTokens: SeTokens
  /** Undefined where the gateway has no name with Google. */
  readonly googlePay: GooglePay | undefined
  /** @throws WireError for anybody without an API user's credentials. */
  logIn(request: LogInRequest): Promise<Caller>
}

/** What a page's Google Pay button must know of the gateway. */
export interface GooglePay {
  /** Our name with Google. */
  readonly gateway: string
  readonly environment: 'TEST' | 'PRODUCTION'
}

export interface LogInRequest extends Pick<Context, 'gateway' | 'ip' | 'headers' | 'body'> {
  readonly parameters: Parameters
  /** An open token will do, which may be held by a browser. */
  readonly openToken: boolean
  /** The method takes `merchantLogin`, by which a user acts for another merchant that lets it. */
  readonly mayAct: boolean
  /** The method's code for a missing login or password. */
  readonly missing: string
}

/** One method of the API. */
export interface Operation {
  /** Below `/payment/`; the first one is the documented one. */
  readonly paths: readonly string[]
  readonly summary: string
  readonly request: TSchema
  readonly response: TSchema
  readonly fault: FaultShape
  faultOf(refusal: RefusalCode): Fault
  run(context: Context, parameters: Parameters): Promise<object>
}

interface Described<T extends TObject> {
  readonly paths: readonly string[]
  readonly summary: string
  readonly request: T
  readonly response: TSchema
  /** How its errors are written. */
  readonly fault: FaultShape
  /** Error codes of fields that name none: 5 and 5 in most methods. */
  readonly missing?: string
  readonly wrong?: string
  readonly refusals?: OwnRefusals
}

interface DescribedForMerchants<T extends TObject> extends Described<T> {
  readonly permission: Permission
  /** An open token will do, which may be held by a browser. */
  readonly openToken?: boolean
}

/** A method for merchants' servers, which show who they are with each request. */
export function merchantOperation<T extends TObject>(
  described: DescribedForMerchants<T>,
  run: (context: Context, request: Static<T>, caller: Caller) => Promise<object>,
): Operation {
  const { permission, openToken = false, missing = '5' } = described
  const mayAct = 'merchantLogin' in described.request.properties
  const base = operation(described)
  return {
    ...base,
    async run(context, parameters) {
      const caller = await context.logIn({ ...context, parameters, openToken, mayAct, missing })
      if (!caller.user.permissions.includes(permission)) throw new WireError('5', 'accessDenied')
      return run(context, base.bind(parameters), caller)
    },
  }
}

/** A method for payers' browsers and clients: the order's id in it is all it needs. */
export function payerOperation<T extends TObject>(
  described: Described<T>,
  run: (context: Context, request: Static<T>) => Promise<object>,
): Operation {
  const base = operation(described)
  return { ...base, run: async (context, parameters) => run(context, base.bind(parameters)) }
}

function operation<T extends TObject>(described: Described<T>) {
  const { paths, summary, request, response, fault, refusals } = described
  const { missing = '5', wrong = '5' } = described
  return {
    paths,
    summary,
    request,
    response,
    fault,
    faultOf: (refusal: RefusalCode) => faultOf(refusal, refusals),
    bind: binder(request, { missing, wrong }),
  }
}
