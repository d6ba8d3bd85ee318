import { type PGWClient, type PGWMethods, shared } from './client.ts'
import { PGWError } from './error.ts'

/** A method of the bridge: a request as JSON, a response as JSON. Rejects with a `PGWError`. */
export type BridgeCall = (request: string) => Promise<string>

/** The SDK in the form of 2C2P's React Native bridge: JSON texts in, JSON texts out. */
export interface RTNPGWBridge extends Readonly<Record<keyof PGWMethods, BridgeCall>> {
  /** @param params - JSON of `PGWSDKParams`. @returns JSON of the configuration. */
  initialize(params: string): Promise<string>
  /** The UUID of this installation, as it is. */
  clientId(): Promise<string>
  /** JSON of what `initialize` made of its parameters. */
  configuration(): Promise<string>
}

/** `RTNPGW.customerTokenInfo(JSON.stringify(request)).then(JSON.parse)`: the same SDK as `PGWSDK`. */
export const RTNPGW: RTNPGWBridge = /* @__PURE__ */ bridgeOf(shared)

function bridgeOf(client: PGWClient): RTNPGWBridge {
  const bridge =
    <Name extends keyof PGWMethods>(name: Name): BridgeCall =>
    async (request) =>
      JSON.stringify(await (client[name] as AnyCall)(read(request)))
  return {
    initialize: async (params) => JSON.stringify(client.initialize(read(params)).configuration()),
    clientId: async () => client.clientId(),
    configuration: async () => JSON.stringify(client.configuration()),
    systemInitialization: bridge('systemInitialization'),
    initialization: bridge('initialization'),
    paymentOption: bridge('paymentOption'),
    paymentOptionDetail: bridge('paymentOptionDetail'),
    customerTokenInfo: bridge('customerTokenInfo'),
    cardTokenInfo: bridge('cardTokenInfo'),
    exchangeRate: bridge('exchangeRate'),
    userPreference: bridge('userPreference'),
    proceedTransaction: bridge('proceedTransaction'),
    transactionStatus: bridge('transactionStatus'),
    cancelTransaction: bridge('cancelTransaction'),
  }
}

type AnyCall = (request: object) => Promise<object>

function read(request: string): object {
  try {
    const value: unknown = JSON.parse(request)
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // The parser's own error quotes the text, which may hold a card.
  }
  throw new PGWError('invalidRequest', { about: 'JSON' })
}
